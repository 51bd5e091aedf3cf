"""A job from its start to its end, over HTTP."""

import time
from typing import Any

import pytest

from schemas.jobs import JobSchema
from storage.locking.locks import FileLock
from tests.jobs.helpers import (
    CLIP_REQUEST,
    MODEL_HEADERS,
    call_states,
    new_work_with_scenes,
    resume_job,
    run_job,
    start_job,
    start_scene_job,
    wait_for_call_state,
    wait_for_state,
    wait_until,
    wait_until_finished,
)
from tests.works.shapes import scene

OF_LISTS = {"projectName", "workName", "userName"}
KINDS: dict[str, dict[str, Any]] = {"scenario": {}, "scene": {"sceneIndex": 1}, "scenes": {}}


@pytest.fixture
def user_without_keys(user_with, vendors):
    """A user of a service without any API keys."""
    return user_with(**dict.fromkeys(vendors.settings(), ""))


@pytest.mark.parametrize("kind", KINDS)
def test_starting_a_job_returns_202_with_its_location(ana, work_with_scenes, kind):
    answer = ana.post(
        f"{work_with_scenes}/jobs", json={"kind": kind, **KINDS[kind]}, headers=MODEL_HEADERS
    )

    assert answer.status_code == 202
    assert answer.headers["Location"] == f"{work_with_scenes}/jobs/{answer.json['id']}"
    assert answer.json["state"] in {"queued", "running"}
    work = f"/api/projects/{answer.json['projectId']}/works/{answer.json['workId']}"
    assert work == work_with_scenes
    assert answer.json["userId"] == ana.user["id"]


@pytest.mark.parametrize("kind", KINDS)
def test_job_matches_its_schema_from_start_to_end(ana, work_with_scenes, kind):
    job = start_job(ana, work_with_scenes, kind, **KINDS[kind])

    for current in (ana.show(job), wait_until_finished(ana, job)):
        assert JobSchema().validate(current) == {}
        assert current.keys() == JobSchema().fields.keys() - OF_LISTS
        extra = {"firstFrame", "prompt"}  # of a clip, once it is submitted
        assert all(call.keys() - extra == call_fields() for call in current["calls"])


@pytest.mark.parametrize(
    ("kind", "calls"),
    [
        ("scenario", ["llm"]),
        ("scene", ["image-1", "video-1"]),
        ("scenes", ["image-0", "video-0", "image-1", "video-1", "image-2", "video-2"]),
    ],
    ids=KINDS,
)
def test_job_consists_of_its_paid_calls(ana, work_with_scenes, vendors, kind, calls):
    job = run_job(ana, work_with_scenes, kind, **KINDS[kind])

    assert call_states(job) == dict.fromkeys(calls, "done")
    assert all(call["attempts"] == 1 and call["usage"] for call in job["calls"])
    assert len(vendors.counts()) == len(calls)


def test_scenario_job_stores_the_scenes_in_the_work(ana, project):
    work = ana.new_work(project, sceneCount=4)

    job = run_job(ana, work, "scenario")

    assert [each["scene_index"] for each in ana.show(work)["scenes"]] == [0, 1, 2, 3]
    assert job["result"] == {"scenes": ana.show(work)["scenes"]}


def test_scene_job_stores_the_scene_in_the_work(ana, work_with_scenes):
    job = run_job(ana, work_with_scenes, "scene", sceneIndex=1)

    [entry] = ana.show(work_with_scenes)["generatedScenes"]
    assert entry == {**entry, "sceneIndex": 1, **job["result"], "status": "done"}
    assert ana.get(entry["imageUrl"]).mimetype == "image/png"
    assert ana.get(entry["videoUrl"]).mimetype == "video/mp4"


def test_scenes_job_stores_all_scenes_in_the_work(ana, work_with_scenes):
    job = run_job(ana, work_with_scenes)

    assert job["state"] == "succeeded"
    statuses = [each["status"] for each in ana.show(work_with_scenes)["generatedScenes"]]
    assert statuses == ["done"] * 3


def test_job_reports_its_progress(ana, work_with_scenes, vendors):
    vendors.rule(**CLIP_REQUEST, status=429, retry_after=0.05, times=None)
    job = start_scene_job(ana, work_with_scenes)

    seen = [wait_for_call_state(ana, job, "image-0", "done")]
    vendors.rule(**CLIP_REQUEST, takes=None, polls=15)  # it comes before the other rule
    seen.append(wait_until(ana, job, lambda job: job["progress"]["percent"] > 50))
    vendors.release()
    seen.append(wait_until_finished(ana, job))

    percents = [each["progress"]["percent"] for each in seen]
    assert 50 == percents[0] < percents[1] < percents[2] == 100
    assert [each["progress"]["done"] for each in seen] == [1, 1, 2]
    assert seen[1]["state"] == "waiting"  # for the vendor
    assert seen[1]["progress"]["message"] == "Making the clip of scene 1 with runway"
    assert seen[2]["progress"]["message"] == "Succeeded"


def test_times_of_a_job_are_in_order(ana, work_with_scenes):
    job = run_job(ana, work_with_scenes, "scene", sceneIndex=0)

    times = [job[name] for name in ("createdAt", "startedAt", "finishedAt", "updatedAt")]
    assert times == sorted(times)
    for call in job["calls"]:
        assert job["startedAt"] <= call["submittedAt"] <= call["finishedAt"] <= job["finishedAt"]


def test_task_id_of_the_vendor_is_visible_while_polling(ana, work_with_scenes, vendors):
    vendors.rule(vendor="runway", takes=60)
    job = start_scene_job(ana, work_with_scenes)

    current = wait_for_call_state(ana, job, "video-0", "submitted")

    assert [task["id"] for task in vendors.tasks()] == [current["calls"][1]["taskId"]]


def test_jobs_of_a_work_are_listed_newest_first(ana, work_with_scenes):
    paths = [start_job(ana, work_with_scenes, kind, **KINDS[kind]) for kind in KINDS]

    listed = ana.show(f"{work_with_scenes}/jobs")

    assert [f"{work_with_scenes}/jobs/{job['id']}" for job in listed] == paths[::-1]


def test_jobs_of_one_work_are_not_found_in_another(ana, project, work_with_scenes):
    job = start_job(ana, work_with_scenes, "scenario")
    other = ana.new_work(project)

    assert ana.show(f"{other}/jobs") == []
    assert ana.get(job.replace(work_with_scenes, other)).status_code == 404


def test_wait_parameter_returns_the_finished_job(ana, work_with_scenes):
    job = start_scene_job(ana, work_with_scenes)

    assert ana.show(f"{job}?wait=60")["state"] == "succeeded"


def test_wait_parameter_returns_the_unfinished_job_after_that_time(ana, work_with_scenes, vendors):
    vendors.rule(vendor="runway", takes=60, times=None)

    assert ana.show(f"{start_scene_job(ana, work_with_scenes)}?wait=1")["finishedAt"] is None


def test_scenes_are_identified_by_their_scene_index(ana, work):
    ana.put(work, json={"scenes": [scene(7), scene(2)]})

    job = run_job(ana, work)

    assert job["result"] == {"sceneIndexes": [2, 7]}
    assert [each["sceneIndex"] for each in ana.show(work)["generatedScenes"]] == [2, 7]


@pytest.mark.parametrize("kind", KINDS)
def test_starting_a_job_without_any_api_key_returns_400(user_without_keys, kind):
    work = new_work_with_scenes(user_without_keys, user_without_keys.new_project(), 2)

    answer = user_without_keys.post(f"{work}/jobs", json={"kind": kind, **KINDS[kind]})

    assert answer.status_code == 400
    assert answer.json["error"] == "API key required (x-api-key header)"
    assert user_without_keys.show(f"{work}/jobs") == []


def test_jobs_in_works_of_other_users_return_404(ana, ben, work_with_scenes):
    job = start_scene_job(ana, work_with_scenes)

    for url in (f"{work_with_scenes}/jobs", job, f"{job}/events"):
        assert ben.get(url).status_code == 404
    for url in (f"{job}/cancel", f"{job}/resume"):
        assert ben.post(url).status_code == 404
    assert ben.post(f"{work_with_scenes}/jobs", json={"kind": "scenes"}).status_code == 404
    assert wait_until_finished(ana, job)["state"] == "succeeded"


def test_resuming_a_succeeded_job_returns_409(ana, work_with_scenes, vendors):
    job = start_scene_job(ana, work_with_scenes)
    wait_until_finished(ana, job)

    answer = ana.post(f"{job}/resume")

    assert answer.status_code == 409
    assert len(vendors.counts()) == 2


def test_resuming_a_running_job_returns_409(ana, work_with_scenes, vendors):
    vendors.rule(vendor="runway", takes=60, times=None)
    job = start_scene_job(ana, work_with_scenes)

    assert ana.post(f"{job}/resume").status_code == 409


def test_job_can_be_resumed_before_its_thread_releases_the_lock(
    ana, work_with_scenes, vendors, monkeypatch
):
    release = FileLock.release

    def release_late(lock: FileLock) -> None:
        time.sleep(0.1)
        release(lock)

    monkeypatch.setattr(FileLock, "release", release_late)
    vendors.rule(vendor="openai", status=400)
    job = start_scene_job(ana, work_with_scenes)
    wait_for_state(ana, job, "failed")

    resume_job(ana, job)

    assert wait_until_finished(ana, job)["state"] == "succeeded"


def call_fields() -> set[str]:
    """Return the names of the required fields of a call in the schema."""
    fields = JobSchema().fields["calls"].inner.nested().fields  # type: ignore[attr-defined]
    return {name for name, field in fields.items() if field.required}
