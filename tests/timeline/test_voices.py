"""Where voices are heard, and those that do not fit: the cases of both languages."""

import json
from dataclasses import replace
from typing import Any

import pytest

from tests.timeline.running import CASES, context_of, warnings_after
from timeline.context import Context, context_of_work
from timeline.operations import apply
from timeline.scene_clips import clips_of_timeline
from timeline.voice_fit import Overrun, overruns_of, voice_warnings
from timeline.voices import Voice, voices_of

Json = dict[str, Any]

VOICE_CASES: list[Json] = json.loads(
    (CASES.parent / "voice_cases.json").read_text(encoding="utf-8")
)
ARRANGED: Json = {
    "editorData": {
        "videoTrack": [
            {"id": "a", "start": 0, "end": 4, "sceneIndex": 0},
            {"id": "b", "start": 4, "end": 9, "sceneIndex": 1},
        ]
    }
}


def work_of(case: Json) -> Json:
    """Return a work of four scenes of 4, 8, 5 and 2 seconds: two clips and two images.

    Scenes from 4 on have left the scenario, and have a voice alone.
    """
    lengths = {0: 4, 1: 8}
    made = [
        {
            "sceneIndex": scene,
            **({"videoUrl": "/v", "videoDuration": lengths[scene]} if scene in lengths else {}),
            **({"imageUrl": "/i"} if scene in (2, 3) else {}),
            **(
                {"voiceUrl": "/s", "voiceDuration": voice}
                if (voice := case["voices"].get(str(scene)))
                else {}
            ),
        }
        for scene in sorted({*range(4), *map(int, case["voices"])})
    ]
    clips = [
        {"id": f"c{number}", "sceneIndex": scene, "start": start, "end": end}
        for number, (scene, start, end) in enumerate(case.get("clips", []))
    ]
    tracks = {"videoTrack": clips, "voiceTrack": case.get("entries", [])}
    return {
        "id": "work_1",
        "name": "",
        "language": "",
        "createdAt": 0,
        "projectId": "proj_1",
        "resolution": {"width": 1080, "height": 1920},
        "scenes": [
            {"scene_index": index, "duration_seconds": seconds}
            for index, seconds in enumerate((6, 6, 5, 2))
        ],
        "generatedScenes": made,
        "editorState": {"editorData": tracks, "endPause": case.get("endPause")},
    }


def speaking(*seconds: float) -> Context:
    """Return a context of scenes of 4, 8 and 5 seconds with voices."""
    context = context_of({})
    voices = dict(enumerate(seconds))
    scenes = (scene._replace(voice=voices.get(scene.scene)) for scene in context.scenes)
    return replace(context, scenes=tuple(scenes))


@pytest.mark.parametrize("case", VOICE_CASES, ids=lambda case: case["name"])
def test_case(case):
    work = work_of(case)
    context = context_of_work(work, None, has_audio=False)

    voices = voices_of(work["editorState"], context)
    found = overruns_of(work["editorState"], context)

    places = [[voice.scene, round(voice.start, 6), round(voice.end, 6)] for voice in voices]
    assert places == case["expect"]
    assert clips_of_timeline(work["editorState"], context).end_seconds() == case["end"]
    assert [rounded(each) for each in found] == case["overruns"]


def rounded(overrun: Overrun) -> Json:
    times = {"seconds": round(overrun.seconds, 6), "longer": round(overrun.longer, 6)}
    return {**overrun._asdict(), **times}


def test_scene_with_a_voice_alone_does_not_play_without_a_scenario():
    work = {**work_of({"voices": {"5": 2}}), "scenes": []}
    context = context_of_work(work, None, has_audio=False)

    assert context.voices == {5: 2}
    assert [scene.scene for scene in context.scenes if scene.plays] == [0, 1, 2, 3]
    faster = {"op": "voice", "scene": 5, "start": 1, "speed": 1.25}
    [voice] = voices_of(apply({}, faster, context).state, context)
    assert (voice.start, voice.end) == (1, 2.6)


def test_times_of_words_follow_the_place_of_their_voice():
    assert Voice(0, 4.2, 9, trim=1, speed=1.25).time_of(3.5) == 6.2


@pytest.mark.parametrize(
    ("voices", "warning"),
    [
        ((4.6, 3), "The voice of scene 1 runs 0.6 seconds into the voice of scene 2."
        " Make its clip 0.8 seconds longer, its text shorter, or its speed 1.15."),
        ((3, 8), "The voice of scene 2 runs 3.2 seconds past the end of the video."
        " Make its clip 3.4 seconds longer, or its text shorter;"
        " a speed of 1.25, the highest one, is not enough."),
    ],
)  # fmt: skip
def test_warning_names_the_scene_and_the_ways_out(voices, warning):
    assert voice_warnings(ARRANGED, speaking(*voices)) == [warning]


def test_operation_warns_of_voices_that_fit_less_than_before():
    context = speaking(4.6, 3)
    trim = {"op": "trim", "clip": "a", "seconds": 3}
    volume = {"op": "clip", "clip": "a", "volume": 0.5}
    longer = {"op": "trim", "clip": "a", "seconds": 4}

    assert len(warnings_after(ARRANGED, trim, context)) == 1
    assert warnings_after(ARRANGED, volume, context) == []
    assert warnings_after(ARRANGED, longer, context) == []


def test_each_way_out_makes_a_voice_fit():
    context = speaking(4.6, 3)
    longer = {"op": "trim", "clip": "a", "seconds": 4.8}
    faster = {"op": "voice", "scene": 0, "speed": 1.15}

    for operation in (longer, faster):
        assert voice_warnings(apply(ARRANGED, operation, context).state, context) == []
    assert voice_warnings(ARRANGED, speaking(3.9, 3)) == []


def test_scenes_that_last_as_long_as_their_voices_are_no_news_as_clips():
    context = speaking(6, 9)
    before: Json = {"editorData": {"videoTrack": []}}

    warnings = warnings_after(before, {"op": "gap", "clip": "scene-0", "seconds": 1}, context)

    assert warnings == []
