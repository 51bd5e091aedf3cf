"""Voices are as loud as each other in an export, whatever was recorded: measured in the video."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from export.plan.timeline import Clip
from export.plan.voices import Voice
from media.ffmpeg import run_logged
from media.limits import JOBS
from media.loudness import Levels, levels_of, voice_levelling
from media.streams import AudioStream, read_streams
from tests.export import sound
from tests.export.renders import render
from tests.export.sources import Sources
from tests.media.voice_recordings import RATE, Samples, knocked, quieter, speech, write
from timeline.ducking import gain_of

LUFS, PEAK = -16, -1

GAP, PAUSE = 0.2, 0.2  # seconds of a scene before its voice, and after it
LINE_SECONDS, WORD_SECONDS = 1.4, 0.6


def line(seconds: float = LINE_SECONDS) -> Samples:
    """Return the beginning of what the demo's voice speaks."""
    return speech()[: round(seconds * RATE)]


def quiet(decibels: float, seconds: float = LINE_SECONDS) -> Samples:
    return quieter(decibels)[: round(seconds * RATE)]


def hiss(amplitude: float) -> Samples:
    return amplitude * np.random.default_rng(2).standard_normal(len(line()))


RECORDINGS: dict[str, Callable[[], list[Samples]]] = {
    "knock, 14 dB quieter": lambda: [knocked(quiet(14))],
    "a word with a knock": lambda: [knocked(quiet(20, WORD_SECONDS))],
    "30 dB quieter": lambda: [quiet(30)],
    "DC": lambda: [0.8 * line() + 0.05],
    "DC, 20 dB quieter": lambda: [quiet(20) + 0.05],
    "two kinds of DC": lambda: [0.5 * line() + 0.05, 0.5 * line() - 0.03],
    "left": lambda: [line(), 0 * line()],
    "right, with noise on the left": lambda: [hiss(0.0003), line()],
    "opposite": lambda: [line(), -line()],
}


class Scene(NamedTuple):
    """A scene of a film in which a recording is the voice, in seconds."""

    name: str
    start: float
    end: float


class Film(NamedTuple):
    """A film with a scene for each recording."""

    path: Path
    scenes: list[Scene]


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    directory = tmp_path_factory.mktemp("film")
    still = Sources(directory).quadrants()
    voices: dict[Voice, Path] = {}
    scenes: list[Scene] = []
    for number, (name, make) in enumerate(RECORDINGS.items()):
        path = write(directory / f"{number}.wav", *make())
        audio = audio_of(path)
        start = scenes[-1].end if scenes else 0.0
        levelling = voice_levelling(path, audio, JOBS)
        volume = gain_of(levelling.gain)
        voice = Voice(number, audio.seconds, start + GAP, volume=volume, levelling=levelling)
        voices[voice] = path
        scenes.append(Scene(name, start, round(start + GAP + audio.seconds + PAUSE, 2)))
    clips = [Clip(number, each.start, each.end) for number, each in enumerate(scenes)]
    made = render(directory, clips, [still] * len(scenes), voices=voices, decode=False)
    return Film(made.path, scenes)


def audio_of(path: Path) -> AudioStream:
    audio = read_streams(path, JOBS).audio
    assert audio is not None
    return audio


def levels(film: Film, scene: Scene) -> Levels:
    """Return how loud a scene is."""
    times = ["-ss", f"{scene.start}", "-t", f"{scene.end - scene.start}"]
    arguments = [*times, "-i", str(film.path), "-vn", "-af", "ebur128=peak=true:framelog=verbose"]
    found = levels_of(run_logged([*arguments, "-f", "null", "-"], 20, JOBS, "info").log)
    assert found is not None
    return found


def test_voices_are_at_their_place_without_too_high_peaks(film):
    found = {scene.name: levels(film, scene) for scene in film.scenes}

    assert {name: each for name, each in found.items() if abs(each.loudness - LUFS) > 1} == {}
    assert {name: each for name, each in found.items() if each.peak > PEAK} == {}


def test_voices_are_heard_on_both_sides_in_phase_without_a_constant(film):
    heard = sound.read(film.path)
    parts = {each.name: heard.between(each.start, each.end).samples for each in film.scenes}

    assert [name for name, part in parts.items() if np.abs(part.mean(axis=0)).max() > 0.003] == []
    assert [name for name, part in parts.items() if np.corrcoef(part.T)[0, 1] < 0.9] == []


def test_what_was_right_is_neither_limited_nor_mended(tmp_path):
    quiet_peaks = write(tmp_path / "voice.wav", *2 * [0.3 * np.sin(np.arange(2 * RATE) / 9)])
    audio = audio_of(quiet_peaks)

    levelling = voice_levelling(quiet_peaks, audio, JOBS)

    assert (levelling.filters, levelling.key) == ([], [])
    before = levelling.gain - 0.9
    assert voice_levelling(quiet_peaks, audio, JOBS, before) == replace(levelling, gain=before)
    assert voice_levelling(quiet_peaks, audio, JOBS, before - 1) == levelling
