"""Measures the sound of a media file: level, peak, tones, and when a beep begins.

Samples are an array of shape (samples, 2), from -1 to 1; levels are in dB of full scale.
"""

from pathlib import Path
from typing import NamedTuple, TypeAlias

import av
import numpy as np
import numpy.typing as npt

Samples: TypeAlias = npt.NDArray[np.float32]

_WINDOW = 0.01  # seconds within which the amplitude of a tone is measured


class Sound(NamedTuple):
    """The sound of a file from time 0 on: samples, and how many there are in a second."""

    samples: Samples
    rate: int

    @property
    def duration(self) -> float:
        """Seconds."""
        return len(self.samples) / self.rate

    def between(self, start: float, end: float) -> "Sound":
        """Return the part between two times in seconds. Raises ValueError if there is none."""
        part = self.samples[round(start * self.rate) : round(end * self.rate)]
        if not len(part):
            raise ValueError(f"no sound from {start} to {end} of {self.duration} s")
        return Sound(part, self.rate)


def read(path: Path) -> Sound:
    """Return the first audio stream as stereo; mono is on both channels at its own level.

    Each sample is at the time that the file tells: before a late start and in gaps is silence.
    An MP3 starts at some 25 ms, its encoder's delay.
    Raises IndexError without a stream and ValueError for more than two channels.
    """
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        rate = stream.rate
        resampler = av.AudioResampler(format="fltp")
        parts = []
        for decoded in container.decode(stream):
            for converted in resampler.resample(decoded):
                at = round((converted.pts or 0) * (converted.time_base or 0) * rate)
                parts.append((at, _stereo(converted.to_ndarray().astype(np.float32))))
    samples = np.zeros((max((at + len(part) for at, part in parts), default=0), 2), np.float32)
    for at, part in parts:
        samples[max(at, 0) : max(at + len(part), 0)] = part[max(-at, 0) :]
    return Sound(samples, rate)


def rms(sound: Sound) -> float:
    """Return the root mean square of all samples, in dB: -3.0 for a sine of full scale."""
    return _decibels(float(np.sqrt(np.mean(np.square(sound.samples, dtype=np.float64)))))


def peak(sound: Sound) -> float:
    """Return the largest sample, in dB."""
    return _decibels(float(np.abs(sound.samples).max()))


def tone(sound: Sound, frequency: float) -> float:
    """Return the level of one frequency (Hz) in the mean of both channels, as RMS in dB.

    Others 2 / duration or more away are left out, so sounds that are mixed can be told apart.
    """
    mono = sound.samples.mean(axis=1)
    window = np.hanning(len(mono))
    spectrum = np.sum(mono * window * _phasor(len(mono), frequency, sound.rate))
    return _decibels(float(np.sqrt(2) * np.abs(spectrum) / window.sum()))


def onsets(sound: Sound, frequency: float, at_least: float = -40.0) -> list[float]:
    """Return when beeps of this frequency (Hz, 400 or more) begin, in seconds, within 1 ms.

    A beep begins where its amplitude rises beyond half of the loudest one's; beeps are 20 ms or
    longer and 20 ms apart. None are found if the loudest one's RMS is less than `at_least` dB.
    """
    amplitudes = _amplitudes(sound, frequency)
    loudest = float(np.max(amplitudes, initial=0))
    if _decibels(loudest / np.sqrt(2)) < at_least:
        return []
    loud = np.concatenate([[False], amplitudes >= loudest / 2])
    starts: list[int] = []
    for index in np.flatnonzero(loud[1:] & ~loud[:-1]):
        before = amplitudes[starts[-1] : index] if starts else np.zeros(1)
        if np.min(before) < loudest / 4:  # else it is the same beep, whose amplitude fluctuates
            starts.append(int(index))
    return [start / sound.rate for start in starts]


def _amplitudes(sound: Sound, frequency: float) -> npt.NDArray[np.float64]:
    """Return the amplitude of this frequency around each sample."""
    window = np.hanning(round(_WINDOW * sound.rate) | 1)
    mono = sound.samples.mean(axis=1)
    if len(mono) < len(window):
        return np.zeros(0)
    shifted = mono * _phasor(len(mono), frequency, sound.rate)
    smoothed = _convolve(shifted, window / window.sum())
    return np.asarray(2 * np.abs(smoothed))


def _convolve(
    signal: npt.NDArray[np.complex128], kernel: npt.NDArray[np.float64]
) -> npt.NDArray[np.complex128]:
    """Convolve by Fourier transforms, which take a hundredth of the time for minutes of sound."""
    size = 1 << (len(signal) + len(kernel) - 1).bit_length()
    product = np.fft.ifft(np.fft.fft(signal, size) * np.fft.fft(kernel, size))
    half = len(kernel) // 2
    return np.asarray(product[half : half + len(signal)])


def _phasor(length: int, frequency: float, rate: int) -> npt.NDArray[np.complex128]:
    return np.asarray(np.exp(-2j * np.pi * frequency / rate * np.arange(length)))


def _stereo(planes: Samples) -> Samples:
    """Turn planes, of shape (channels, samples), into shape (samples, 2)."""
    if len(planes) > 2:
        raise ValueError(f"{len(planes)} channels")
    return np.broadcast_to(planes.T, (planes.shape[1], 2))


def _decibels(amplitude: float) -> float:
    return float(20 * np.log10(amplitude)) if amplitude else -np.inf
