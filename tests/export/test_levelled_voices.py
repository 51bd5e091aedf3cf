"""Voices are as loud as each other in an export, whatever was recorded: measured in the video."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from export.plan.timeline import Clip
from export.plan.voices import Voice
from media.ffmpeg import run_logged
from media.limits import JOBS
from media.loudness import Levels, levels_of, voice_levelling
from media.streams import read_streams
from tests.export import sound
from tests.export.renders import render
from tests.export.sources import Sources
from tests.media.voice_recordings import RATE, Samples, knocked, quieter, speech, write
from timeline.ducking import gain_of

LUFS, PEAK = -16, -1

RECORDINGS = {
    "knock, 14 dB quieter": lambda: [knocked(quieter(14))],
    "knock, 20 dB quieter": lambda: [knocked(quieter(20))],
    "a word with a knock": lambda: [knocked(word())],
    "20 dB quieter": lambda: [quieter(20)],
    "30 dB quieter": lambda: [quieter(30)],
    "DC": lambda: [0.8 * speech() + 0.05],
    "DC, 20 dB quieter": lambda: [quieter(20) + 0.05],
    "two kinds of DC": lambda: [0.5 * speech() + 0.05, 0.5 * speech() - 0.03],
    "left": lambda: [speech(), 0 * speech()],
    "right, with noise on the left": lambda: [hiss(0.0003), speech()],
    "opposite": lambda: [speech(), -speech()],
}


def word() -> Samples:
    """Return the first word alone: less than a second."""
    return quieter(20)[: round(0.75 * RATE)]


def hiss(amplitude: float) -> Samples:
    return amplitude * np.random.default_rng(2).standard_normal(len(speech()))


def exported(tmp_path: Path, recording: Path) -> Path:
    """Return a film in which a recording is the voice."""
    audio = read_streams(recording, JOBS).audio
    assert audio is not None
    levelling = voice_levelling(recording, audio, JOBS)
    voice = Voice(0, audio.seconds, 0.1, volume=gain_of(levelling.gain), levelling=levelling)
    still = Sources(tmp_path).quadrants()
    directory = tmp_path / "export"
    directory.mkdir()
    clips = [Clip(0, 0.0, audio.seconds + 0.2)]
    return render(directory, clips, [still], voices={voice: recording}, decode=False).path


def levels(video: Path) -> Levels:
    arguments = ["-i", str(video), "-vn", "-af", "ebur128=peak=true:framelog=verbose"]
    found = levels_of(run_logged([*arguments, "-f", "null", "-"], 20, JOBS, "info").log)
    assert found is not None
    return found


@pytest.mark.parametrize("name", RECORDINGS)
def test_voice_is_at_its_place_without_too_high_peaks(tmp_path: Path, name: str) -> None:
    video = exported(tmp_path, write(tmp_path / "voice.wav", *RECORDINGS[name]()))

    loudness, peak = levels(video)
    heard = sound.read(video).samples

    assert loudness == pytest.approx(LUFS, abs=1)
    assert peak <= PEAK
    assert np.abs(heard.mean(axis=0)).max() < 0.003
    assert np.corrcoef(heard.T)[0, 1] > 0.9  # heard on both sides, in phase


def test_what_was_right_is_neither_limited_nor_mended(tmp_path: Path) -> None:
    quiet_peaks = write(tmp_path / "voice.wav", *2 * [0.3 * np.sin(np.arange(2 * RATE) / 9)])
    audio = read_streams(quiet_peaks, JOBS).audio
    assert audio is not None

    levelling = voice_levelling(quiet_peaks, audio, JOBS)

    assert (levelling.filters, levelling.key) == ([], [])
    before = levelling.gain - 0.9
    assert voice_levelling(quiet_peaks, audio, JOBS, before) == replace(levelling, gain=before)
    assert voice_levelling(quiet_peaks, audio, JOBS, before - 1) == levelling
