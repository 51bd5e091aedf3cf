"""Measure the web page in Chromium and print a table: `python benchmarks/console.py`."""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from playwright.sync_api import Browser

# So that this file can be run as a script, and still import its package.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import data, server
from benchmarks.client import Api
from benchmarks.measure import log
from benchmarks.visitor import Visitor, register
from tests.browser import running

Row = tuple[str, str]  # what was measured, and the figure

VISITS = 20
WORKS = 1_000
CLIPS = 60
JOBS = 200
ROUNDS, CHANGED = 10, 200  # works that are changed in each round: an event each
PLAYED_SECONDS = 5
CREATORS = 8
DEMO = {f"x-{role}-provider": "demo" for role in ("llm", "image", "video")}

_LAST_RESPONSE = """Math.max(
    ...performance.getEntriesByType("resource").map((entry) => entry.responseEnd)
)"""
_FRAMES = """async (seconds) => {
    const begun = performance.now();
    let frames = 0;
    while (performance.now() - begun < seconds * 1000) {
        await new Promise(requestAnimationFrame);
        frames += 1;
    }
    return frames;
}"""


class Bench:
    """The service, an account with its data, and the browser."""

    def __init__(self, service: server.Server, browser: Browser, directory: Path) -> None:
        self.api: Api = register(service)
        self._service = service
        self._browser = browser
        self.directory = directory

    @contextmanager
    def visit(self, *, logged_in: bool = True) -> Iterator[Visitor]:
        """Be a new visitor."""
        visitor = Visitor(self._browser, self._service)
        if logged_in:
            visitor.log_in()
        yield visitor
        visitor.close()

    def new_project(self) -> str:
        """Create a project and return its path."""
        return f"/api/projects/{self.api.call('POST', '/api/projects', {'name': 'Spring'})['id']}"

    def rename(self, name: str, work: str) -> None:
        """Give a work another name."""
        self.api.call("PATCH", work, {"name": name})

    def new_works(self, project: str, count: int, image: bytes | None = None) -> list[str]:
        """Create works, each with a picture if there is one, and return their paths."""

        def create(number: int) -> str:
            work = self.api.call("POST", f"{project}/works", {"name": f"Work {number}"})
            path = f"{project}/works/{work['id']}"
            if image:
                type_ = {"Content-Type": "image/png"}
                self.api.raw("PUT", f"{path}/media/scene/0/image", image, type_)
            return path

        with ThreadPoolExecutor(CREATORS) as pool:
            return list(pool.map(create, range(count)))


def first_visits(bench: Bench) -> list[Row]:
    """The login page and the grid of projects, with an empty cache."""
    rows = []
    bench.new_project()
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


def works_grid(bench: Bench) -> list[Row]:
    """A project with many works."""
    project = bench.new_project()
    log(f"  creating {WORKS} works")
    bench.new_works(project, WORKS, data.picture(bench.directory / "picture.png"))
    first, shown, complete = [], [], []
    for _ in range(5):
        with bench.visit() as visitor:
            visitor.page.goto(project.removeprefix("/api"))
            first.append(visitor.painted())
            shown.append(visitor.seen("card"))
            visitor.wait_until_quiet()
            complete.append(visitor.page.evaluate(_LAST_RESPONSE))
            nodes, requests = visitor.nodes(), len(visitor.paths)
            posters = sum("thumbnail" in path for path in visitor.paths)
            before = visitor.metrics()
            visitor.page.get_by_label("Search works").fill("Work 77")
            visitor.wait_for("document.querySelectorAll('.card').length === 11")
            search = _milliseconds(before, visitor.metrics())
            visitor.page.get_by_label("Search works").fill("")
            before = visitor.metrics()
            visitor.page.get_by_label("Sort").select_option("name")
            visitor.wait_for("document.querySelector('.card-name').textContent.trim() === 'Work 0'")
            sort = _milliseconds(before, visitor.metrics())
    return [
        (f"{WORKS} works: first content", _p50(first)),
        (f"{WORKS} works: cards", _p50(shown)),
        (f"{WORKS} works: all that is in view, with posters", _p50(complete)),
        (f"{WORKS} works: elements", str(nodes)),
        (f"{WORKS} works: requests", f"{requests}, of them {posters} posters"),
        (f"{WORKS} works: main thread for a search", search),
        (f"{WORKS} works: main thread for another order", sort),
    ]


def playing(bench: Bench) -> list[Row]:
    """A timeline with many clips while it plays."""
    project = bench.new_project()
    [work] = bench.new_works(project, 1)
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


def events(bench: Bench) -> list[Row]:
    """What remains in memory after many events, and a list of many jobs."""
    project = bench.new_project()
    works = bench.new_works(project, CHANGED)
    with bench.visit() as visitor:
        visitor.page.goto(project.removeprefix("/api"))
        visitor.seen("card")
        visitor.wait_until_quiet()
        before, requests = visitor.collected(), len(visitor.paths)
        for number in range(ROUNDS):
            with ThreadPoolExecutor(CREATORS) as pool:
                list(pool.map(partial(bench.rename, f"Round {number}"), works))
            time.sleep(0.6)  # works that change between two looks have one event
        visitor.wait_until_quiet()
        after, requests = visitor.collected(), len(visitor.paths) - requests
    grown = (after["JSHeapUsedSize"] - before["JSHeapUsedSize"]) / 1e6
    total = after["JSHeapUsedSize"] / 1e6
    nodes = after["Nodes"] - before["Nodes"]
    what = f"{ROUNDS * CHANGED} events"
    return [
        (f"{what}: heap", f"{total:.1f} MB, {grown:+.2f} MB"),
        (f"{what}: nodes, with detached ones", f"{nodes:+.0f}"),
        (f"{what}: requests for lists", str(requests)),
        (
            f"{what}: scripts",
            f"{(after['ScriptDuration'] - before['ScriptDuration']) * 1000:.0f} ms",
        ),
    ]


def jobs(bench: Bench) -> list[Row]:
    """The list of jobs."""
    [work] = bench.new_works(bench.new_project(), 1)
    for _ in range(JOBS):
        bench.api.call("POST", f"{work}/jobs", {"kind": "scenario"}, DEMO)
    with bench.visit() as visitor:
        visitor.page.goto("/jobs")
        shown = visitor.seen("job")
        more = visitor.page.get_by_role("button", name="Load more")
        while more.count():
            more.click()
            visitor.wait_until_quiet(0.5)
        before = visitor.metrics()
        bench.api.call("POST", f"{work}/jobs", {"kind": "scenario"}, DEMO)
        visitor.wait_for(f"document.querySelectorAll('.job').length === {JOBS + 1}")
        visitor.page.wait_for_timeout(2000)
        change = _milliseconds(before, visitor.metrics())
        nodes = visitor.nodes()
    return [
        (f"{JOBS} jobs: first", f"{shown:.0f} ms"),
        (f"{JOBS} jobs: elements", str(nodes)),
        (f"{JOBS} jobs: main thread for one more job", change),
    ]


MEASURES: dict[str, Callable[[Bench], list[Row]]] = {
    "first-visit": first_visits,
    "works": works_grid,
    "timeline": playing,
    "events": events,
    "jobs": jobs,
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


def _milliseconds(before: dict[str, float], after: dict[str, float]) -> str:
    return f"{(after['TaskDuration'] - before['TaskDuration']) * 1000:.0f} ms"


if __name__ == "__main__":
    main()
