"""What is in a video file: its streams, as FFmpeg reports them, and how long they really are."""

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

from media.ffmpeg import FFmpegError, Result, input_args, run_logged
from media.limits import JOBS, Pool

_TIMEOUT = 120  # seconds; all packets are read
_PACKETS = [
    *("-map", "0:V:0?", "-map", "0:a:0?", "-c", "copy"),
    *("-map_metadata", "-1", "-f", "framecrc", "-"),
]
# The log of the output holds no metadata of the file, which could look like a description.
_OUTPUT = "\nOutput #0, framecrc, "
_STREAM = re.compile(r"^  Stream #0:(\d+)\S*: (?:Video|Audio): (.*)$", re.MULTILINE)
_ROTATION = re.compile(r"^ +display ?matrix: rotation of (-?[\d.]+) degrees", re.M | re.I)
_MATRIX = re.compile(r"\((?:\w+, )?(?:bt709|bt470bg|smpte170m|bt2020n?c|fcc|gbr)[/,)]")
_MONO = re.compile(r" Hz, (?:mono|1 channels)\b")
_FACT = re.compile(r"^#(tb|media_type|dimensions|sar) (\d+): (.*)$", re.MULTILINE)


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
    is_mono: bool


class Streams(NamedTuple):
    """The first video and audio stream of a file; None for what it hasn't."""

    video: VideoStream | None
    audio: AudioStream | None


class _Facts(NamedTuple):
    """What FFmpeg writes of a mapped stream: its headers, its line in the log, its last packet."""

    headers: dict[str, str]
    text: str
    last: float
    end: float


def read_streams(path: str | Path, pool: Pool = JOBS) -> Streams:
    """Return the streams of a file, without cover pictures. Raises FFmpegError, MediaBusyError."""
    result = run_logged([*input_args(path), *_PACKETS], _TIMEOUT, pool, "info")
    log = result.log.rpartition(_OUTPUT)[2]
    found = {facts.headers["media_type"]: facts for facts in _facts(result, log)}
    video, audio = found.get("video"), found.get("audio")
    if video is None and audio is None:
        raise FFmpegError("There is neither a picture nor sound")
    return Streams(
        None if video is None else _video(video, log),
        None if audio is None else _audio(audio),
    )


def _facts(result: Result, log: str) -> Iterator[_Facts]:
    """Yield the facts of each stream that has packets."""
    lines = result.stdout.decode(errors="replace")
    headers: dict[int, dict[str, str]] = {}
    for key, stream, value in _FACT.findall(lines):
        headers.setdefault(int(stream), {})[key] = value
    texts = {int(stream): text for stream, text in _STREAM.findall(log)}
    bases = {stream: Fraction(each["tb"]) for stream, each in headers.items()}
    for stream, (last, end) in _packet_times(lines, bases).items():
        yield _Facts(headers[stream], texts.get(stream, ""), last, end)


def _video(facts: _Facts, log: str) -> VideoStream:
    width, height = (int(each) for each in facts.headers["dimensions"].split("x"))
    if not width or not height:
        raise FFmpegError("The size of the picture is unknown")
    ratio = Fraction(facts.headers.get("sar", "0/1").replace("/0", "/1")) or Fraction(1)
    rotation = _ROTATION.search(log)
    degrees = round(float(rotation[1])) if rotation else 0
    rate = re.search(r", ([\d.]+k?) fps", facts.text) or re.search(r", ([\d.]+k?) tbr", facts.text)
    shown = (max(1, round(width * ratio)), height)
    if degrees % 180:
        shown = shown[::-1]
    fps = float(rate[1].replace("k", "e3")) if rate else 0.0
    plain = ratio == 1 and not degrees % 360
    matrix = _MATRIX.search(facts.text) is not None
    return VideoStream(*shown, fps, facts.end, facts.last, _format(facts.text), matrix, plain)


def _audio(facts: _Facts) -> AudioStream:
    return AudioStream(facts.end, _format(facts.text), _MONO.search(facts.text) is not None)


def _packet_times(lines: str, bases: Mapping[int, Fraction]) -> dict[int, tuple[float, float]]:
    """Return when the last packet of each stream begins and ends, in seconds."""
    times: dict[int, tuple[int, int]] = {}
    for line in lines.splitlines():
        if line.startswith("#"):
            continue
        stream, _, pts, duration, *_ = (int(part) for part in line.split(",", 4)[:4])
        last, end = times.get(stream, (0, 0))
        times[stream] = (max(last, pts), max(end, pts + duration))
    return {
        stream: (float(last * bases[stream]), float(end * bases[stream]))
        for stream, (last, end) in times.items()
    }


def _format(text: str) -> str:
    """Return a stream's encoding without what differs between equal ones."""
    return re.sub(r", q=\d+-\d+|, \d+ kb/s|, start \S+| \(default\)", "", text)
