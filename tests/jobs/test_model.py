"""Jobs as they are asked for, and as they are to_public."""

from typing import Any

import pytest

from jobs.model import (
    FINISHED,
    Job,
    JobRef,
    JobSpec,
    new_job,
    planned_call,
    to_public,
)
from jobs.transitions import mark_finished, mark_running
from schemas.jobs import JOB_STATES, JobQuerySchema, JobSchema, NewJobSchema
from storage.paths import jobs_of_user, jobs_of_work


def job(collection: str = jobs_of_work("proj_1", "work_1"), **order: Any) -> Job:
    calls = [
        planned_call("llm", "gemini", "some-model"),
        planned_call("image", "dalle", "another", 0),
    ]
    wanted = {"kind": "scene", "user_id": "user_1", "request": {"sceneIndex": 0}, "calls": calls}
    return new_job(JobRef(collection, "job_1"), JobSpec(**{**wanted, **order}))


def test_every_field_of_a_job_is_described_and_no_other() -> None:
    made = to_public(job(webhook_url="https://hooks.example/done"))

    assert made.keys() == JobSchema().fields.keys()
    assert JobSchema().validate(made) == {}
    for part in ("progress", "webhook"):
        assert made[part].keys() == JobSchema().fields[part].schema.fields.keys()  # type: ignore[attr-defined]
    assert made["calls"][0].keys() == JobSchema().fields["calls"].inner.schema.fields.keys()  # type: ignore[attr-defined]


def test_a_job_of_no_work_is_described_too() -> None:
    made = to_public(job(jobs_of_user("user_1")))

    assert (made["projectId"], made["workId"], made["webhook"]) == (None, None, None)
    assert JobSchema().validate(made) == {}


@pytest.mark.parametrize("state", sorted(FINISHED))
def test_a_job_that_ended_is_described_too(state: str) -> None:
    made = job()
    mark_running(made)
    mark_finished(made, state, "For some reason")

    assert JobSchema().validate(to_public(made)) == {}
    assert state in JOB_STATES


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "scenario"},
        {"kind": "scene", "sceneIndex": 0},
        {"kind": "scenes"},
        {"kind": "scenes", "sceneIndexes": [0, 999], "webhookUrl": "https://hooks.example"},
        {"kind": "scenes", "sceneIndex": None, "sceneIndexes": None, "webhookUrl": None},
    ],
)
def test_what_can_be_asked_for(body: dict[str, Any]) -> None:
    assert NewJobSchema().load(body) == body


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "kind"),
        ({"kind": "film"}, "kind"),
        ({"kind": "scene", "sceneIndex": -1}, "sceneIndex"),
        ({"kind": "scene", "sceneIndex": 1000}, "sceneIndex"),
        ({"kind": "scene", "sceneIndex": "1"}, "sceneIndex"),
        ({"kind": "scenes", "sceneIndexes": []}, "sceneIndexes"),
        ({"kind": "scenes", "sceneIndexes": [0.5]}, "sceneIndexes"),
        ({"kind": "scenes", "sceneIndexes": [0] * 1001}, "sceneIndexes"),
        ({"kind": "scenes", "webhookUrl": ""}, "webhookUrl"),
    ],
)
def test_what_cannot(body: dict[str, Any], field: str) -> None:
    assert list(NewJobSchema().validate(body)) == [field]


@pytest.mark.parametrize(("wait", "fine"), [("0", 1), ("60", 1), ("61", 0), ("-1", 0), ("x", 0)])
def test_a_client_waits_for_a_minute_at_most(wait: str, fine: int) -> None:
    assert bool(JobQuerySchema().validate({"wait": wait})) != bool(fine)
