"""The music of a video, by its signal: its loudness beside voices, its end, and its repetition."""

import re
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest

from export.plan.from_work import timeline_of_work
from export.plan.music_bed import JOIN, MAX_TURNS, Song, heard_music
from export.plan.timeline import Clip, Output, Timeline
from export.plan.voices import Music, Voice
from media.ffmpeg import run_logged
from media.limits import JOBS
from tests.console.timelines import scene, work_of
from tests.export import sound
from tests.export.renders import render
from tests.export.sources import Sources, sine
from tests.export.test_voices import made

Json = dict[str, Any]
TIMELINE = Path(__file__).parent.parent / "timeline"

# What the page's timeline/plan.js does as well: test_timeline_agreement.py.
CASES: list[Json] = orjson.loads((TIMELINE / "music_bed_cases.json").read_bytes())
_NAMES = {"fadeIn": "fade_in", "fadeOut": "fade_out"}
LEVEL, DUCK = -24.0, -12.0
RATE = 48_000
TONE = 550  # Hz, of the tonal music that is repeated
# As loud as songs are: noise and chords of some -9 LUFS.
SONG = "+".join(["0.2*(2*random(0)-1)", *(sine(each, -18.5) for each in (110, 330, 880))])
VOICE = sine(660, -16)  # of some -16 LUFS


def levels(path: Path, start: float, end: float) -> tuple[float, float]:
    """Return the loudness in LUFS between two times, and the true peak in dBTP."""
    cut = ["-ss", str(start), "-to", str(end), "-i", str(path)]
    meter = ["-af", "ebur128=peak=true", "-f", "null", "-"]
    summary = run_logged([*cut, "-vn", *meter], 20, JOBS, "info").log.rpartition("Summary:")[2]
    found = re.search(r"I: +(\S+) LUFS.*Peak: +(\S+) dBFS", summary, re.S)
    assert found is not None
    return float(found[1]), float(found[2])


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return Sources(tmp_path_factory.mktemp("media"))


@pytest.fixture(scope="module")
def film(files, tmp_path_factory):
    """10 s with a loud song, in which somebody speaks from 2 to 5 s."""
    song = files.sound(SONG, 12, "song.wav")
    assert levels(song, 0, 12)[0] == pytest.approx(-9, abs=0.5)
    video = render(
        tmp_path_factory.mktemp("film"),
        [Clip(0, 0, 10)],
        [files.solid()],
        music={"song": song},
        voices={Voice(0, 3.0, 2.0, speech=((0, 3),)): files.sound(VOICE, 3)},
        duck=DUCK,
        music_level=LEVEL,
        decode=False,
    )
    return video.path


def test_loud_music_is_a_bed_between_and_under_voices(film):
    heard = sound.read(film)
    between, under = heard.between(6, 8.5), heard.between(2.2, 4.8)

    assert levels(film, 6, 8.5)[0] == pytest.approx(LEVEL, abs=1)
    for frequency in (110, 330, 880):
        change = sound.tone(under, frequency) - sound.tone(between, frequency)
        assert change == pytest.approx(DUCK, abs=1)


def test_levelled_mix_has_no_true_peak_above_the_limit(files, tmp_path):
    """A voice, a clip and an effect at full scale, with music."""
    loud = files.sound(f"0.99*sgn(sin(2*PI*{TONE}*t))", 4)
    video = render(
        tmp_path,
        [Clip(0, 0, 4)],
        [files.solid(seconds=4, sound=sine(990, -3))],
        music={"song": files.sound(SONG, 5, "song.wav"), "hit": loud},
        tracks=[Music("song")],
        effects=[Music("hit", 1, 1, 2)],
        voices={Voice(0, 3.0, 0.5, speech=((0, 3),)): files.sound(VOICE, 3)},
        duck=DUCK,
        music_level=LEVEL,
        decode=False,
    )
    assert levels(video.path, 0, 4)[1] <= -1


def test_music_fades_out_over_the_last_second(film):
    heard = sound.read(film)
    steps = [sound.rms(heard.between(at, at + 0.1)) for at in (8.8, 9.2, 9.5, 9.8)]

    assert steps[0] - steps[1] < 2
    assert steps == sorted(steps, reverse=True)
    assert steps[0] - steps[3] > 10
    assert sound.rms(heard.between(9.99, 10)) < -55


def test_music_that_ends_early_is_repeated_without_a_click(files, tmp_path):
    """A tone that is at its highest where the file begins: a cut would be a step."""
    song = files.sound(f"0.2*cos(2*PI*{TONE}*t)", 2.123, "song.wav")
    video = render(
        tmp_path,
        [Clip(0, 0, 7)],
        [files.solid()],
        music={"song": song},
        music_level=LEVEL,
        loops_music=True,
        decode=False,
    )
    heard = sound.read(video.path)
    joins = [2.123 * number - JOIN * (number - 1) for number in (1, 2, 3)]

    for join in joins:
        near = heard.between(join - 0.1, join + 0.1).samples[:, 0]
        own = 0.2 * 2 * np.pi * TONE / RATE
        assert np.abs(np.diff(near)).max() < 1.5 * own  # in phase, both turns are 3 dB louder
        assert sound.rms(heard.between(join - 0.2, join - 0.06)) == pytest.approx(-17, abs=0.5)
        assert sound.rms(heard.between(join + 0.01, join + 0.2)) == pytest.approx(-17, abs=0.5)


@pytest.mark.parametrize("level", [None, LEVEL])
def test_music_without_voices_is_as_loud_as_its_file(files, tmp_path, level):
    video = render(
        tmp_path,
        [Clip(0, 0, 3)],
        [files.solid()],
        music={"song": files.sound(sine(440, -20), 4, "song.wav")},
        music_level=level,
        decode=False,
    )
    heard = sound.read(video.path)
    assert sound.tone(heard.between(0.5, 1.5), 440) == pytest.approx(-20, abs=0.2)


def spoken_work(**state: Any) -> Json:
    return work_of(
        scenes=[scene(0)],
        generatedScenes=[made(0, 2.0)],
        editorState={"audioUrl": "/api/projects/proj_1/assets/asset_1", **state},
    )


def test_works_whose_music_is_not_levelled_have_the_same_timelines_as_before():
    values = timeline_of_work(spoken_work(audioVolume=0.5), {}).to_json()

    assert not {"music_level", "loops_music"} & values.keys()
    timeline = Timeline.from_json(values)
    songs: dict[str | None, Song] = {"asset_1": Song(1.0, -9.0)}
    assert heard_music(timeline, songs, 9.0, is_spoken=True) == timeline.music


def test_stored_timeline_has_the_level_and_the_repetition():
    timeline = timeline_of_work(spoken_work(audioLevel=-20, audioLoop=True), {})

    assert (timeline.music_level, timeline.loops_music) == (-20, True)
    assert Timeline.from_json(orjson.loads(orjson.dumps(timeline.to_json()))) == timeline


def bed_of(case: Json) -> list[Music]:
    """Return the music of a case as it is heard."""
    given = case["music"]
    music = Music(**{_NAMES.get(name, name): value for name, value in given.items()})
    timeline = Timeline(
        Output(96, 160),
        [],
        music=[music],
        music_level=case.get("level"),
        loops_music=case.get("loops", False),
    )
    song = Song(**case["song"])
    is_spoken = case.get("isSpoken", True)
    return heard_music(timeline, {music.asset: song}, case["end"], is_spoken=is_spoken)


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["name"]))
def test_music_is_heard_as_the_page_plays_it(case):
    assert [expected(case, each) for each in case["heard"]] == [
        pytest.approx(asdict(each)) for each in bed_of(case)
    ]


def expected(case: Json, heard: Json) -> Json:
    """Return the fields of music that is heard as a case tells them: those that are changed."""
    decibels = heard.get("decibels", 0)
    values = {**case["music"], **heard}
    music = {_NAMES.get(name, name): value for name, value in values.items() if name != "decibels"}
    plain = Music(**music)
    return asdict(replace(plain, volume=plain.volume * 10 ** (decibels / 20)))


def test_music_is_repeated_a_limited_number_of_times():
    case = {"music": {}, "song": {"seconds": 0.02}, "end": 10, "loops": True}
    assert len(bed_of(case)) == MAX_TURNS
