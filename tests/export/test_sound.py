"""The measures of sound: each notices what is wrong."""

import pytest

from tests.export import sound
from tests.export.sources import BEEP, LATE, beeps, sine
from tests.media import video_files

# Tests of helpers, which the tests of exports use on videos that they know.
pytestmark = pytest.mark.thorough

MUSIC = f"{beeps(0.5, 1.25)}+{sine(220, -26)}"


@pytest.mark.parametrize("name", ["music.wav", "music.m4a", "music.opus", "music.flac"])
def test_beeps_are_found_within_a_millisecond(sources, name):
    music = sound.read(sources.sound(MUSIC, name=name))

    assert sound.onsets(music, BEEP) == pytest.approx([0.5, 1.25], abs=0.001)


def test_sound_that_is_shifted_by_30_ms_is_told(sources, tmp_path):
    original = sources.sound(MUSIC)
    shifted = video_files.make(tmp_path / "shifted.wav", f"-i {original} -af adelay=30:all=1")

    assert sound.onsets(sound.read(shifted), BEEP) == pytest.approx([0.53, 1.28], abs=0.001)


def test_sound_that_runs_too_fast_is_told(sources, tmp_path):
    original = sources.sound(MUSIC)
    fast = video_files.make(tmp_path / "fast.wav", f"-i {original} -af atempo=1.05")

    first, second = sound.onsets(sound.read(fast), BEEP)

    assert second - first == pytest.approx(0.75 / 1.05, abs=0.015)


def test_late_start_in_the_container_delays_the_sound(sources, tmp_path):
    original = sources.numbered(sound=beeps(0.5))
    late = video_files.make(
        tmp_path / "late.mp4",
        f"-i {original} -itsoffset 0.2 -i {original} -map 0:v -map 1:a -c copy",
    )

    assert sound.onsets(sound.read(original), BEEP) == pytest.approx([0.5], abs=0.001)
    assert sound.onsets(sound.read(late), BEEP) == pytest.approx([0.7], abs=0.001)


def test_gap_in_the_container_is_silent(sources):
    late = sound.read(sources.mixed("late-sound.mp4"))

    assert sound.rms(late.between(0, LATE - 0.03)) < -60
    assert sound.rms(late.between(LATE + 0.03, 1)) == pytest.approx(-20, abs=0.2)


def test_no_beep_is_found_in_other_sound_and_silence(sources):
    for expression in (sine(220, -6), "0", beeps(0.5, level=-60)):
        assert sound.onsets(sound.read(sources.sound(expression)), BEEP) == []


def test_beep_is_found_within_louder_music(sources):
    music = sound.read(sources.sound(f"{beeps(0.5, level=-24)}+{sine(220, -6)}"))

    assert sound.onsets(music, BEEP) == pytest.approx([0.5], abs=0.002)


@pytest.mark.parametrize("level", [-6, -20, -40])
def test_level_of_a_tone_is_its_rms(sources, level):
    tone = sound.read(sources.sound(sine(440, level)))

    assert sound.rms(tone) == pytest.approx(level, abs=0.01)
    assert sound.peak(tone) == pytest.approx(level + 3.01, abs=0.01)
    assert sound.tone(tone, 440) == pytest.approx(level, abs=0.01)


def test_halved_sound_is_6_db_lower(sources, tmp_path):
    original = sources.sound(sine(440))
    halved = video_files.make(tmp_path / "halved.wav", f"-i {original} -af volume=0.5")

    assert sound.rms(sound.read(halved)) == pytest.approx(-26.02, abs=0.01)


def test_mixed_tones_are_measured_each_for_itself(sources):
    mixed = sound.read(sources.sound(f"{sine(440, -30)}+{sine(220, -10)}"))

    assert sound.tone(mixed, 440) == pytest.approx(-30, abs=0.01)
    assert sound.tone(mixed, 220) == pytest.approx(-10, abs=0.01)
    assert sound.tone(mixed, 880) < -80


def test_levels_are_of_the_part_between_two_times(sources):
    music = sound.read(sources.sound(beeps(0.5)))

    assert sound.rms(music.between(0.51, 0.59)) == pytest.approx(-12, abs=0.1)
    assert sound.rms(music.between(0, 0.5)) == float("-inf")
    with pytest.raises(ValueError, match="no sound from 2"):
        music.between(2, 3)


def test_mono_keeps_its_level_on_both_channels(sources):
    mono = sound.read(sources.mixed("mono.mp4"))

    assert mono.rate == 44_100
    assert mono.samples.shape[1] == 2
    assert sound.rms(mono.between(0.1, 0.9)) == pytest.approx(-20, abs=0.1)


def test_silent_channel_is_told(sources, tmp_path):
    original = sources.sound(sine(440))
    left = video_files.make(tmp_path / "left.wav", f"-i {original} -af pan=stereo|c0=c0")
    samples, rate = sound.read(left)

    assert sound.rms(sound.Sound(samples[:, :1], rate)) == pytest.approx(-20, abs=0.01)
    assert sound.peak(sound.Sound(samples[:, 1:], rate)) == float("-inf")


def test_more_than_two_channels_are_refused(sources, tmp_path):
    original = sources.sound(sine(440))
    surround = video_files.make(tmp_path / "surround.wav", f"-i {original} -ac 6")

    with pytest.raises(ValueError, match="6 channels"):
        sound.read(surround)
