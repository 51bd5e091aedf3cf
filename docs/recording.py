"""A pointer that is seen and keys that are typed in a page, and a film of what the page paints."""

import subprocess
from base64 import b64decode
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from time import time
from typing import Any, NamedTuple

from imageio_ffmpeg import get_ffmpeg_exe
from playwright.sync_api import Locator, Page

RATE = 25
_GLIDE = 18  # moves of the pointer from one place to another, a picture each
_KEY_SECONDS = 0.09
_AFTER_CLICK = 0.35  # seconds
_PAINTED = "new Promise(done => requestAnimationFrame(() => setTimeout(done)))"
# Draws the pointer, and a line that says what is done, above everything else in the page.
_OVERLAY = """() => {
    const put = (name, parent, attributes, style = {}) => {
        const svg = "http://www.w3.org/2000/svg";
        const isHtml = name === "div";
        const made = isHtml ? document.createElement(name) : document.createElementNS(svg, name);
        for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
        Object.assign(made.style, style);
        return parent.appendChild(made);
    };
    const layer = put("div", document.body, { popover: "manual" }, {
        position: "fixed", inset: 0, width: "100vw", height: "100vh", margin: 0, padding: 0,
        border: 0, background: "none", overflow: "hidden", pointerEvents: "none",
    });
    const said = put("div", layer, {}, {
        position: "absolute", top: "8px", left: "50%", translate: "-50%", padding: "7px 18px",
        borderRadius: "99px", background: "#ff8a3d", color: "#1a0d04", font: "600 17px Inter",
        whiteSpace: "nowrap",
    });
    const arrow = put("svg", layer, { width: 26, height: 30 }, { position: "absolute" });
    const tip = { d: "M2 1v22l5.5-5 4 9.5 4-1.7-4-9.3h8z", fill: "#fff", stroke: "#000" };
    const shape = put("path", arrow, tip);
    const raise = () => {
        layer.hidePopover();
        layer.showPopover();
    };
    layer.showPopover();
    addEventListener("pointermove", ({ clientX, clientY }) => {
        Object.assign(arrow.style, { left: `${clientX - 2}px`, top: `${clientY - 1}px` });
        raise();
    }, true);
    addEventListener("pointerdown", () => shape.setAttribute("fill", "#ff8a3d"), true);
    addEventListener("pointerup", () => shape.setAttribute("fill", "#fff"), true);
    window.say = (text) => {
        said.textContent = text;
        said.hidden = !text;
        raise();
    };
    window.say("");
}"""


class Played(NamedTuple):
    """The video was played from its start, from one time of the film to another."""

    start: float
    end: float


class Hand:
    """A person at a page, each of whose actions lasts some seconds of the film."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._x, self._y = 0.0, 0.0
        self._times = [0.0]  # of the clock
        self._film_times = [0.0]
        self.played: list[Played] = []
        page.evaluate(_OVERLAY)

    @contextmanager
    def lasting(self, seconds: float) -> Iterator[None]:
        """Show what is done in so many seconds of the film."""
        self._note(0)
        yield
        self._note(seconds)

    def film_time(self, now: float) -> float:
        """Return when the film shows what was painted at a time."""
        index = bisect_left(self._times, now)
        if index == len(self._times):
            return self._film_times[-1]
        start, end = self._times[index - 1 : index + 1]
        first, last = self._film_times[index - 1 : index + 1]
        return first + (last - first) * (now - start) / (end - start)

    def _note(self, seconds: float) -> None:
        self._times.append(time())
        self._film_times.append(self._film_times[-1] + seconds)

    @contextmanager
    def playing(self) -> Iterator[None]:
        """Note that the video is played: from the click before this block to its end."""
        start = self._film_times[-1] - _AFTER_CLICK
        yield
        self.played.append(Played(start, self._film_times[-1]))

    def say(self, text: str) -> None:
        """Show a line that says what is done."""
        self.page.evaluate("text => say(text)", text)
        self.rest(0.5)

    def rest(self, seconds: float) -> None:
        """Let the page be seen."""
        with self.lasting(seconds):
            self.page.wait_for_timeout(seconds * 1000)

    def to(self, x: float, y: float) -> None:
        """Move the pointer, slowly at both ends."""
        start_x, start_y = self._x, self._y
        if (x, y) == (start_x, start_y):
            return
        with self.lasting(_GLIDE / RATE):
            for step in range(1, _GLIDE + 1):
                part = step / _GLIDE
                done = part * part * (3 - 2 * part)
                self.page.mouse.move(start_x + (x - start_x) * done, start_y + (y - start_y) * done)
                self.page.evaluate(_PAINTED)
        self._x, self._y = x, y

    def point(self, target: Locator, across: float = 0.5) -> None:
        """Move the pointer to a part of an element."""
        target.scroll_into_view_if_needed()
        box = target.bounding_box()
        if box is None:
            raise LookupError(f"{target} is not shown")
        self.to(box["x"] + across * box["width"], box["y"] + box["height"] / 2)
        self.rest(0.15)

    def click(self, target: Locator, across: float = 0.5) -> None:
        """Click an element."""
        self.point(target, across)
        self.page.mouse.down()
        self.rest(0.1)
        self.page.mouse.up()
        self.rest(_AFTER_CLICK)

    def drag(self, target: Locator, right: float, down: float = 0, across: float = 0.5) -> None:
        """Pull a part of an element by some pixels."""
        self.point(target, across)
        self.page.mouse.down()
        self.to(self._x + right, self._y + down)
        self.rest(0.4)
        self.page.mouse.up()
        self.rest(0.5)

    def type(self, text: str) -> None:
        """Type into what has the focus."""
        with self.lasting(len(text) * _KEY_SECONDS):
            for key in text:
                self.page.keyboard.type(key)
                self.page.evaluate(_PAINTED)
        self.rest(0.3)

    def press(self, key: str) -> None:
        """Press a key."""
        self.page.keyboard.press(key)
        self.rest(0.3)


@contextmanager
def recorded(page: Page, files: Path) -> Iterator[list[float]]:
    """Write what the page paints into numbered files, and note when each was painted."""
    times: list[float] = []
    session = page.context.new_cdp_session(page)

    def keep(frame: dict[str, Any]) -> None:
        (files / f"{len(times):05}.jpg").write_bytes(b64decode(frame["data"]))
        times.append(frame["metadata"]["timestamp"])
        session.send("Page.screencastFrameAck", {"sessionId": frame["sessionId"]})

    session.on("Page.screencastFrame", keep)
    session.send("Page.startScreencast", {"format": "jpeg", "quality": 90})
    yield times
    session.remove_listener("Page.screencastFrame", keep)
    session.send("Page.stopScreencast")


def encode(
    files: Path, times: list[float], film: Path, video: Path, played: Sequence[Played]
) -> None:
    """Make a film of numbered pictures, each shown from its time on, and of a video's sound."""
    lines = ["ffconcat version 1.0"]
    for number, (now, later) in enumerate(pairwise(times)):
        if later > now:
            lines += [f"file {number:05}.jpg", f"duration {later - now:.3f}"]
    listed = files / "pictures.ffconcat"
    listed.write_text("\n".join(lines))
    pictures = ["-f", "concat", "-i", str(listed), "-i", str(video)]
    heard = ["-filter_complex", _heard(played, times[-1]), "-map", "0:v", "-map", "[heard]"]
    shown = ["-vf", f"fps={RATE},format=yuv420p", "-c:v", "libx264", "-preset", "medium"]
    small = ["-crf", "27", "-b:a", "80k", "-movflags", "+faststart", str(film)]
    run_ffmpeg(*pictures, *heard, *shown, *small)


def _heard(played: Sequence[Played], seconds: float) -> str:
    """Return the filters of the sound of what is played, as long as the film."""
    copies = "".join(f"[copy{number}]" for number in range(len(played)))
    parts = [f"[1:a]asplit={len(played)}{copies}"]
    for number, (start, end) in enumerate(played):
        lasts = end - start
        fades = f"atrim=0:{lasts:.3f},afade=out:st={max(lasts - 0.1, 0):.3f}:d=0.1"
        late = f"adelay={round(start * 1000)}:all=1"
        parts.append(f"[copy{number}]{fades},{late}[part{number}]")
    mixed = "".join(f"[part{number}]" for number in range(len(played)))
    whole = f"apad,atrim=0:{seconds:.3f}"
    parts.append(f"{mixed}amix=inputs={len(played)}:normalize=0,{whole}[heard]")
    return ";".join(parts)


def run_ffmpeg(*arguments: str) -> None:
    """Run the bundled FFmpeg."""
    program = [get_ffmpeg_exe(), "-y", "-v", "error"]
    subprocess.run([*program, *arguments], check=True)  # noqa: S603
