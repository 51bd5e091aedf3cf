"""Clips at other speeds, and their sound: as high, at its places, as loud as it should be."""

import math

import pytest

from export.plan.timeline import Clip
from export.plan.voices import Music
from tests.export import sound
from tests.export.renders import numbers, render
from tests.export.sources import BEEP, beeps, sine

pytestmark = pytest.mark.usefixtures("drawn_here")

LOW, HUM = 220, 300  # Hz
# Double, a quarter, four times, still, and normal again; beeps at 0.5 and 2.5 s of the media.
PLACES = [
    (0, 2, 2, 0.0),
    (2, 4, 0.25, 2.25),
    (4, 4.9, 4, 0.0),
    (4.9, 5.5, 0, 1.0),
    (5.5, 6.5, 1, 2),
]
CLIPS = [Clip(0, start, end, trim, speed=speed) for start, end, speed, trim in PLACES]
LOUD = Clip(0, 0, 2, fade_in=1, fade_out=0.5)
QUIET = [
    Clip(0, 2, 3, volume=0.5),
    Clip(0, 3, 4, 1, volume=0),
    Clip(0, 4, 5, 2, transition="fade", transition_seconds=0.5, fade_out=0.1),
    Clip(0, 5, 6, fade_in=1),
]


@pytest.fixture(scope="module")
def fast(sources, tmp_path_factory):
    tones = f"{beeps(0.5, 2.5)}+{sine(LOW, -24)}"
    media = sources.numbered(count=120, sound=tones, name="fast.mp4")
    return render(tmp_path_factory.mktemp("fast"), CLIPS, [media])


@pytest.fixture(scope="module")
def heard(fast):
    """The sound of it."""
    return sound.read(fast.path)


@pytest.fixture(scope="module")
def faded(sources, tmp_path_factory):
    """Fades and volumes of a tone; under the first clip music that fades as well."""
    media = sources.solid(seconds=6, sound=sine(HUM))
    tracks = [Music("music", 1, 0, 2, fade_in=0.5, fade_out=1)]
    music = {"music": sources.sound(sine(LOW), 3)}
    directory = tmp_path_factory.mktemp("faded")
    video = render(directory, [LOUD, *QUIET], [media], music=music, tracks=tracks, decode=False)
    return sound.read(video.path)


def shown(clip: tuple[float, float, float, float]) -> list[int]:
    """Return the frames that a clip shows: those nearest to the times of its media."""
    start, end, speed, trim = clip
    frames = range(round((end - start) * 30))
    return [math.floor(trim * 30 + n * speed + (speed or 1) / 2 - 0.03) for n in frames]


def test_frames_are_those_of_the_media_at_the_speed(fast):
    assert numbers(fast) == [frame for clip in PLACES for frame in shown(clip)]


def test_sound_is_at_the_places_of_the_media(heard):
    found = sound.onsets(heard, BEEP)

    beginning = [0.5 / 2, 2.5 / 2, 2 + 0.25 / 0.25, 4 + 0.5 / 4, 4 + 2.5 / 4, 5.5 + 0.5]
    slow = found.pop(2)
    assert slow == pytest.approx(beginning.pop(2), abs=0.06)  # 15 ms of the media
    assert found == pytest.approx(beginning, abs=0.02)


@pytest.mark.parametrize(("start", "end"), [(0.5, 1.1), (2.2, 2.8), (4.25, 4.55), (5.6, 5.9)])
def test_sound_keeps_its_pitch_and_level(heard, start, end):
    part = heard.between(start, end)

    assert sound.tone(part, LOW) == pytest.approx(-24, abs=1)


def test_clip_that_stands_still_is_silent(heard):
    assert sound.rms(heard.between(4.95, 5.45)) < -70


@pytest.mark.parametrize(
    ("at", "level"),
    [
        (0.5, 10 * math.log10(0.5)),  # half of a second's fade
        (1.2, 0),
        (1.75, 10 * math.log10(0.5)),
        (2.5, 20 * math.log10(0.5)),
        (5.0, 10 * math.log10(0.5)),  # of the incoming clip: its own fade is longer
        (5.75, 0),
    ],
)
def test_clip_is_as_loud_as_its_volume_and_fades_say(faded, at, level):
    found = sound.tone(faded.between(at - 0.02, at + 0.02), HUM)

    assert found == pytest.approx(-20 + level, abs=0.6)


def test_muted_clip_is_silent(faded):
    assert sound.rms(faded.between(3.1, 3.9)) < -70


@pytest.mark.parametrize(("at", "level"), [(0.25, -3), (0.75, 0), (1.5, -3)])
def test_music_fades(faded, at, level):
    found = sound.tone(faded.between(at - 0.1, at + 0.1), LOW)

    assert found == pytest.approx(-20 + level, abs=0.7)
