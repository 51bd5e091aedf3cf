"""The words of a voice: as vendors report them, or estimated from its text and its pauses."""

import math
from collections.abc import Iterable
from typing import Any

from media.ffmpeg import FFmpegError
from media.limits import JOBS, MediaBusyError, Pool
from media.measures import MediaReplacedError, measure_file
from media.speech_spans import speech_spans
from providers.sound_contract import Word
from storage.store import Store
from works.word_estimates import estimate_words

Json = dict[str, Any]

_UNREADABLE = (FFmpegError, MediaBusyError, MediaReplacedError, FileNotFoundError)


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
