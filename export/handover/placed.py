"""What is on the tracks of a timeline for editing programs: media at places. Pure."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, NamedTuple

from export.handover import otio
from export.handover.otio import Json
from export.plan.clips import Source
from export.plan.plan import Plan
from media.streams import exact_rate
from timeline.frames import Span

_SOUND_RATE = Fraction(48_000)  # of the ranges of sound files


class Reference(NamedTuple):
    """Media of a timeline: its address (None if it is missing), a name, what was measured of it."""

    url: str | None
    name: str
    source: Source

    def to_otio(self) -> Json:
        """Return it as OpenTimelineIO has it."""
        if self.url is None:
            return otio.missing_reference()
        return otio.external_reference(self.url, self._available_range())

    def _available_range(self) -> Json | None:
        seconds, sound_seconds, fps = self.source
        if seconds is not None and fps:
            rate = exact_rate(fps)
            return otio.time_range(0, round(seconds * rate), rate)
        if seconds is None and sound_seconds is not None:
            return otio.time_range(0, round(sound_seconds * _SOUND_RATE), _SOUND_RATE)
        return None  # an image, or what could not be read


References = Mapping[str, Reference]  # by the names of `openers`


class TrackClip(NamedTuple):
    """A clip at its place on a track."""

    span: Span
    clip: Json


class Remark(NamedTuple):
    """Something that was said about a part of the video: from when to when, in seconds."""

    start: Fraction
    end: Fraction
    text: str
    color: str  # of a marker
    metadata: Json


def within(span: Span, plan: Plan) -> Span | None:
    """Return the part of a span that is within the video; None if nothing is."""
    part = Span(max(span.start, 0), min(span.end, plan.last))
    return part if part.end > part.start else None


def named_values(values: Mapping[str, Any]) -> Json:
    """Return values with the names of the API."""
    return {_camel_case(key): value for key, value in values.items() if value is not None}


def _camel_case(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))
