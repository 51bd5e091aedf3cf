"""Comparisons: interleaved rounds, and the median of the ratios within a round.

The noise of a machine lasts longer than a round. So both sides of a ratio are measured one right
after the other, in alternating order, and only ratios are compared across rounds.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Outcome:
    """The result of a row: the figures, the ratio (or value) that is judged, and the verdict."""

    figure: str
    ratio: str
    passed: bool


@dataclass(frozen=True)
class Comparison:
    """The results of all rounds, as pairs of (theirs, ours)."""

    pairs: list[tuple[float, float]]

    @property
    def theirs(self) -> float:
        """The median of their side."""
        return statistics.median(theirs for theirs, _ in self.pairs)

    @property
    def ours(self) -> float:
        """The median of our side."""
        return statistics.median(ours for _, ours in self.pairs)

    @property
    def ratio(self) -> float:
        """The median of the ratios ours / theirs within a round, not the ratio of the medians."""
        return statistics.median(ours / theirs for theirs, ours in self.pairs)


def compare(
    rounds: int,
    theirs: Callable[[], float],
    ours: Callable[[], float],
    what: str = "",
    *,
    alternate: bool = True,
) -> Comparison:
    """Measure both sides once per round; the order alternates, unless ours depends on theirs."""
    pairs: list[tuple[float, float]] = []
    for number in range(rounds):
        if number % 2 == 0 or not alternate:
            first = theirs()
            pair = (first, ours())
        else:
            second = ours()
            pair = (theirs(), second)
        pairs.append(pair)
        log(f"    round {number + 1} {what}: {pair[1]:,.2f} against {pair[0]:,.2f}")
    return Comparison(pairs)


def milliseconds(request: Callable[[], object], seconds: int, pause: float = 0) -> list[float]:
    """Return the times of requests that follow each other for some seconds."""
    times = []
    deadline = time.perf_counter() + seconds
    while (start := time.perf_counter()) < deadline:
        request()
        times.append(1000 * (time.perf_counter() - start))
        time.sleep(pause)
    return times


def median_milliseconds(request: Callable[[], object], seconds: int) -> float:
    """Return the median time of requests that follow each other for some seconds."""
    return statistics.median(milliseconds(request, seconds))


def log(line: str) -> None:
    """Print progress to stderr; stdout is for the table."""
    print(line, file=sys.stderr, flush=True)
