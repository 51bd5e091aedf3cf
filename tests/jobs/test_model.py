"""New jobs are validated by NewJobSchema; public ones match JobSchema."""

from typing import Any

import pytest

from jobs.job_states import begin_attempt, mark_finished
from jobs.model import FINISHED, Job, JobRef, JobSpec, Webhook, new_job, planned_call, to_public
from schemas.jobs import JOB_STATES, JobQuerySchema, JobSchema
from schemas.new_jobs import NewJobSchema
from storage.paths import WorkRef, jobs_of_user, jobs_of_work
from tests.cases import cases


def planned_job(collection: str = jobs_of_work(WorkRef("proj_1", "work_1")), **spec: Any) -> Job:
    """Return a new job with two planned calls; `spec` replaces fields of its JobSpec."""
    calls = [
        planned_call("llm", "gemini", "some-model"),
        planned_call("image", "dalle", "another", 0),
    ]
    fields = {"kind": "scene", "user_id": "user_1", "request": {"sceneIndex": 0}, "calls": calls}
    return new_job(JobRef(collection, "job_1"), JobSpec(**{**fields, **spec}))


def test_public_job_has_exactly_the_fields_of_its_schema():
    public = to_public(planned_job(webhook=Webhook("https://hooks.example/done", ["job.ended"])))

    assert public.keys() == JobSchema().fields.keys() - {"projectName", "workName", "userName"}
    assert JobSchema().validate(public) == {}
    for part in ("progress", "webhook"):
        assert public[part].keys() == JobSchema().fields[part].schema.fields.keys()  # type: ignore[attr-defined]
    fields = JobSchema().fields["calls"].inner.schema.fields  # type: ignore[attr-defined]
    assert public["calls"][0].keys() == {name for name, field in fields.items() if field.required}


def test_public_job_outside_works_matches_the_schema():
    public = to_public(planned_job(jobs_of_user("user_1")))

    assert (public["projectId"], public["workId"], public["webhook"]) == (None, None, None)
    assert JobSchema().validate(public) == {}


@pytest.mark.parametrize("state", sorted(FINISHED))
def test_public_finished_job_matches_the_schema(state):
    job = planned_job()
    begin_attempt(job)
    mark_finished(job, state, "For some reason")

    assert JobSchema().validate(to_public(job)) == {}
    assert state in JOB_STATES


@pytest.mark.parametrize(("provider", "state"), [("gemini", "interrupted"), ("demo", "planned")])
def test_call_that_a_crash_interrupted_is_sent_again_if_it_costs_nothing(provider, state):
    job = planned_job()
    job["calls"][0].update(provider=provider, state="submitting")

    begin_attempt(job)

    assert job["calls"][0]["state"] == state


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "scenario"},
        {"kind": "scene", "sceneIndex": 0},
        {"kind": "scenes"},
        {"kind": "scenes", "sceneIndexes": [0, 999], "webhookUrl": "https://hooks.example"},
        {"kind": "scenes", "sceneIndex": None, "sceneIndexes": None, "webhookUrl": None},
    ],
    ids=["scenario", "scene", "scenes", "all fields", "null fields"],
)
def test_valid_new_job_is_loaded_unchanged(body):
    assert NewJobSchema().load(body) == body


@cases(
    ("body", "field"),
    {
        "no kind": ({}, "kind"),
        "null kind": ({"kind": None}, "kind"),
        "unknown kind": ({"kind": "film"}, "kind"),
        "kind of user jobs": ({"kind": "image"}, "kind"),
        "negative index": ({"kind": "scene", "sceneIndex": -1}, "sceneIndex"),
        "large index": ({"kind": "scene", "sceneIndex": 1000}, "sceneIndex"),
        "index as string": ({"kind": "scene", "sceneIndex": "1"}, "sceneIndex"),
        "index as text": ({"kind": "scene", "sceneIndex": "first"}, "sceneIndex"),
        "no indexes": ({"kind": "scenes", "sceneIndexes": []}, "sceneIndexes"),
        "indexes not a list": ({"kind": "scenes", "sceneIndexes": 1}, "sceneIndexes"),
        "fractional index": ({"kind": "scenes", "sceneIndexes": [0.5]}, "sceneIndexes"),
        "too many indexes": ({"kind": "scenes", "sceneIndexes": [0] * 1001}, "sceneIndexes"),
        "empty URL": ({"kind": "scenes", "webhookUrl": ""}, "webhookUrl"),
    },
)
def test_invalid_field_of_a_new_job_is_rejected(body, field):
    assert list(NewJobSchema().validate(body)) == [field]


@pytest.mark.parametrize(
    ("wait", "invalid_fields"),
    [*[("0", []), ("60", [])], *[(wait, ["wait"]) for wait in ("61", "-1", "1.5", "soon", "")]],
    ids=["0", "60", "61", "negative", "fraction", "text", "empty"],
)
def test_wait_parameter_is_limited_to_a_minute(wait, invalid_fields):
    assert list(JobQuerySchema().validate({"wait": wait})) == invalid_fields
