"""Imports point downwards, and what knows HTTP is in few places."""

import ast
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent

# From the bottom up, a floor a line. CONTRIBUTING.md shows the same order.
LAYERS = (
    {"settings", "printing"},
    {"errors"},
    {"storage"},
    {"access", "outbound"},
    {"schemas"},
    {"accounts", "media"},
    {"projects", "providers", "timeline"},
    {"jobs"},
    {"works"},
    {"export"},
    {"sharing"},
    {"generation"},
    {"expiry", "web"},
    {"console", "mcp_server"},
    {"app"},
    {"wsgi", "commands"},
)

EXPORT_LAYERS = (  # within export/
    {"plan"},
    {"sources"},
    {"render", "handover", "service"},
    {"assistance"},
    {"job", "still"},
)

HTTP = {"flask", "werkzeug", "web"}
KNOW_HTTP = {"app.py", "wsgi.py", "gunicorn.conf.py", "web", "console", "mcp_server", "commands"}
RESOURCES = {"projects", "works", "jobs", "export", "sharing", "generation"}

Layers = tuple[set[str], ...]


def level(layers: Layers, name: str) -> int | None:
    """Return the number of a layer; None for what is in none, such as a library."""
    return next((number for number, names in enumerate(layers) if name in names), None)


def layer_of(module: str) -> str:
    """Return the package of a module: the folder at the root, or a module there."""
    return module.partition(".")[0]


def part_of_export(module: str) -> str:
    """Return the part of export/ that a module belongs to, such as `plan`; "" outside of it."""
    package, _, rest = f"{module}.".partition(".")
    return rest.partition(".")[0] if package == "export" else ""


def modules() -> list[Path]:
    """Return the files of all layers, relative to the root."""
    names = {name for names in LAYERS for name in names}
    top = [ROOT / f"{name}.py" for name in names if (ROOT / f"{name}.py").exists()]
    packages = [path for name in names for path in (ROOT / name).rglob("*.py")]
    return sorted(path.relative_to(ROOT) for path in (*top, *packages, ROOT / "gunicorn.conf.py"))


def name_of(path: Path) -> str:
    """Return the name of a module."""
    return ".".join(path.with_suffix("").parts)


def imported(tree: ast.AST) -> Iterator[str]:
    """Yield what a module imports at run time, such as `timeline.frames.Span`."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue  # a type may be named from below; it is not imported
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif not isinstance(node, ast.expr):
            yield from imported(node)


@cache
def imports_of(path: Path) -> list[str]:
    """Return what a file imports, with the names that it takes from modules."""
    return list(imported(ast.parse((ROOT / path).read_text(encoding="utf-8"))))


@cache
def module_of(name: str) -> str:
    """Return the module that an imported name is, or is from."""
    path = ROOT.joinpath(*name.split("."))
    is_module = path.with_suffix(".py").exists() or path.is_dir()
    return name if is_module else name.rpartition(".")[0]


def upward(layers: Layers, layer: Callable[[str], str]) -> list[str]:
    """Return the imports of what is not below, by the name of the layer of each module."""
    found = []
    for path in modules():
        here = layer(name_of(path))
        if (own := level(layers, here)) is None:
            continue
        for name in imports_of(path):
            there = layer(module_of(name))
            other = level(layers, there)
            if other is not None and there != here and other >= own:
                found.append(f"{path} imports {name}")
    return found


def test_modules_import_only_what_is_below_them():
    assert upward(LAYERS, layer_of) == []


def test_parts_of_export_import_only_what_is_below_them():
    assert upward(EXPORT_LAYERS, part_of_export) == []


def test_the_domain_knows_no_http():
    domain = [path for path in modules() if path.parts[0] not in KNOW_HTTP]

    assert [
        f"{path} imports {name}"
        for path in domain
        for name in imports_of(path)
        if name.partition(".")[0] in HTTP
    ] == []


def test_only_the_routes_know_resources():
    shared = [
        path for path in modules() if path.parts[0] == "web" and path.parts[:2] != ("web", "api")
    ]

    assert [
        f"{path} imports {name}"
        for path in shared
        for name in imports_of(path)
        if layer_of(name) in RESOURCES and path.name != "context.py"
    ] == []


def test_everything_has_its_layer():
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    parts = {path.stem for path in (ROOT / "export").iterdir() if path.stem[0] != "_"}

    assert packages - {"tests", "benchmarks"} <= set().union(*LAYERS)
    assert parts == set().union(*EXPORT_LAYERS)
