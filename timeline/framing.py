"""What part of its picture a clip shows: its crop, and a window in this that moves. Pure.

`console/static/timeline/framing.js` has the same rules for the page.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Window:
    """A part of a picture, in shares of its width and height, from its top left corner."""

    x: float
    y: float
    width: float
    height: float

    def between(self, other: "Window", share: float) -> "Window":
        """Return the window at a share of the way to another one."""
        return Window(
            self.x + (other.x - self.x) * share,
            self.y + (other.y - self.y) * share,
            self.width + (other.width - self.width) * share,
            self.height + (other.height - self.height) * share,
        )

    def plus(self, step: "Window", times: float) -> "Window":
        """Return the window after `times` steps."""
        return Window(
            self.x + step.x * times,
            self.y + step.y * times,
            self.width + step.width * times,
            self.height + step.height * times,
        )

    def within(self, outer: "Window") -> "Window":
        """Return this window of a window as one of the picture."""
        return Window(
            outer.x + self.x * outer.width,
            outer.y + self.y * outer.height,
            self.width * outer.width,
            self.height * outer.height,
        )

    def seen_from(self, outer: "Window") -> "Window":
        """Return this window of the picture as one of another window, the opposite of `within`."""
        return Window(
            (self.x - outer.x) / outer.width,
            (self.y - outer.y) / outer.height,
            self.width / outer.width,
            self.height / outer.height,
        )

    def around(self, other: "Window") -> "Window":
        """Return the smallest window that both are in."""
        x, y = min(self.x, other.x), min(self.y, other.y)
        right = max(self.x + self.width, other.x + other.width)
        bottom = max(self.y + self.height, other.y + other.height)
        return Window(x, y, right - x, bottom - y)


@dataclass(frozen=True, slots=True)
class Motion:
    """The windows at the beginning and at the end of a clip."""

    begin: Window
    end: Window

    def at(self, share: float) -> Window:
        """Return the window at a share of the way."""
        return self.begin.between(self.end, share)


WHOLE = Window(0, 0, 1, 1)
_NEAR = 0.85  # the sides of a window in a preset
_CENTRE, _END = 0.075, 0.15  # where such a window is in the middle, and at the right or bottom
_MIDDLE = Window(_CENTRE, _CENTRE, _NEAR, _NEAR)
_LEFT, _RIGHT = (Window(x, _CENTRE, _NEAR, _NEAR) for x in (0, _END))
_TOP, _BOTTOM = (Window(_CENTRE, y, _NEAR, _NEAR) for y in (0, _END))

# By their names in schemas/text_looks.py. A pan is named by where the window goes.
MOTIONS = {
    "zoomIn": Motion(WHOLE, _MIDDLE),
    "zoomOut": Motion(_MIDDLE, WHOLE),
    "panLeft": Motion(_RIGHT, _LEFT),
    "panRight": Motion(_LEFT, _RIGHT),
    "panUp": Motion(_BOTTOM, _TOP),
    "panDown": Motion(_TOP, _BOTTOM),
}


def window_of(stored: Values) -> Window:
    """Return a window as it is stored."""
    return Window(stored["x"], stored["y"], stored["width"], stored["height"])


def motion_of(stored: Values) -> Motion:
    """Return a motion as it is stored: with a preset, or with from and to."""
    if "preset" in stored:
        return MOTIONS[stored["preset"]]
    return Motion(window_of(stored["from"]), window_of(stored["to"]))


def divided(stored: Values, share: float) -> tuple[Values, Values]:
    """Return the motions of the parts of a clip that is split there, so that it moves as before."""
    motion = motion_of(stored)
    first, middle, last = map(asdict, (motion.begin, motion.at(share), motion.end))
    return {"from": first, "to": middle}, {"from": middle, "to": last}
