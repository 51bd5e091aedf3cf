"""Imports point downwards, and what knows HTTP is in few places."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent

# From the bottom up. CONTRIBUTING.md shows the same order.
LAYERS = (
    {"config", "errors"},
    {"storage"},
    {"schemas"},
    {"media", "outbound"},
    {"providers"},
    {"prompts"},
    {"projects", "jobs"},
    {"accounts", "works", "assets"},
    {"editor_templates", "export", "generation"},
    {"server"},
    {"web"},
    {"routes"},  # the modules `*routes.py` and `*commands.py` of all packages
    {"maintenance", "mcp_server", "console"},
    {"app"},
    {"wsgi"},
    {"commands"},
)
LEVELS = {name: level for level, names in enumerate(LAYERS) for name in names}
TOP = ("maintenance", "mcp_server", "console", "app", "wsgi", "commands")

HTTP = {"flask", "werkzeug", "web"}
KNOW_HTTP = {"app.py", "wsgi.py", "gunicorn.conf.py", "web", "server", "console", "mcp_server"}


def layer_of(module: str) -> str:
    """Return the layer of a module, such as `routes` for `works.media_routes`."""
    package, _, rest = module.partition(".")
    if package not in TOP and rest.endswith(("routes", "commands")):
        return "routes"
    return package


def modules() -> list[Path]:
    """Return the files of all layers, relative to the root."""
    top = [ROOT / f"{name}.py" for name in LEVELS if (ROOT / f"{name}.py").exists()]
    packages = [path for name in LEVELS for path in sorted((ROOT / name).rglob("*.py"))]
    return [path.relative_to(ROOT) for path in (*top, *packages)]


def name_of(path: Path) -> str:
    """Return the name of a module."""
    return ".".join(path.with_suffix("").parts)


def imported(tree: ast.AST) -> Iterator[str]:
    """Yield the modules that a module imports at run time."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue  # a type may be named from below; it is not imported
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        else:
            yield from imported(node)


def imports_of(path: Path) -> list[str]:
    """Return what a file imports, with the names that it takes from modules."""
    return list(imported(ast.parse((ROOT / path).read_text(encoding="utf-8"))))


def module_of(name: str) -> str:
    """Return the module that an imported name is, or is from."""
    path = ROOT.joinpath(*name.split("."))
    is_module = path.with_suffix(".py").exists() or path.is_dir()
    return name if is_module else name.rpartition(".")[0]


def is_upward(own: str, other: str) -> bool:
    """Return whether a layer must not import another one."""
    return other in LEVELS and other != own and LEVELS[other] >= LEVELS[own]


def knows_http(path: Path) -> bool:
    """Return whether a module may import what HTTP needs."""
    return path.parts[0] in KNOW_HTTP or path.name.endswith(("routes.py", "commands.py"))


def test_modules_import_only_what_is_below_them() -> None:
    upward = [
        f"{path} imports {name}"
        for path in modules()
        for name in imports_of(path)
        if is_upward(layer_of(name_of(path)), layer_of(module_of(name)))
    ]

    assert upward == []


def test_the_domain_knows_no_http() -> None:
    offenders = [
        f"{path} imports {name}"
        for path in modules()
        if not knows_http(path)
        for name in imports_of(path)
        if name.partition(".")[0] in HTTP
    ]

    assert offenders == []


def test_every_package_has_its_layer() -> None:
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}

    assert packages - {"tests", "benchmarks"} <= LEVELS.keys()
