"""What part of its picture a clip shows: its crop, and a window in this that moves. Pure.

`console/static/timeline/framing.js` has the same rules for the page.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

Values = Mapping[str, Any]


class Window(NamedTuple):
    """A part of a picture, in shares of its width and height, from its top left corner."""

    x: float
    y: float
    width: float
    height: float

    def between(self, other: "Window", share: float) -> "Window":
        """Return the window at a share of the way to another one."""
        steps = (begin + (end - begin) * share for begin, end in zip(self, other, strict=True))
        return Window(*steps)


class Motion(NamedTuple):
    """The windows at the beginning and at the end of a clip."""

    begin: Window
    end: Window


WHOLE = Window(0, 0, 1, 1)
_NEAR = 0.85  # the sides of a window in a preset
_CENTRE, _END = 0.075, 0.15  # where such a window is in the middle, and at the right or bottom
_MIDDLE = Window(_CENTRE, _CENTRE, _NEAR, _NEAR)
_LEFT, _RIGHT = (Window(x, _CENTRE, _NEAR, _NEAR) for x in (0, _END))
_TOP, _BOTTOM = (Window(_CENTRE, y, _NEAR, _NEAR) for y in (0, _END))

# By their names in schemas/framing.py. A pan is named by where the window goes.
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
    return Window(*(stored[name] for name in Window._fields))


def motion_of(stored: Values) -> Motion:
    """Return a motion as it is stored: with a preset, or with from and to."""
    if "preset" in stored:
        return MOTIONS[stored["preset"]]
    return Motion(window_of(stored["from"]), window_of(stored["to"]))


def divided(stored: Values, share: float) -> tuple[Values, Values]:
    """Return the motions of the parts of a clip that is split there, so that it moves as before."""
    begin, end = motion_of(stored)
    first, middle, last = (each._asdict() for each in (begin, begin.between(end, share), end))
    return {"from": first, "to": middle}, {"from": middle, "to": last}
