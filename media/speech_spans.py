"""Where in a recording something is heard, and where there are pauses."""

from collections.abc import Sequence
from itertools import groupby

from media.limits import Pool
from media.measures import measure_file
from media.peaks import PEAKS_PER_SECOND, peaks_of
from storage.store import Store

Span = tuple[float, float]  # seconds

# In intervals of the peaks, since seconds are rounded.
_SHORTEST_PAUSE = 8  # 0.16 s: stops within words are shorter
_SHORTEST_SOUND = 3  # 0.06 s: shorter ones are clicks
_QUIET = 0.08  # of the level of loud parts: what is below is a pause
_LOUD = 0.9  # the share of parts with a sound that are less loud than the loud ones
_STEADY = ("highpass=f=40",)  # or a constant in samples (DC) would be heard in pauses
_NOISE = 3  # a level below which there is no sound at all, of 255


def speech_spans(store: Store, path: str, pool: Pool) -> list[Span]:
    """Return when something is heard in a recording, in the order of time.

    Raises FFmpegError, MediaBusyError, FileNotFoundError, MediaReplacedError.
    """
    audio = measure_file(store, path, pool).streams.audio
    return [] if audio is None else spans_of(peaks_of(path, audio, pool, _STEADY))


def spans_of(peaks: Sequence[int]) -> list[Span]:
    """Return when something is heard, from how loud each 1/50 s is."""
    heard = sorted(level for level in peaks if level > _NOISE)
    if not heard:
        return []
    limit = max(_NOISE, _QUIET * heard[int(_LOUD * (len(heard) - 1))])
    spans: list[tuple[int, int]] = []
    position = 0
    for is_loud, group in groupby(level > limit for level in peaks):
        start, position = position, position + len(list(group))
        if is_loud:
            _add(spans, (start, position))
    return [
        (start / PEAKS_PER_SECOND, end / PEAKS_PER_SECOND)
        for start, end in spans
        if end - start >= _SHORTEST_SOUND
    ]


def _add(spans: list[tuple[int, int]], span: tuple[int, int]) -> None:
    """Add a span, joined with the one before if there is no pause between them."""
    if spans and span[0] - spans[-1][1] < _SHORTEST_PAUSE:
        span = (spans.pop()[0], span[1])
    spans.append(span)
