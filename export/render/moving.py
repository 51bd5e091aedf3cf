"""FFmpeg's filters that bring a picture to the frame's size through a window that moves over it.

The picture is scaled to more than it needs, so that nothing is lost where the window is small. A
window that is nearly as large as the picture is cut out of it (stepping.py), if cuts in whole
pixels come close enough in all frames of a segment; any other is sampled between pixels.
"""

import math
from fractions import Fraction
from typing import NamedTuple

from export.plan.frame_size import Frame
from export.plan.framing import Framing
from export.render.fitting import (
    END,
    MAX_SIDES,
    CroppedPicture,
    fitted_size,
    middle_of,
    nearest_even,
    over_copy,
    padded,
    window,
)
from export.render.stepping import MARGIN, stepped
from timeline.framing import WHOLE, Window

MOVING_VERSION = 2  # part of the keys of segments that move: as encoding.py's VERSION is of all

_SCALES = (1.2, 1.5, 2.0)  # how much larger than its box a picture is scaled
_STEPPED = 0.8  # the width of the smallest window that is not sampled
_STEPPED_SCALES = (1.22, 1.23, 1.24, 1.25)  # of pictures that windows are cut out of: one will do
_EDGES = (
    f"setsar=1,format=yuv444p,pad=iw+{2 * MARGIN}:ih+{2 * MARGIN}:{MARGIN}:{MARGIN},"
    f"fillborders={MARGIN}:{MARGIN}:{MARGIN}:{MARGIN}:smear"
)
_MAX_PIXELS = 128_000_000  # of a scaled picture
_MARGIN = 2  # pixels around what is sampled, at least


class _Box(NamedTuple):
    """The size of the picture in the frame, and what is seen of it: the part, and its size."""

    size: tuple[int, int]
    seen: Window
    seen_size: tuple[int, int]


class _Side(NamedTuple):
    """How a window moves along a side of the scaled picture, in pixels."""

    length: int  # of the picture
    shown: int  # of the result
    begin: float
    step: float  # with each frame
    width: float
    growth: float  # with each frame
    frames: int

    @property
    def kept(self) -> int:
        """How much is cut out for each frame: the widest window and what is around it."""
        widest = max(self.width, self.width + self.growth * (self.frames - 1))
        return min(self.length, max(self.shown, 2 * math.ceil(widest / 2) + 4 * _MARGIN))

    @property
    def out(self) -> int:
        """How much is sampled: less than what is shown only of an extreme picture."""
        return min(self.shown, self.kept)

    def cut(self, frame: str) -> str:
        """Return where what is kept begins, at even pixels, in a frame counted from 0 on."""
        last = self.length - self.kept
        return f"min(max(floor(({self._at(frame)})/2)*2-{_MARGIN},0),{last})"

    def place(self, frame: str) -> str:
        """Return where the window begins in what is kept."""
        return f"{self._at(frame)}-{self.cut(frame)}"

    def pixels(self, frame: str) -> str:
        """Return how many pixels of the window are shown as one."""
        return f"({self.width:.9f}+{self.growth:.12f}*{frame})/{self.out}"

    def _at(self, frame: str) -> str:
        return f"{self.begin:.9f}+{self.step:.12f}*{frame}"


def move(
    number: int,
    picture: CroppedPicture,
    framing: Framing,
    frames: int,
    frame: Frame,
    fps: Fraction,
    how: str,
    hold: str,
) -> str:
    """Return the filters that show the window of a picture for so many frames.

    `hold` repeats the last picture of the source, so that the window goes on moving.
    """
    box = _box(picture, frame, how)
    inside = _stepped(number, picture, box, framing, frames, fps, hold)
    if inside is None:
        inside = _sampled(picture, box, framing, frames, frame, hold)
    inside = f"{inside},{END}"
    if box.seen_size == frame[:2]:
        return inside
    if how == "contain":
        return f"{inside},{padded(frame, *box.seen_size)}"
    return over_copy(number, picture, frame, inside, box.seen_size, f",{hold}")


def _box(picture: CroppedPicture, frame: Frame, how: str) -> _Box:
    inside = fitted_size(picture.size, frame, cover=False)
    if how != "cover" or inside == frame[:2]:
        return _Box(inside, WHOLE, inside)
    width, height = fitted_size(picture.size, frame, cover=True)
    x, y = middle_of(frame, width, height)
    seen = Window(-x / width, -y / height, frame.width / width, frame.height / height)
    return _Box((width, height), seen, (frame.width, frame.height))


def _stepped(
    number: int,
    picture: CroppedPicture,
    box: _Box,
    framing: Framing,
    frames: int,
    fps: Fraction,
    hold: str,
) -> str | None:
    """Return the filters that scale a picture, and cut the windows out of it; None if sampled."""
    if framing.nearest < _STEPPED or not _is_usual(box):
        return None
    windows = [box.seen.within(framing.after(passed).window) for passed in range(frames)]
    for scale in _STEPPED_SCALES:
        size = (nearest_even(box.size[0] * scale), nearest_even(box.size[1] * scale))
        steps = stepped(number, windows, size, box.seen_size, fps)
        if steps is not None:
            return f"{picture.scaled(*size)},{_EDGES},{hold},{steps}"
    return None


def _is_usual(box: _Box) -> bool:
    """Return whether the whole picture may be scaled: it is hardly larger than what is seen."""
    return all(side <= 2 * seen for side, seen in zip(box.size, box.seen_size, strict=True))


def _sampled(
    picture: CroppedPicture, box: _Box, framing: Framing, frames: int, frame: Frame, hold: str
) -> str:
    """Return the filters that scale a picture and sample a window of it."""
    first, second, last = (
        box.seen.within(framing.after(passed).window) for passed in (0, 1, frames - 1)
    )
    width, height = (side * _scale(picture, box, framing) for side in box.size)
    if width > MAX_SIDES * frame.width or height > MAX_SIDES * frame.height:
        area = first.around(last)
        picture = picture.part(area)
        first, second = first.seen_from(area), second.seen_from(area)
        width, height = width * area.width, height * area.height
    factor = min(1, math.sqrt(_MAX_PIXELS / (width * height)))
    size = (nearest_even(width * factor), nearest_even(height * factor))
    across, down = _sides(first, second, size, box.seen_size, frames)
    cut = f"crop={across.kept}:{down.kept}:x='{across.cut('n')}':y='{down.cut('n')}'"
    count = "(on-1)"
    sampled = window(
        across.place(count), down.place(count), across.pixels(count), down.pixels(count)
    )
    shown = f"crop={across.out}:{down.out}:0:0"
    if (across.out, down.out) != box.seen_size:
        shown += f",scale={box.seen_size[0]}:{box.seen_size[1]}"
    return f"{picture.scaled(*size)},{END},{hold},{cut},{sampled},{shown}"


def _scale(picture: CroppedPicture, box: _Box, framing: Framing) -> float:
    """Return how much larger than its box a picture is scaled, at most to its own size."""
    wanted = next((each for each in _SCALES if each >= 1 / framing.nearest), _SCALES[-1])
    return min(wanted, max(1.0, picture.size[0] / box.size[0]))


def _sides(
    first: Window, second: Window, size: tuple[int, int], shown: tuple[int, int], frames: int
) -> tuple[_Side, _Side]:
    """Return how the window moves across and down."""
    places = (
        (first.x, second.x, first.width, second.width),
        (first.y, second.y, first.height, second.height),
    )
    across, down = (
        _Side(
            length,
            seen,
            begin * length,
            (end - begin) * length,
            width * length,
            (grown - width) * length,
            frames,
        )
        for length, seen, (begin, end, width, grown) in zip(size, shown, places, strict=True)
    )
    return across, down
