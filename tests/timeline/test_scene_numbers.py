"""What scenes are called: the page has the same cases."""

import json
from pathlib import Path

import pytest

from timeline.context import context_of_work
from timeline.scene_numbers import scene_number, scene_numbers
from timeline.voice_fit import Overrun

CASES = json.loads(Path(__file__).with_name("scene_numbers.json").read_text(encoding="utf-8"))


def work_of(case):
    scenes = [{"scene_index": index} for index in case["scenes"]]
    return {"scenes": scenes, "generatedScenes": case["generatedScenes"]}


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_case(case):
    found = scene_numbers(work_of(case))

    assert {str(index): number for index, number in found.items()} == case["expect"]


def test_warnings_name_scenes_by_their_places():
    case = next(case for case in CASES if case["name"] == "in another order")
    place = {"id": "work_1", "projectId": "proj_1", "resolution": {"width": 640, "height": 360}}
    context = context_of_work({**work_of(case), **place}, None, has_audio=False)

    overrun = Overrun(3, 2, 1, None, 2)

    message = overrun.message(context)
    assert message.startswith("The voice of scene 2 runs 2 seconds into the voice of scene 3.")


def test_scene_that_a_work_does_not_have_is_called_as_if_it_were_in_order():
    assert scene_number({"scenes": [], "generatedScenes": []}, 4) == 5
