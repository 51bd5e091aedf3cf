"""The places of clips on the timeline, in frames, and the transitions between them. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from export.frames import Span, to_frame
from export.timeline import CUT, Clip

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


def make_slots(clips: Sequence[Clip], sources: Mapping[int, Source], fps: Fraction) -> list[Slot]:
    """Return the places of the clips in order: one that overlaps the next ends where that begins.

    A gap of one frame, which rounding can make, is closed.
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
        length = sources[clip.scene].seconds
        length = clip.still_seconds if length is None else max(length - clip.trim, 0.0)
        end = start + length if clip.end is None else clip.end
        position = end
        yield clip, start, end


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
