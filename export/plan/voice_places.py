"""The places of voices on the timeline, and how other sound steps back for them. Pure."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from export.plan.clips import PlacedClip
from export.plan.voices import Music, Voice
from timeline.ducking import Point, Speech, ducking_of
from timeline.voice_lengths import LEAD


class PlacedVoice(NamedTuple):
    """A voice that is heard from `start` up to `end`, in seconds of the timeline."""

    voice: Voice
    start: float
    end: float

    @property
    def key(self) -> list[Any]:
        """What is heard of its file: a part of the key of the mixed sound."""
        voice = self.voice
        values = (self.start, self.end, voice.trim, voice.speed, voice.volume)
        place = [voice.scene, *(round(value, 6) for value in values)]
        return [*place, *voice.levelling.key]


def place_voices(
    voices: Sequence[Voice], clips: Sequence[PlacedClip], fps: Fraction
) -> list[PlacedVoice]:
    """Return where voices are heard; those without a place and a clip of their scene are not."""
    firsts: dict[int | None, int] = {}
    for placed in clips:
        firsts[placed.clip.scene] = min(placed.start, firsts.get(placed.clip.scene, placed.start))
    result = []
    for voice in voices:
        start = voice.start
        if start is None and voice.scene in firsts:
            start = float(firsts[voice.scene] / fps) + LEAD
        if start is not None:
            result.append(PlacedVoice(voice, start, start + voice.length))
    return sorted(result, key=lambda each: (each.start, each.voice.scene))


def ducking_under(
    voices: Sequence[PlacedVoice], recordings: Sequence[Music], duck: float
) -> list[Point]:
    """Return the envelope of what steps back under placed voices and recordings."""
    spans = [
        Speech(placed.start + start, placed.start + end)
        for placed in voices
        for start, end in placed.voice.speech
    ]
    spans += [Speech(max(each.start, 0.0), each.end or 0.0) for each in recordings]
    return ducking_of(spans, duck)
