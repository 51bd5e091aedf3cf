"""Frames of the output: their size, the frame that a time falls on, spans of frames. Pure."""

import math
from fractions import Fraction
from typing import NamedTuple


class Span(NamedTuple):
    """Frames from `start` up to `end`."""

    start: int
    end: int


def to_frame(seconds: float, fps: Fraction) -> int:
    """Return the frame that begins nearest to a time."""
    return math.floor(seconds * fps + Fraction(1, 2))


def to_span(start: float, end: float, fps: Fraction) -> Span:
    """Return the frames between two times, none of them before the video."""
    first = max(to_frame(start, fps), 0)
    return Span(first, max(to_frame(end, fps), first))


class Frame(NamedTuple):
    """The size of the exported frame in pixels, both even, and the scale of its overlays."""

    width: int
    height: int
    scale: float
