"""Recordings that are cleaned up: what is heard in them before and after, by signal."""

import wave
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from media.cleaning import Cut, clean_up, cleaned_bytes, cleaning_of
from media.levelling import RATE as CLEANED_RATE
from media.limits import LANES
from media.loudness import voice_levelling
from media.streams import AudioStream, read_streams
from tests.media.voice_recordings import RATE, Samples, speech, write

PAD = 1.0  # seconds of silence before and after the line
QUIET = (PAD - 0.12, PAD - 0.02)  # seconds that are kept of it
VOICED = (PAD + 0.1, PAD + 1.1)
CLICK = 2.0  # seconds


class Cleaned(NamedTuple):
    """A recording of one or two channels and what was made of it: the first channel of both."""

    before: Samples
    after: Samples
    cut: Cut
    paths: tuple[Path, Path]

    def between(self, start: float, end: float) -> tuple[Samples, Samples]:
        """Return what is heard between two times of the recording, before and after."""
        moved = (start - self.cut.start, end - self.cut.start)
        spans = ((self.before, RATE, (start, end)), (self.after, CLEANED_RATE, moved))
        first, second = (
            samples[round(times[0] * rate) : round(times[1] * rate)]
            for samples, rate, times in spans
        )
        return first, second


def cleaned(directory: Path, *channels: Samples) -> Cleaned:
    directory.mkdir(exist_ok=True)
    paths = (write(directory / "before.wav", *channels), directory / "after.wav")
    cut = clean_up(paths[0], audio_of(paths[0]), paths[1], LANES)
    with wave.open(str(paths[1])) as file:
        assert (file.getnchannels(), file.getframerate()) == (len(channels), CLEANED_RATE)
        data = np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32_768
    return Cleaned(channels[0], data[:: len(channels)], cut, paths)


def audio_of(path: Path) -> AudioStream:
    audio = read_streams(path, LANES).audio
    assert audio is not None
    return audio


def padded() -> Samples:
    silence = np.zeros(round(PAD * RATE))
    return np.concatenate([silence, 0.5 * speech(), silence])


def in_a_room() -> Samples:
    """Return a line with steady noise."""
    clean = padded()
    noise: Samples = 0.003 * np.random.default_rng(3).standard_normal(len(clean))
    return clean + noise


def without_a_pause() -> Samples:
    """Return a line in which nobody pauses for longer than a consonant."""
    frames = 0.5 * speech()[: len(speech()) // 441 * 441].reshape(-1, 441)
    spoken: Samples = frames[np.abs(frames).max(axis=1) > 0.002].ravel()
    return spoken


def white(samples: Samples, level: float) -> Samples:
    """Return noise of this level, in dB, as long as other samples."""
    noise: Samples = 10 ** (level / 20) * np.random.default_rng(6).standard_normal(len(samples))
    return noise


def voice_of(found: Cleaned) -> list[float]:
    """Return how loud the voice is before and after, in LUFS but for a constant."""
    return [-voice_levelling(path, audio_of(path), LANES).gain for path in found.paths]


def clicked(samples: Samples, *seconds: float) -> Samples:
    result = samples.copy()
    for second in seconds:
        result[round(second * RATE)] += 0.4
    return result


def hum(samples: Samples) -> Samples:
    tone: Samples = 0.02 * np.sin(2 * np.pi * 50 * np.arange(len(samples)) / RATE)
    return tone


def decibels(samples: Samples) -> float:
    return 20 * float(np.log10(np.sqrt(np.mean(samples**2)) + 1e-9))


def tone_level(samples: Samples, rate: int) -> float:
    """Return how loud a tone of 50 Hz is, in dB."""
    turns = np.exp(-2j * np.pi * 50 * np.arange(len(samples)) / rate) * np.hanning(len(samples))
    return 20 * float(np.log10(abs((samples * turns).mean()) + 1e-9))


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    return cleaned(tmp_path_factory.mktemp("room"), in_a_room())


def test_silence_is_cut_at_both_ends_with_a_margin(room):
    before, after = map(audio_of, room.paths)

    assert PAD - 0.3 <= room.cut.start <= PAD - 0.1
    assert PAD - 0.3 <= room.cut.end <= PAD + 0.1  # the line itself ends with a pause
    assert after.seconds == pytest.approx(before.seconds - sum(room.cut), abs=0.001)
    assert room.paths[1].stat().st_size <= cleaned_bytes(before)


def test_noise_is_lower_and_the_voice_is_as_loud_as_before(room):
    quiet, voiced = room.between(*QUIET), room.between(*VOICED)
    loudness = voice_of(room)

    assert decibels(quiet[1]) < decibels(quiet[0]) - 10
    assert decibels(voiced[1]) == pytest.approx(decibels(voiced[0]), abs=1)
    assert loudness[1] == pytest.approx(loudness[0], abs=1)


@pytest.mark.parametrize("edge", [0.0, PAD])
@pytest.mark.parametrize("noise", [-200.0, -60.0])
def test_voice_that_never_pauses_is_not_taken_for_noise(tmp_path, edge, noise):
    line = without_a_pause()
    silence = np.zeros(round(edge * RATE))  # as a program leaves it that mutes pauses

    found = cleaned(tmp_path, np.concatenate([silence, line + white(line, noise), silence]))

    before, after = found.between(edge + 0.2, edge + 1.2)
    assert decibels(after) == pytest.approx(decibels(before), abs=0.5)
    loudness = voice_of(found)
    assert loudness[1] == pytest.approx(loudness[0], abs=1)


@pytest.mark.parametrize("level", [-60.0, -50.0, -40.0, -35.0])
def test_steady_noise_is_lower_also_near_to_the_voice(tmp_path, level):
    found = cleaned(tmp_path, padded() + white(padded(), level))

    before, after = found.between(*QUIET)
    assert decibels(after) < decibels(before) - 12
    loudness = voice_of(found)
    assert loudness[1] == pytest.approx(loudness[0], abs=1)


@pytest.mark.parametrize(("seconds", "is_noise"), [(0.5, False), (1.0, True)])
def test_short_steady_sound_near_to_the_voice_may_be_the_voice(seconds, is_noise):
    syllables = [-16.0, -18.0, -30.0, -24.0, -17.0] * 20
    steady = [-32.0] * round(seconds * 50)

    cleaning = cleaning_of([*syllables, *steady, *syllables], 4 + seconds)

    assert (cleaning.noise is not None) is is_noise


def test_what_is_spoken_is_heard_at_its_time(room):
    before, after = room.between(*VOICED)

    resampled = np.interp(
        np.arange(len(before)) / RATE, np.arange(len(after)) / CLEANED_RATE, after
    )
    products = np.fft.irfft(np.fft.rfft(resampled) * np.conj(np.fft.rfft(before)), len(before))

    late = (int(np.argmax(products)) + len(before) // 2) % len(before) - len(before) // 2
    assert abs(late) / RATE <= 0.001


def test_clicks_are_gone_wherever_they_are(tmp_path, room):
    found = cleaned(tmp_path, clicked(in_a_room(), 0.4, CLICK))

    (_, expected), (_, heard) = (each.between(CLICK - 0.01, CLICK + 0.01) for each in (room, found))
    assert found.cut == room.cut
    assert np.abs(heard - expected).max() < 0.04  # a tenth of what it was


def test_hum_is_lower(tmp_path):
    found = cleaned(tmp_path, in_a_room() + hum(padded()))

    before, after = found.between(PAD - 0.13, PAD + 0.5)
    assert tone_level(after, CLEANED_RATE) < tone_level(before, RATE) - 10


def test_soft_consonants_are_kept(tmp_path, room):
    soft = padded()
    length, first = round(0.12 * RATE), round((PAD - 0.12) * RATE)
    soft[first : first + length] += 0.002 * np.random.default_rng(4).standard_normal(length)

    found = cleaned(tmp_path, soft + in_a_room() - padded())

    assert found.cut.start <= PAD - 0.12


@pytest.mark.parametrize("level", [0, 0.003])
def test_recording_in_which_nobody_speaks_is_not_cut(tmp_path, level):
    noise = level * np.random.default_rng(5).standard_normal(RATE)

    assert cleaned(tmp_path, noise).cut == (0, 0)


def test_channels_stay_as_they_are(tmp_path):
    line = in_a_room()

    found = cleaned(tmp_path, line, -line)

    assert voice_levelling(found.paths[1], audio_of(found.paths[1]), LANES).channels == "opposite"
