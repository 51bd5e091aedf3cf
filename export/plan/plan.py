"""From a timeline to what is rendered: segments of frames, and the sound. Pure: no I/O.

All times are rounded to frames of the output once, here. The timeline's length is kept: in the last
frames of a clip that has a transition its picture is mixed with the first ones of the next clip,
which goes on from there when its own place begins. Between two edges of clips, transitions and
overlays nothing changes but the pictures of the sources; such a part is a segment.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import chain, pairwise
from typing import NamedTuple

from errors import InvalidError
from export.plan.clip_sounds import ClipSound, sounds_of
from export.plan.clips import PlacedClip, Source, View, place_clips
from export.plan.cue_spans import cue_spans
from export.plan.music_bed import NO_SONGS, Songs, heard_music, heard_recordings
from export.plan.overlays import Animations, animations_of
from export.plan.spoken_captions import SpokenStates, spoken_states
from export.plan.timeline import MediaId, Timeline
from export.plan.voice_places import PlacedVoice, ducking_under, place_voices
from export.plan.voices import Music
from media.streams import exact_rate
from schemas.exports import MAX_FPS, MIN_FPS
from timeline.ducking import Point
from timeline.frames import DEFAULT_FPS, Span, to_frame, to_span
from timeline.transitions import movement_of


class NothingLeftError(InvalidError):
    """Between `from` and `to` there is nothing; the video has so many `seconds`."""

    def __init__(self, end: int, fps: Fraction) -> None:
        self.seconds = float(end / fps)
        super().__init__("Nothing to export", _empty_reason(end, fps))


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


@dataclass(frozen=True, slots=True)
class Plan:
    """What is rendered. Segments follow each other without gaps, from frame `first` up to `last`.

    `spans` are those of the overlays: texts, then pictures; `cues` those of the captions, of which
    each has one for every time that it is visible. `animations` are those of overlays, `music` and
    `recordings` are as they are heard, `ducking` the envelope of what steps back, `spoken` the
    words of burned captions; overlays and captions are known by the indexes of `Segment.overlays`.
    """

    fps: Fraction
    first: int
    last: int
    clips: list[PlacedClip]
    segments: list[Segment]
    sounds: list[ClipSound]
    spans: list[Span]
    cues: list[list[Span]]
    animations: Animations = field(default_factory=dict)
    voices: list[PlacedVoice] = field(default_factory=list)
    music: list[Music] = field(default_factory=list)
    ducking: list[Point] = field(default_factory=list)
    spoken: SpokenStates = field(default_factory=dict)
    recordings: list[Music] = field(default_factory=list)

    @property
    def frames(self) -> int:
        """The number of frames of the video."""
        return self.last - self.first

    @property
    def seconds(self) -> float:
        """The duration of the video."""
        return float(self.frames / self.fps)

    @property
    def heard_voices(self) -> list[PlacedVoice]:
        """The voices of which something is heard in the video."""
        first, last = float(self.first / self.fps), float(self.last / self.fps)
        return [each for each in self.voices if each.end > first and each.start < last]

    @property
    def burned(self) -> set[int]:
        """The indexes of the captions that are drawn into the picture."""
        first = len(self.spans)
        shown = {index for segment in self.segments for index in segment.overlays}
        return {index - first for index in shown if index >= first}


def make_plan(
    timeline: Timeline, sources: Mapping[MediaId, Source], songs: Songs = NO_SONGS
) -> Plan:
    """Return the plan of a timeline. Raises NothingLeftError.

    `sources` are those of its `used_media` at least, `songs` what is known of its music, and of
    its recordings.
    """
    fps = _rate(timeline, sources)
    clips = place_clips(timeline.clips, sources, fps)
    end = clips[-1].end if clips else 0
    first = min(to_frame(max(timeline.first, 0), fps), end)
    last = end if timeline.last is None else min(to_frame(timeline.last, fps), end)
    if last <= first:
        raise NothingLeftError(end, fps)
    spans = [to_span(text.start, text.end, fps) for text in timeline.texts]
    spans += [to_span(picture.start, picture.end, fps) for picture in timeline.pictures]
    animations = animations_of([*timeline.texts, *timeline.pictures], spans, fps)
    voices = place_voices(timeline.voices, clips, fps)
    starts: dict[int | None, float] = {each.voice.scene: each.start for each in voices}
    cues = cue_spans(timeline.cues, clips, starts, fps)
    recordings = heard_recordings(timeline, songs)
    is_spoken = any(each.end > each.start for each in voices) or bool(recordings)
    overlays = [[span] for span in spans] + (cues if timeline.output.captions == "burn" else [])
    return Plan(
        fps,
        first,
        last,
        clips,
        list(_segments(clips, overlays, animations, Span(first, last), fps)),
        list(sounds_of([placed for placed in clips if placed.is_used(first, last)], sources, fps)),
        spans,
        cues,
        animations,
        voices,
        heard_music(timeline, songs, float(last / fps), is_spoken=is_spoken),
        ducking_under(voices, recordings, timeline.duck),
        spoken_states(timeline, cues, starts, fps),
        recordings,
    )


def _rate(timeline: Timeline, sources: Mapping[MediaId, Source]) -> Fraction:
    """Return the frame rate of the output: by default the clips' rate that is shown longest."""
    if timeline.output.fps is not None:
        return exact_rate(timeline.output.fps)
    seconds: dict[Fraction, float] = {}
    for clip in timeline.clips:
        source = sources[clip.media]
        if source.fps and source.seconds:
            rate = exact_rate(min(max(source.fps, MIN_FPS), MAX_FPS))
            seconds[rate] = seconds.get(rate, 0.0) + source.seconds
    return max(seconds, key=lambda rate: (seconds[rate], rate), default=Fraction(DEFAULT_FPS))


def _segments(
    clips: Sequence[PlacedClip],
    overlays: Sequence[Sequence[Span]],
    animations: Animations,
    window: Span,
    fps: Fraction,
) -> Iterator[Segment]:
    edges = {window.start, window.end}
    for each in clips:
        edges |= {each.start, each.end - each.transition_frames, each.end}
    for span in chain.from_iterable(overlays):
        edges |= {span.start, span.end} if span.end > span.start else set()
    for animation in chain.from_iterable(animations.values()):
        edges |= {animation.start, animation.end}
    inside = sorted(edge for edge in edges if window.start <= edge <= window.end)
    position = 0
    visible = _Visible(overlays)
    for start, end in pairwise(inside):
        while position < len(clips) and clips[position].end <= start:
            position += 1
        placed = _at(clips, position)
        following = _at(clips, position + 1)
        segment = _segment(Span(start, end), placed, following, fps)
        yield segment._replace(overlays=visible.at(start))


class _Visible:
    """Which overlays are visible at a frame; frames are asked for in order."""

    def __init__(self, overlays: Sequence[Sequence[Span]]) -> None:
        changes = [
            change
            for number, spans in enumerate(overlays)
            for span in spans
            if span.end > span.start
            for change in ((span.start, True, number), (span.end, False, number))
        ]
        # Of the changes at a frame, those that end an overlay are taken first, from the list's end.
        self._changes = sorted(changes, reverse=True)
        self._visible: set[int] = set()

    def at(self, frame: int) -> tuple[int, ...]:
        """Return the indexes of the overlays that are visible at a frame, in order."""
        while self._changes and self._changes[-1][0] <= frame:
            _, begins, number = self._changes.pop()
            if begins:
                self._visible.add(number)
            else:
                self._visible.remove(number)
        return tuple(sorted(self._visible))


def _at(clips: Sequence[PlacedClip], position: int) -> PlacedClip | None:
    return clips[position] if position < len(clips) else None


def _segment(
    span: Span, placed: PlacedClip | None, following: PlacedClip | None, fps: Fraction
) -> Segment:
    start, frames = span.start, span.end - span.start
    if placed is None or start < placed.start:
        return Segment(start, frames, None)
    transition_start = placed.end - placed.transition_frames
    if not placed.transition_frames or start < transition_start or following is None:
        return Segment(start, frames, placed.view(start, fps))
    return Segment(
        start,
        frames,
        placed.view(transition_start, fps),
        following.view(transition_start, fps),
        movement_of(placed.clip.transition),
        placed.transition_frames,
        start - transition_start,
    )


def _empty_reason(end: int, fps: Fraction) -> str:
    if not end:
        return "The clips are shorter than a frame."
    return f"Between `from` and `to` there is nothing: the video is {float(end / fps):g} seconds."
