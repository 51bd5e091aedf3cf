"""Measure the web page in Chromium and print a table: `python benchmarks/console.py`."""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, CDPSession

# So that this file can be run as a script, and still import its package.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import data, server
from benchmarks.client import ACCOUNT, Api
from benchmarks.measure import log
from tests.browser import running
from tests.console.modules import open_modules

Row = tuple[str, str]  # what was measured, and the figure

VISITS = 20
CLIPS = 60
PLAYED_SECONDS = 5
TIMEOUT = 120.0
TRACK, CAPTIONS = 200, 2000
OPERATION_COUNT, OPERATION_ROUNDS = 50, 7
OPERATIONS = {
    "a clip is trimmed": {"op": "trim", "clip": "clip-0", "seconds": [5, 6]},
    "a caption is typed": {"op": "caption", "id": "c1", "text": ["One", "Two"]},
    "a text is moved": {"op": "text", "id": "t", "x": [1, 2]},
}

# When the first of some elements is there.
_WATCH = """
window.seen = {};
new MutationObserver(() => {
    for (const name of ["card", "item"]) {
        if (!seen[name] && document.querySelector(`.${name}`)) seen[name] = performance.now();
    }
}).observe(document, { childList: true, subtree: true });
"""
_PAINTED = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
_FRAMES = """async (seconds) => {
    const begun = performance.now();
    let frames = 0;
    while (performance.now() - begun < seconds * 1000) {
        await new Promise(requestAnimationFrame);
        frames += 1;
    }
    return frames;
}"""

# Applies an operation with two values in turn, and makes the plan each time.
_OPERATE = """async ([state, { op, ...values }, count]) => {
    const { applyOperation, contextOf } = await import("/timeline/operations/index.js");
    const { createModel } = await import("/timeline/model.js");
    const size = { width: 1080, height: 1920 };
    const work = { id: "work", projectId: "project", resolution: size, editorState: state };
    const context = contextOf(work, {});
    const add = [
        { op: "caption", new: "c1", text: "One", start: 1, end: 2 },
        { op: "text", new: "t", text: "Text", start: 1, end: 2 },
    ];
    let edited = add.reduce((before, each) => applyOperation(before, each, context), state);
    for (let number = 0; number < count; number += 1) {
        const operation = Object.fromEntries(
            Object.entries(values).map(([name, value]) => [
                name, Array.isArray(value) ? value[number % 2] : value,
            ]),
        );
        edited = applyOperation(edited, { op, ...operation }, context);
        createModel({ ...work, editorState: edited }, {}, { captions: "burn" });
    }
}"""


class Visitor:
    """A browser of its own with an empty cache, and one tab."""

    def __init__(self, browser: Browser, service: server.Server) -> None:
        self.url = service.url.replace("127.0.0.1", "localhost")
        self._context = browser.new_context(
            viewport={"width": 1280, "height": 800}, base_url=self.url
        )
        self._context.add_init_script(_WATCH)
        self.page = self._context.new_page()
        self.page.set_default_timeout(TIMEOUT * 1000)
        self.bytes = 0
        self.paths: list[str] = []
        self._cdp = self._context.new_cdp_session(self.page)
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
        deadline = time.monotonic() + TIMEOUT
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

    def close(self) -> None:
        """Close the browser."""
        self._context.close()

    def _add_bytes(self, event: dict[str, Any]) -> None:
        self.bytes += int(event["encodedDataLength"])


class Bench:
    """The service, an account with its data, and the browser."""

    def __init__(self, service: server.Server, browser: Browser, directory: Path) -> None:
        self.api = Api.register(service.port)
        self.directory = directory
        self._service = service
        self.browser = browser

    @contextmanager
    def visit(self, *, logged_in: bool = True) -> Iterator[Visitor]:
        """Open the page with an empty cache."""
        visitor = Visitor(self.browser, self._service)
        if logged_in:
            visitor.log_in()
        yield visitor
        visitor.close()


def first_visits(bench: Bench) -> list[Row]:
    """The login page and the grid of projects, with an empty cache."""
    rows = []
    bench.api.new_project()
    for name, path, logged_in in (("login", "/login", False), ("projects", "/", True)):
        sizes, requests, times = [], [], []
        for _ in range(VISITS):
            with bench.visit(logged_in=logged_in) as visitor:
                visitor.page.goto(path)
                times.append(visitor.painted())
                if logged_in:
                    visitor.seen("card")
                visitor.wait_until_quiet(0.3)
                sizes.append(visitor.bytes)
                requests.append(len(visitor.paths))
        size = f"{max(sizes) / 1000:.1f} KB in {max(requests)} requests"
        rows.append((f"first visit, {name}: received", size))
        rows.append((f"first visit, {name}: first content", f"{_p50(times)} (p50 of {VISITS})"))
    return rows


def playing(bench: Bench) -> list[Row]:
    """A timeline with many clips while it plays."""
    work = bench.api.new_work(bench.api.new_project())
    clip = data.clip(bench.directory / "clip.mp4").read_bytes()
    scenes = [{"scene_index": n, "duration_seconds": 2, "text_overlay": None} for n in range(CLIPS)]
    bench.api.call("PUT", work, {"scenes": scenes})
    for number in range(CLIPS):
        type_ = {"Content-Type": "video/mp4"}
        bench.api.raw("PUT", f"{work}/media/scene/{number}/video", clip, type_)
    with bench.visit() as visitor:
        visitor.page.goto(f"{work.removeprefix('/api')}/edit")
        ready = visitor.seen("item")
        visitor.wait_until_quiet()
        visitor.page.get_by_role("button", name="Play", exact=True).click()
        visitor.page.wait_for_timeout(1000)
        before = visitor.metrics()
        frames = visitor.page.evaluate(_FRAMES, PLAYED_SECONDS)
        after = visitor.metrics()
    spent = {
        name: (after[f"{name}Duration"] - before[f"{name}Duration"]) * 1000 / frames
        for name in ("Script", "Layout", "RecalcStyle")
    }
    each = ", ".join(f"{name} {value:.2f} ms" for name, value in spent.items())
    return [
        (f"{CLIPS} clips: timeline", f"{ready:.0f} ms"),
        (f"{CLIPS} clips, playing: frames", f"{frames / PLAYED_SECONDS:.0f} per second"),
        (f"{CLIPS} clips, playing: each frame", each),
    ]


def operations(bench: Bench) -> list[Row]:
    """An operation on a large timeline, and the plan of what is shown then."""
    captions = [
        {"start": number, "end": number + 0.9, "text": f"Caption {number}"}
        for number in range(CAPTIONS - 1)
    ]
    track = [
        {"id": f"clip-{n}", "start": 8 * n, "end": 8 * n + 8, "sceneIndex": n} for n in range(TRACK)
    ]
    state = {"editorData": {"videoTrack": track}, "captions": captions}
    with open_modules(bench.browser) as modules:
        cdp = modules.page.context.new_cdp_session(modules.page)
        cdp.send("Performance.enable", {"timeDomain": "threadTicks"})
        rows = []
        for name, operation in OPERATIONS.items():
            spent = []
            for _ in range(OPERATION_ROUNDS):
                before = _thread_seconds(cdp)
                modules.page.evaluate(_OPERATE, [state, operation, OPERATION_COUNT])
                spent.append((_thread_seconds(cdp) - before) * 1000 / OPERATION_COUNT)
            what = f"{TRACK} clips and {CAPTIONS:,} captions: {name}"
            rows.append((what, f"{statistics.median(spent):.1f} ms"))
    return rows


def _thread_seconds(cdp: CDPSession) -> float:
    """Return the processor time of the main thread."""
    found = cdp.send("Performance.getMetrics")["metrics"]
    return sum(float(each["value"]) for each in found if each["name"] == "ThreadTime")


MEASURES: dict[str, Callable[[Bench], list[Row]]] = {
    "first-visit": first_visits,
    "timeline": playing,
    "operations": operations,
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure what was chosen, by default everything."""
    parser = argparse.ArgumentParser(prog="benchmarks/console.py", description=__doc__)
    parser.add_argument("--only", action="append", choices=MEASURES)
    chosen = parser.parse_args(arguments).only or list(MEASURES)
    print("| What | Measured |\n|---|---|")
    with tempfile.TemporaryDirectory(prefix=".tmp-", dir=Path(__file__).parent) as directory:
        root = Path(directory)
        settings = {"FSYNC": "0", "DEMO_PROVIDER": "auto"}  # only the page is measured
        service = server.gunicorn("wsgi:app", root / "service", "/api/health", settings)
        with service, running() as browser:
            bench = Bench(service, browser, root)
            for name in chosen:
                log(name)
                for what, figure in MEASURES[name](bench):
                    print(f"| {what} | {figure} |", flush=True)


def _p50(milliseconds: Sequence[float]) -> str:
    return f"{statistics.median(milliseconds):.0f} ms"


if __name__ == "__main__":
    main()
