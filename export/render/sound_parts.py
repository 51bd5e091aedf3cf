"""What is heard of each input, and where: of clips, music, sound effects and voices."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple

from export.plan.clip_sounds import ClipSound
from export.plan.plan import Plan
from export.plan.timeline import Timeline
from export.plan.voice_places import PlacedVoice
from export.plan.voices import Music
from export.sources.held_media import Media
from export.sources.openers import clip_name, music_name, voice_name
from media.levelling import RATE
from timeline.ducking import gain_of
from timeline.time_map import NORMAL_SPEED

_EDGE = 192  # samples (4 ms) in which sound begins and ends: a jump would be heard as a click


class SoundPart(NamedTuple):
    """The sound of an input on the timeline: from sample `start` up to `end`, after `filters`.

    `levelling` are the filters before, of the sound at its own speed. While someone speaks, it
    steps back if it `is_ducked`.
    """

    source: Media
    at: float
    start: int
    end: int
    filters: list[str]
    speed: float = NORMAL_SPEED
    is_ducked: bool = False
    levelling: Sequence[str] = ()


def parts_of(timeline: Timeline, plan: Plan, media: Mapping[str, Media]) -> list[SoundPart]:
    """Return everything that is heard, in the order in which it begins."""
    sounds = _joined(plan.sounds)
    parts = [_clip_part(sound, media[clip_name(sound.media)], plan.fps) for sound in sounds]
    parts = [part._replace(is_ducked=timeline.ducks_clips) for part in parts]
    for music in _joined_music(plan.music):
        found = _music_parts(music, media[music_name(music.asset)], plan)
        parts += (part._replace(is_ducked=True) for part in found)
    for sound in (*_joined_music(timeline.effects), *_joined_music(plan.recordings)):
        parts += _music_parts(sound, media[music_name(sound.asset)], plan)
    for placed in plan.heard_voices:
        parts += _voice_parts(placed, media[voice_name(placed.voice.scene)], plan)
    return sorted(parts, key=lambda part: part.start)


def _joined(sounds: Sequence[ClipSound]) -> list[ClipSound]:
    """Return the sounds; the parts of a clip that was split are one."""
    joined: list[ClipSound] = []
    for sound in sounds:
        if not sound.continues:
            joined.append(sound)
            continue
        frames = sound.start + sound.frames - joined[-1].start
        joined[-1] = joined[-1]._replace(frames=frames, fade_out=sound.fade_out)
    return joined


def _joined_music(tracks: Sequence[Music]) -> list[Music]:
    """Return the places with music; the parts of one that was split are one."""
    joined: list[Music] = []
    for music in tracks:
        if joined and music.continues(joined[-1]):
            joined[-1] = replace(joined[-1], end=music.end, fade_out=music.fade_out)
        else:
            joined.append(music)
    return joined


def _clip_part(sound: ClipSound, source: Media, fps: Fraction) -> SoundPart:
    """Return a clip's sound, cut to its place and faded."""
    start = samples(sound.start, fps)
    end = samples(sound.start + sound.frames, fps)
    fade_in = samples(sound.start + sound.fade_in, fps) - start
    fade_out = end - samples(sound.start + sound.frames - sound.fade_out, fps)
    heard = _heard(source, sound.at, end - start, sound.speed)
    filters = [*_volume(sound.volume), *_faded(fade_in, fade_out, end - start, heard)]
    return SoundPart(source, sound.at, start, end, filters, sound.speed)


def _music_parts(music: Music, source: Media, plan: Plan) -> Iterator[SoundPart]:
    """Yield the music, which ends with the video at the latest, unless it begins after that."""
    start, end = max(0, round(music.start * RATE)), samples(plan.last, plan.fps)
    if music.end is not None:
        end = min(end, round(music.end * RATE))
    if end > start:
        length = end - start
        heard = _heard(source, music.trim, length)
        fade_in, fade_out = (
            min(round(each * RATE), length) for each in (music.fade_in, music.fade_out)
        )
        filters = [f"volume={music.volume:.6f}", *_faded(fade_in, fade_out, length, heard)]
        yield SoundPart(source, music.trim, start, end, filters)


def _voice_parts(placed: PlacedVoice, source: Media, plan: Plan) -> Iterator[SoundPart]:
    """Yield a voice, which ends with the video at the latest, unless it begins after that."""
    voice = placed.voice
    start = max(0, round(placed.start * RATE))
    end = min(round(placed.end * RATE), samples(plan.last, plan.fps))
    if end > start:
        heard = _heard(source, voice.trim, end - start, voice.speed)
        levelling = voice.levelling
        done = gain_of(levelling.gain) if levelling.is_limited else 1.0
        filters = [*_volume(voice.volume / done), *_faded(0, 0, end - start, heard)]
        part = SoundPart(source, voice.trim, start, end, filters, voice.speed)
        yield part._replace(levelling=levelling.filters)


def _heard(source: Media, at: float, length: int, speed: float = NORMAL_SPEED) -> int:
    """Return how many of these samples are heard: a source may end earlier."""
    assert source.audio is not None  # noqa: S101 - it sounds
    return max(0, min(length, round((source.audio.seconds - at) / speed * RATE)))


def _volume(volume: float) -> list[str]:
    return [] if volume == 1 else [f"volume={volume:.6f}"]


def _faded(fade_in: int, fade_out: int, length: int, heard: int) -> list[str]:
    """Return the filters that fade sound in and out: `length` samples, the first `heard` audible.

    Fades have equal power: over a transition, two sounds are as loud as one.
    """
    out = f"afade=t=out:ss={length - fade_out}:ns={fade_out}:curve=qsin"
    return [
        f"afade=t=in:ss=0:ns={fade_in}:curve=qsin" if fade_in else edge_in(),
        out if fade_out else edge_out(heard),
    ]


def edge_in() -> str:
    """Return the filter that begins sound."""
    return f"afade=t=in:ss=0:ns={_EDGE}"


def edge_out(length: int) -> str:
    """Return the filter that ends sound after these samples; what follows is silent."""
    return f"afade=t=out:ss={max(0, length - _EDGE)}:ns={min(_EDGE, max(1, length))}"


def samples(frames: int, fps: Fraction) -> int:
    """Return how many samples `frames` frames last."""
    return round(frames * RATE / fps)
