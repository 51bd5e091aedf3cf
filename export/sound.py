"""FFmpeg's arguments for the sound: that of all clips and the music, in one pass."""

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction

from export.plan import Plan, Sound
from export.sources import Media, music_name, scene_name
from export.timeline import Music, Timeline
from media.ffmpeg import input_args

RATE = 48_000
AAC_SAMPLES = 1024  # of a packet; FFmpeg's encoder puts one before the first sample
_LIMIT = "alimiter=level=false:limit=0.97:attack=1:release=50:latency=true"
_FORMAT = "aformat=sample_fmts=fltp:sample_rates=48000:channel_layouts=stereo"
_LOUDNESS = "loudnorm=I=-14:TP=-1:LRA=11"


def sound_args(
    timeline: Timeline, plan: Plan, media: Mapping[str, Media], normalize: str = ""
) -> list[str]:
    """Return the arguments that make the sound, but for the output.

    `normalize` is a filter that is applied to the mix. There is always a track: a silent one if
    nothing sounds.
    """
    inputs: list[str] = []
    chains: list[str] = []
    for sound in plan.sounds:
        chains.append(_clip_chain(len(chains), sound, plan.fps))
        inputs += _input(media[scene_name(sound.scene)], sound.at)
    for music in timeline.music:
        chains.append(_music_chain(len(chains), music, plan))
        inputs += _input(media[music_name(music.asset)], music.trim)
    chains.append(_mix(len(chains), plan, normalize))
    return [*inputs, "-filter_complex", ";".join(chains), "-map", "[out]", "-vn"]


def copied_sound_args(paths: Sequence[str], packets: Sequence[int], directory: str) -> list[str]:
    """Return the arguments that copy the first packets of each file's AAC into files of its own.

    Those are `copied_sound_path(directory, number)`, and can simply be put together.
    """
    inputs: list[str] = []
    outputs: list[str] = []
    for number, (path, count) in enumerate(zip(paths, packets, strict=True)):
        inputs += ["-vn", *input_args(path)]
        kept = ["-map", f"{number}:a:0", "-c", "copy", "-bsf:a", f"noise=drop=gte(n\\,{count})"]
        outputs += [*kept, "-f", "adts", f"file:{copied_sound_path(directory, number)}"]
    return [*inputs, *outputs]


def copied_sound_path(directory: str, number: int) -> str:
    """Return the path of a file that `copied_sound_args` makes."""
    return f"{directory}/sound-{number:05}.aac"


def sound_input(path: str) -> list[str]:
    """Return the arguments that open the sound of an export, encoded or copied."""
    if path.endswith(".aac"):
        return ["-itsoffset", f"{-AAC_SAMPLES / RATE:.6f}", "-f", "aac", "-i", f"file:{path}"]
    return ["-i", f"file:{path}"]


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


def _clip_chain(number: int, sound: Sound, fps: Fraction) -> str:
    """Return the chain of a clip's sound: cut to its place, faded, and moved to where it begins."""
    length = samples(sound.frames, fps)
    filters = [
        f"[{number}:a:0]aresample={RATE}:async=1:first_pts=0",
        _FORMAT,
        f"apad=whole_len={length}",
        f"atrim=end_sample={length}",
    ]
    if sound.fade_in:
        filters.append(f"afade=t=in:ss=0:ns={samples(sound.fade_in, fps)}:curve=qsin")
    if sound.fade_out:
        fade = samples(sound.fade_out, fps)
        filters.append(f"afade=t=out:ss={length - fade}:ns={fade}:curve=qsin")
    if sound.start:
        filters.append(f"adelay={samples(sound.start, fps)}S:all=1")
    return ",".join(filters) + f"[s{number}]"


def _music_chain(number: int, music: Music, plan: Plan) -> str:
    """Return the chain of the music, which ends with the video at the latest."""
    end = samples(plan.last, plan.fps)
    if music.end is not None:
        end = min(end, round(music.end * RATE))
    start = max(0, round(music.start * RATE))
    filters = [
        f"[{number}:a:0]aresample={RATE}:async=1:first_pts=0",
        _FORMAT,
        f"atrim=end_sample={max(1, end - start)}",
        f"volume={music.volume:.6f}",
    ]
    if start:
        filters.append(f"adelay={start}S:all=1")
    return ",".join(filters) + f"[s{number}]"


def _mix(count: int, plan: Plan, normalize: str) -> str:
    first, last = samples(plan.first, plan.fps), samples(plan.last, plan.fps)
    labels = "".join(f"[s{number}]" for number in range(count))
    mixed = f"{labels}amix=inputs={count}:duration=longest:normalize=0," if count > 1 else labels
    if not count:
        mixed = f"anullsrc=r={RATE}:cl=stereo,"
    window = f"apad=whole_len={last},atrim=start_sample={first}:end_sample={last},asetpts=N/SR/TB"
    loudness: Sequence[str] = (normalize, f"aresample={RATE}") if normalize else (_LIMIT,)
    return f"{mixed}{window},{','.join(loudness)}[out]"


def samples(frames: int, fps: Fraction) -> int:
    """Return how many samples so many frames last."""
    return round(frames * RATE / fps)
