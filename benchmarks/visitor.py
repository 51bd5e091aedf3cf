"""A person at the web page, in Chromium: what their tab has received, and what it costs there."""

from __future__ import annotations

import time
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page

from benchmarks.client import Api
from benchmarks.server import Server

_TIMEOUT = 120.0
ACCOUNT = {"email": "bench@example.com", "password": "correct horse", "name": "Bench"}

# When the first of some elements is there.
_WATCH = """
window.seen = {};
new MutationObserver(() => {
    for (const name of ["card", "job", "item"]) {
        if (!seen[name] && document.querySelector(`.${name}`)) seen[name] = performance.now();
    }
}).observe(document, { childList: true, subtree: true });
"""
_PAINTED = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"


class Visitor:
    """A browser of its own with an empty cache, and one tab."""

    def __init__(self, browser: Browser, service: Server) -> None:
        self.url = service.url.replace("127.0.0.1", "localhost")
        self._context = browser.new_context(
            viewport={"width": 1280, "height": 800}, base_url=self.url
        )
        self._context.add_init_script(_WATCH)
        self.page: Page = self._context.new_page()
        self.page.set_default_timeout(_TIMEOUT * 1000)
        self.bytes = 0
        self.paths: list[str] = []
        self._cdp: CDPSession = self._context.new_cdp_session(self.page)
        self._cdp.on("Network.loadingFinished", self._add_bytes)
        self._cdp.send("Network.enable")
        # processor time, which other processes do not distort as they do the time of a clock
        self._cdp.send("Performance.enable", {"timeDomain": "threadTicks"})
        self.page.on("request", lambda request: self.paths.append(request.url))

    def log_in(self) -> None:
        """Continue as the account, as after a reload."""
        headers = {"Origin": self.url}
        session = self._context.request.post(
            "/api/auth/login", data={**ACCOUNT, "cookie": True}, headers=headers
        ).json()
        user_id = session["user"]["id"]
        self._context.add_init_script(f"localStorage.setItem('vidworks.user', '{user_id}')")

    def seen(self, name: str) -> float:
        """Return when the first element of a class was there, in ms after the navigation."""
        return float(self.wait_for(f"window.seen?.{name}"))

    def painted(self) -> float:
        """Return when the first content was painted, in ms after the navigation."""
        return float(self.wait_for(_PAINTED))

    def wait_for(self, expression: str) -> Any:
        """Evaluate an expression until it is true; return its value.

        Playwright's own function for that needs `unsafe-eval` in the page's policy.
        """
        deadline = time.monotonic() + _TIMEOUT
        while not (value := self.page.evaluate(expression)):
            if time.monotonic() > deadline:
                raise RuntimeError(f"never true: {expression}")
            self.page.wait_for_timeout(10)
        return value

    def wait_until_quiet(self, seconds: float = 1.0) -> None:
        """Wait until no request was sent for some time."""
        count, since = len(self.paths), time.monotonic()
        while time.monotonic() - since < seconds:
            self.page.wait_for_timeout(50)
            if len(self.paths) != count:
                count, since = len(self.paths), time.monotonic()

    def metrics(self) -> dict[str, float]:
        """Return what Chromium counts, such as `ScriptDuration` in seconds."""
        found = self._cdp.send("Performance.getMetrics")["metrics"]
        return {each["name"]: each["value"] for each in found}

    def collected(self) -> dict[str, float]:
        """Return the same after a garbage collection."""
        for _ in range(3):
            self._cdp.send("HeapProfiler.collectGarbage")
        return self.metrics()

    def nodes(self) -> int:
        """Return how many elements the page has."""
        return int(self.page.evaluate("document.querySelectorAll('*').length"))

    def close(self) -> None:
        """Close the browser."""
        self._context.close()

    def _add_bytes(self, event: dict[str, Any]) -> None:
        self.bytes += int(event["encodedDataLength"])


def register(service: Server) -> Api:
    """Create the account; return a client of it."""
    answer = Api(service.port).call("POST", "/api/auth/register", ACCOUNT)
    return Api(service.port, answer["accessToken"])
