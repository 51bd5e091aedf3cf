"""Cleaning up a recording of a voice: clicks, hum and steady noise, and silence at both ends.

Noise is steady, and nothing in a recording is quieter. Where nobody pauses, the quietest part is
speech, whose level changes with each syllable: then no noise is reduced. Silence is what is not
much louder than the noise. Some of it is kept, since soft consonants are no louder.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from math import log10
from pathlib import Path
from typing import NamedTuple

from media.ffmpeg import input_args, run_logged
from media.levelling import RATE, TO_RATE
from media.limits import Pool
from media.streams import AudioStream

MEDIA_TYPE = "audio/wav"  # nothing is lost, and times are exact

_HEADER_BYTES, _SAMPLE_BYTES = 44, 2
_FRAMES_PER_SECOND = 50
_TIMEOUT = 240
# Sound that begins late begins with silence, so that times are those of the file. Clicks are found
# before samples are made of other samples.
_MENDING = "aresample=async=1:first_pts=0,adeclick=w=20:o=50,highpass=f=80,highpass=f=80," + TO_RATE
_METER = (
    f"asetnsamples={RATE // _FRAMES_PER_SECOND}:p=0,astats=metadata=1:reset=1"
    ":measure_perchannel=none:measure_overall=RMS_level"
    ",ametadata=print:key=lavfi.astats.Overall.RMS_level:file=-"
)
_LEVEL = re.compile(rb"RMS_level=(\S+)")

_MUTE = -90.0  # dB of what was switched off, which is not the noise of a recording
_LOUD = 0.9  # the share of frames that are less loud than the voice
_OVER_NOISE, _UNDER_VOICE = 8.0, 45.0  # dB by which sound is louder than noise; than the voice
# How many steady frames are noise, if the voice is at least this many dB louder: a sound that a
# voice holds is steady as well, but is not as quiet, or not as long.
_SHORT, _FAR = 20, 20.0
_LONG, _CLEAR = 40, 6.0
# The standard deviation of the level of noise is at most this, in dB. Measured: 0.2 (white) to 1.6
# (brown) in noise; in the quietest 0.4 s of speech without a pause 2.5 and more.
_STEADY = 2.0
_NEARLY = 1.0  # dB by which a part may be louder than the quietest one
_JOINED, _SHORTEST = 15, 5  # frames of a pause within words; of sound that is no knock
_BEFORE, _AFTER = 0.15, 0.2  # seconds that are kept
_LEAST_CUT = 0.05  # seconds

_REDUCTION = 12  # dB
_SAMPLED_LEVEL = -60  # dB that noise is brought to, where FFmpeg's filter knows it best
_LATENCY = 0.025  # seconds by which that filter is late
_FADE = 0.01  # seconds at both ends


class Cut(NamedTuple):
    """The seconds that a recording lost at both ends."""

    start: float
    end: float


class _Part(NamedTuple):
    """A part of a recording, in seconds; how loud it is, and the deviation of that, in dB."""

    start: float
    end: float
    level: float
    deviation: float

    @property
    def is_steady(self) -> bool:
        """Whether it may be noise alone."""
        return self.deviation <= _STEADY


class Cleaning(NamedTuple):
    """What of a recording is kept, from `start` to `end`, in seconds.

    `noise` is a part with nothing but the noise that is reduced; None if there is none.
    """

    start: float
    end: float
    noise: _Part | None


def cleaned_bytes(audio: AudioStream) -> int:
    """Return how large the file of a recording may be that is cleaned up."""
    return _HEADER_BYTES + round(audio.seconds * RATE) * _SAMPLE_BYTES * (1 if audio.is_mono else 2)


def clean_up(path: str | Path, audio: AudioStream, target: str | Path, pool: Pool) -> Cut:
    """Write a recording without clicks, hum, noise and silence at its ends to a WAV file.

    `target` has to be there. Return what was cut. Raises FFmpegError, MediaBusyError.
    """
    cleaning = cleaning_of(_levels(path, pool), audio.seconds)
    layout = "mono" if audio.is_mono else "stereo"
    graph = ";".join(_graph(cleaning, layout))
    encoded = ["-map", "[out]", "-map_metadata", "-1", "-c:a", "pcm_s16le", "-f", "wav"]
    inputs = ["-vn", *input_args(path)]
    if cleaning.noise is not None:
        inputs += ["-vn", "-t", f"{cleaning.noise.end:.3f}", *input_args(path)]
    arguments = [*inputs, "-filter_complex", graph, *encoded, "-bitexact", "-y", f"file:{target}"]
    run_logged(arguments, _TIMEOUT, pool)
    return Cut(cleaning.start, round(max(0.0, audio.seconds - cleaning.end), 3))


def cleaning_of(levels: Sequence[float], seconds: float) -> Cleaning:
    """Return how a recording is cleaned up that has these levels, in dB, each 1/50 s."""
    loud = sorted(levels)[int(_LOUD * (len(levels) - 1))] if levels else _MUTE
    quietest = _quietest(levels, _SHORT)
    if quietest is not None and quietest.is_steady and loud - quietest.level < _CLEAR:
        return Cleaning(0.0, seconds, None)  # nobody speaks
    noise = _noise(levels, loud)
    limit = _silence(quietest, loud)
    spans = list(_spans([level > limit for level in levels]))
    if not spans:
        return Cleaning(0.0, seconds, noise)
    start = spans[0][0] / _FRAMES_PER_SECOND - _BEFORE
    end = spans[-1][1] / _FRAMES_PER_SECOND + _AFTER
    return Cleaning(
        round(start, 3) if start >= _LEAST_CUT else 0.0,
        round(end, 3) if seconds - end >= _LEAST_CUT else seconds,
        noise,
    )


def _levels(path: str | Path, pool: Pool) -> list[float]:
    """Return how loud each 1/50 s of a recording is, in dB, once it is mended."""
    measured = ["-map", "0:a:0", "-af", f"{_MENDING},{_METER}", "-f", "null", "/dev/null"]
    found = run_logged(["-vn", *input_args(path), *measured], _TIMEOUT, pool).stdout
    return [max(_MUTE, float(level)) for level in _LEVEL.findall(found)]


def _noise(levels: Sequence[float], loud: float) -> _Part | None:
    """Return where noise is heard alone; None if it cannot be told from speech."""
    for frames, decibels in ((_SHORT, _FAR), (_LONG, _CLEAR)):
        part = _quietest(levels, frames)
        if part is not None and part.is_steady and loud - part.level >= decibels:
            return part
    return None


def _silence(quietest: _Part | None, loud: float) -> float:
    """Return how loud silence is at most, in dB."""
    quiet = max(_MUTE, loud - _UNDER_VOICE)
    if quietest is None or not (quietest.is_steady or loud - quietest.level >= _FAR):
        return quiet
    return max(quiet, min(quietest.level + _OVER_NOISE, (quietest.level + loud) / 2))


def _quietest(levels: Sequence[float], frames: int) -> _Part | None:
    """Return the steadiest of the quietest parts of so many frames.

    None if there is none that is heard throughout: what was switched off is no noise.
    """
    muted = _moving_means((level <= _MUTE for level in levels), frames)
    heard = [start for start, share in enumerate(muted) if share == 0]
    if not heard:
        return None
    powers = _moving_means((10 ** (level / 10) for level in levels), frames)
    means = _moving_means(levels, frames)
    squares = _moving_means((level**2 for level in levels), frames)
    variances = [square - mean**2 for square, mean in zip(squares, means, strict=True)]
    most = min(powers[start] for start in heard) * 10 ** (_NEARLY / 10)
    start = min((start for start in heard if powers[start] <= most), key=variances.__getitem__)
    times = (start / _FRAMES_PER_SECOND, (start + frames) / _FRAMES_PER_SECOND)
    return _Part(*times, 10 * log10(powers[start]), max(0.0, variances[start]) ** 0.5)


def _moving_means(values: Iterable[float], frames: int) -> list[float]:
    """Return the mean of each so many values that follow each other."""
    sums = [0.0, *accumulate(values)]
    ends = sums[frames:]
    return [(end - start) / frames for start, end in zip(sums, ends, strict=False)]


def _spans(loud: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Yield the first frame and the one after the last of what is heard, without knocks."""
    frames = [number for number, is_loud in enumerate(loud) if is_loud]
    while frames:
        count = next(
            (at for at in range(1, len(frames)) if frames[at] - frames[at - 1] > _JOINED),
            len(frames),
        )
        if count >= _SHORTEST:
            yield frames[0], frames[count - 1] + 1
        frames = frames[count:]


def _graph(cleaning: Cleaning, layout: str) -> Iterator[str]:
    """Yield the filter graph of FFmpeg: the noise goes first, since the filter has to hear it."""
    to_layout = f"aformat=channel_layouts={layout}"
    kept = f"atrim={cleaning.start:.3f}:{cleaning.end:.3f},asetpts=N/SR/TB"
    fades = f"afade=t=in:d={_FADE},afade=t=out:d={_FADE}"
    fades += f":st={max(0.0, cleaning.end - cleaning.start - _FADE):.3f}"
    noise = cleaning.noise
    if noise is None:
        yield f"[0:a:0]{_MENDING},{to_layout},{kept},{fades}[out]"
        return
    yield f"[0:a:0]{_MENDING},{to_layout},{kept},apad=pad_dur={_LATENCY}[voice]"
    yield f"[1:a:0]{_MENDING},{to_layout},atrim=start={noise.start:.3f},asetpts=N/SR/TB[noise]"
    gain = _SAMPLED_LEVEL - noise.level
    length = noise.end - noise.start
    heard = f"0.02 afftdn sn start; {length - 0.02:.3f} afftdn sn stop"
    reduced = f"volume={gain:.2f}dB,asendcmd=c='{heard}',afftdn=nr={_REDUCTION}"
    yield (
        f"[noise][voice]concat=n=2:v=0:a=1,{reduced},volume={-gain:.2f}dB,"
        f"atrim=start={length + _LATENCY:.3f},asetpts=N/SR/TB,{fades}[out]"
    )
