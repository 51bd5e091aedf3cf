"""How transitions between clips move, and how long they last. Pure."""

from fractions import Fraction

from schemas.transitions import CUT, FADE, MOVEMENTS
from timeline.frames import to_frame

DEFAULT_TRANSITION_SECONDS = 0.5
MAX_TRANSITION_SECONDS = 60
ZOOM = 2  # how many times larger the outgoing picture is at the end of a zoom
BLUR_SHARE = 0.03  # of the frame's smaller side: the deviation of a blur in its middle
_NO_TRANSITION = ("", CUT, "none")


def movement_of(name: str) -> str:
    """Return the movement of a transition: one that is unknown fades."""
    return MOVEMENTS.get(name, FADE)


def transition_frames(name: str, seconds: float, lengths: tuple[int, int], fps: Fraction) -> int:
    """Return how long a transition between clips of these lengths lasts: half of either at most.

    FFmpeg's xfade lasts a minute at most.
    """
    if name in _NO_TRANSITION:
        return 0
    wanted = to_frame(min(max(seconds, 0.0), MAX_TRANSITION_SECONDS), fps)
    return min(wanted, *(length // 2 for length in lengths))
