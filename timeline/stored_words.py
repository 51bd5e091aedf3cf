"""The words of captions as timelines store them: with times in seconds of the timeline. Pure.

The page has the same rules (console/static/timeline/operations/caption-words.js).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from timeline.fitted_words import fitted
from timeline.spoken_words import Word, milliseconds

Words = Sequence[Mapping[str, Any]]


def corrected(text: str, words: Words) -> list[dict[str, Any]]:
    """Return the words of a text that was corrected, at the times of those before."""
    before = [Word(each["text"], each["start"], each["end"]) for each in words]
    return [_stored(each.text, each.start, each.end) for each in fitted(text, before)]


def moved(words: Words, seconds: float) -> list[dict[str, Any]]:
    """Return words that are spoken so much later."""
    return [
        _stored(each["text"], max(each["start"] + seconds, 0), max(each["end"] + seconds, 0))
        for each in words
    ]


def _stored(text: str, start: float, end: float) -> dict[str, Any]:
    return {"text": text, "start": _rounded(start), "end": _rounded(end)}


def _rounded(seconds: float) -> float:
    return milliseconds(seconds) / 1000
