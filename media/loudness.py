"""Measures how loud a voice is, and computes its levelling (levelling.py)."""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from media.ffmpeg import FFmpegError, input_args, run_logged
from media.levelling import BOTH, LEFT, OPPOSITE, RIGHT, TO_RATE, TWO, VOICE_LUFS, Levelling
from media.limits import Pool
from media.streams import AudioStream

MIN_GAIN, MAX_GAIN = -20, 40  # decibels
NOISY_GAIN = 20  # decibels above which the noise of a recording is heard as well

_PEAK = -1.05  # dBTP after the gain; FFmpeg states peaks in tenths
_NEAR = 0.5  # LU that a voice may be quieter, rather than to have its peaks limited
_RIGHT = 1.0  # LU that one may be quieter or louder which sounds as it did
_CLOSE = 0.2  # LU
_ATTEMPTS = 8
# How much of the gain that is missing is tried: less where loudness changes more than the gain, as
# when sound is no longer counted as a pause; more where gain changes little.
_FLATTEST, _STEEPEST = 0.25, 4.0
_SILENCE = -60  # LUFS below which it is not a voice
_ROUNDED = 0.1  # dB by which stated levels may be off
_CHANNELS = 4  # of which statistics are made
_TIMEOUT, _CPU_SHARE = 120, 0.1
_OFFSET, _LEAST_POWER = 0.005, 1e-8  # of a channel's power, that a constant has at least; of sound
_ONE_SIDED = 0.01  # of the power of one channel, which the other one has at most: -20 dB
_TURNED = 0.1  # of the power of the channels' difference, which their sum has at most
# In blocks of 0.4 s. As in a film, there is silence before and after: a short word would be taken
# for louder than it is heard there.
_LOUDNESS_METER = (
    "aformat=sample_fmts=dblp,adelay=200:all=1,apad=pad_dur=0.2,ebur128=framelog=verbose"
)
_METER = f"{_LOUDNESS_METER}:peak=true"
# Both channels, half of their sum, and half of their difference.
_SUMS = "pan=4c|c0=c0|c1=c1|c2=0.5*c0+0.5*c1|c3=0.5*c0-0.5*c1"
_STATISTICS = "astats=measure_perchannel=DC_offset+RMS_level:measure_overall=none"
_LOUDNESS = re.compile(r"^ +I: +(-?[\d.]+) LUFS$", re.M)
_SUMMARY = re.compile(r"^ +I: +(-?[\d.]+) LUFS$.*^ +Peak: +(-?[\d.]+|-inf) dBFS$", re.M | re.S)
_CHANNEL = re.compile(r"DC offset: (\S+)$.*?RMS level dB: (\S+)$", re.M | re.S)


class Levels(NamedTuple):
    """The loudness of sound in LUFS, and its peak in dBFS, or in dBTP if true peaks are metered."""

    loudness: float
    peak: float


def levels_of(log: str) -> Levels | None:
    """Return the levels that FFmpeg's meter logged at its end; None if it did not."""
    found = _SUMMARY.search(log)
    return None if found is None else Levels(float(found[1]), float(found[2]))


class _Recording(NamedTuple):
    """A voice that is measured."""

    path: str | Path
    audio: AudioStream
    pool: Pool

    def measure(self, filters: Sequence[str] = ()) -> tuple[Levels, str]:
        """Return the levels that it has after filters, and what FFmpeg logs of its channels."""
        graph = f"asplit[all][heard];[all]{_SUMS},{_STATISTICS},anullsink"
        graph += f";[heard]{','.join([TO_RATE, *filters, _METER] if filters else [_METER])}"
        log = self._log(graph)
        levels = levels_of(log)
        if levels is None:
            raise FFmpegError("Its loudness cannot be measured")
        return levels, log

    def loudness(self, filters: Sequence[str]) -> float:
        """Return how loud it is after filters, in LUFS: in half the time of all measures."""
        found = _LOUDNESS.search(self._log(",".join([TO_RATE, *filters, _LOUDNESS_METER])))
        if found is None:
            raise FFmpegError("Its loudness cannot be measured")
        return float(found[1])

    def _log(self, graph: str) -> str:
        """Return what FFmpeg logs of a graph of filters for two channels."""
        stereo = BOTH if self.audio.is_mono else TWO
        complete = f"[0:a:0]{stereo},{graph}[out]"
        measured = ["-vn", "-filter_complex", complete, "-map", "[out]", "-f", "null", "-"]
        cpu_seconds = self.pool.cpu_seconds_for(self.audio.seconds, _CPU_SHARE)
        arguments = [*input_args(self.path), *measured]
        return run_logged(arguments, _TIMEOUT, self.pool, "info", cpu_seconds=cpu_seconds).log


def voice_levelling(
    path: str | Path, audio: AudioStream, pool: Pool, before: float | None = None
) -> Levelling:
    """Return what brings a voice to -16 LUFS with true peaks below -1 dBTP.

    A constant in its samples is removed, a voice on one side is heard on both, and of channels in
    opposite phase one is turned. There is no gain for silence, at most 40 dB, and at least -20.
    `before` is the gain that it had: one that is right stays as it is. Raises FFmpegError,
    MediaBusyError.
    """
    recording = _Recording(path, audio, pool)
    levels, log = recording.measure()
    mended = _mended(log)
    if mended.mends:
        levels, _ = recording.measure(mended.filters)
    elif before is not None and _is_right(levels, before):
        return Levelling(before)
    if levels.loudness < _SILENCE:
        return mended
    gain = _allowed(VOICE_LUFS - levels.loudness)
    plain = min(gain, _PEAK - levels.peak)
    if gain - plain <= _NEAR:
        return replace(mended, gain=round(plain, 2))
    return _limited(recording, replace(mended, gain=round(gain, 2), is_limited=True))


def _allowed(gain: float) -> float:
    return max(MIN_GAIN, min(MAX_GAIN, gain))


def _is_right(levels: Levels, gain: float) -> bool:
    """Return whether a gain alone brings a voice to its place."""
    missing = VOICE_LUFS - levels.loudness - gain
    return abs(missing) <= _RIGHT and levels.peak + gain <= _PEAK + _ROUNDED


def _limited(recording: _Recording, levelling: Levelling) -> Levelling:
    """Return a levelling with the gain that it needs, since limiting lowers the loudness.

    A knock is most of what is measured first, and more gain changes little until the voice is.
    """
    before, step, steepness = 0.0, 0.0, 1.0
    for attempt in range(_ATTEMPTS):
        missing = VOICE_LUFS - recording.loudness(levelling.filters)
        if abs(missing) <= _CLOSE:
            break
        if attempt:
            steepness = _steepness(step, before - missing)
        gain = round(_allowed(levelling.gain + missing * steepness), 2)
        before, step = missing, gain - levelling.gain
        if not step:
            break
        levelling = replace(levelling, gain=gain)
    return levelling


def _steepness(step: float, change: float) -> float:
    """Return how much gain a decibel of loudness takes, by what the last step has changed."""
    return _STEEPEST if change * step <= 0 else max(_FLATTEST, min(_STEEPEST, step / change))


def _mended(log: str) -> Levelling:
    """Return what has to be put right, by statistics of both channels, their sum and difference."""
    found = [(float(offset), float(level)) for offset, level in _CHANNEL.findall(log)]
    if len(found) != _CHANNELS:
        raise FFmpegError("Its channels cannot be measured")
    powers = [max(0.0, 10 ** (level / 10) - offset**2) for offset, level in found]
    offsets = tuple(round(offset, 5) for offset, _ in found[:2])
    has_offset = any(
        offset**2 > max(_OFFSET * power, _LEAST_POWER)
        for offset, power in zip(offsets, powers, strict=False)
    )
    return Levelling(offsets=offsets if has_offset else (), channels=_channels(*powers))


def _channels(left: float, right: float, both: float, difference: float) -> str:
    """Return what is wrong with channels of these powers."""
    if max(left, right) <= _LEAST_POWER:
        return ""
    if min(left, right) <= _ONE_SIDED * max(left, right):
        return LEFT if left > right else RIGHT
    return OPPOSITE if both <= _TURNED * difference else ""
