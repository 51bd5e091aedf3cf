"""From a plan to a timeline of OpenTimelineIO, which editing programs open. Pure: no I/O."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from fractions import Fraction
from typing import Any, NamedTuple

from export.handover import otio
from export.handover.otio import Json
from export.plan.clips import PlacedClip, Source
from export.plan.plan import Plan
from export.plan.timeline import Clip, Picture, Text, Timeline
from export.plan.voices import Music
from export.sources.openers import asset_name, clip_name, music_name, voice_name
from media.streams import exact_rate
from schemas.transitions import FADE
from timeline.frames import Span, to_frame
from timeline.transitions import movement_of

_SOUND_RATE = Fraction(48_000)  # of the ranges of sound files

_TEXT_COLOR, _CAPTION_COLOR = "YELLOW", "CYAN"  # of markers
_AS_MEDIA = {"volume": 1, "fadeIn": 0, "fadeOut": 0}
_MAX_NAME = 80  # characters of a marker's name


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


def music(plan: Plan, references: References) -> Iterator[TrackClip]:
    """Yield the music as it is heard, each until its file ends or the video."""
    return _placed("music", plan.music, plan, references)


def effects(timeline: Timeline, plan: Plan, references: References) -> Iterator[TrackClip]:
    """Yield the sound effects, each until its file ends or the video."""
    return _placed("sound", timeline.effects, plan, references)


def voices(plan: Plan, references: References) -> Iterator[TrackClip]:
    """Yield voices and recordings, each until it ends or the video.

    Their volume makes them equally loud.
    """
    yield from _placed("voice", plan.recordings, plan, references)
    for placed in plan.voices:
        voice = placed.voice
        reference = references[voice_name(voice.scene)]
        span = Span(to_frame(placed.start, plan.fps), to_frame(placed.end, plan.fps))
        if heard := within(span, plan):
            trim = to_frame(voice.trim, plan.fps)
            shown = otio.time_range(trim, heard.end - heard.start, plan.fps)
            metadata = {"kind": "voice", "sceneIndex": voice.scene, "volume": voice.volume}
            clip = otio.clip(reference.name, reference.to_otio(), shown, metadata, voice.speed)
            yield TrackClip(heard, clip)


def _placed(
    kind: str, tracks: Sequence[Music], plan: Plan, references: References
) -> Iterator[TrackClip]:
    for each in tracks:
        reference = references[music_name(each.asset)]
        start = to_frame(max(each.start, 0.0), plan.fps)
        end = plan.last if each.end is None else to_frame(each.end, plan.fps)
        if (seconds := reference.source.sound_seconds) is not None:
            end = min(end, start + to_frame(max(seconds - each.trim, 0.0), plan.fps))
        if heard := within(Span(start, end), plan):
            trim = to_frame(each.trim, plan.fps)
            shown = otio.time_range(trim, heard.end - heard.start, plan.fps)
            metadata = {"kind": kind, **named_values(each.key)}
            yield TrackClip(heard, otio.clip(reference.name, reference.to_otio(), shown, metadata))


def to_otio(
    name: str,
    timeline: Timeline,
    plan: Plan,
    references: References,
    remarks: Iterable[Remark] = (),
) -> Json:
    """Return a timeline as OpenTimelineIO, with a marker for each remark, text and caption.

    Transitions lie in the last frames before their cut. What OpenTimelineIO has no words for is in
    the metadata, under `vidworks`.
    """
    tracks = [otio.track(otio.VIDEO, "Clips", _pictures_of_clips(plan, references))]
    tracks += _tracks(otio.VIDEO, "Pictures", _pictures(timeline, plan, references), plan.fps)
    if plan.sounds:
        tracks.append(otio.track(otio.AUDIO, "Clip sounds", _sounds_of_clips(plan, references)))
    tracks += _tracks(otio.AUDIO, "Music", music(plan, references), plan.fps)
    tracks += _tracks(otio.AUDIO, "Sounds", effects(timeline, plan, references), plan.fps)
    tracks += _tracks(otio.AUDIO, "Voices", voices(plan, references), plan.fps)
    output = timeline.output
    metadata: Json = {"width": output.width, "height": output.height, "fps": float(plan.fps)}
    if plan.ducking:
        gains = [[*point] for point in plan.ducking]
        metadata |= {"duck": timeline.duck, "musicGains": gains}
        metadata |= {"clipGains": gains} if timeline.ducks_clips else {}
    markers = [*_markers(timeline, plan), *_remarks(remarks, plan)]
    return otio.timeline(name, tracks, markers, metadata)


def _pictures_of_clips(plan: Plan, references: References) -> Iterator[Json]:
    return _sequence(plan, lambda placed: _media_clip(placed, references, plan.fps), _transition)


def _sounds_of_clips(plan: Plan, references: References) -> Iterator[Json]:
    """Yield the sounds of the clips, which fade over transitions of any kind."""
    sounding = {sound.start for sound in plan.sounds}

    def clip_of(placed: PlacedClip) -> Json | None:
        if placed.begin in sounding:
            return _media_clip(placed, references, plan.fps)
        return None

    def transition_of(placed: PlacedClip, fps: Fraction) -> Json | None:
        following = next(each for each in plan.clips if each.start == placed.end)
        if sounding.isdisjoint((placed.begin, following.begin)):
            return None
        return otio.transition(otio.DISSOLVE, "", placed.transition_frames, 0, fps, {})

    return _sequence(plan, clip_of, transition_of)


def _sequence(
    plan: Plan,
    clip_of: Callable[[PlacedClip], Json | None],
    transition_of: Callable[[PlacedClip, Fraction], Json | None],
) -> Iterator[Json]:
    """Yield what is on a track: clips, transitions, and gaps for what is None or empty."""
    position = 0
    for placed in plan.clips:
        if placed.start > position:
            yield otio.gap(placed.start - position, plan.fps)
        yield clip_of(placed) or otio.gap(placed.end - placed.start, plan.fps)
        if placed.transition_frames and (transition := transition_of(placed, plan.fps)):
            yield transition
        position = placed.end


def _media_clip(placed: PlacedClip, references: References, fps: Fraction) -> Json:
    reference = references[clip_name(placed.clip.media)]
    start = placed.time_map(fps).media_frame_at(placed.start)
    clip = placed.clip
    metadata: Json = {"sceneIndex": clip.scene} if clip.asset is None else {"assetId": clip.asset}
    metadata |= _sound_of(clip) | _framing_of(clip)
    if held := _held_frames(placed, reference.source.seconds, fps):
        metadata["heldFrames"] = held
    shown = otio.time_range(start, placed.end - placed.start, fps)
    return otio.clip(reference.name, reference.to_otio(), shown, metadata, placed.clip.speed)


def _sound_of(clip: Clip) -> Json:
    """Return how a clip sounds, as far as that is not how its media sound."""
    values = {"volume": clip.volume, "fadeIn": clip.fade_in, "fadeOut": clip.fade_out}
    return {key: value for key, value in values.items() if value != _AS_MEDIA[key]}


def _framing_of(clip: Clip) -> Json:
    """Return what part of its picture a clip shows, as far as that is not all of it."""
    crop = {} if clip.crop is None else {"crop": asdict(clip.crop)}
    if clip.motion is None:
        return crop
    return crop | {"motion": {"from": asdict(clip.motion.begin), "to": asdict(clip.motion.end)}}


def _held_frames(placed: PlacedClip, seconds: float | None, fps: Fraction) -> int:
    """Return for how many frames an export holds the last picture of a clip that has ended."""
    if seconds is None:
        return 0
    ending = placed.time_map(fps).frame_of(seconds)
    return max(placed.end - max(ending, placed.start), 0)


def _transition(placed: PlacedClip, fps: Fraction) -> Json:
    name = placed.clip.transition
    kind = otio.DISSOLVE if movement_of(name) == FADE else otio.CUSTOM
    frames = placed.transition_frames
    return otio.transition(kind, name, frames, 0, fps, {"transition": name})


def _pictures(timeline: Timeline, plan: Plan, references: References) -> Iterator[TrackClip]:
    spans = plan.spans[len(timeline.texts) :]
    for picture, span in zip(timeline.pictures, spans, strict=True):
        reference = references[asset_name(picture.asset)]
        if visible := within(span, plan):
            shown = otio.time_range(0, visible.end - visible.start, plan.fps)
            metadata = _metadata("picture", picture)
            yield TrackClip(
                visible, otio.clip(reference.name, reference.to_otio(), shown, metadata)
            )


def _tracks(kind: str, name: str, placed: Iterator[TrackClip], fps: Fraction) -> Iterator[Json]:
    """Yield as many tracks as it takes for clips that overlap: later ones lie above."""
    tracks: list[list[TrackClip]] = []
    for each in placed:
        top = next((n for n in reversed(range(len(tracks))) if _overlaps(tracks[n], each)), -1)
        if top + 1 == len(tracks):
            tracks.append([])
        tracks[top + 1].append(each)
    for number, clips in enumerate(tracks, 1):
        yield otio.track(kind, name if number == 1 else f"{name} {number}", _spaced(clips, fps))


def _overlaps(clips: Sequence[TrackClip], other: TrackClip) -> bool:
    return any(
        each.span.start < other.span.end and other.span.start < each.span.end for each in clips
    )


def _spaced(clips: Sequence[TrackClip], fps: Fraction) -> Iterator[Json]:
    position = 0
    for span, clip in sorted(clips, key=lambda each: each.span):
        if span.start > position:
            yield otio.gap(span.start - position, fps)
        yield clip
        position = span.end


def _markers(timeline: Timeline, plan: Plan) -> Iterator[Json]:
    """Yield a marker for each text, and for each time that a caption is visible."""
    for text, span in zip(timeline.texts, plan.spans, strict=False):  # pictures follow
        if visible := within(span, plan):
            yield _marker(text.text, _TEXT_COLOR, visible, plan, _metadata("text", text))
    for cue, spans in zip(timeline.cues, plan.cues, strict=True):
        metadata = {"kind": "caption", "text": cue.text}
        for visible in filter(None, (within(span, plan) for span in spans)):
            yield _marker(cue.text, _CAPTION_COLOR, visible, plan, metadata)


def _remarks(remarks: Iterable[Remark], plan: Plan) -> Iterator[Json]:
    """Yield a marker for each remark, also for what is after the end by now."""
    for remark in remarks:
        span = Span(*(round(seconds * plan.fps) for seconds in (remark.start, remark.end)))
        yield _marker(remark.text, remark.color, span, plan, remark.metadata)


def _marker(text: str, color: str, span: Span, plan: Plan, metadata: Json) -> Json:
    name = " ".join(text.split())[:_MAX_NAME]
    marked = otio.time_range(span.start, span.end - span.start, plan.fps)
    return otio.marker(name, color, marked, metadata)


def _metadata(kind: str, element: Text | Picture) -> Json:
    """Return what describes an element, with the names of the API."""
    return {"kind": kind, **named_values(asdict(element))}
