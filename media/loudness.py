"""How loud a voice is, and the gain that brings it to the level at which voices are mixed."""

import re
from pathlib import Path
from typing import NamedTuple

from media.ffmpeg import FFmpegError, input_args, run_logged
from media.limits import Pool
from media.streams import AudioStream

VOICE_LUFS = -16
MAX_GAIN = 20  # decibels, in both directions

_PEAK = -1.05  # dBFS after the gain; FFmpeg states peaks in tenths
_SILENCE = -60  # LUFS below which it is not a voice
_SHORT_SECONDS, _REPEATS = 1, "9"  # loudness is measured in blocks of 0.4 s
_TIMEOUT = 120
# As a voice is mixed: mono is heard on both sides, more channels on two.
_BOTH, _TWO = "pan=stereo|c0=c0|c1=c0", "aformat=channel_layouts=stereo"
_METER = "ebur128=peak=sample:framelog=verbose"
_SUMMARY = re.compile(r"^ +I: +(-?[\d.]+) LUFS$.*^ +Peak: +(-?[\d.]+|-inf) dBFS$", re.M | re.S)


class Levels(NamedTuple):
    """The loudness of sound in LUFS, and its peak in dBFS, or in dBTP if true peaks are metered."""

    loudness: float
    peak: float


def levels_of(log: str) -> Levels | None:
    """Return the levels that FFmpeg's meter logged at its end; None if it did not."""
    found = _SUMMARY.search(log)
    return None if found is None else Levels(float(found[1]), float(found[2]))


def voice_gain(path: str | Path, audio: AudioStream, pool: Pool) -> float:
    """Return the decibels that bring a voice to -16 LUFS with peaks below -1 dBFS.

    It is 0 for silence, and at most 20 in both directions. Raises FFmpegError, MediaBusyError.
    """
    repeated = ["-stream_loop", _REPEATS] if audio.seconds < _SHORT_SECONDS else []
    filters = f"{_BOTH if audio.is_mono else _TWO},{_METER}"
    measured = ["-vn", "-map", "0:a:0", "-af", filters, "-f", "null", "-"]
    log = run_logged([*repeated, *input_args(path), *measured], _TIMEOUT, pool, "info").log
    levels = levels_of(log)
    if levels is None:
        raise FFmpegError("Its loudness cannot be measured")
    return gain_for(*levels)


def gain_for(lufs: float, peak: float) -> float:
    """Return the gain for a voice of this loudness whose highest sample has this level in dBFS."""
    if lufs < _SILENCE:
        return 0.0
    gain = min(VOICE_LUFS - lufs, _PEAK - peak)
    return round(max(-MAX_GAIN, min(MAX_GAIN, gain)), 2)
