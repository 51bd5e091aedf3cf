"""Imports point downwards: a package imports only packages of the layers below its own."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# From the bottom up. CONTRIBUTING.md shows the same order.
LAYERS = (
    {"config", "errors"},
    {"storage"},
    {"schemas"},
    {"media", "outbound"},
    {"providers"},
    {"prompts"},
    {"server"},
    {"web"},
    {"projects", "jobs"},
    {"accounts", "works", "assets"},
    {"editor_templates", "export", "generation"},
    {"maintenance", "mcp_server", "console"},
    {"app"},
    {"wsgi"},
    {"commands"},
)
# Temporary, until web/ stands above the packages of the domain: these modules are above them now.
ABOVE_THEIR_LAYER = {
    "web/context.py": {"accounts", "jobs"},
    "web/guard.py": {"accounts", "projects"},
    "web/session_responses.py": {"accounts"},
}
LEVELS = {name: level for level, names in enumerate(LAYERS) for name in names}

EXPORT_LAYERS = (  # within export/
    {"plan"},
    {"sources"},
    {"render", "handover", "service"},
    {"assistance"},
    {"job"},
    {"kinds"},
    {"routes"},
)
EXPORT_LEVELS = {name: level for level, names in enumerate(EXPORT_LAYERS) for name in names}


def modules(name: str) -> list[Path]:
    """Return the files of a package or module."""
    package = ROOT / name
    return sorted(package.rglob("*.py")) if package.is_dir() else [package.with_suffix(".py")]


def imported(tree: ast.AST) -> Iterator[str]:
    """Yield what a module imports at run time, such as `export.plan.frames.Span`."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue  # a type may be named from below; it is not imported
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        else:
            yield from imported(node)


@pytest.mark.parametrize("name", sorted(LEVELS))
def test_a_package_imports_only_what_is_below_it(name: str) -> None:
    for path in modules(name):
        module = path.relative_to(ROOT).as_posix()
        for imports in imported(ast.parse(path.read_text(encoding="utf-8"))):
            other = imports.partition(".")[0]
            if other in LEVELS and other != name and other not in ABOVE_THEIR_LAYER.get(module, ()):
                assert LEVELS[other] < LEVELS[name], f"{module} imports {other}"


def test_every_package_has_its_layer() -> None:
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}

    assert packages - {"tests", "benchmarks"} <= LEVELS.keys()


@pytest.mark.parametrize("name", sorted(EXPORT_LEVELS))
def test_a_part_of_export_imports_only_what_is_below_it(name: str) -> None:
    for path in modules(f"export/{name}"):
        for imports in imported(ast.parse(path.read_text(encoding="utf-8"))):
            package, _, rest = imports.partition(".")
            other = rest.partition(".")[0]
            if package == "export" and other != name:
                where = f"{path.relative_to(ROOT)} imports export.{other}"
                assert EXPORT_LEVELS[other] < EXPORT_LEVELS[name], where


def test_every_part_of_export_has_its_layer() -> None:
    parts = {path.stem for path in (ROOT / "export").iterdir() if path.stem[0] != "_"}

    assert parts == EXPORT_LEVELS.keys()
