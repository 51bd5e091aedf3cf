"""The sound of an export: each clip at its own level, music under all, nothing too loud."""

import subprocess
from pathlib import Path

import imageio_ffmpeg
import pytest

from export.plan.timeline import Clip, Output
from export.plan.voices import Music
from export.render.loudness import METER
from media.loudness import Levels, levels_of
from tests.cases import cases
from tests.export import sound
from tests.export.renders import render
from tests.export.sound import Sound
from tests.export.sources import BEEP, Sources, beeps, sine
from tests.media import video_files

TONES = (330, 440, 660, 880)  # Hz
FULL_SCALE = -3.01  # dB: the level of a sine of full scale
CLIPS = [Clip(scene, scene / 2, scene / 2 + 0.5) for scene in range(4)]


def levels(path: Path) -> Levels:
    """Return the integrated loudness and the true peak, as FFmpeg measures them."""
    program = imageio_ffmpeg.get_ffmpeg_exe()
    command = [program, "-nostats", "-i", str(path), "-af", METER, "-vn", "-f", "null", "-"]
    log = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    found = levels_of(log)
    assert found is not None
    return found


def slot(heard: Sound, scene: int) -> Sound:
    """Return the sound of a clip of `CLIPS`, without its edges."""
    return heard.between(scene / 2 + 0.05, scene / 2 + 0.45)


@pytest.fixture(scope="module")
def mix(sources, tmp_path_factory):
    """Four clips, each with another tone and 3 dB less, and music of 220 Hz at half its volume."""
    files = [
        sources.solid(sound=sine(frequency, -15 - 3 * number))
        for number, frequency in enumerate(TONES)
    ]
    video = render(
        tmp_path_factory.mktemp("mix"),
        CLIPS,
        files,
        music={"music": sources.sound(sine(220, -24), 3)},
        tracks=[Music("music", 0.5)],
    )
    return sound.read(video.path)


@pytest.mark.parametrize("scene", range(4))
def test_each_of_four_clips_is_as_loud_as_alone(mix, scene):
    levels = [sound.tone(slot(mix, scene), frequency) for frequency in TONES]

    assert levels.pop(scene) == pytest.approx(-15 - 3 * scene, abs=0.5)
    assert max(levels) < -60


@pytest.mark.parametrize("scene", range(4))
def test_volume_is_that_of_the_music_alone(mix, scene):
    assert sound.tone(slot(mix, scene), 220) == pytest.approx(-30, abs=0.5)


def test_sound_ends_with_the_video(mix):
    assert mix.duration == pytest.approx(2, abs=1 / 30)


def test_loud_clips_and_music_are_not_clipped_and_quiet_parts_not_changed(sources, tmp_path):
    loud = [sources.solid(sound=sine(frequency, FULL_SCALE)) for frequency in TONES[:2]]
    quiet = sources.solid(sound=sine(1500, -40))
    clips = [*CLIPS[:2], Clip(2, 1, 2), Clip(0, 2, 2.5)]
    music = {"music": sources.sound(sine(220, FULL_SCALE), 1)}
    video = render(tmp_path, clips, [*loud, quiet], music=music, decode=False)
    heard = sound.read(video.path)

    assert sound.peak(heard) <= -0.5
    assert sound.rms(slot(heard, 1)) > -8
    for start in (1.1, 1.3, 1.5, 1.7):
        assert sound.tone(heard.between(start, start + 0.2), 1500) == pytest.approx(-40, abs=0.5)


def test_crossfade_has_equal_power(sources, tmp_path):
    files = [sources.solid(sound=sine(frequency)) for frequency in (440, 2000)]
    clips = [Clip(0, 0, 1, 0.0, "fade", 0.5), Clip(1, 1, 2)]
    heard = sound.read(render(tmp_path, clips, files).path)

    for start in (0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.2):
        assert sound.rms(heard.between(start, start + 0.1)) == pytest.approx(-20, abs=0.5)
    middle = heard.between(0.7, 0.8)
    assert sound.tone(middle, 440) == pytest.approx(-23, abs=0.7)
    assert sound.tone(middle, 2000) == pytest.approx(-23, abs=0.7)
    assert sound.tone(heard.between(0.1, 0.4), 2000) < -60


@pytest.mark.parametrize("name", [pytest.param("mono.wav", marks=pytest.mark.thorough), "mono.m4a"])
def test_mono_has_its_own_level_on_both_channels(sources, tmp_path, name):
    files = [sources.mixed("mono.mp4")]
    stereo = sources.sound(sine(220, -26), 1, name)
    mono = video_files.make(tmp_path / name, f"-i {stereo} -af pan=mono|c0=c0")
    samples, rate = sound.read(render(tmp_path, [Clip(0)], files, music={"m": mono}).path)

    for channel in (0, 1):
        heard = Sound(samples[:, channel : channel + 1], rate).between(0.1, 0.9)
        assert sound.tone(heard, 440) == pytest.approx(-20, abs=0.5)
        assert sound.tone(heard, 220) == pytest.approx(-26, abs=0.5)


def test_there_is_a_silent_track_where_nothing_sounds(sources, tmp_path):
    heard = sound.read(render(tmp_path, [Clip(0, 0, 0.5)], [sources.solid()]).path)

    assert heard.duration == pytest.approx(0.5, abs=0.03)
    assert sound.rms(heard) < -90


@cases(
    ("clip", "tone", "tracks"),
    {
        "quiet": (sine(1000, -45), sine(500, -45), None),
        "full scale": pytest.param(
            sine(1000, FULL_SCALE), sine(500, FULL_SCALE), None, marks=pytest.mark.thorough
        ),
        "beyond full scale": (sine(2500, 3), sine(3000, 3), [Music("music", 10)]),
    },
)
def test_loudness_is_14_lufs_below_full_scale(sources, tmp_path, clip, tone, tracks):
    files = [sources.solid(seconds=2, sound=clip)]
    music = {"music": sources.sound(tone, 2)}
    output = Output(96, 160, loudness=True)
    video = render(tmp_path, [Clip(0)], files, music=music, tracks=tracks, output=output)

    heard = levels(video.path)
    assert heard.loudness == pytest.approx(-14, abs=0.3)
    assert heard.peak < -1


@pytest.mark.thorough
def test_loudness_of_peaks_over_quiet_sound_is_corrected_again(sources, tmp_path):
    bursts = f"0.7*sin(2*PI*700*t)*lt(mod(t\\,0.9)\\,0.05)+{sine(330, -40)}"
    files = [sources.solid(seconds=4, sound=bursts)]
    video = render(tmp_path, [Clip(0)], files, output=Output(96, 160, loudness=True))

    heard = levels(video.path)
    assert heard.loudness == pytest.approx(-14, abs=0.5)
    assert heard.peak < -1


def test_silence_stays_silent_with_loudness(sources, tmp_path):
    output = Output(96, 160, loudness=True)
    video = render(tmp_path, [Clip(0, 0, 0.5)], [sources.solid()], output=output)

    assert sound.rms(sound.read(video.path)) < -90


def music_of(sources: Sources, tmp_path: Path, seconds: float, music: Music) -> Sound:
    """Return the sound of a video of two seconds with music of a steady tone and a beep at 0.5."""
    path = sources.sound(f"{sine(220)}+{beeps(0.5)}", seconds)
    clips, files = [Clip(0, 0, 2)], [sources.solid()]
    return sound.read(render(tmp_path, clips, files, music={"m": path}, tracks=[music]).path)


def test_music_shorter_than_the_video_is_followed_by_silence(sources, tmp_path):
    heard = music_of(sources, tmp_path, 1, Music("m"))

    assert heard.duration == pytest.approx(2, abs=0.03)
    assert sound.tone(heard.between(0.1, 0.9), 220) == pytest.approx(-20, abs=0.5)
    assert sound.rms(heard.between(1.05, 1.95)) < -80


def test_music_begins_later_at_its_trim_and_ends_at_its_end(sources, tmp_path):
    heard = music_of(sources, tmp_path, 3, Music("m", 1, 0.6, 1.5, 0.3))

    assert sound.onsets(heard, BEEP) == pytest.approx([0.8], abs=0.01)
    assert sound.rms(heard.between(0, 0.57)) < -80
    assert sound.tone(heard.between(1, 1.45), 220) == pytest.approx(-20, abs=0.5)
    assert sound.rms(heard.between(1.55, 1.95)) < -80


@pytest.mark.parametrize(
    "music", [pytest.param(Music("m", 1, 5), marks=pytest.mark.thorough), Music("m", 1, 0, None, 9)]
)
def test_music_outside_of_the_video_is_not_heard(sources, tmp_path, music):
    heard = music_of(sources, tmp_path, 1, music)

    assert heard.duration == pytest.approx(2, abs=0.03)
    assert sound.rms(heard) < -80


def test_window_has_the_sound_of_its_time(sources, tmp_path):
    files = [sources.solid(seconds=2, sound=beeps(0.7))]
    music = {"music": sources.sound(sine(220), 2)}
    video = render(tmp_path, [Clip(0)], files, music=music, window=(0.5, 1.2))
    heard = sound.read(video.path)

    assert heard.duration == pytest.approx(0.7, abs=0.03)
    assert sound.onsets(heard, BEEP) == pytest.approx([0.2], abs=0.01)
    assert sound.tone(heard.between(0.4, 0.65), 220) == pytest.approx(-20, abs=0.5)


def test_sound_of_a_trimmed_clip_stays_with_its_picture(sources, tmp_path):
    files = [sources.numbered(count=60, sound=beeps(1.2))]
    heard = sound.read(render(tmp_path, [Clip(0, 0.5, 1.5, 0.9)], files).path)

    assert sound.onsets(heard, BEEP) == pytest.approx([0.8], abs=0.01)


@pytest.mark.parametrize("count", [20, pytest.param(100, marks=pytest.mark.thorough)])
def test_many_clips_are_shown_and_heard_each_in_its_place(sources, tmp_path, count):
    """Clips of 0.2 s, each with a tone, and music."""
    files = [sources.solid(sound=sine(440)), sources.solid("0x3264C8", sound=sine(550))]
    clips = [Clip(number % 2, number / 5, number / 5 + 0.2) for number in range(count)]
    music = {"music": sources.sound(sine(220, -30), count / 5 + 1)}

    many = render(tmp_path, clips, files, music=music)

    heard = sound.read(many.path)
    assert len(many.frames) == 6 * count
    for number in range(0, count, 9):
        red, _, blue = many.frames[number * 6 + 3][80, 48]
        part = heard.between(number / 5 + 0.04, number / 5 + 0.18)
        tones = (440, 550) if number % 2 == 0 else (550, 440)
        assert (red > blue) == (number % 2 == 0)
        assert sound.tone(part, tones[0]) == pytest.approx(-20, abs=0.5)
        assert sound.tone(part, tones[1]) < -45
        assert sound.tone(part, 220) == pytest.approx(-30, abs=1)
