"""Peaks: how loud a sound is at each time, as the waveforms of the page show it."""

from collections.abc import Sequence

from media.ffmpeg import input_args, run_logged
from media.limits import Pool
from media.streams import AudioStream

PEAKS_PER_SECOND = 50

_MAX_SECONDS = 3 * 3600  # 540 KB
_RATE = 22_050  # samples a second: loud sounds above 11 kHz are rare
_TIMEOUT, _CPU_SHARE = 180, 0.01
# Sound that begins late begins with silence.
_FILTERS = "aresample=async=1:first_pts=0"
_LENGTH = ("-t", str(_MAX_SECONDS))
_LEVELS = bytes(min(255, 2 * abs(sample - 128)) for sample in range(256))  # of unsigned samples


class _Peaks:
    """Collects the loudest sample of each interval from samples that come in pieces."""

    def __init__(self, channels: int) -> None:
        self.found = bytearray()
        self._interval = _RATE // PEAKS_PER_SECOND * channels
        self._rest = b""

    def read(self, data: bytes) -> None:
        """Read the next piece."""
        levels = self._rest + data.translate(_LEVELS)
        whole = len(levels) - len(levels) % self._interval
        for start in range(0, whole, self._interval):
            self.found.append(max(levels[start : start + self._interval]))
        self._rest = levels[whole:]

    def finish(self) -> bytes:
        """Return the peaks, also of a last interval that is shorter."""
        return bytes(self.found) + (bytes([max(self._rest)]) if self._rest else b"")


def peaks_of(path: str, audio: AudioStream, pool: Pool, filters: Sequence[str] = ()) -> bytes:
    """Return the loudest sample of each 1/50 s of a sound, 0 to 255, of at most three hours.

    `filters` are those of FFmpeg that it goes through. Raises FFmpegError, MediaBusyError.
    """
    channels = 1 if audio.is_mono else 2
    peaks = _Peaks(channels)
    samples = ["-ac", str(channels), "-ar", str(_RATE), "-f", "u8", "-c:a", "pcm_u8", "-"]
    heard = ["-map", "0:a:0", "-af", ",".join([_FILTERS, *filters]), *_LENGTH]
    arguments = ["-vn", *input_args(path), *heard, *samples]
    cpu_seconds = pool.cpu_seconds_for(min(audio.seconds, _MAX_SECONDS), _CPU_SHARE)
    run_logged(arguments, _TIMEOUT, pool, consume=peaks.read, cpu_seconds=cpu_seconds)
    return peaks.finish()
