"""The places of clips on the timeline, in frames, and the transitions between them. Pure."""

import math
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from export.frames import Span, to_frame
from export.timeline import CUT, Clip, Timeline
from media.streams import exact_rate

FADE = "fade"

# Names of transitions in use, and what FFmpeg's xfade calls the same movement. In the web editor's
# preview `wipeleft` uncovers the new picture from the left edge, which xfade calls `wiperight`.
TRANSITIONS = {
    "fade": FADE,
    "dissolve": FADE,
    "wipe": "wiperight",
    "wipeleft": "wiperight",
    "wiperight": "wipeleft",
    "slide": "slideleft",
    "slideup": "slideup",
    "slidedown": "slidedown",
}
_NO_TRANSITION = ("", CUT, "none")


class Source(NamedTuple):
    """What a plan needs to know about a scene's media.

    `seconds` is how long its picture lasts (None for an image), `sound_seconds` its sound (None
    without), `fps` its average rate.
    """

    seconds: float | None
    sound_seconds: float | None = None
    fps: float | None = None


class Slot(NamedTuple):
    """The place of a clip: frames from `start` up to `end`, and of the transition to the next.

    `begin` is the frame at which its media begins: earlier than `start` after a transition.
    """

    clip: Clip
    start: int
    end: int
    begin: int
    transition_frames: int = 0

    def is_used(self, first: int, last: float) -> bool:
        """Return whether frames from `first` up to `last` show its media, or contain its sound."""
        return self.begin < last and self.end > first


def used_scenes(timeline: Timeline) -> set[int]:
    """Return the scenes whose media are needed to export the part from `first` to `last`.

    If places of clips depend on media (clips without times follow each other, the frame rate is
    that of the clips), that is all scenes of the timeline.
    """
    clips, fps = timeline.clips, timeline.output.fps
    timed = all(clip.start is not None and clip.end is not None for clip in clips)
    if fps is None or not timed or (timeline.first <= 0 and timeline.last is None):
        return {clip.scene for clip in clips}
    rate = exact_rate(fps)
    first = to_frame(timeline.first, rate)
    last = math.inf if timeline.last is None else to_frame(timeline.last, rate)
    slots = make_slots(clips, {}, rate)
    return {slot.clip.scene for slot in slots if slot.is_used(first, last)}


def make_slots(clips: Sequence[Clip], sources: Mapping[int, Source], fps: Fraction) -> list[Slot]:
    """Return the places of the clips in order: one that overlaps the next ends where that begins.

    A gap of one frame, which rounding can make, is closed. Only clips without times need sources.
    """
    timed = sorted(_timed(clips, sources), key=lambda each: each[1])
    starts = [to_frame(start, fps) for _, start, _ in timed]
    slots: list[Slot] = []
    for (clip, start, end), following in zip(timed, [*starts, None][1:], strict=True):
        frames = Span(to_frame(start, fps), to_frame(end, fps))
        stop = frames.end
        if following is not None and (stop > following or stop == following - 1):
            stop = following
        if stop > frames.start:
            slots.append(Slot(clip, frames.start, stop, frames.start))
    return _with_transitions(slots, fps)


def _timed(
    clips: Sequence[Clip], sources: Mapping[int, Source]
) -> Iterator[tuple[Clip, float, float]]:
    """Yield the clips with their times."""
    position = 0.0
    for clip in clips:
        start = position if clip.start is None else clip.start
        end = start + _length(clip, sources[clip.scene]) if clip.end is None else clip.end
        position = end
        yield clip, start, end


def _length(clip: Clip, source: Source) -> float:
    """Return for how many seconds a clip without times is shown."""
    return clip.still_seconds if source.seconds is None else max(source.seconds - clip.trim, 0.0)


def _with_transitions(slots: list[Slot], fps: Fraction) -> list[Slot]:
    """Add the transitions: of each clip but the last one, to one that follows immediately.

    A transition takes at most half of either place.
    """
    result, begins = [], [slot.start for slot in slots]
    for number, slot in enumerate(slots[:-1], 1):
        following = slots[number]
        frames = 0
        if slot.clip.transition not in _NO_TRANSITION and slot.end == following.start:
            wanted = to_frame(max(slot.clip.transition_seconds, 0.0), fps)
            lengths = (slot.end - slot.start, following.end - following.start)
            frames = min(wanted, *(length // 2 for length in lengths))
        begins[number] -= frames
        result.append(slot._replace(begin=begins[number - 1], transition_frames=frames))
    if slots:
        result.append(slots[-1]._replace(begin=begins[-1]))
    return result
