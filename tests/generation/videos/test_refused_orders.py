"""Orders whose last steps would fail are refused before anything is made or paid."""

from typing import Any

import pytest

from errors import FieldsError, InvalidError, TooLargeError, in_words
from generation.videos.step_jobs import check_child
from jobs.model import JobRef
from tests.generation.videos.test_videos import BRIEF
from tests.walk import DEMO

SAID = {"image_prompt": "A lamp", "narration": "It turns.", "duration_seconds": 5}
SHOWN = {"image_prompt": "A lamp", "duration_seconds": 5}


def narrated(**narrator: Any) -> dict[str, Any]:
    return {"sound": {"narrator": {"voice": "en-woman", **narrator}}}


@pytest.mark.parametrize(
    ("order", "field", "told"),
    [
        ({"resolution": {"width": 10000, "height": 64}}, "resolution.width", "export.width"),
        ({"resolution": {"width": 64, "height": 9}}, "resolution.height", "from 16 to 4096"),
        ({"resolution": {"width": 0, "height": 8}, "export": False}, "resolution.width", "least 1"),
        ({"export": {"width": 10000}}, "export.width", "4096"),
        ({"export": {"from": 2, "to": 1}}, "export.to", "after `from`"),
        ({"export": {"from": 2}}, "export.from", "before the end of the video, 2"),
        ({"videoDuration": 3000}, "videoDuration", "at most 30"),
        ({"sceneCount": 300}, "sceneCount", "at most 200"),
        ({"scenes": [{**SHOWN, "duration_seconds": 2000}]}, "scenes", "33.3 minutes"),
        (narrated(provider="nobody"), "sound.narrator.provider", '"nobody"'),
        ({**narrated(), "language": "German"}, "sound.narrator.voice", "not German"),
        ({"scenes": [{**SAID, "narration": "<p>x</p>"}]}, "scenes.0.narration", "SSML"),
        ({"template": "tpl_1"}, "template", "no such template"),
        ({"template": {"id": "tpl_1"}}, "template.id", "no such template"),
    ],
)
def test_order_that_would_fail_is_refused(ana, order, field, told):
    headers = {} if "provider" in str(order) else DEMO

    answer = ana.post("/api/videos", json={**BRIEF, **order}, headers=headers)

    assert (answer.status_code, answer.json["code"]) == (400, "invalid_fields")
    assert list(answer.json["details"]) == [field]
    assert told in answer.json["details"][field]
    assert ana.show("/api/videos")["items"] == []
    assert ana.show("/api/projects") == []


def test_both_sides_are_told_their_limits(ana):
    order = {**BRIEF, "resolution": {"width": 99999, "height": 0}}

    answer = ana.post("/api/videos", json=order, headers=DEMO)

    assert [*answer.json["details"]] == ["resolution.width", "resolution.height"]
    assert all("from 16 to 4096" in told for told in answer.json["details"].values())


def test_size_of_the_export_is_another_than_that_of_the_work(ana):
    sizes = {"resolution": {"width": 8, "height": 10000}, "export": {"width": 64, "height": 64}}
    scenes = {"scenes": [SHOWN]}

    answer = ana.post("/api/videos", json={**scenes, **sizes}, headers=DEMO)

    assert answer.status_code == 202


def test_failure_of_a_step_keeps_its_code():
    failure = {"status": 400, "code": "api_key_required", "error": "No key", "details": None}
    child = {"state": "failed", "reason": "No key", "failure": failure}

    with pytest.raises(InvalidError) as failed:
        check_child("export", child, JobRef("users/ana/jobs", "job_1"))

    assert failed.value.code == "api_key_required"
    assert in_words(failed.value) == "Step export failed: No key"


def test_errors_are_sentences():
    fields = FieldsError({"options": {"to": ["Must be after `from`, 3."]}})

    assert in_words(fields) == "Validation error: options.to: Must be after `from`, 3."
    assert in_words(TooLargeError("Too large")) == "Too large"
