"""Voices of scenes in an export: where they are heard, how loud, and how the music steps back."""

from typing import Any

import numpy as np
import orjson
import pytest

from errors import FieldsError
from export.plan.clips import Source
from export.plan.from_work import timeline_of_work
from export.plan.plan import Plan, make_plan
from export.plan.timeline import Clip, Output, Timeline
from export.plan.voices import Music, Voice
from tests.console.timelines import scene, work_of
from tests.export import sound
from tests.export.renders import render
from tests.export.sources import BEEP, Sources, beeps, sine

Json = dict[str, Any]

TONE, MUSIC, EFFECT = 660, 220, 440  # Hz
AMPLITUDE = 0.1414  # of a tone of -20 dB
RATE = 48_000


def made(index: int, seconds: float | None, gain: float = 0.0, **fields: Any) -> Json:
    """Return what was generated for a scene with a clip, and with a voice of so many seconds."""
    voice = {"voiceUrl": "/voice", "voiceDuration": seconds, "voiceGain": gain}
    return {"sceneIndex": index, "videoUrl": "/v", **(voice if seconds else {}), **fields}


def planned(work: Json, spoken: Any = None) -> tuple[Timeline, Plan]:
    """Return the timeline and the plan of a work whose clips last three seconds."""
    timeline = timeline_of_work(work, {}, spoken)
    sources = {clip.media: Source(3.0, 3.0, 30.0) for clip in timeline.clips}
    return timeline, make_plan(timeline, sources)


def places(plan: Plan) -> list[tuple[int, float, float]]:
    return [(each.voice.scene, round(each.start, 6), round(each.end, 6)) for each in plan.voices]


def test_scenes_last_until_their_voices_have_ended():
    work = work_of(
        scenes=[scene(2), scene(0), scene(1)],
        generatedScenes=[made(0, 1.0), made(1, None), made(2, 4.0)],
    )
    _, plan = planned(work)

    assert [(each.start, each.end) for each in plan.clips] == [(0, 132), (132, 222), (222, 312)]
    assert places(plan) == [(2, 0.2, 4.2), (0, 4.6, 5.6)]


def test_scenes_of_an_arranged_timeline_keep_their_places():
    track = [
        {"id": "a", "sceneIndex": 0, "start": 1, "end": 2},
        {"id": "b", "sceneIndex": 0, "start": 2, "end": 3},
    ]
    work = work_of(
        scenes=[scene(0), scene(1)],
        generatedScenes=[made(0, 4.0), made(1, 4.0)],
        editorState={"editorData": {"videoTrack": track}},
    )
    timeline, plan = planned(work)

    assert plan.seconds == 3
    assert places(plan) == [(0, 1.2, 5.2)]
    assert [voice.scene for voice in timeline.voices] == [0]


def test_entry_of_the_voice_track_overrides_the_place():
    entry = {"sceneIndex": 0, "start": 2.5, "end": 9, "trimStart": 0.5, "trimEnd": 0.25}
    work = work_of(
        scenes=[scene(0)],
        generatedScenes=[made(0, 3.25, gain=6.0)],
        editorState={"editorData": {"voiceTrack": [{**entry, "speed": 1.25, "volume": 0.5}]}},
    )
    timeline, plan = planned(work)

    assert places(plan) == [(0, 2.5, 4.5)]
    assert timeline.voices[0].volume == pytest.approx(0.5 * 10 ** (6 / 20))


@pytest.mark.parametrize("field", [{"speed": 2}, {"volume": 3}, {"trimStart": -1}, {"start": 1e6}])
def test_entry_that_cannot_be_heard_is_named(field):
    entry = {"sceneIndex": 0, "start": 0, "end": 1, **field}
    work = work_of(
        scenes=[scene(0)],
        generatedScenes=[made(0, 1.0)],
        editorState={"editorData": {"voiceTrack": [entry]}},
    )
    with pytest.raises(FieldsError) as caught:
        timeline_of_work(work, {})

    path = "editorState.editorData.voiceTrack.0"
    assert list(caught.value.details) == [f"{path}.{next(iter(field))}"]


def test_silenced_voices_are_not_heard_and_do_not_duck():
    entry = {"sceneIndex": 0, "start": 0, "end": 1, "volume": 0}
    work = work_of(
        scenes=[scene(0)],
        generatedScenes=[made(0, 1.0)],
        editorState={"editorData": {"voiceTrack": [entry]}},
    )
    timeline, plan = planned(work)

    assert (timeline.voices, plan.ducking) == ([], [])


def test_music_steps_back_where_words_are_spoken():
    words = [{"text": "a", "start": 0.5, "end": 1.0}, {"text": "b", "start": 1.5, "end": 1.75}]
    work = work_of(
        scenes=[scene(0)], generatedScenes=[made(0, 2.6)], sound={"duck": -20, "clips": "mute"}
    )
    timeline, plan = planned(work, {0: words})

    assert [tuple(point) for point in plan.ducking] == [
        pytest.approx(point) for point in ((0.45, 1), (0.7, 0.1), (1.95, 0.1), (2.55, 1))
    ]
    assert plan.sounds == []  # clips are muted
    assert Timeline.from_json(orjson.loads(orjson.dumps(timeline.to_json()))) == timeline


@pytest.mark.parametrize(("clips", "ducked"), [(None, False), ("keep", False), ("duck", True)])
def test_clips_step_back_if_the_work_says_so(clips, ducked):
    work = work_of(scenes=[scene(0)], generatedScenes=[made(0, 2.6)], sound={"clips": clips})
    timeline, _ = planned(work)

    assert timeline.ducks_clips is ducked
    assert ("ducks_clips" in timeline.to_json()) is ducked
    assert Timeline.from_json(orjson.loads(orjson.dumps(timeline.to_json()))) == timeline


def test_clips_do_not_step_back_where_nobody_speaks():
    work = work_of(scenes=[scene(0)], generatedScenes=[made(0, None)], sound={"clips": "duck"})

    assert not timeline_of_work(work, {}).ducks_clips


def test_still_of_a_scene_moves_as_it_says_and_its_clip_does_not():
    motion = {"preset": "zoomIn"}
    work = work_of(
        scenes=[scene(0, motion=motion), scene(1, motion=motion)],
        generatedScenes=[made(0, None), {"sceneIndex": 1, "imageUrl": "/i"}],
    )
    timeline = timeline_of_work(work, {})

    assert [clip.motion is not None for clip in timeline.clips] == [False, True]


def test_works_without_sound_have_the_same_timelines_as_before():
    work = work_of(scenes=[scene(0)], generatedScenes=[made(0, None)])
    values = timeline_of_work(work, {}).to_json()

    assert not {"voices", "effects", "duck", "ducks_clips"} & values.keys()
    assert "least_seconds" not in values["clips"][0]


@pytest.fixture(scope="module")
def heard(tmp_path_factory):
    """A held clip of 1 s, and 9 s of music, an effect, and voices at 2 to 4 and from 7.5 s on.

    Both voices are the same file, of a beep and a tone at -20 dB; the second one is faster, and
    longer than the video.
    """
    sources = Sources(tmp_path_factory.mktemp("media"))
    tone = f"{AMPLITUDE}*cos(2*PI*{TONE}*t)"  # loudest where it begins, so that a cut is a step
    voice = sources.sound(f"{beeps(0.5)}+{tone}", 2.0)
    voices = {
        Voice(0, 2.0, 2.0, volume=2.0, speech=((0, 2),)): voice,
        Voice(1, 2.0, 7.5, speed=1.25, speech=((0, 1.6),)): voice,
    }
    video = render(
        tmp_path_factory.mktemp("voices"),
        [Clip(0, 0, 9)],
        [sources.solid()],
        music={"music": sources.sound(sine(MUSIC, -20), 9), "hit": sources.sound(sine(EFFECT), 9)},
        tracks=[Music("music")],
        effects=[Music("hit", 0.5, 2.5, 8.5)],
        voices=voices,
        duck=-12,
        output=Output(96, 160),
        decode=False,
    )
    return sound.read(video.path)


def test_voices_are_heard_at_their_places_and_speeds(heard):
    assert sound.onsets(heard, BEEP) == pytest.approx([2.5, 7.9], abs=0.01)
    assert sound.tone(heard.between(2.1, 2.4), TONE) == pytest.approx(-14, abs=0.5)
    assert sound.tone(heard.between(8.1, 8.8), TONE) == pytest.approx(-20, abs=1)
    assert sound.tone(heard.between(1.5, 1.95), TONE) < -60
    assert sound.tone(heard.between(4.05, 7.45), TONE) < -60
    assert heard.duration == pytest.approx(9, abs=0.03)


def test_music_is_12_db_lower_under_speech_and_back_in_time(heard):
    levels = {
        at: sound.tone(heard.between(at, at + 0.1), MUSIC)
        for at in (0.5, 1.6, 2.0, 2.9, 3.85, 4.65, 5.0, 7.0, 7.6, 8.8)
    }
    expected = [-20, -20, -32, -32, -32, -20, -20, -20, -32, -32]
    assert list(levels.values()) == pytest.approx(expected, abs=0.5)


@pytest.mark.parametrize(("ducks_clips", "under"), [(True, -32), (False, -20)])
def test_clips_are_12_db_lower_under_speech_if_they_are_to(sources, tmp_path, ducks_clips, under):
    voice = sources.sound(sine(TONE, -20), 1.0)
    video = render(
        tmp_path,
        [Clip(0, 0, 1.5), Clip(0, 1.5, 4, trim=1.5)],
        [sources.solid(seconds=4, sound=sine(MUSIC, -20))],
        voices={Voice(0, 1.0, 1.2, speech=((0, 1),)): voice},
        duck=-12,
        ducks_clips=ducks_clips,
        decode=False,
    )
    heard = sound.read(video.path)

    found = [sound.tone(heard.between(at, at + 0.1), MUSIC) for at in (0.8, 1.3, 1.6, 2.05, 2.85)]
    assert found == pytest.approx([-20, under, under, under, -20], abs=0.5)
    assert sound.tone(heard.between(1.3, 2.1), TONE) == pytest.approx(-20, abs=0.5)


def test_effects_stay_as_loud_under_speech(heard):
    for at in (2.6, 3.5, 5.0, 8.0):
        assert sound.tone(heard.between(at, at + 0.3), EFFECT) == pytest.approx(-26, abs=0.5)
    assert sound.tone(heard.between(1.5, 2.4), EFFECT) < -60


@pytest.mark.parametrize("seconds", [0.0, 2.0, 4.0, 7.5, 8.5, 8.995])
def test_no_edge_is_a_click(heard, seconds):
    """The largest step between two samples is that of the tones themselves."""
    near = heard.between(max(0, seconds - 0.005), seconds + 0.005).samples[:, 0]
    amplitudes = {TONE: 2 * AMPLITUDE, MUSIC: AMPLITUDE, EFFECT: AMPLITUDE / 2}
    own = sum(2 * np.pi * each / RATE * level for each, level in amplitudes.items())

    assert np.abs(np.diff(near)).max() < 1.2 * own
