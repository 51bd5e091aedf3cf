"""What is in a video file: its streams, as FFmpeg reports them, and how long they really are."""

import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

from media.ffmpeg import FFmpegError, input_args, run_logged
from media.limits import JOBS, Pool
from media.packets import PacketReader, Packets
from media.processes import Check, go_on
from media.signals import Signal, read_signal

AAC_SAMPLES = 1024  # of a packet

_TIMEOUT = 120  # seconds; all packets are read
_LISTED = ("-c", "copy", "-map_metadata", "-1", "-f", "framecrc", "-")
_PACKETS = ["-map", "0:V:0?", "-map", "0:a:0?", *_LISTED]
_HEADERS = ["-map", "0:V:0", "-frames:v", "0", *_LISTED]
_FRAME = ["-map", "0:V:0", "-frames:v", "1", *_LISTED[2:]]
# From here on the log holds no metadata of the file, which could look like a description.
_MAPPING, _OUTPUT = "\nStream mapping:\n", "\nOutput #0, framecrc, "
_MAPPED = re.compile(r"^  Stream #0:(\d+) -> #0:(\d+) ", re.MULTILINE)
_STREAM_OF_OUTPUT = r"^  Stream #{}:0\S*: Video: (.*)$"
_STREAM = re.compile(r"^  Stream #0:(\d+)\S*: (?:Video|Audio): (.*)$", re.MULTILINE)
_ROTATION = re.compile(r"^ +display ?matrix: rotation of (-?[\d.]+) degrees", re.M | re.I)
_START = re.compile(r"^  Duration: [^,\n]+, start: (-?[\d.]+)", re.MULTILINE)
_LATE_SECONDS = 0.001  # at which a first frame counts as one at 0
_ALPHA = re.compile(r"^ +alpha_mode +: 1$", re.MULTILINE)  # of WebM
# Of HLG that players without HDR are to show, too: only frames state it.
_COMPATIBLE = re.compile(r"(hevc .*?/bt2020/)bt2020-1[02]\b")
_MONO = re.compile(r" Hz, (?:mono|1 channels)\b")
_NTSC = [Fraction(rate * 1000, 1001) for rate in (24, 30, 60)]


class VideoStream(NamedTuple):
    """The picture. Sizes are in pixels as shown: rotated, with square pixels.

    `fps` is a usual rate if the rate varies, and 0 if it is unknown.
    `last_frame` is when the last frame begins, in seconds; `format` describes the encoding in the
    words of FFmpeg's log, equal for equal encodings but for bit rates. `number` is the position
    among all streams of the file, `key_gap` the longest time between key frames, in seconds.
    """

    width: int
    height: int
    fps: float
    seconds: float
    last_frame: float
    frames: int
    format: str
    has_alpha: bool  # its container says that there is transparency beside the stream
    is_plain: bool  # not rotated, with square pixels, and frames at regular times from 0 on
    number: int
    key_gap: float

    @property
    def signal(self) -> Signal:
        """How the pictures are to be read."""
        return read_signal(self.format, has_alpha=self.has_alpha)


class AudioStream(NamedTuple):
    """The sound, and its encoding as in VideoStream; the first packet may begin before 0.

    `is_gapless`: the packets follow each other as those of AAC do, of 1024 samples each. `number`
    is as in VideoStream, `file_start` when the first stream of the file begins, in seconds.
    """

    seconds: float
    first_packet: float
    packets: int
    format: str
    is_mono: bool
    is_gapless: bool
    number: int
    file_start: float


class Streams(NamedTuple):
    """The first video and audio stream of a file; None for what it hasn't."""

    video: VideoStream | None
    audio: AudioStream | None


class _Facts(NamedTuple):
    """What FFmpeg writes of a mapped stream: its headers, number, line in the log, and packets."""

    headers: dict[str, str]
    number: int
    text: str
    packets: Packets

    @property
    def format(self) -> str:
        """The encoding, with the length and checksum of what a decoder needs first."""
        return f"{_format(self.text)}, {self.headers.get('extradata', '')}"


def exact_rate(fps: float) -> Fraction:
    """Return a frame rate as a fraction: 29.97 is 30000/1001."""
    for rate in _NTSC:
        if abs(fps - rate) < 0.005:
            return rate
    return Fraction(fps).limit_denominator(1000)


def read_streams(path: str | Path, pool: Pool = JOBS, check: Check = go_on) -> Streams:
    """Return the streams of a file, without cover pictures.

    `check` is called several times a second. Raises FFmpegError, MediaBusyError.
    """
    reader = PacketReader()
    arguments = [*input_args(path), *_PACKETS]
    logged = run_logged(arguments, _TIMEOUT, pool, "info", reader.read, check).log
    reader.finish()
    try:
        return _streams(reader, logged, path, pool)
    except (ArithmeticError, LookupError, ValueError) as exc:
        raise FFmpegError("What FFmpeg reports of it makes no sense") from exc


def _streams(reader: PacketReader, logged: str, path: str | Path, pool: Pool) -> Streams:
    before, _, log = logged.rpartition(_OUTPUT)
    mapping = before.rpartition(_MAPPING)[2]
    found = {facts.headers["media_type"]: facts for facts in _facts(reader, mapping, log)}
    video, audio = found.get("video"), found.get("audio")
    if video is None and audio is None:
        raise FFmpegError("There is neither a picture nor sound")
    if video is not None:
        video = video._replace(text=_with_hlg(video.text, path, pool))
    return Streams(
        None if video is None else _video(video, log, has_alpha=bool(_ALPHA.search(before))),
        None if audio is None else _audio(audio, before),
    )


def signal_of(path: str | Path, pool: Pool = JOBS) -> Signal:
    """Return how the pictures of a file are to be read, by its headers and first frames.

    Raises FFmpegError, also where there is no picture, and MediaBusyError.
    """
    logged = run_logged([*input_args(path), *_HEADERS], _TIMEOUT, pool, "info").log
    before, _, log = logged.rpartition(_OUTPUT)
    described = _STREAM.search(log)
    text = _with_hlg(described[2], path, pool) if described else ""
    return read_signal(text, has_alpha=bool(_ALPHA.search(before)))


def signal_by_log(log: str) -> Signal:
    """Return how the pictures of a file are to be read, by a log of the level `info`.

    It is that of an FFmpeg with two outputs without metadata: a decoded frame, and a copy.
    """
    before, _, outputs = log.rpartition(_MAPPING)
    frame, copy = (
        found[1] if (found := re.search(_STREAM_OF_OUTPUT.format(number), outputs, re.M)) else ""
        for number in (0, 1)
    )
    return read_signal(_as_shown(copy, frame), has_alpha=bool(_ALPHA.search(before)))


def _with_hlg(text: str, path: str | Path, pool: Pool) -> str:
    """Return the description of a stream with HLG as its transfer function if its frames have it.

    Raises FFmpegError, MediaBusyError.
    """
    if not _COMPATIBLE.match(text):
        return text
    logged = run_logged([*input_args(path), *_FRAME], _TIMEOUT, pool, "info").log
    frame = _STREAM.search(logged.rpartition(_OUTPUT)[2])
    return _as_shown(text, frame[2]) if frame else text


def _as_shown(text: str, frame: str) -> str:
    """Return the description of a stream, with HLG if a decoded frame has it."""
    is_hlg = read_signal(frame).transfer == "arib-std-b67"
    return _COMPATIBLE.sub(r"\1arib-std-b67", text) if is_hlg else text


def _facts(reader: PacketReader, mapping: str, log: str) -> Iterator[_Facts]:
    """Yield the facts of each stream that has packets."""
    texts = {int(stream): text for stream, text in _STREAM.findall(log)}
    numbers = {int(stream): int(number) for number, stream in _MAPPED.findall(mapping)}
    for stream, packets in reader.packets.items():
        text, number = texts.get(stream, ""), numbers.get(stream, stream)
        yield _Facts(reader.headers[stream], number, text, packets)


def _video(facts: _Facts, log: str, *, has_alpha: bool) -> VideoStream:
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
    packets = facts.packets
    stated = exact_rate(float(rate[1].replace("k", "e3")) if rate else 0.0)
    fps = float(packets.rate(stated))
    regular = abs(packets.first) < _LATE_SECONDS and packets.are_regular(exact_rate(fps))
    return VideoStream(
        *shown,
        fps,
        packets.end,
        packets.last,
        packets.count,
        facts.format,
        has_alpha,
        ratio == 1 and not degrees % 360 and regular,
        facts.number,
        packets.key_gap,
    )


def _audio(facts: _Facts, log: str) -> AudioStream:
    packets, start = facts.packets, _START.search(log)
    rate = Fraction(int(facts.headers.get("sample_rate", "0")), AAC_SAMPLES)
    return AudioStream(
        packets.end,
        packets.first,
        packets.count,
        facts.format,
        _MONO.search(facts.text) is not None,
        packets.are_regular(rate),
        facts.number,
        float(start[1]) if start else 0.0,
    )


def _format(text: str) -> str:
    """Return a stream's encoding without what differs between equal ones."""
    return re.sub(r", q=\d+-\d+|, \d+ kb/s|, start \S+| \(default\)", "", text)
