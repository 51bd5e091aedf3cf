"""The page's modules import in one direction."""

import posixpath
import re
from functools import cache
from graphlib import TopologicalSorter

import pytest

from tests.console.modules import STATIC

IMPORT = re.compile(r'(?:\bfrom|^import|=> import\()\s*"(\.[^"]+)"', re.MULTILINE)
ABOVE = {  # what modules of a folder do not import
    "timeline": ("player", "components", "screens", "review"),
    "state": ("documents", "player", "components", "screens", "review"),
    "documents": ("player", "components", "screens", "review"),
    "player": ("documents", "components", "screens", "review"),
    "components": ("player", "screens", "review"),
    "review": ("documents", "screens"),
    "screens": ("review",),
}


@cache
def imports() -> dict[str, set[str]]:
    """Return what each module imports, at once or later."""
    return {
        path.relative_to(STATIC).as_posix(): {
            posixpath.normpath(path.parent.relative_to(STATIC).joinpath(other).as_posix())
            for other in IMPORT.findall(path.read_text(encoding="utf-8"))
        }
        for path in STATIC.rglob("*.js")
    }


def test_imports_make_no_circle():
    order = list(TopologicalSorter(imports()).static_order())

    assert order.index("api.js") < order.index("routes.js") < order.index("main.js")


@pytest.mark.parametrize("folder", ABOVE)
def test_imports_point_downwards(folder):
    upward = [
        (module, other)
        for module, others in imports().items()
        for other in others
        if module.split("/")[0] == folder and other.split("/")[0] in ABOVE[folder]
    ]

    assert upward == []
