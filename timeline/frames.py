"""Frames: the frame that a time falls on, the time at which a frame begins, spans of frames."""

import math
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from media.streams import exact_rate

Number = int | float

MIN_SECONDS = 0.1  # that anything on a track lasts
_LARGEST_SECONDS = 1e9  # far beyond what is exported, but stored timelines may have any number
_LARGEST_FPS = 1000
DEFAULT_FPS = 30
_ROUNDED = Fraction(1, 1000)  # of a frame
_LARGEST_EXACT = 2**53  # above it, floats are integers, but JSON may not hold these


def limited(seconds: float) -> float:
    """Return a time, or the largest that is computed with."""
    if -_LARGEST_SECONDS < seconds < _LARGEST_SECONDS:
        return seconds
    return math.copysign(_LARGEST_SECONDS, seconds)


class Span(NamedTuple):
    """Frames from `start` up to `end`."""

    start: int
    end: int


def to_frame(seconds: float, fps: Fraction) -> int:
    """Return the frame that begins nearest to a time."""
    return math.floor(limited(seconds) * fps + Fraction(1, 2))


def frame_shown_at(seconds: float, fps: Fraction) -> int:
    """Return the frame that is shown at a time; clients round the times of frames."""
    return math.floor(limited(seconds) * fps + _ROUNDED)


def to_span(start: float, end: float, fps: Fraction) -> Span:
    """Return the frames between two times, none of them before the video."""
    first = max(to_frame(start, fps), 0)
    return Span(first, max(to_frame(end, fps), first))


class Rate(NamedTuple):
    """A frame rate, as a fraction and as a number. For floats, it is faster than a Fraction."""

    num: int
    den: int
    per_second: float

    @property
    def exact(self) -> Fraction:
        """The rate as a fraction."""
        return Fraction(self.num, self.den)

    def frame(self, seconds: float) -> int:
        """Return the frame that begins nearest to a time."""
        return math.floor(limited(seconds) * self.per_second + 0.5)

    @property
    def shortest(self) -> int:
        """The frames that anything on a track lasts at least."""
        return self.frames(MIN_SECONDS)

    def frames(self, seconds: float) -> int:
        """Return how many frames something lasts: at least one."""
        return max(self.frame(seconds), 1)

    def seconds(self, frames: int) -> Number:
        """Return how long a number of frames lasts: by one division, as in the page."""
        whole, rest = divmod(frames * self.den, self.num)
        return frames * self.den / self.num if rest else whole


@lru_cache(64)
def rate_of(fps: Number | str | None) -> Rate:
    """Return an exact frame rate; None and "source" count as DEFAULT_FPS."""
    known = fps if isinstance(fps, int | float) and fps else DEFAULT_FPS
    rate = exact_rate(min(known, _LARGEST_FPS))
    return Rate(rate.numerator, rate.denominator, float(rate))


def plain(number: Number) -> Number:
    """Return an integral number as an integer, so that JSON has `2` and not `2.0`."""
    if isinstance(number, float) and number.is_integer() and abs(number) < _LARGEST_EXACT:
        return int(number)
    return number


def rounded(number: float) -> int:
    """Return the nearest integer; of two, the larger one, as JavaScript does."""
    return math.floor(number + 0.5)


def tenths(seconds: Number) -> str:
    """Return a duration that is enough, in tenths of a second, as messages state it."""
    return f"{math.ceil(seconds * 10 - 1e-6) / 10:g}"
