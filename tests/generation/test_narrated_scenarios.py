"""Which scenarios say what is spoken in their scenes."""

import pytest

from tests.jobs.helpers import run_job

SPOKEN = {"scene_index": 0, "narration": {"text": "Look."}}
SOUND = {"captions": {"style": "plain"}}
DEMO = {"x-llm-provider": "demo"}


@pytest.mark.parametrize(
    ("fields", "order", "is_narrated"),
    [
        ({}, {}, False),
        ({"scenes": [{"scene_index": 0}]}, {}, False),
        ({"sound": SOUND}, {}, True),
        ({"scenes": [SPOKEN]}, {}, True),
        ({}, {"narration": True}, True),
        ({"sound": SOUND}, {"narration": False}, False),
    ],
)
def test_work_or_request_asks_for_a_narration(ana, project, fields, order, is_narrated):
    work = ana.new_work(project, language="German", sceneCount=2, videoDuration=8)
    assert ana.patch(work, json=fields).status_code == 200

    run_job(ana, work, "scenario", headers=DEMO, **order)

    scenes = ana.show(work)["scenes"]
    assert [bool(scene.get("narration")) for scene in scenes] == [is_narrated] * 2


def test_request_without_a_work_asks_for_a_narration(ana):
    intent = {"mode": "style_transfer", "language": "es", "scene_count": 1, "narration": True}

    answer = ana.post("/api/scenario", json={"intent": intent}, headers=DEMO)

    [scene] = answer.json["scenes"]
    assert scene["narration"]["text"]
