"""The music, the sound effects and the voices on tracks for editing programs. Pure."""

from collections.abc import Iterator, Sequence

from export.handover import otio
from export.handover.placed import References, TrackClip, named_values, within
from export.plan.music import Music
from export.plan.plan import Plan
from export.plan.timeline import Timeline
from export.sources.openers import music_name, voice_name
from timeline.frames import Span, to_frame


def music(plan: Plan, references: References) -> Iterator[TrackClip]:
    """Yield the music as it is heard, each until its file ends or the video."""
    return _placed("music", plan.music, plan, references)


def effects(timeline: Timeline, plan: Plan, references: References) -> Iterator[TrackClip]:
    """Yield the sound effects, each until its file ends or the video."""
    return _placed("sound", timeline.effects, plan, references)


def voices(plan: Plan, references: References) -> Iterator[TrackClip]:
    """Yield the voices, each until it ends or the video. Their volume makes them equally loud."""
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
