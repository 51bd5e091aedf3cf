"""FFmpeg's arguments for the sound: clips, music, sound effects and voices, in one pass.

While someone speaks, the music steps back by an envelope, and clips if they are to: samples of its
gain are an input, by which they are multiplied. So the graph does not grow with what is said.
"""

import math
from collections.abc import Mapping, Sequence

from export.plan.plan import Plan
from export.plan.timeline import Timeline
from export.render.sound_parts import SoundPart, edge_in, edge_out, parts_of, samples
from export.sources.held_media import Media
from media.ffmpeg import input_args
from media.levelling import BOTH, RATE
from timeline.ducking import gains
from timeline.time_map import NORMAL_SPEED

# Lossy encoding adds about a decibel to the peaks of what was limited.
_LIMIT = "alimiter=level=false:limit=0.89:attack=1:release=50:latency=true"
_GAP = 0.03  # seconds that sound may be off before it is put right: less is not noticed
_TEMPO = (0.5, 2.0)  # speeds of a filter
_FORMAT = "aformat=sample_fmts=fltp:sample_rates=48000:channel_layouts=stereo"
_GAIN_RATE = 1000  # samples a second of the envelope
_GAIN_INPUT = ("-f", "f32le", "-ar", str(_GAIN_RATE), "-ac", "1")


def sound_args(
    timeline: Timeline,
    plan: Plan,
    media: Mapping[str, Media],
    envelope: str | None = None,
    loudness: str = "",
) -> list[str]:
    """Return the arguments that make the sound, but for the output.

    `envelope` is the file of the `ducking_gains`, `loudness` are filters that are
    applied to the mix. There is always a track: a silent one if nothing sounds.
    """
    parts = parts_of(timeline, plan, media)
    ducked = [part for part in parts if part.is_ducked and envelope]
    others = [part for part in parts if not (part.is_ducked and envelope)]
    inputs: list[str] = []
    for part in (*others, *ducked):
        inputs += _input(part.source, part.at)
    chains, lanes = _lanes(others, "l")
    if ducked and envelope:
        inputs += [*_GAIN_INPUT, "-i", f"file:{envelope}"]
        chains += _ducked(ducked, len(others))
        lanes.append("[ducked]")
    chains.append(_mix(lanes, plan, loudness))
    return [*inputs, "-filter_complex", ";".join(chains), "-map", "[out]", "-vn"]


def ducking_gains(plan: Plan) -> bytes:
    """Return the samples of the envelope of ducked sound: a little longer than the video."""
    seconds = math.ceil(float(plan.last / plan.fps)) + 1
    return gains(plan.ducking, _GAIN_RATE, seconds * _GAIN_RATE).tobytes()


def _input(source: Media, at: float) -> list[str]:
    seek = ["-ss", f"{at:.6f}"] if at else []
    return [*seek, "-vn", *input_args(source.path)]


def _ducked(parts: Sequence[SoundPart], number: int) -> list[str]:
    """Return the chains that make `[ducked]` of parts whose inputs are those from a number on."""
    chains, lanes = _lanes(parts, "d", number)
    return [
        *chains,
        f"{_mixed(lanes)}anull[bus]",
        f"[{number + len(parts)}:a:0]aresample={RATE},{BOTH},{_FORMAT}[gain]",
        "[bus][gain]amultiply[ducked]",
    ]


def _lanes(parts: Sequence[SoundPart], name: str, first: int = 0) -> tuple[list[str], list[str]]:
    """Return the chains that join parts that don't overlap to lanes `[l0]`, `[l1]`, …; and these.

    Two lanes hold any number of clips. To mix all parts, each delayed to its place, would take
    time that grows with the square of their number.
    """
    chains: list[str] = []
    lanes: list[list[int]] = []
    ends: list[int] = []
    for number, part in enumerate(parts, first):
        lane = next((lane for lane, end in enumerate(ends) if end <= part.start), len(ends))
        if lane == len(ends):
            lanes.append([])
            ends.append(0)
        chains.append(_chain(number, part, part.start - ends[lane]))
        lanes[lane].append(number)
        ends[lane] = part.end
    for lane, numbers in enumerate(lanes):
        labels = "".join(f"[s{number}]" for number in numbers)
        chains.append(f"{labels}concat=n={len(numbers)}:v=0:a=1[{name}{lane}]")
    return chains, [f"[{name}{lane}]" for lane in range(len(lanes))]


def _chain(number: int, part: SoundPart, gap: int) -> str:
    """Return the chain of a part, of exactly its length, after a gap of silence."""
    length = part.end - part.start
    is_mono = part.source.audio is not None and part.source.audio.is_mono
    filters = [
        f"[{number}:a:0]aresample={RATE}:async=1:min_hard_comp={_GAP}:first_pts=0",
        *([BOTH] if is_mono else []),
        _FORMAT,
        *part.levelling,
        *_tempo(part.speed),
        f"apad=whole_len={length}",
        f"atrim=end_sample={length}",
        *part.filters,
    ]
    if gap:
        filters.append(f"adelay={gap}S:all=1")
    return ",".join(filters) + f"[s{number}]"


def _mix(lanes: Sequence[str], plan: Plan, loudness: str) -> str:
    first, last = samples(plan.first, plan.fps), samples(plan.last, plan.fps)
    window = f"apad=whole_len={last},atrim=start_sample={first}:end_sample={last},asetpts=N/SR/TB"
    edges = f"{edge_in()},{edge_out(last - first)}"
    return f"{_mixed(lanes)}{window},{edges},{_LIMIT}{loudness and ','}{loudness}[out]"


def _mixed(lanes: Sequence[str]) -> str:
    """Return the begin of a chain: the sum of all lanes, silence for none."""
    labels = "".join(lanes)
    if not lanes:
        return f"anullsrc=r={RATE}:cl=stereo,"
    several = f"amix=inputs={len(lanes)}:duration=longest:normalize=0,"
    return labels + (several if len(lanes) > 1 else "")


def _tempo(speed: float) -> list[str]:
    """Return the filters that play sound at a speed, in its pitch.

    One of them blends all of the sound only from half to double speed.
    """
    if speed == NORMAL_SPEED:
        return []
    count = 1 if _TEMPO[0] <= speed <= _TEMPO[1] else 2
    return [f"atempo={speed ** (1 / count):.9f}"] * count
