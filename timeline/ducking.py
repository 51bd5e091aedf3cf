"""Ducking: how the music steps back while someone speaks. Pure.

The places of the voices are known, so the music's volume is an envelope of points, straight between
them. `console/static/timeline/ducking.js` has the same rules for the page. All times are seconds.
"""

import math
from array import array
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

PAUSE = 1.0  # a shorter pause between words or voices keeps the music down
DOWN = 0.25  # in which the music steps back, before someone speaks
UP = 0.6  # in which it comes back, after that


class Speech(NamedTuple):
    """A time in which someone speaks."""

    start: float
    end: float


class Point(NamedTuple):
    """How loud the music is at a time: 1 is as without ducking."""

    time: float
    gain: float


def speech_of_voice(
    voice: Speech, words: Sequence[Speech], trim: float = 0.0, speed: float = 1.0
) -> list[Speech]:
    """Return when a voice speaks that is heard at a place of the timeline.

    `words` are at times of its file, from which it is heard from `trim` on. Without any, it speaks
    all the time.
    """
    placed = (
        Speech(
            max(voice.start + (word.start - trim) / speed, voice.start),
            min(voice.start + (word.end - trim) / speed, voice.end),
        )
        for word in words
    )
    return joined(placed) if words else [voice]


def joined(spans: Iterable[Speech]) -> list[Speech]:
    """Return spans in order; those with a short pause between them are one. Empty ones are none."""
    result: list[Speech] = []
    for span in sorted(span for span in spans if span.end > span.start):
        if result and span.start - result[-1].end < PAUSE:
            result[-1] = Speech(result[-1].start, max(result[-1].end, span.end))
        else:
            result.append(span)
    return result


def ducking_of(spans: Iterable[Speech], duck: float) -> list[Point]:
    """Return the envelope of the music while someone speaks; without points, it stays as it is.

    `duck` is by how many dB the music changes, 0 or less.
    """
    gain = gain_of(duck)
    if gain == 1:
        return []
    return [
        point
        for start, end in joined(spans)
        for point in (
            Point(start - DOWN, 1.0),
            Point(start, gain),
            Point(end, gain),
            Point(end + UP, 1.0),
        )
    ]


def gain_of(decibels: float) -> float:
    """Return the factor of a level in dB."""
    return float(10 ** (decibels / 20))


def gains(points: Sequence[Point], rate: int, count: int) -> "array[float]":
    """Return the first `count` gains of an envelope, `rate` of them a second, from 0 on."""
    result = array("f")
    for before, after in pairwise([Point(0.0, 1.0), *points, Point(count / rate, 1.0)]):
        first = len(result)
        stop = min(max(math.ceil(after.time * rate), 0), count)
        if before.gain == after.gain:
            result.extend(array("f", [before.gain]) * (stop - first))
            continue
        slope = (after.gain - before.gain) / (after.time - before.time)
        result.extend(
            before.gain + (index / rate - before.time) * slope for index in range(first, stop)
        )
    result.extend(array("f", [1.0]) * (count - len(result)))
    return result
