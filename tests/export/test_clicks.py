"""Sound begins and ends without a click wherever it is cut, and goes on where a clip was split."""

import numpy as np
import pytest

from export.plan.timeline import Clip
from export.plan.voices import Music
from tests.export import sound
from tests.export.frame_numbers import read_frame_number
from tests.export.renders import render
from tests.export.sound import Sound
from tests.export.sources import BEEP, beeps

TONE = 110  # Hz
AMPLITUDE = 0.14
OWN_STEP = 2 * np.pi * TONE / 48_000 * AMPLITUDE  # the largest one between two samples
# Loudest where they begin, so that each cut is a step of the amplitude or twice that.
RISING, FALLING = (f"{sign}*cos(2*PI*{TONE}*t)" for sign in (AMPLITUDE, -AMPLITUDE))
SPLIT = 23 / 30  # seconds: 0.75, rounded to a frame


def step_at(heard: Sound, seconds: float) -> float:
    """Return the largest step between two samples within 5 ms, as a multiple of the tone's own."""
    near = heard.between(max(0, seconds - 0.005), seconds + 0.005)
    return float(np.abs(np.diff(near.samples[:, 0], prepend=near.samples[0, 0])).max() / OWN_STEP)


def level_at(heard: Sound, seconds: float) -> float:
    return sound.rms(heard.between(seconds - 0.0045, seconds + 0.0046))


@pytest.fixture(scope="module")
def mix(sources, tmp_path_factory):
    """Cuts at 0.5, 1.0, 1.2 and 1.6 s, and a clip that was split at `SPLIT`."""
    clips = [
        Clip(0, 0, 0.5),
        Clip(1, 0.5, 0.75),
        Clip(1, 0.75, 1.0, 0.26),  # times with two decimals
        Clip(0, 1.2, 1.6, 0.3),
        Clip(0, 1.6, 2.0, 0.3 + 0.1 / TONE * 5),
    ]
    files = [sources.solid(seconds=2, sound=tone) for tone in (RISING, FALLING)]
    return sound.read(render(tmp_path_factory.mktemp("mix"), clips, files).path)


@pytest.mark.parametrize("seconds", [0, 0.5, 1.0, 1.2, 1.6, 1.99])
def test_clips_are_cut_without_a_click(mix, seconds):
    assert step_at(mix, seconds) < 2


def test_sound_goes_on_where_a_clip_was_split(mix):
    assert step_at(mix, SPLIT) < 1.1
    assert level_at(mix, SPLIT) == pytest.approx(level_at(mix, 0.65), abs=0.2)


def test_music_and_parts_of_a_video_begin_and_end_without_a_click(sources, tmp_path):
    music = {"music": sources.sound(RISING, 3)}
    tracks = [Music("music", 1, 0.3, 0.6), Music("music", 1, 0.6, 0.9, 0.3)]
    tracks.append(Music("music", 1, 1.1, None, 0.5))
    clips, files = [Clip(0, 0, 2)], [sources.solid()]
    video = render(tmp_path, clips, files, music=music, tracks=tracks, window=(0.1, 1.5))
    heard = sound.read(video.path)

    for seconds in (0.2, 0.8, 1.0, 1.39):
        assert step_at(heard, seconds) < 2
    assert step_at(heard, 0.5) < 1.1
    assert level_at(heard, 0.5) == pytest.approx(level_at(heard, 0.4), abs=0.2)


def test_sound_that_is_shorter_than_its_clip_ends_without_a_click(sources, tmp_path):
    options = "-c:v libx264 -preset veryfast -pix_fmt yuv420p -c:a pcm_s16le -af atrim=end=0.7"
    files = [sources.numbered(sound=RISING, name="short.mov", options=options)]
    heard = sound.read(render(tmp_path, [Clip(0, 0, 1.5)], files).path)

    assert sound.rms(heard.between(0.6, 0.68)) > -25
    assert step_at(heard, 0.7) < 2


@pytest.mark.parametrize("trim", [pytest.param(0, marks=pytest.mark.thorough), 0.5])
def test_sound_of_fragmented_mp4_without_edit_list_is_heard_with_its_picture(
    sources, tmp_path, trim
):
    """The packet before the first sample is put at 0 there, with a gap of 45 ms after it."""
    options = (
        "-c:v libx264 -g 12 -bf 3 -pix_fmt yuv420p -c:a aac -movflags frag_keyframe+empty_moov"
    )
    files = [sources.numbered(count=60, sound=beeps(0.7), name="parts.mp4", options=options)]
    video = render(tmp_path, [Clip(0, 0, 1, trim)], files)

    (heard,) = sound.onsets(sound.read(video.path), BEEP)
    seen = [read_frame_number(frame) for frame in video.frames].index(round(0.7 * 30)) / 30
    assert heard == pytest.approx(seen, abs=0.02)
