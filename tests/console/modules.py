"""The page's modules in Chromium, without the service: what has no DOM is called from Python."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from mimetypes import guess_type
from typing import Any

from playwright.sync_api import Browser, Page, Route

from console import facts, texts
from console.uses import MODULES
from tests.browser import TIMEOUT
from tests.service import ROOT

STATIC = ROOT / "console" / "static"
_ORIGIN = "http://modules.test"
_IMPORTS = json.dumps({"imports": {name: f"/{path}" for name, path in MODULES.items()}})
_HTML = f'<!doctype html><script type="importmap">{_IMPORTS}</script>'
_CALL = """async ([module, name, calls]) => {
    const freeze = (value) => {
        if (value instanceof Object) Object.values(Object.freeze(value)).forEach(freeze);
        return value;
    };
    const called = (await import(module))[name];
    return calls.map((values) => called(...freeze(values)));
}"""


class Modules:
    """Functions of the modules, by their paths below console/static.

    Their arguments are frozen: a function that changes one throws an error.
    """

    def __init__(self, page: Page) -> None:
        self.page = page

    def call(self, module: str, name: str, *arguments: Any) -> Any:
        """Return what a function returns, as JSON values."""
        return self.call_all(module, name, [arguments])[0]

    def call_all(self, module: str, name: str, calls: Any) -> list[Any]:
        """Call a function with each of many lists of arguments."""
        result: list[Any] = self.page.evaluate(_CALL, [f"/{module}", name, calls])
        return result


@contextmanager
def open_modules(browser: Browser) -> Iterator[Modules]:
    """Open a page that can import the modules."""
    with browser.new_context() as context:
        page = context.new_page()
        page.set_default_timeout(TIMEOUT)
        page.route(f"{_ORIGIN}/**", _serve)
        page.goto(f"{_ORIGIN}/")
        yield Modules(page)


def _serve(route: Route) -> None:
    path = route.request.url.removeprefix(f"{_ORIGIN}/")
    if not path:
        route.fulfill(body=_HTML, content_type="text/html")
        return
    if made := {**facts.modules(), **texts.modules()}.get(path):
        route.fulfill(body=made, content_type="text/javascript")
        return
    file = (STATIC.parent if path.startswith("vendor/") else STATIC) / path
    if file.is_file():
        route.fulfill(path=file, content_type=guess_type(path)[0])
    else:
        route.fulfill(status=404)
