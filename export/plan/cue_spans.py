"""The frames in which captions are shown. Pure."""

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import pairwise

from export.plan.clips import PlacedClip
from export.plan.cues import Cue
from export.plan.timeline import MediaId
from timeline.caption_lines import GAP, MIN_SECONDS
from timeline.frames import Span, to_span


def cue_spans(
    cues: Sequence[Cue],
    clips: Sequence[PlacedClip],
    starts: Mapping[int | None, float],
    fps: Fraction,
) -> list[list[Span]]:
    """Return the frames in which each caption is shown; `starts` are those of voices.

    A caption of a voice ends where the next one begins. If the next one belongs to another
    voice, which begins before the first has ended, each is shown for a second, one above the other.
    """
    by_media = _media_spans(clips)
    spans = [_spans(cue, by_media, starts, fps) for cue in cues]
    spoken = [number for number, cue in enumerate(cues) if cue.voice is not None and spans[number]]
    spoken.sort(key=lambda number: spans[number][0])
    for number, following in pairwise(spoken):
        [(start, end)], [(after, _)] = spans[number], spans[following]
        if after < end or after - end < GAP * fps:
            least = start
            if cues[number].voice != cues[following].voice:
                least = min(end, start + math.ceil(MIN_SECONDS * fps))
            spans[number] = [Span(start, max(after, least))]
    return spans


def _spans(
    cue: Cue,
    by_media: Mapping[MediaId, list[Span]],
    starts: Mapping[int | None, float],
    fps: Fraction,
) -> list[Span]:
    """Return when a caption is shown: at its times, or whenever its scene is."""
    if cue.start is not None and cue.end is not None:
        if cue.voice is not None and cue.voice not in starts:
            return []
        start = starts.get(cue.voice, 0.0)
        return [to_span(start + cue.start, start + cue.end, fps)]
    return [] if cue.scene is None else by_media.get(cue.scene, [])


def _media_spans(clips: Sequence[PlacedClip]) -> dict[MediaId, list[Span]]:
    """Return when media are visible; clips that follow each other immediately are one span."""
    found: dict[MediaId, list[Span]] = {}
    for placed in clips:
        spans = found.setdefault(placed.clip.media, [])
        if spans and spans[-1].end == placed.start:
            spans[-1] = Span(spans[-1].start, placed.end)
        else:
            spans.append(Span(placed.start, placed.end))
    return found
