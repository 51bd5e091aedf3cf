"""A job from its start to its end, as clients see it."""

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from config import Settings
from schemas.jobs import JobSchema
from storage.locks import FileLock
from tests.applications import create_app
from tests.jobs.following import MODELS, ended, film, made, once, resume, start, states
from tests.people import Person
from tests.vendors import Vendors
from tests.works.shapes import scene

KINDS: dict[str, dict[str, Any]] = {"scenario": {}, "scene": {"sceneIndex": 1}, "scenes": {}}


@pytest.fixture
def without_keys(settings: Settings, vendors: Vendors) -> Iterator[Person]:
    """A user of a service that has no keys of vendors itself."""
    none: dict[str, Any] = dict.fromkeys(vendors.settings(), "")
    app = create_app(replace(settings, **none))
    yield Person.register(app.test_client(), "eve@example.com")
    app.extensions["services"].jobs.worker.stop(1)


@pytest.mark.parametrize("kind", KINDS)
def test_a_job_is_started_with_202_and_says_where_it_is(ana: Person, film: str, kind: str) -> None:
    answer = ana.post(f"{film}/jobs", json={"kind": kind, **KINDS[kind]}, headers=MODELS)

    assert answer.status_code == 202
    assert answer.headers["Location"] == f"{film}/jobs/{answer.json['id']}"
    assert answer.json["state"] in {"queued", "running"}
    assert f"/api/projects/{answer.json['projectId']}/works/{answer.json['workId']}" == film
    assert answer.json["userId"] == ana.user["id"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_job_has_the_described_shape_from_its_start_to_its_end(
    ana: Person, film: str, kind: str
) -> None:
    job = start(ana, film, kind, **KINDS[kind])

    for seen in (ana.show(job), ended(ana, job)):
        assert JobSchema().validate(seen) == {}
        assert seen.keys() == JobSchema().fields.keys()
        assert all(call.keys() == calls_fields() for call in seen["calls"])


@pytest.mark.parametrize(
    ("kind", "calls"),
    [
        ("scenario", ["llm"]),
        ("scene", ["image-1", "video-1"]),
        ("scenes", ["image-0", "video-0", "image-1", "video-1", "image-2", "video-2"]),
    ],
)
def test_a_job_consists_of_the_paid_calls_that_it_takes(
    ana: Person, film: str, vendors: Vendors, kind: str, calls: list[str]
) -> None:
    job = made(ana, film, kind, **KINDS[kind])

    assert states(job) == dict.fromkeys(calls, "done")
    assert all(call["attempts"] == 1 and call["usage"] for call in job["calls"])
    assert len(vendors.counts()) == len(calls)


def test_a_scenario_ends_up_in_the_work(ana: Person, project: str) -> None:
    work = ana.new_work(project, sceneCount=4)

    job = made(ana, work, "scenario")

    assert [each["scene_index"] for each in ana.show(work)["scenes"]] == [0, 1, 2, 3]
    assert job["result"] == {"scenes": ana.show(work)["scenes"]}


def test_a_scene_ends_up_in_the_work(ana: Person, film: str) -> None:
    job = made(ana, film, "scene", sceneIndex=1)

    entry = {"sceneIndex": 1, **job["result"], "status": "done"}
    assert ana.show(film)["generatedScenes"] == [entry]
    assert ana.get(entry["imageUrl"]).mimetype == "image/png"
    assert ana.get(entry["videoUrl"]).mimetype == "video/mp4"


def test_all_scenes_end_up_in_the_work(ana: Person, film: str) -> None:
    job = made(ana, film)

    assert job["state"] == "succeeded"
    assert [each["status"] for each in ana.show(film)["generatedScenes"]] == ["done"] * 3


def test_a_job_tells_how_far_it_is(ana: Person, film: str, vendors: Vendors) -> None:
    vendors.rule(vendor="runway", polls=4, times=None)
    job = start(ana, film, "scene", sceneIndex=0)

    seen = [once(ana, job, lambda job: job["calls"][0]["state"] == "done")]
    seen.append(once(ana, job, lambda job: job["calls"][1]["progress"]))
    seen.append(ended(ana, job))

    percents = [each["progress"]["percent"] for each in seen]
    assert 50 <= percents[0] < percents[1] < percents[2] == 100
    assert [each["progress"]["done"] for each in seen] == [1, 1, 2]
    assert seen[1]["state"] == "waiting"  # the vendor works, the service does not
    assert seen[1]["progress"]["message"] == "Making the clip of scene 1 with runway"
    assert seen[2]["progress"]["message"] == "Succeeded"


def test_times_of_a_job_follow_one_another(ana: Person, film: str) -> None:
    job = made(ana, film)

    times = [job[name] for name in ("createdAt", "startedAt", "finishedAt", "updatedAt")]
    assert times == sorted(times)
    for call in job["calls"]:
        assert job["startedAt"] <= call["submittedAt"] <= call["finishedAt"] <= job["finishedAt"]


def test_the_task_of_a_vendor_is_known_while_it_is_waited_for(
    ana: Person, film: str, vendors: Vendors
) -> None:
    vendors.rule(vendor="runway", takes=0.5)
    job = start(ana, film, "scene", sceneIndex=0)

    seen = once(ana, job, lambda job: job["calls"][1]["state"] == "submitted")

    assert [task["id"] for task in vendors.tasks()] == [seen["calls"][1]["taskId"]]


def test_jobs_are_listed_newest_first(ana: Person, film: str) -> None:
    paths = [start(ana, film, kind, **KINDS[kind]) for kind in KINDS]

    listed = ana.show(f"{film}/jobs")

    assert [f"{film}/jobs/{job['id']}" for job in listed] == paths[::-1]


def test_jobs_of_one_work_are_not_those_of_another(ana: Person, project: str, film: str) -> None:
    job = start(ana, film, "scenario")
    other = ana.new_work(project)

    assert ana.show(f"{other}/jobs") == []
    assert ana.get(job.replace(film, other)).status_code == 404


def test_waiting_for_a_job_answers_once_it_is_finished(ana: Person, film: str) -> None:
    job = start(ana, film)

    assert ana.show(f"{job}?wait=20")["state"] == "succeeded"


def test_waiting_for_a_job_ends_with_the_time_that_was_given(
    ana: Person, film: str, vendors: Vendors
) -> None:
    vendors.rule(vendor="runway", takes=20, times=None)

    assert ana.show(f"{start(ana, film)}?wait=1")["finishedAt"] is None


def test_scenes_are_numbered_as_they_say_themselves(ana: Person, work: str) -> None:
    ana.put(work, json={"scenes": [scene(7), scene(2)]})

    job = made(ana, work)

    assert job["result"] == {"sceneIndexes": [2, 7]}
    assert [each["sceneIndex"] for each in ana.show(work)["generatedScenes"]] == [2, 7]


@pytest.mark.parametrize("kind", KINDS)
def test_without_a_key_nothing_is_started(without_keys: Person, kind: str) -> None:
    work = film(without_keys, without_keys.new_project(), 2)

    answer = without_keys.post(f"{work}/jobs", json={"kind": kind, **KINDS[kind]})

    assert answer.status_code == 400
    assert answer.json["error"] == "API key required (x-api-key header)"
    assert without_keys.show(f"{work}/jobs") == []


def test_a_work_of_someone_else_has_no_jobs(ana: Person, ben: Person, film: str) -> None:
    job = start(ana, film)

    for url in (f"{film}/jobs", job, f"{job}/events"):
        assert ben.get(url).status_code == 404
    for url in (f"{job}/cancel", f"{job}/resume"):
        assert ben.post(url).status_code == 404
    assert ben.post(f"{film}/jobs", json={"kind": "scenes"}).status_code == 404
    assert ended(ana, job)["state"] == "succeeded"


def test_a_job_that_succeeded_cannot_be_resumed(ana: Person, film: str, vendors: Vendors) -> None:
    job = start(ana, film)
    ended(ana, job)

    answer = ana.post(f"{job}/resume")

    assert answer.status_code == 409
    assert len(vendors.counts()) == 6


def test_a_job_that_runs_cannot_be_resumed(ana: Person, film: str, vendors: Vendors) -> None:
    vendors.rule(vendor="runway", takes=20, times=None)
    job = start(ana, film)

    assert ana.post(f"{job}/resume").status_code == 409


def test_a_job_can_be_resumed_the_very_moment_it_ended(
    ana: Person, film: str, vendors: Vendors, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever worked on it may not have let go of it yet."""
    release = FileLock.release

    def release_late(hold: FileLock) -> None:
        time.sleep(0.2)
        release(hold)

    monkeypatch.setattr(FileLock, "release", release_late)
    vendors.rule(vendor="openai", status=400)
    job = start(ana, film, "scene", sceneIndex=0)
    once(ana, job, lambda job: job["state"] == "failed")

    resume(ana, job)

    assert ended(ana, job)["state"] == "succeeded"


def calls_fields() -> Any:
    """The fields of a call, as they are described."""
    return JobSchema().fields["calls"].inner.nested().fields.keys()  # type: ignore[attr-defined]
