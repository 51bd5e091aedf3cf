"""FFmpeg's arguments for the sound: that of all clips and the music, in one pass."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple

from export.plan.plan import Plan
from export.plan.sounds import Sound
from export.plan.timeline import Music, Timeline
from export.sources.held_media import Media
from export.sources.openers import clip_name, music_name
from media.ffmpeg import input_args
from timeline.time_map import NORMAL_SPEED

RATE = 48_000
_EDGE = 192  # samples (4 ms) in which sound begins and ends: a jump would be heard as a click
# Lossy encoding adds about a decibel to the peaks of what was limited.
_LIMIT = "alimiter=level=false:limit=0.89:attack=1:release=50:latency=true"
_GAP = 0.03  # seconds that sound may be off before it is put right: less is not noticed
_TEMPO = (0.5, 2.0)  # speeds of a filter
_FORMAT = "aformat=sample_fmts=fltp:sample_rates=48000:channel_layouts=stereo"
# loudnorm refuses to correct more than 0 LUFS, which a mix can have: it gets half the amplitude.
_BOTH = "pan=stereo|c0=c0|c1=c0"  # mono, which FFmpeg itself makes 3 dB lower on two channels
_LOUDNESS = f"{_LIMIT},volume=0.5,loudnorm=I=-14:TP=-1:LRA=11"


class _Part(NamedTuple):
    """The sound of an input on the timeline: from sample `start` up to `end`, after `filters`."""

    source: Media
    at: float
    start: int
    end: int
    filters: list[str]
    speed: float = NORMAL_SPEED


def sound_args(
    timeline: Timeline, plan: Plan, media: Mapping[str, Media], normalize: str = ""
) -> list[str]:
    """Return the arguments that make the sound, but for the output.

    `normalize` is a filter that is applied to the mix. There is always a track: a silent one if
    nothing sounds.
    """
    sounds = _joined(plan.sounds)
    parts = [_clip_part(sound, media[clip_name(sound.media)], plan.fps) for sound in sounds]
    for music in _joined_music(timeline.music):
        parts += _music_parts(music, media[music_name(music.asset)], plan)
    parts.sort(key=lambda part: part.start)
    inputs: list[str] = []
    for part in parts:
        inputs += _input(part.source, part.at)
    chains, lanes = _lanes(parts)
    chains.append(_mix(lanes, plan, normalize))
    return [*inputs, "-filter_complex", ";".join(chains), "-map", "[out]", "-vn"]


def loudness_filter(log: str | None) -> str:
    """Return the filter that measures the loudness (None), or that corrects what was measured.

    `log` is FFmpeg's, of the pass that measured. Silence is left as it is.
    """
    if log is None:
        return f"{_LOUDNESS}:print_format=json"
    found = dict(re.findall(r'"(input_\w+|target_offset)" : "(-?[\d.]+)"', log))
    try:
        measured = (
            f"measured_I={float(found['input_i'])}:measured_TP={float(found['input_tp'])}"
            f":measured_LRA={float(found['input_lra'])}"
            f":measured_thresh={float(found['input_thresh'])}"
            f":offset={float(found['target_offset'])}"
        )
    except KeyError:  # silence is "-inf"
        return ""
    return f"{_LOUDNESS}:{measured}:linear=true"


def _input(source: Media, at: float) -> list[str]:
    seek = ["-ss", f"{at:.6f}"] if at else []
    return [*seek, "-vn", *input_args(source.path)]


def _joined(sounds: Sequence[Sound]) -> list[Sound]:
    """Return the sounds; the parts of a clip that was split are one."""
    joined: list[Sound] = []
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
            joined[-1] = replace(joined[-1], end=music.end)
        else:
            joined.append(music)
    return joined


def _clip_part(sound: Sound, source: Media, fps: Fraction) -> _Part:
    """Return a clip's sound, cut to its place and faded."""
    start = samples(sound.start, fps)
    end = samples(sound.start + sound.frames, fps)
    fade_in = samples(sound.start + sound.fade_in, fps) - start
    fade_out = end - samples(sound.start + sound.frames - sound.fade_out, fps)
    heard = _heard(source, sound.at, end - start, sound.speed)
    filters = [*_volume(sound.volume), *_faded(fade_in, fade_out, end - start, heard)]
    return _Part(source, sound.at, start, end, filters, sound.speed)


def _music_parts(music: Music, source: Media, plan: Plan) -> Iterator[_Part]:
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
        yield _Part(source, music.trim, start, end, filters)


def _heard(source: Media, at: float, length: int, speed: float = NORMAL_SPEED) -> int:
    """Return how many of so many samples are heard: a source may end earlier."""
    assert source.audio is not None  # noqa: S101 - it sounds
    return max(0, min(length, round((source.audio.seconds - at) / speed * RATE)))


def _volume(volume: float) -> list[str]:
    return [] if volume == 1 else [f"volume={volume:.6f}"]


def _faded(fade_in: int, fade_out: int, length: int, heard: int) -> list[str]:
    """Return the filters that begin and end so many samples, of which so many are heard.

    Fades have equal power: over a transition, two sounds are as loud as one.
    """
    out = f"afade=t=out:ss={length - fade_out}:ns={fade_out}:curve=qsin"
    return [
        f"afade=t=in:ss=0:ns={fade_in}:curve=qsin" if fade_in else _edge_in(),
        out if fade_out else _edge_out(heard),
    ]


def _tempo(speed: float) -> list[str]:
    """Return the filters that play sound at a speed, in its pitch.

    One of them blends all of the sound only from half to double speed.
    """
    if speed == NORMAL_SPEED:
        return []
    count = 1 if _TEMPO[0] <= speed <= _TEMPO[1] else 2
    return [f"atempo={speed ** (1 / count):.9f}"] * count


def _edge_in() -> str:
    return f"afade=t=in:ss=0:ns={_EDGE}"


def _edge_out(length: int) -> str:
    """Return the filter that ends sound after so many samples; what follows is silent."""
    return f"afade=t=out:ss={max(0, length - _EDGE)}:ns={min(_EDGE, max(1, length))}"


def _lanes(parts: Sequence[_Part]) -> tuple[list[str], int]:
    """Return the chains that join parts that don't overlap to lanes `[l0]`, `[l1]`, …; how many.

    Two lanes hold any number of clips. To mix all parts, each delayed to its place, would take
    time that grows with the square of their number.
    """
    chains: list[str] = []
    lanes: list[list[int]] = []
    ends: list[int] = []
    for number, part in enumerate(parts):
        lane = next((lane for lane, end in enumerate(ends) if end <= part.start), len(ends))
        if lane == len(ends):
            lanes.append([])
            ends.append(0)
        chains.append(_chain(number, part, part.start - ends[lane]))
        lanes[lane].append(number)
        ends[lane] = part.end
    for lane, numbers in enumerate(lanes):
        labels = "".join(f"[s{number}]" for number in numbers)
        chains.append(f"{labels}concat=n={len(numbers)}:v=0:a=1[l{lane}]")
    return chains, len(lanes)


def _chain(number: int, part: _Part, gap: int) -> str:
    """Return the chain of a part, of exactly its length, after a gap of silence."""
    length = part.end - part.start
    is_mono = part.source.audio is not None and part.source.audio.is_mono
    filters = [
        f"[{number}:a:0]aresample={RATE}:async=1:min_hard_comp={_GAP}:first_pts=0",
        *([_BOTH] if is_mono else []),
        _FORMAT,
        *_tempo(part.speed),
        f"apad=whole_len={length}",
        f"atrim=end_sample={length}",
        *part.filters,
    ]
    if gap:
        filters.append(f"adelay={gap}S:all=1")
    return ",".join(filters) + f"[s{number}]"


def _mix(count: int, plan: Plan, normalize: str) -> str:
    first, last = samples(plan.first, plan.fps), samples(plan.last, plan.fps)
    labels = "".join(f"[l{lane}]" for lane in range(count))
    mixed = f"{labels}amix=inputs={count}:duration=longest:normalize=0," if count > 1 else labels
    if not count:
        mixed = f"anullsrc=r={RATE}:cl=stereo,"
    window = f"apad=whole_len={last},atrim=start_sample={first}:end_sample={last},asetpts=N/SR/TB"
    edges = f"{_edge_in()},{_edge_out(last - first)}"
    loudness: Sequence[str] = (normalize, f"aresample={RATE}") if normalize else (_LIMIT,)
    return f"{mixed}{window},{edges},{','.join(loudness)}[out]"


def samples(frames: int, fps: Fraction) -> int:
    """Return how many samples so many frames last."""
    return round(frames * RATE / fps)
