"""What is in a video file: its streams, as FFmpeg reports them, and how long they really are."""

import re
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

from media.ffmpeg import FFmpegError, Result, input_args, run_logged
from media.limits import JOBS, Pool

_TIMEOUT = 120  # seconds; all packets are read
_PACKETS = ["-map", "0:V:0?", "-map", "0:a:0?", "-c", "copy", "-f", "framecrc", "-"]
_STREAM = re.compile(r"^  Stream #0:\d+\S*: (Video|Audio): (.*)$", re.MULTILINE)


class VideoStream(NamedTuple):
    """The picture. Sizes are in pixels as shown: rotated, with square pixels.

    `last_frame` is when the last frame begins, in seconds; `format` describes the encoding in the
    words of FFmpeg's log, equal for equal encodings but for bit rates.
    """

    width: int
    height: int
    fps: float
    seconds: float
    last_frame: float
    format: str
    has_matrix: bool  # it states the matrix of its colours
    is_plain: bool  # neither rotated nor with pixels that aren't square


class AudioStream(NamedTuple):
    """The sound, and its encoding as in VideoStream."""

    seconds: float
    format: str


class Streams(NamedTuple):
    """The first video and audio stream of a file; None for what it hasn't."""

    video: VideoStream | None
    audio: AudioStream | None


def read_streams(path: str | Path, pool: Pool = JOBS) -> Streams:
    """Return the streams of a file. Raises FFmpegError, MediaBusyError."""
    result = run_logged([*input_args(path), *_PACKETS], _TIMEOUT, pool, "info")
    log = result.log.partition("\nOutput #")[0]
    found = dict(reversed(_STREAM.findall(log)))
    times = _packet_times(result)
    kinds = iter(sorted(times))
    video = audio = None
    if "Video" in found and (stream := next(kinds, None)) is not None:
        video = _video(found["Video"], log, times[stream])
    if "Audio" in found and (stream := next(kinds, None)) is not None:
        audio = AudioStream(times[stream][1], _format(found["Audio"]))
    if video is None and audio is None:
        raise FFmpegError("There is neither a picture nor sound")
    return Streams(video, audio)


def _video(text: str, log: str, times: tuple[float, float]) -> VideoStream:
    last_frame, end = times
    size = re.search(r", (\d+)x(\d+)", text)
    if size is None:
        raise FFmpegError("The size of the picture is unknown")
    width, height = int(size[1]), int(size[2])
    pixel = re.search(r"\[?SAR ([1-9]\d*):([1-9]\d*)", text)
    ratio = Fraction(int(pixel[1]), int(pixel[2])) if pixel else Fraction(1)
    turned = re.search(r"displaymatrix: rotation of (-?[\d.]+) degrees", log)
    degrees = round(float(turned[1])) if turned else 0
    rate = re.search(r", ([\d.]+k?) fps", text) or re.search(r", ([\d.]+k?) tbr", text)
    shown = (round(width * ratio), height)
    if degrees % 180:
        shown = (height, round(width * ratio))
    fps = float(rate[1].replace("k", "e3")) if rate else 0.0
    plain = ratio == 1 and not degrees % 360
    matrix = re.search(r"\([^)]*\b(bt709|bt470bg|smpte170m|bt2020n?c|fcc|gbr)\b", text) is not None
    return VideoStream(*shown, fps, end, last_frame, _format(text), matrix, plain)


def _packet_times(result: Result) -> dict[int, tuple[float, float]]:
    """Return when the last packet of each stream begins and ends, in seconds."""
    bases: dict[int, Fraction] = {}
    times: dict[int, tuple[Fraction, Fraction]] = {}
    for line in result.stdout.decode(errors="replace").splitlines():
        if base := re.match(r"#tb (\d+): (\d+)/(\d+)", line):
            bases[int(base[1])] = Fraction(int(base[2]), int(base[3]))
        elif not line.startswith("#"):
            stream, _, pts, duration, *_ = (part.strip() for part in line.split(","))
            begin = int(pts) * bases[int(stream)]
            end = begin + int(duration) * bases[int(stream)]
            last = times.get(int(stream), (Fraction(0), Fraction(0)))
            times[int(stream)] = (max(last[0], begin), max(last[1], end))
    return {stream: (float(begin), float(end)) for stream, (begin, end) in times.items()}


def _format(text: str) -> str:
    """Return a stream's encoding without what differs between equal ones."""
    return re.sub(r", \d+ kb/s|, start \S+| \(default\)|\[0x\w+\]", "", text)
