"""The loudness of a mix: measured as it will be heard, and corrected. Pure.

What is written is measured, since limiting lowers the loudness, and encoding raises the peaks.
"""

from typing import NamedTuple

from media.loudness import Levels

LOUDNESS = -14.0  # LUFS
PEAK = -1.0  # dBTP
SILENT = -70.0  # LUFS: the meter's gate

METER = "ebur128=peak=true:framelog=verbose"
_CLOSE = 0.2  # LU
_FIRST_LIMIT = -2.0  # dB: encoding adds about one to the peaks of what was limited
_MARGIN = 0.15  # dB that peaks are lower: the meter states tenths
_STEP = 0.3  # dB by which peaks are limited more than they were too high
_LIMITED = 1.6  # how much gain a limiter takes for a dB more of loudness
# True peaks lie between samples, so more of them are limited.
_OVER, _RATE = 192_000, 48_000


class Correction(NamedTuple):
    """By how many dB sound is amplified, and at how many its peaks are limited then.

    Without a `target` in LUFS, it stays as loud as it is.
    """

    gain: float
    limit: float = _FIRST_LIMIT
    target: float | None = LOUDNESS

    @classmethod
    def of(cls, mix: Levels) -> "Correction":
        """Return the correction of a mix with these levels. Silence is left as it is."""
        return cls(0.0 if mix.loudness <= SILENT else LOUDNESS - mix.loudness)

    @classmethod
    def of_peaks(cls) -> "Correction":
        """Return the correction that limits true peaks alone."""
        return cls(0.0, target=None)

    @property
    def filters(self) -> str:
        """FFmpeg's filters that apply it."""
        limit = f"limit={10 ** (self.limit / 20):.4f}"
        limiter = f"alimiter=level=false:{limit}:attack=1:release=50:latency=true"
        return f"volume={self.gain:.2f}dB,aresample={_OVER},{limiter},aresample={_RATE}"

    def suits(self, result: Levels) -> bool:
        """Return whether sound is as it is to be."""
        return abs(self._missing(result)) <= _CLOSE and result.peak <= PEAK - _MARGIN

    def after(self, result: Levels) -> "Correction":
        """Return a better correction, given the levels of the result of this one."""
        missing = self._missing(result)
        gain = missing * _LIMITED if missing > _CLOSE else missing
        excess = result.peak - (PEAK - _MARGIN)
        lower = excess + _STEP if excess > 0 else 0.0
        return Correction(self.gain + gain, self.limit - lower, self.target)

    def _missing(self, result: Levels) -> float:
        """Return how many LU are missing to the target."""
        return 0.0 if self.target is None else self.target - result.loudness
