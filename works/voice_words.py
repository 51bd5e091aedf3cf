"""The words of a voice: as vendors report them, or estimated from clauses and pauses."""

import math
from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise
from typing import Any

from media.ffmpeg import FFmpegError
from media.limits import JOBS, MediaBusyError, Pool
from media.measures import MediaReplacedError, measure_file
from media.speech_spans import speech_spans
from providers.sound_contract import Word
from providers.timed_words import Span, spread, word_spans
from storage.store import Store

_CLAUSE_ENDS = frozenset(".,;:!?…)。\uff0c、\uff01\uff1f\uff1b\uff1a।॥؟،؛")
_QUOTES = "\"'\u201d\u2019»」』"
_PAUSE_SECONDS = 0.2  # shorter ones are within clauses as well
_DRIFT_SECONDS, _DRIFT_SHARE = 0.7, 0.06  # by which a pause may be off: of the whole speech

Json = dict[str, Any]

_UNREADABLE = (FFmpegError, MediaBusyError, MediaReplacedError, FileNotFoundError)


def estimate_words(text: str, spans: Sequence[Span]) -> tuple[Word, ...]:
    """Return the words of a text, spread over spans of speech.

    Clauses end at pauses where that is plausible, the longest pauses first; within them, words take
    time by their length.
    """
    words = [text[start:end] for start, end in word_spans(text)]
    even = spread(words, spans)
    if not even:
        return ()
    cuts = _cuts(even, spans)
    edges = [(0, 0), *sorted(cuts.items()), (len(words), len(spans))]
    parts = (
        spread(words[first_word:last_word], spans[first_span:last_span])
        for (first_word, first_span), (last_word, last_span) in pairwise(edges)
    )
    return tuple(word for part in parts for word in part)


def _cuts(even: Sequence[Word], spans: Sequence[Span]) -> dict[int, int]:
    """Return the words that begin after a pause, each with the span that begins there.

    `even` are the words as they are spread without regard to clauses.
    """
    spoken = [0.0, *accumulate(end - start for start, end in spans)]
    said = {
        number: _spoken_at(word.end, spans, spoken)
        for number, word in enumerate(even[:-1], 1)
        if word.text.rstrip(_QUOTES)[-1:] in _CLAUSE_ENDS
    }
    drift = _DRIFT_SECONDS + _DRIFT_SHARE * spoken[-1]
    cuts: dict[int, int] = {}
    for span in _pauses(spans):
        possible = [
            word
            for word, at in said.items()
            if abs(at - spoken[span]) <= drift and _is_between(word, span, cuts)
        ]
        if possible:
            cuts[min(possible, key=lambda word: abs(said[word] - spoken[span]))] = span
    return cuts


def _pauses(spans: Sequence[Span]) -> list[int]:
    """Return which spans begin after a pause that may end a clause, the longest pause first."""
    lengths = {number: spans[number][0] - spans[number - 1][1] for number in range(1, len(spans))}
    found = [number for number, length in lengths.items() if length >= _PAUSE_SECONDS]
    return sorted(found, key=lambda number: -lengths[number])


def _is_between(word: int, span: int, cuts: dict[int, int]) -> bool:
    """Return whether a cut is in the order of the others."""
    return all((word < other) == (span < at) and word != other for other, at in cuts.items())


def _spoken_at(time: float, spans: Sequence[Span], spoken: Sequence[float]) -> float:
    """Return for how many seconds something was heard until a time."""
    for number, (start, end) in enumerate(spans):
        if time <= end:
            return spoken[number] + max(0.0, time - start)
    return spoken[-1]


def tidy_words(words: Iterable[Word], seconds: float | None = None) -> list[Json]:
    """Return the words as they are stored: one after the other, none empty.

    They end within so many `seconds`, if these are given.
    """
    tidied: list[Json] = []
    now, last = 0.0, math.inf if seconds is None else seconds
    for word in words:
        if text := word.text.strip():
            start = min(max(now, word.start), last)
            now = min(max(start, word.end), last)
            tidied.append({"text": text, "start": round(start, 3), "end": round(now, 3)})
    return tidied


def sound_seconds(store: Store, path: str) -> float | None:
    """Return how long a recording lasts; None for one that cannot be read, or not now."""
    try:
        audio = measure_file(store, path, JOBS).streams.audio
    except _UNREADABLE:
        return None
    return None if audio is None else audio.seconds


def estimated_words(store: Store, path: str, text: str, pool: Pool = JOBS) -> list[Json]:
    """Return the words of a text, spread over what is not silence in a recording of it.

    There are none for a recording that cannot be read, or not now.
    """
    try:
        spans = speech_spans(store, path, pool)
    except _UNREADABLE:
        return []
    return tidy_words(estimate_words(text, spans))
