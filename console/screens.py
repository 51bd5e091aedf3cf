"""The addresses of the screens and their tabs, and what each shows, from static/routes.js."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from console import tree

TABLE = "routes.js"

_LITERAL = re.compile(
    r'\b(?P<kind>path|id): "(?P<value>[^"]*)"'  # of a screen, or of the tab of a screen
    r'|(?P<styled>styled\()?\(\) => import\("\./(?P<module>[^"]+)"\)'
)


class Screen(NamedTuple):
    """A screen or a tab of one: its address, its modules, and if it has the table's sheets."""

    path: str
    modules: tuple[str, ...] = ()
    is_styled: bool = False


def _screens(table: str) -> Iterator[Screen]:
    """Yield the screens, and each again for each of its tabs, whose `id` may be empty."""
    screen = tab = Screen("")
    for found in _LITERAL.finditer(table):
        if found["kind"] == "path":
            screen = tab = Screen(re.sub(r":(\w+)", r"<id:\1_id>", found["value"]))
        elif found["kind"]:
            tab = screen._replace(path="/".join(filter(None, (screen.path, found["value"]))))
        else:
            tab = tab._replace(modules=(*tab.modules, found["module"]))
            if tab.path == screen.path and not screen.modules:
                screen = tab = tab._replace(is_styled=bool(found["styled"]))
            yield tab


# Everything else is 404, also as a page. The first tab replaces its screen, whose address it has.
SCREENS = {screen.path: screen for screen in _screens(tree.source(TABLE))}
