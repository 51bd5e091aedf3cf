"""What is in a video file: its streams, as FFmpeg reports them, and how long they really are."""

import re
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

from media.ffmpeg import FFmpegError, Result, input_args, run_logged
from media.limits import JOBS, Pool

_TIMEOUT = 120  # seconds; all packets are read
_PACKETS = ["-map", "0:V:0?", "-map", "0:a:0?", "-c", "copy", "-f", "framecrc", "-"]
_JITTER_SECONDS = 0.001
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


class Streams(NamedTuple):
    """The first video and audio stream of a file; None for what it hasn't."""

    video: VideoStream | None
    audio: AudioStream | None


def read_streams(path: str | Path, pool: Pool = JOBS) -> Streams:
    """Return the streams of a file. Raises FFmpegError, MediaBusyError."""
    result = run_logged([*input_args(path), *_PACKETS], _TIMEOUT, pool, "info")
    log = result.log.partition("\nOutput #")[0]
    found = dict(reversed(_STREAM.findall(log)))
    packets = _read_packets(result)
    kinds = iter(sorted(packets))
    video = audio = None
    if "Video" in found and (stream := next(kinds, None)) is not None:
        video = _video(found["Video"], log, packets[stream])
    if "Audio" in found and (stream := next(kinds, None)) is not None:
        audio = _audio(found["Audio"], packets[stream])
    if video is None and audio is None:
        raise FFmpegError("There is neither a picture nor sound")
    return Streams(video, audio)


def _video(text: str, log: str, packets: "_Packets") -> VideoStream:
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
    return VideoStream(
        *shown,
        fps,
        packets.end,
        packets.last,
        len(packets.times),
        f"{_format(text)}, {packets.header}",
        matrix,
        plain and packets.is_regular(fps),
    )


def _audio(text: str, packets: "_Packets") -> AudioStream:
    return AudioStream(
        packets.end,
        packets.first,
        len(packets.times),
        f"{_format(text)}, {packets.header}",
    )


def _read_packets(result: Result) -> dict[int, "_Packets"]:
    """Return what FFmpeg lists of each stream's packets."""
    bases: dict[int, Fraction] = {}
    headers: dict[int, str] = {}
    times: dict[int, list[tuple[int, int]]] = {}
    for line in result.stdout.decode(errors="replace").splitlines():
        if base := re.match(r"#tb (\d+): (\d+)/(\d+)", line):
            bases[int(base[1])] = Fraction(int(base[2]), int(base[3]))
        elif extra := re.match(r"#extradata (\d+): +(.+)", line):
            headers[int(extra[1])] = extra[2]
        elif not line.startswith("#"):
            stream, _, begin, duration, *_ = (part.strip() for part in line.split(","))
            times.setdefault(int(stream), []).append((int(begin), int(begin) + int(duration)))
    return {
        stream: _Packets(sorted(found), bases[stream], headers.get(stream, ""))
        for stream, found in times.items()
    }


class _Packets(NamedTuple):
    """The packets of a stream: when each begins and ends, in units of `base` seconds."""

    times: list[tuple[int, int]]
    base: Fraction
    header: str  # length and checksum of what a decoder needs first

    @property
    def first(self) -> float:
        """When the first packet begins."""
        return float(self.times[0][0] * self.base)

    @property
    def last(self) -> float:
        """When the last packet begins."""
        return float(self.times[-1][0] * self.base)

    @property
    def end(self) -> float:
        """When the last packet ends."""
        return float(max(end for _, end in self.times) * self.base)

    def is_regular(self, rate: float) -> bool:
        """Return whether the packets begin at 0 and follow each other at a rate."""
        return bool(rate) and all(
            abs(float(begin * self.base) - number / rate) < _JITTER_SECONDS
            for number, (begin, _) in enumerate(self.times)
        )


def _format(text: str) -> str:
    """Return a stream's encoding without what differs between equal ones."""
    return re.sub(r", \d+ kb/s|, start \S+| \(default\)|\[0x\w+\]", "", text)
