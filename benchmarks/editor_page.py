"""Measure the timeline of the web page in Chromium: `python benchmarks/editor_page.py`.

Sixty clips and voices, 200 texts, and music of ten minutes. Times are processor time of the page's
main thread.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from playwright.sync_api import CDPSession, Page

# So that this file can be run as a script, and still import its package.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import data, server
from benchmarks.console import Bench, Row, Visitor
from benchmarks.measure import log
from tests.browser import running

CLIPS, TEXTS, SECONDS = 60, 200, 600
MOVES = 120  # of a pointer
FRAMES = 150
EDITS = 1000
WARM_UP = 250  # edits: undo keeps 200
_LENGTH = SECONDS // CLIPS
_VOICE_SECONDS = 8
_LIMIT = 16.0  # milliseconds

_TWO_FRAMES = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
# Counts frames, and the longest time between two, while something goes on.
_COUNT = """() => {
    window.counted = { frames: 0, begun: performance.now(), isOn: true };
    const step = () => {
        counted.frames += 1;
        if (counted.isOn) requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
}"""
_COUNTED = """() => {
    counted.isOn = false;
    return counted.frames / ((performance.now() - counted.begun) / 1000);
}"""


class Timeline:
    """The timeline of a visitor's page, by pointer."""

    def __init__(self, visitor: Visitor) -> None:
        self.page: Page = visitor.page
        self._visitor = visitor
        self._cdp: CDPSession = self.page.context.new_cdp_session(self.page)

    def spent(self) -> float:
        """Return the milliseconds of scripts, styles and layout so far."""
        found = self._visitor.metrics()
        return sum(found[f"{name}Duration"] for name in ("Script", "Layout", "RecalcStyle")) * 1000

    def place(self, selector: str, *, at_end: bool = False) -> tuple[float, float]:
        """Return the middle of an element, or a place at its right edge."""
        self.page.locator(selector).scroll_into_view_if_needed()
        box = self.page.locator(selector).bounding_box()
        assert box is not None
        x = box["x"] + (box["width"] - 3 if at_end else box["width"] / 2)
        return x, box["y"] + box["height"] / 2

    def drag(self, selector: str, *, at_end: bool = False, sideways: float = 90) -> list[float]:
        """Drag something to and fro; return what each move has cost."""
        x, y = self.place(selector, at_end=at_end)
        mouse, spent = self.page.mouse, []
        mouse.move(x, y)
        mouse.down()
        for number in range(MOVES):
            before = self.spent()
            mouse.move(x + sideways * (number % 30 - 15) / 15, y)
            self.page.evaluate(_TWO_FRAMES)
            spent.append(self.spent() - before)
        self.page.keyboard.press("Escape")
        mouse.up()
        return spent

    def zoom_to_start(self, steps: int) -> None:
        """Show the first seconds."""
        self.page.get_by_role("button", name="Fit", exact=True).click()
        self.page.get_by_role("slider", name="Time").press("Home")
        for _ in range(steps):
            self.page.get_by_role("button", name="Zoom in").click()

    def rate(self, act: Callable[[int], object]) -> tuple[float, float]:
        """Do something again and again; return frames per second, and milliseconds of each."""
        before = self.spent()
        self.page.evaluate(_COUNT)
        for number in range(FRAMES):
            act(number)
        rate = float(self.page.evaluate(_COUNTED))
        frames = float(self.page.evaluate("counted.frames"))
        return rate, (self.spent() - before) / frames

    def heap(self) -> float:
        """Return how many MB the page's objects take."""
        self._cdp.send("HeapProfiler.enable")
        for _ in range(2):
            self._cdp.send("HeapProfiler.collectGarbage")
        return float(self._visitor.metrics()["JSHeapUsedSize"]) / 1e6


def create(bench: Bench) -> str:
    """Create the work; return its path in the page."""
    work = bench.api.new_work(bench.api.new_project())
    clip = data.clip(bench.directory / "clip.mp4").read_bytes()
    bench.api.raw("PUT", f"{work}/media/scene/0/video", clip, {"Content-Type": "video/mp4"})
    bench.api.raw("PUT", f"{work}/media/audio", _music(bench), {"Content-Type": "audio/mpeg"})
    clips = [
        {"id": f"c{n}", "start": n * _LENGTH, "end": (n + 1) * _LENGTH, "sceneIndex": 0}
        for n in range(CLIPS)
    ]
    clips[3]["transitionType"] = "fade"
    voices = _voices(bench, work)
    texts = [{"id": f"t{n}", "start": n * 3, "end": n * 3 + 2.5} for n in range(TEXTS)]
    look = {"fontSize": 60, "fontColor": "#ffffff", "centerX": 0, "centerY": 0}
    state = {
        "editorData": {"videoTrack": clips, "textTrack": texts, "voiceTrack": voices},
        "textOverlays": {each["id"]: {**look, "text": f"Text {each['id']}"} for each in texts},
        "audioUrl": f"{work}/media/audio",
    }
    scenes = [{"scene_index": n, "narration": {"text": f"Line {n}"}} for n in range(CLIPS)]
    bench.api.call("PUT", work, {"editorState": state, "scenes": scenes})
    return f"{work.removeprefix('/api')}/edit"


def _voices(bench: Bench, work: str) -> list[dict[str, object]]:
    """Give each scene a voice; return their places on the timeline."""
    path = bench.directory / "voice.mp3"
    words = f"sine=d={_VOICE_SECONDS},tremolo=f=3"
    data.run_ffmpeg(["-f", "lavfi", "-i", words, "-b:a", "32k", str(path)])
    for scene in range(CLIPS):
        voice = f"{work}/media/scene/{scene}/voice"
        bench.api.raw("PUT", voice, path.read_bytes(), {"Content-Type": "audio/mpeg"})
    starts = [scene * _LENGTH + 0.2 for scene in range(CLIPS)]
    return [
        {"id": f"v{scene}", "sceneIndex": scene, "start": start, "end": start + _VOICE_SECONDS}
        for scene, start in enumerate(starts)
    ]


def _music(bench: Bench) -> bytes:
    path = bench.directory / "music.mp3"
    data.run_ffmpeg(["-f", "lavfi", "-i", f"sine=d={SECONDS}", "-b:a", "32k", str(path)])
    return path.read_bytes()


def pointer(timeline: Timeline) -> list[Row]:
    """What each move of a pointer costs, with everything in view and zoomed in."""
    rows = []
    for view in ("all in view", "zoomed in"):
        if view == "zoomed in":
            timeline.zoom_to_start(6)
        drags = {
            "a clip is moved": timeline.drag(".item[data-id=c1]"),
            "an edge of a clip is pulled": timeline.drag(".item[data-id=c1]", at_end=True),
        }
        if view == "zoomed in":
            drags["a voice is moved"] = timeline.drag(".item[data-id=v1]")
            drags["a text is moved"] = timeline.drag(".item[data-id=t4]")
            drags["an edge of a text is pulled"] = timeline.drag(".item[data-id=t4]", at_end=True)
        for name, spent in drags.items():
            p95 = statistics.quantiles(spent, n=20)[-1]
            verdict = "" if p95 < _LIMIT else f", more than {_LIMIT:.0f} ms"
            rows.append((f"pointer, {view}: {name}", f"{p95:.1f} ms (p95 of {MOVES}){verdict}"))
    return rows


def frames(timeline: Timeline) -> list[Row]:
    """Frames per second while the timeline plays, is scrolled and is zoomed."""
    page = timeline.page
    page.get_by_role("button", name="Play", exact=True).click()
    page.wait_for_timeout(1000)
    playing = timeline.rate(lambda _: page.evaluate(_TWO_FRAMES))
    page.get_by_role("button", name="Pause", exact=True).click()
    page.mouse.move(*timeline.place(".strip-scroll"))
    page.keyboard.down("Control")
    zooming = timeline.rate(lambda number: page.mouse.wheel(0, -40 if number % 60 < 30 else 40))
    page.keyboard.up("Control")
    timeline.zoom_to_start(5)
    page.mouse.move(*timeline.place(".strip-scroll"))
    scrolling = timeline.rate(lambda number: page.mouse.wheel(60 if number % 100 < 50 else -60, 0))
    found = {"playing": playing, "zooming": zooming, "scrolling": scrolling}
    return [
        (f"{name}: frames", f"{rate:.0f} per second, each {spent:.1f} ms")
        for name, (rate, spent) in found.items()
    ]


def memory(timeline: Timeline) -> list[Row]:
    """How much the page's objects grow over many edits."""
    timeline.zoom_to_start(6)
    x, y = timeline.place(".item[data-id=t2]")
    mouse = timeline.page.mouse

    def edit(number: int) -> None:
        by = 12 if number % 2 == 0 else -12
        at = x if number % 2 == 0 else x + 12
        mouse.move(at, y)
        mouse.down()
        mouse.move(at + by / 2, y)
        mouse.move(at + by, y)
        mouse.up()

    for number in range(WARM_UP):
        edit(number)
    before = timeline.heap()
    for number in range(EDITS):
        edit(number)
    grown = timeline.heap() - before
    return [(f"{EDITS:,} edits: growth of the heap", f"{grown:+.1f} MB of {before:.1f} MB")]


MEASURES = {each.__name__: each for each in (pointer, frames, memory)}


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure what was chosen, by default everything, and print a table."""
    parser = argparse.ArgumentParser(prog="benchmarks/editor_page.py", description=__doc__)
    parser.add_argument("--only", action="append", choices=MEASURES)
    chosen = parser.parse_args(arguments).only or list(MEASURES)
    print("| What | Measured |\n|---|---|")
    with tempfile.TemporaryDirectory(prefix=".tmp-", dir=Path(__file__).parent) as directory:
        root = Path(directory)
        service = server.gunicorn("wsgi:app", root / "service", "/api/health", {"FSYNC": "0"})
        with service, running() as browser:
            bench = Bench(service, browser, root)
            path = create(bench)
            with bench.visit() as visitor:
                visitor.page.goto(path)
                visitor.page.wait_for_selector(".item")
                visitor.wait_until_quiet(2)
                timeline = Timeline(visitor)
                for name in chosen:
                    log(name)
                    for what, figure in MEASURES[name](timeline):
                        print(f"| {what} | {figure} |", flush=True)


if __name__ == "__main__":
    main()
