"""How figures become verdicts: interleaved rounds, and medians of the ratios within a round.

Machines are noisy, and the noise lasts longer than a round; so both sides of a ratio are
measured right after one another, in alternating order, and only ratios are compared over rounds.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Outcome:
    """One line of the table: the measured figures, the ratio (or what is judged), the verdict."""

    figure: str
    ratio: str
    passed: bool


@dataclass(frozen=True)
class Comparison:
    """What each round found, as pairs of theirs and ours."""

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
    rounds: int, theirs: Callable[[], float], ours: Callable[[], float], what: str = ""
) -> Comparison:
    """Measure both sides once a round, whoever is second in one being first in the next."""
    pairs: list[tuple[float, float]] = []
    for number in range(rounds):
        if number % 2 == 0:
            first = theirs()
            pair = (first, ours())
        else:
            second = ours()
            pair = (theirs(), second)
        pairs.append(pair)
        log(f"    round {number + 1} {what}: {pair[1]:,.2f} against {pair[0]:,.2f}")
    return Comparison(pairs)


def log(line: str) -> None:
    """Report progress, apart from the table on stdout."""
    print(line, file=sys.stderr, flush=True)
