"""Frames of the output: frame rates, the frame that a time falls on, spans of frames. Pure."""

import math
from fractions import Fraction
from typing import NamedTuple

_NTSC = [Fraction(rate * 1000, 1001) for rate in (24, 30, 60)]


class Span(NamedTuple):
    """Frames from `start` up to `end`."""

    start: int
    end: int


def exact_rate(fps: float) -> Fraction:
    """Return a frame rate as a fraction: 29.97 is 30000/1001."""
    for rate in _NTSC:
        if abs(fps - rate) < 0.005:
            return rate
    return Fraction(fps).limit_denominator(1000)


def to_frame(seconds: float, fps: Fraction) -> int:
    """Return the frame that begins nearest to a time."""
    return math.floor(seconds * fps + Fraction(1, 2))


def to_span(start: float, end: float, fps: Fraction) -> Span:
    """Return the frames between two times, none of them before the video."""
    first = max(to_frame(start, fps), 0)
    return Span(first, max(to_frame(end, fps), first))
