"""What is in a video file: its streams, as FFmpeg reports them, and how long they really are."""

import re
from collections.abc import Iterator
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
_JITTER_SECONDS = 0.001  # of the times of frames
_MATRIX = re.compile(r"\((?:\w+, )?(?:bt709|bt470bg|smpte170m|bt2020n?c|fcc|gbr)[/,)]")
_MONO = re.compile(r" Hz, (?:mono|1 channels)\b")
_FACT = re.compile(r"^#(tb|media_type|dimensions|sar|extradata) (\d+): +(.*)$", re.MULTILINE)


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
    frames: int
    format: str
    has_matrix: bool  # it states the matrix of its colours
    is_plain: bool  # not rotated, with square pixels, and frames at regular times from 0 on


class AudioStream(NamedTuple):
    """The sound, and its encoding as in VideoStream; the first packet may begin before 0."""

    seconds: float
    first_packet: float
    packets: int
    format: str
    is_mono: bool


class Streams(NamedTuple):
    """The first video and audio stream of a file; None for what it hasn't."""

    video: VideoStream | None
    audio: AudioStream | None


class _Facts(NamedTuple):
    """What FFmpeg writes of a mapped stream: its headers, its line in the log, and its packets.

    The packets are the sorted times at which each begins and ends, in units of `base` seconds.
    """

    headers: dict[str, str]
    text: str
    base: Fraction
    packets: list[tuple[int, int]]

    @property
    def first(self) -> float:
        """When the first packet begins, in seconds."""
        return float(self.packets[0][0] * self.base)

    @property
    def last(self) -> float:
        """When the last packet begins, in seconds."""
        return float(self.packets[-1][0] * self.base)

    @property
    def end(self) -> float:
        """When the last packet ends, in seconds."""
        return float(max(end for _, end in self.packets) * self.base)

    @property
    def format(self) -> str:
        """The encoding, with the length and checksum of what a decoder needs first."""
        return f"{_format(self.text)}, {self.headers.get('extradata', '')}"

    def is_regular(self, rate: float) -> bool:
        """Return whether the packets begin at 0 and follow each other at a rate."""
        return bool(rate) and all(
            abs(float(begin * self.base) - number / rate) < _JITTER_SECONDS
            for number, (begin, _) in enumerate(self.packets)
        )


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
    for stream, packets in _packets(lines).items():
        yield _Facts(headers[stream], texts.get(stream, ""), bases[stream], sorted(packets))


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
    return VideoStream(
        *shown,
        fps,
        facts.end,
        facts.last,
        len(facts.packets),
        facts.format,
        matrix,
        plain and facts.is_regular(fps),
    )


def _audio(facts: _Facts) -> AudioStream:
    is_mono = _MONO.search(facts.text) is not None
    return AudioStream(facts.end, facts.first, len(facts.packets), facts.format, is_mono)


def _packets(lines: str) -> dict[int, list[tuple[int, int]]]:
    """Return when the packets of each stream begin and end, in units of its time base."""
    times: dict[int, list[tuple[int, int]]] = {}
    for line in lines.splitlines():
        if not line.startswith("#"):
            stream, _, pts, duration = (int(part) for part in line.split(",", 4)[:4])
            times.setdefault(stream, []).append((pts, pts + duration))
    return times


def _format(text: str) -> str:
    """Return a stream's encoding without what differs between equal ones."""
    return re.sub(r", q=\d+-\d+|, \d+ kb/s|, start \S+| \(default\)", "", text)
