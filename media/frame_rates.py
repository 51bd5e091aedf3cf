"""The usual frame rate that is nearest to a variable one."""

from bisect import bisect
from fractions import Fraction

_WHOLE = (60, 50, 30, 25, 24)  # frames a second; what is slower than _SLOWEST counts as _SLOW
_SLOWEST, _SLOW = 22, Fraction(30)
_NTSC = tuple(Fraction(rate * 1000, 1001) for rate in (60, 30, 24))
_USUAL = (*map(Fraction, _WHOLE), *_NTSC)


class Intervals:
    """How long the frames of a stream last, in units of `base` seconds: as at which usual rate."""

    def __init__(self, base: Fraction) -> None:
        self._base = base
        neighbours = zip(_WHOLE, (*_WHOLE[1:], 2 * _SLOWEST - _WHOLE[-1]), strict=True)
        self._edges = [float(2 / (sum(each) * base)) for each in neighbours]
        self._counts = [0] * (len(self._edges) + 1)
        self._totals = [0] * (len(self._edges) + 1)

    def add(self, interval: int) -> None:
        """Add the time from one frame to the next."""
        if interval > 0:
            index = bisect(self._edges, interval)
            self._counts[index] += 1
            self._totals[index] += interval

    def usual_rate(self) -> Fraction | None:
        """Return the usual rate at which most frames follow each other; None if none is later."""
        most = max(self._counts)
        index = self._counts.index(most)
        if not most or not self._totals[index]:
            return None
        if index == len(self._edges):
            return _SLOW
        mean = most / (self._totals[index] * self._base)
        return min(_USUAL, key=lambda rate: abs(rate - mean))
