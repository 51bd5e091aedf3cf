"""Clips at their places on the timeline, in frames, with the transitions between them. Pure."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from export.plan.framing import Framing, framing_of
from export.plan.timeline import Clip, MediaId, Timeline
from media.streams import exact_rate
from timeline.frames import Span, to_frame
from timeline.time_map import NORMAL_SPEED, TimeMap
from timeline.transitions import transition_frames

_SAME_TIME = 1e-6  # seconds: what computing with floats may differ by


class Source(NamedTuple):
    """What a plan needs to know about the media of a clip.

    `seconds` is how long its picture lasts (None for an image), `sound_seconds` its sound (None
    without), `fps` its rate, a usual one if it varies.
    """

    seconds: float | None
    sound_seconds: float | None = None
    fps: float | None = None


class View(NamedTuple):
    """Media from a time on, in seconds of the media, at a speed; without framing, all of them."""

    media: MediaId
    at: float
    speed: float = NORMAL_SPEED
    framing: Framing | None = None

    def after(self, frames: int, fps: Fraction) -> "View":
        """Return the view that begins `frames` frames later."""
        at = TimeMap(0, self.at, fps, self.speed).media_at(frames)
        return self._replace(at=at, framing=self.framing and self.framing.after(frames))

    def is_same(self, other: "View") -> bool:
        """Return whether another view shows the same, from the same time on."""
        same = (self.media, self.speed) == (other.media, other.speed)
        framed = self.framing.is_same(other.framing) if self.framing else other.framing is None
        return same and framed and abs(other.at - self.at) < _SAME_TIME

    @property
    def time_key(self) -> list[float]:
        """Which times of the media are shown: a part of the keys of rendered segments."""
        return [round(self.at, 6), *([] if self.speed == NORMAL_SPEED else [self.speed])]


class PlacedClip(NamedTuple):
    """A clip in the frames from `start` up to `end`; the last ones are those of its transition.

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

    def time_map(self, fps: Fraction) -> TimeMap:
        """Return which time of its media is shown at each frame."""
        return TimeMap(self.begin, self.clip.trim, fps, self.clip.speed)

    def view(self, frame: int, fps: Fraction) -> View:
        """Return the view of its media that begins with a frame."""
        framing = framing_of(self.clip, self.end - self.begin, frame - self.begin)
        return View(self.clip.media, self.time_map(fps).media_at(frame), self.clip.speed, framing)


def used_media(timeline: Timeline) -> set[MediaId]:
    """Return the media that are needed to export the part from `first` to `last`.

    If places of clips depend on media (clips without times follow each other, the frame rate is
    that of the clips), that is all media of the timeline.
    """
    clips, fps = timeline.clips, timeline.output.fps
    timed = all(clip.start is not None and clip.end is not None for clip in clips)
    if fps is None or not timed or (timeline.first <= 0 and timeline.last is None):
        return {clip.media for clip in clips}
    rate = exact_rate(fps)
    first = to_frame(timeline.first, rate)
    last = math.inf if timeline.last is None else to_frame(timeline.last, rate)
    placed = place_clips(clips, {}, rate)
    return {each.clip.media for each in placed if each.is_used(first, last)}


def in_order(media: Iterable[MediaId]) -> list[MediaId]:
    """Return the ids of media in order: scenes, then assets."""
    return sorted(media, key=lambda each: (isinstance(each, str), each))


def place_clips(
    clips: Sequence[Clip], sources: Mapping[MediaId, Source], fps: Fraction
) -> list[PlacedClip]:
    """Return the clips in order: one that overlaps the next ends where that begins.

    A gap of one frame, which rounding can make, is closed. Only clips without times need sources.
    """
    timed = sorted(_timed(clips, sources), key=lambda each: each[1])
    starts = [to_frame(start, fps) for _, start, _ in timed]
    placed: list[PlacedClip] = []
    for (clip, start, end), following in zip(timed, [*starts, None][1:], strict=True):
        frames = Span(to_frame(start, fps), to_frame(end, fps))
        stop = frames.end
        if following is not None and (stop > following or stop == following - 1):
            stop = following
        if stop > frames.start:
            placed.append(PlacedClip(clip, frames.start, stop, frames.start))
    return _with_transitions(placed, fps)


def run_starts(clips: Sequence[PlacedClip], fps: Fraction) -> list[int]:
    """Return for each clip the index of the one whose media it goes on with, without a jump.

    Those are the parts of a clip that was split; for other clips, it is their own index.
    """
    starts: list[int] = []
    for number, placed in enumerate(clips):
        before = clips[number - 1] if number else None
        first = clips[starts[-1]] if starts else placed
        goes_on = (
            before is not None
            and before.clip.media == placed.clip.media
            and before.end == placed.start == placed.begin
            and first.time_map(fps).goes_on(placed.time_map(fps))
        )
        starts.append(starts[-1] if goes_on else number)
    return starts


def _timed(
    clips: Sequence[Clip], sources: Mapping[MediaId, Source]
) -> Iterator[tuple[Clip, float, float]]:
    """Yield the clips with their times."""
    position = 0.0
    for clip in clips:
        start = position if clip.start is None else clip.start
        end = start + _length(clip, sources[clip.media]) if clip.end is None else clip.end
        position = end
        yield clip, start, end


def _length(clip: Clip, source: Source) -> float:
    """Return for how many seconds a clip without times is shown."""
    own = clip.still_seconds if source.seconds is None else max(source.seconds - clip.trim, 0.0)
    return max(own, clip.least_seconds)


def _with_transitions(clips: list[PlacedClip], fps: Fraction) -> list[PlacedClip]:
    """Add the transitions: of each clip but the last one, to one that follows immediately."""
    result, begins = [], [clip.start for clip in clips]
    for number, (placed, following) in enumerate(pairwise(clips), 1):
        frames = 0
        if placed.end == following.start:
            lengths = (placed.end - placed.start, following.end - following.start)
            clip = placed.clip
            frames = transition_frames(clip.transition, clip.transition_seconds, lengths, fps)
        begins[number] -= frames
        result.append(placed._replace(begin=begins[number - 1], transition_frames=frames))
    if clips:
        result.append(clips[-1]._replace(begin=begins[-1]))
    return result
