"""From a timeline to what is rendered: segments of frames, and the sound. Pure: no I/O.

All times are rounded to frames of the output once, here. The timeline's length is kept: in the last
frames of a clip that has a transition its picture is mixed with the first ones of the next clip,
which goes on from there when its own place begins. Between two edges of clips, transitions and
overlays nothing changes but the pictures of the sources; such a part is a segment.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from export.timeline import CUT, Clip, Timeline
from media.streams import exact_rate

DEFAULT_FPS = Fraction(30)
MIN_FPS, MAX_FPS = 1, 60
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


class View(NamedTuple):
    """A scene's media from a time on, in seconds of the media."""

    scene: int
    at: float


class Segment(NamedTuple):
    """Frames in which nothing changes but the pictures of the sources.

    Without `view` it is black. A segment of a transition has the `incoming` view as well; both
    begin with the transition, of whose `transition_frames` the segment leaves out the first `skip`.
    `overlays` are indexes into texts and then pictures, from bottom to top.
    """

    start: int
    frames: int
    view: View | None
    incoming: View | None = None
    transition: str = ""
    transition_frames: int = 0
    skip: int = 0
    overlays: tuple[int, ...] = ()


class Sound(NamedTuple):
    """The sound of a clip: from `start` on for `frames`, faded in and out over its transitions."""

    scene: int
    at: float
    start: int
    frames: int
    fade_in: int = 0
    fade_out: int = 0


class Slot(NamedTuple):
    """The place of a clip: frames from `start` up to `end`, and of the transition to the next.

    `begin` is the frame at which its media begins: earlier than `start` after a transition.
    """

    clip: Clip
    start: int
    end: int
    begin: int
    transition_frames: int = 0


class Span(NamedTuple):
    """Frames in which an overlay or a caption is visible: from `start` up to `end`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What is rendered. Segments follow each other without gaps, from frame `first` up to `last`.

    `spans` are those of the overlays: texts, then pictures; `cues` those of the captions.
    """

    fps: Fraction
    first: int
    last: int
    slots: list[Slot]
    segments: list[Segment]
    sounds: list[Sound]
    spans: list[Span]
    cues: list[Span]

    @property
    def frames(self) -> int:
        """The number of frames of the video."""
        return self.last - self.first

    @property
    def seconds(self) -> float:
        """The duration of the video."""
        return float(self.frames / self.fps)


class EmptyTimelineError(Exception):
    """Nothing is left to export; the message says why."""


def make_plan(timeline: Timeline, sources: Mapping[int, Source]) -> Plan:
    """Return the plan of a timeline. Raises EmptyTimelineError."""
    fps = _rate(timeline, sources)
    slots = _slots(timeline.clips, sources, fps)
    end = slots[-1].end if slots else 0
    first = min(to_frame(max(timeline.first, 0), fps), end)
    last = end if timeline.last is None else min(to_frame(timeline.last, fps), end)
    if last <= first:
        raise EmptyTimelineError(_empty_reason(end, fps))
    spans = [_span(text.start, text.end, fps) for text in timeline.texts]
    spans += [_span(picture.start, picture.end, fps) for picture in timeline.pictures]
    cues = [_cue_span(cue.scene, cue.start, cue.end, slots, fps) for cue in timeline.cues]
    overlays = spans + (cues if timeline.output.captions == "burn" else [])
    return Plan(
        fps,
        first,
        last,
        slots,
        list(_segments(slots, overlays, Span(first, last), fps)),
        list(_sounds(slots, sources)),
        overlays,
        cues,
    )


def to_frame(seconds: float, fps: Fraction) -> int:
    """Return the frame that begins nearest to a time."""
    return math.floor(seconds * fps + Fraction(1, 2))


def _rate(timeline: Timeline, sources: Mapping[int, Source]) -> Fraction:
    """Return the frame rate of the output: by default that of the clips that last longest."""
    if timeline.output.fps is not None:
        return exact_rate(timeline.output.fps)
    seconds: dict[Fraction, float] = {}
    for clip in timeline.clips:
        source = sources[clip.scene]
        if source.fps and source.seconds:
            rate = exact_rate(min(max(source.fps, MIN_FPS), MAX_FPS))
            seconds[rate] = seconds.get(rate, 0.0) + source.seconds
    return max(seconds, key=lambda rate: (seconds[rate], rate), default=DEFAULT_FPS)


def _slots(clips: Sequence[Clip], sources: Mapping[int, Source], fps: Fraction) -> list[Slot]:
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
    """Yield the clips with their times; one that would begin before the video begins later."""
    position = 0.0
    for clip in clips:
        start = position if clip.start is None else clip.start
        length = sources[clip.scene].seconds
        length = clip.still_seconds if length is None else max(length - clip.trim, 0.0)
        end = start + length if clip.end is None else clip.end
        position = end
        if start < 0:
            clip, start = _moved(clip, -start), 0.0  # noqa: PLW2901 - the same clip, cut off
        yield clip, start, end


def _moved(clip: Clip, seconds: float) -> Clip:
    return Clip(
        clip.scene,
        clip.start,
        clip.end,
        clip.trim + seconds,
        clip.transition,
        clip.transition_seconds,
        clip.still_seconds,
    )


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


def _segments(
    slots: Sequence[Slot], overlays: Sequence[Span], window: Span, fps: Fraction
) -> Iterator[Segment]:
    edges = {window.start, window.end}
    for each in slots:
        edges |= {each.start, each.end - each.transition_frames, each.end}
    for span in overlays:
        edges |= {span.start, span.end} if span.end > span.start else set()
    inside = sorted(edge for edge in edges if window.start <= edge <= window.end)
    position = 0
    for start, end in pairwise(inside):
        visible = tuple(n for n, span in enumerate(overlays) if span.start <= start < span.end)
        while position < len(slots) and slots[position].end <= start:
            position += 1
        slot = _at(slots, position)
        following = _at(slots, position + 1)
        yield _segment(Span(start, end), slot, following, fps)._replace(overlays=visible)


def _at(slots: Sequence[Slot], position: int) -> Slot | None:
    return slots[position] if position < len(slots) else None


def _segment(span: Span, slot: Slot | None, following: Slot | None, fps: Fraction) -> Segment:
    start, frames = span.start, span.end - span.start
    if slot is None or start < slot.start:
        return Segment(start, frames, None)
    transition_start = slot.end - slot.transition_frames
    if not slot.transition_frames or start < transition_start or following is None:
        return Segment(start, frames, _view(slot, start, fps))
    return Segment(
        start,
        frames,
        _view(slot, transition_start, fps),
        _view(following, transition_start, fps),
        TRANSITIONS.get(slot.clip.transition, FADE),
        slot.transition_frames,
        start - transition_start,
    )


def _view(slot: Slot, frame: int, fps: Fraction) -> View:
    return View(slot.clip.scene, slot.clip.trim + float((frame - slot.begin) / fps))


def _sounds(slots: Sequence[Slot], sources: Mapping[int, Source]) -> Iterator[Sound]:
    """Yield the sounds of the clips, each from where its media begins to where its place ends."""
    for slot in slots:
        length = sources[slot.clip.scene].sound_seconds
        if length is None or slot.clip.trim >= length:
            continue
        yield Sound(
            slot.clip.scene,
            slot.clip.trim,
            slot.begin,
            slot.end - slot.begin,
            slot.start - slot.begin,
            slot.transition_frames,
        )


def _span(start: float, end: float, fps: Fraction) -> Span:
    first = max(to_frame(start, fps), 0)
    return Span(first, max(to_frame(end, fps), first))


def _cue_span(
    scene: int | None, start: float | None, end: float | None, slots: Sequence[Slot], fps: Fraction
) -> Span:
    """Return when a caption is visible: at its times, or while its scene is."""
    if start is not None and end is not None:
        return _span(start, end, fps)
    slot = next((slot for slot in slots if slot.clip.scene == scene), None)
    return Span(slot.start, slot.end) if slot else Span(0, 0)


def _empty_reason(end: int, fps: Fraction) -> str:
    if not end:
        return "The clips are shorter than a frame."
    return f"Between `from` and `to` there is nothing: the video is {float(end / fps):g} seconds."
