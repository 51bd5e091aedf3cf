"""Recordings that the fake vendors return: a tone while something is spoken, silence in between.

A recording contains the text that it was made for, so that a test can tell which request it belongs
to, and a fake transcription what is said in it.
"""

import array
import io
import itertools
import math
import re
import struct
import subprocess
import wave
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import imageio_ffmpeg

Spans = Sequence[tuple[float, float]]

SECONDS_PER_CHARACTER = 0.06
_EDGE = 0.1  # of silence, before the first and after the last character
_BIT_RATES = {32: 64_000, 44: 128_000, 48: 192_000}  # by the rate in kHz, as of vendors' defaults
_MPEG_BIT_RATES = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0)
_MPEG_RATES = (44_100, 48_000, 32_000, 0)
_LABEL = re.compile(rb"prompt=([^\0]*)\0")


@dataclass(frozen=True)
class Timed:
    """A text, and when each of its characters is spoken."""

    text: str
    starts: tuple[float, ...]
    ends: tuple[float, ...]
    seconds: float

    def spoken(self) -> list[tuple[float, float]]:
        """Return when something is heard."""
        return [(self.starts[m.start()], self.ends[m.end() - 1]) for m in self.matches()]

    def matches(self) -> list[re.Match[str]]:
        """Return the words, which have white space around them."""
        return list(re.finditer(r"\S+", self.text))


def timed(text: str, speed: float = 1.0) -> Timed:
    """Return when the characters of a text are spoken; all take equally long."""
    step, edge = SECONDS_PER_CHARACTER / speed, _EDGE / speed
    starts = tuple(round(edge + number * step, 3) for number in range(len(text)))
    ends = tuple(round(start + step, 3) for start in starts)
    return Timed(text, starts, ends, 2 * edge + len(text) * step)


def wav(spans: Spans, seconds: float, label: str, rate: int = 24_000) -> bytes:
    """Return a mono WAV file in whose spans a tone is heard."""
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(rate)
        writer.writeframes(pcm(spans, seconds, rate))
    comment = _label(label)
    comment += bytes(len(comment) % 2)
    chunk = b"INFOICMT" + struct.pack("<I", len(comment)) + comment
    data = file.getvalue() + b"LIST" + struct.pack("<I", len(chunk)) + chunk
    return data[:4] + struct.pack("<I", len(data) - 8) + data[8:]


def pcm(spans: Spans, seconds: float, rate: int = 24_000) -> bytes:
    """Return the samples: mono, 16 bit."""
    second = _tone_second(rate)
    samples = array.array("h", bytes(2 * round(seconds * rate)))
    for start, end in spans:
        first, last = round(start * rate), min(round(end * rate), len(samples))
        for position in range(first, last, rate):
            size = min(rate, last - position)
            samples[position : position + size] = second[:size]
    return samples.tobytes()


def mp3(spans: Spans, seconds: float, label: str, rate: int = 44_100) -> bytes:
    """Return an MP3 file, put together from frames of a tone and of silence."""
    tone, silence = _frames("sine=f=440", rate), _frames("anullsrc=cl=mono", rate)
    step = 1152 / rate
    frames = []
    for number in range(math.ceil(seconds / step)):
        at = (number + 0.5) * step
        kind = tone if any(start <= at < end for start, end in spans) else silence
        frames.append(kind[number % len(kind)])
    comment = b"\3" + b"prompt\0" + _label(label)
    frame = b"TXXX" + _synchsafe(len(comment)) + b"\0\0" + comment
    return b"ID3\4\0\0" + _synchsafe(len(frame)) + frame + b"".join(frames)


def label_of(data: bytes) -> str | None:
    """Return the text that a recording was made for; None if it is not one of these."""
    match = _LABEL.search(data)
    return match[1].decode() if match else None


def duration_of(data: bytes) -> float:
    """Return the seconds of a recording. Raises ValueError if it is none."""
    import av  # takes 0.1 s, which most servers of fake vendors need not

    try:
        with av.open(io.BytesIO(data)) as container:
            stream = container.streams.audio[0]
            frames = list(container.decode(stream))
            return float(sum(frame.samples / frame.sample_rate for frame in frames))
    except (av.FFmpegError, IndexError) as exc:
        raise ValueError("The audio is invalid or corrupted.") from exc


def _label(text: str) -> bytes:
    return b"prompt=" + text.encode().replace(b"\0", b"") + b"\0"


def _synchsafe(size: int) -> bytes:
    return bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0))


@cache
def _tone_second(rate: int) -> "array.array[int]":  # 3.11 cannot evaluate it
    wave_at = (round(8000 * math.sin(2 * math.pi * 440 * n / rate)) for n in range(rate))
    return array.array("h", wave_at)


@cache
def _frames(source: str, rate: int) -> list[bytes]:
    """Return the frames of half a second, each of which can be decoded without the others."""
    options = f"-f lavfi -i {source}:r={rate}:d=0.5 -c:a libmp3lame -b:a {_BIT_RATES[rate // 1000]}"
    options += " -reservoir 0 -write_xing 0 -id3v2_version 0 -f mp3 pipe:1"
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-loglevel", "error", *options.split()]
    data = subprocess.run(command, check=True, capture_output=True).stdout
    sizes = list(_frame_sizes(data))
    edges = list(itertools.accumulate(sizes, initial=0))
    return [data[start:end] for start, end in itertools.pairwise(edges)][4:-2]  # within the tone


def _frame_sizes(data: bytes) -> Iterator[int]:
    position = 0
    while position + 4 <= len(data):
        header = data[position + 2]
        bits, rate = _MPEG_BIT_RATES[header >> 4] * 1000, _MPEG_RATES[header >> 2 & 3]
        size = 144 * bits // rate + (header >> 1 & 1)
        yield size
        position += size
