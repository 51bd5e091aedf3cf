"""The official SDK of Runway against the fake vendor: each call of the service, each error."""

import hashlib
from typing import Any

import pytest
import runwayml
from runwayml import RunwayML

from tests.cases import cases
from tests.vendors.helpers import data_url, download, is_video_of

pytestmark = [pytest.mark.slow, pytest.mark.thorough]

_IMAGE = "data:image/png;base64,aaaa"


def _create(runway: RunwayML, **fields: Any) -> Any:
    body: Any = {"model": "gen4.5", "prompt_text": "Tea", "prompt_image": _IMAGE, "duration": 5}
    return runway.image_to_video.create(**{**body, "ratio": "1280:720", **fields})


def _create_from(runway: RunwayML, picture: bytes) -> str:
    url = data_url(picture)
    return str(
        runway.image_to_video.create(model="gen4_turbo", prompt_image=url, ratio="960:960").id
    )


def test_runway_generates_a_video(runway, vendors, picture):
    task = runway.image_to_video.create(
        model="gen4.5",
        prompt_text="Steam rises",
        prompt_image=data_url(picture),
        ratio="720:1280",
        duration=5,
    )

    assert runway.tasks.retrieve(task.id).status == "PENDING"
    done = runway.tasks.retrieve(task.id)
    assert done.status == "SUCCEEDED"
    assert is_video_of(download(done.output[0]), task.id)
    [paid] = vendors.counts()
    assert (paid["role"], paid["model"], paid["task"]) == ("video", "gen4.5", task.id)
    assert paid["asked"] == {"ratio": "720:1280", "duration": 5, "seed": None}
    assert paid["pictures"] == [hashlib.sha256(picture).hexdigest()]


def test_runway_task_passes_through_all_states(runway, vendors, picture):
    vendors.rule(kind="submit", throttled=1, polls=3)
    task = _create_from(runway, picture)

    polled = [runway.tasks.retrieve(task) for _ in range(5)]

    states = [each.status for each in polled]
    assert states == ["THROTTLED", "PENDING", "RUNNING", "RUNNING", "SUCCEEDED"]
    assert 0 < polled[2].progress < 1


def test_runway_cancels_an_unfinished_task(runway, picture):
    task = _create_from(runway, picture)

    runway.tasks.delete(task)

    assert runway.tasks.retrieve(task).status == "CANCELLED"


@pytest.mark.parametrize(
    ("status", "error_type"), [(429, runwayml.RateLimitError), (503, runwayml.InternalServerError)]
)
def test_runway_error_status_raises_the_sdk_error(runway, vendors, status, error_type):
    vendors.rule(status=status)

    with pytest.raises(error_type):
        _create(runway)

    assert vendors.counts() == []


def test_runway_rejects_an_invalid_key(runway):
    with pytest.raises(runwayml.AuthenticationError):
        _create(runway.with_options(api_key="wrong-key"))


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"model": "gen9"}, "model"),
        ({"prompt_text": ""}, "promptText"),
        ({"prompt_text": "🍵" * 501}, "promptText"),
        ({"prompt_image": "http://example.com/a.png"}, "promptImage"),
        ({"prompt_image": "data:image/png;base64,not base64"}, "promptImage"),
        ({"prompt_image": _IMAGE + "a" * 5 * 1024 * 1024}, "promptImage"),
        ({"ratio": "768:1280"}, "ratio"),
        ({"model": "gen3a_turbo", "ratio": "720:1280"}, "ratio"),
        ({"model": "veo3.1", "duration": 5}, "duration"),
        ({"duration": 11}, "duration"),
        ({"extra_headers": {"X-Runway-Version": "2020-01-01"}}, "X-Runway-Version"),
    ],
)
def test_runway_rejects_an_invalid_request(runway, fields, field):
    with pytest.raises(runwayml.BadRequestError, match=field):
        _create(runway, **fields)


def test_runway_measures_prompts_in_utf_16_units(runway):
    assert _create(runway, prompt_text="🍵" * 500).id


@cases(
    ("rule", "status", "code"),
    {
        "failed": ({"fail": "Out of paint."}, "FAILED", "INTERNAL.BAD_OUTPUT.CODE01"),
        "refused": ({"refuse": True}, "FAILED", "SAFETY.INPUT.TEXT"),
        "cancelled": ({"stop": True}, "CANCELLED", None),
    },
)
def test_runway_reports_failed_refused_and_cancelled_tasks(runway, vendors, rule, status, code):
    vendors.rule(kind="submit", polls=0, **rule)

    ended: Any = runway.tasks.retrieve(_create(runway).id)

    assert ended.status == status
    assert getattr(ended, "failure_code", None) == code


def test_runway_deletes_a_finished_task(runway, vendors):
    vendors.rule(kind="submit", polls=0)
    task = _create(runway).id
    runway.tasks.retrieve(task)

    runway.tasks.delete(task)

    with pytest.raises(runwayml.NotFoundError):
        runway.tasks.retrieve(task)
