"""Cancelling a job in each of its phases; finished calls are kept."""

from threading import Event, Thread
from types import SimpleNamespace
from typing import Any

import pytest

from jobs import call_ends, service
from jobs.run import JobRun
from storage.locking.locks import FileLock
from tests.jobs.helpers import (
    MODEL_HEADERS,
    begin_scene_job,
    call_states,
    new_work_with_scenes,
    resume_job,
    start_job,
    start_scene_job,
    until,
    wait_for_call_state,
    wait_for_calls,
    wait_for_state,
    wait_for_thread,
    wait_until_finished,
)
from tests.people import Person
from tests.simultaneous import at_once


def request_cancel(person: Person, job: str) -> None:
    """Request that a job is cancelled."""
    answer = person.post(f"{job}/cancel")
    assert answer.status_code == 200, answer.text
    assert answer.json["cancelRequested"]


def cancel_job(person: Person, job: str) -> dict[str, Any]:
    """Cancel a job; return it once it is finished."""
    request_cancel(person, job)
    return wait_until_cancelled(person, job)


def wait_until_cancelled(person: Person, job: str) -> dict[str, Any]:
    """Return a job once it is finished, as cancelled."""
    finished = wait_until_finished(person, job)
    assert (finished["state"], finished["reason"]) == ("cancelled", None)
    return finished


def test_cancelling_an_orphaned_job_makes_no_calls(app, ana, work_with_scenes, vendors):
    app.extensions["services"].jobs.worker.stop(0)  # as an exiting process does
    job = start_scene_job(ana, work_with_scenes)
    wait_for_thread(job)

    cancelled = cancel_job(ana, job)

    assert set(call_states(cancelled).values()) == {"cancelled"}
    assert vendors.requests() == []


def test_cancelling_a_call_that_waits_for_a_slot_submits_no_task(ana, project, vendors, settings):
    vendors.rule(vendor="runway", kind="submit", takes=60, times=None)
    busy = new_work_with_scenes(ana, project, settings.provider_concurrency)
    first = start_job(ana, busy)
    wait_for_calls(ana, first, "submitted", settings.provider_concurrency)
    job = begin_scene_job(ana, new_work_with_scenes(ana, project, 1), "video-0", "waiting")

    cancelled = cancel_job(ana, job)

    assert call_states(cancelled) == {"image-0": "done", "video-0": "cancelled"}
    assert len(vendors.tasks()) == settings.provider_concurrency


def test_cancelling_while_the_vendor_is_busy_cancels_all_calls(ana, work_with_scenes, vendors):
    vendors.rule(vendor="openai", status=429, retry_after=60)
    job = start_scene_job(ana, work_with_scenes)
    wait_for_state(ana, job, "waiting")

    cancelled = cancel_job(ana, job)

    assert set(call_states(cancelled).values()) == {"cancelled"}
    pending = [{"sceneIndex": 0, "status": "pending"}]
    until(lambda: ana.show(work_with_scenes)["generatedScenes"] == pending)


def test_cancelling_while_polling_cancels_the_task_at_the_vendor(ana, work_with_scenes, vendors):
    vendors.rule(vendor="runway", kind="submit", takes=60)
    job = begin_scene_job(ana, work_with_scenes, "video-0", "submitted")

    cancelled = cancel_job(ana, job)

    assert call_states(cancelled) == {"image-0": "done", "video-0": "cancelled"}
    assert [task["state"] for task in vendors.tasks()] == ["cancelled"]
    until(lambda: ana.show(work_with_scenes)["generatedScenes"][0]["status"] == "image_ready")


def test_cancelling_a_job_with_several_tasks_cancels_all_of_them(ana, work_with_scenes, vendors):
    vendors.rule(vendor="runway", kind="submit", takes=60, times=None)
    job = start_job(ana, work_with_scenes)
    wait_for_calls(ana, job, "submitted", 3)

    cancel_job(ana, job)

    assert [task["state"] for task in vendors.tasks()] == ["cancelled"] * 3


def test_cancelling_succeeds_if_the_vendor_rejects_the_cancellation(ana, work_with_scenes, vendors):
    vendors.rule(vendor="runway", kind="submit", takes=60)
    vendors.rule(vendor="runway", kind="cancel", status=400)
    job = begin_scene_job(ana, work_with_scenes, "video-0", "submitted")

    cancel_job(ana, job)


def test_cancelling_during_an_image_request_keeps_the_image(ana, work_with_scenes, vendors):
    vendors.rule(vendor="openai", slow=None)
    job = begin_scene_job(ana, work_with_scenes, "image-0", "submitting")

    request_cancel(ana, job)
    vendors.release()

    cancelled = wait_until_cancelled(ana, job)
    assert call_states(cancelled) == {"image-0": "done", "video-0": "cancelled"}
    assert ana.get(f"{work_with_scenes}/media/scene/0/image").status_code == 200
    assert [submission["role"] for submission in vendors.counts()] == ["image"]


def test_cancelling_during_a_task_submission_keeps_its_id_and_cancels_the_task(
    ana, work_with_scenes, vendors
):
    vendors.rule(vendor="runway", kind="submit", slow=None, takes=60)
    job = begin_scene_job(ana, work_with_scenes, "video-0", "submitting")

    request_cancel(ana, job)
    vendors.release()

    cancelled = wait_until_cancelled(ana, job)
    assert [task["state"] for task in vendors.tasks()] == ["cancelled"]
    assert cancelled["calls"][1]["taskId"] == vendors.tasks()[0]["id"]


def test_cancelling_answers_a_blocking_request_with_409(ana, app, work_with_scenes, vendors):
    vendors.rule(vendor="runway", kind="submit", takes=60)
    other = Person(app.test_client(), ana.token, ana.user)

    def cancel() -> Any:
        jobs = until(lambda: other.show(f"{work_with_scenes}/jobs"))
        return other.post(f"{work_with_scenes}/jobs/{jobs[0]['id']}/cancel")

    def generate() -> Any:
        return ana.post(f"{work_with_scenes}/generate/scene/0", headers=MODEL_HEADERS)

    answer, cancelled = at_once([generate, cancel])

    assert cancelled.status_code == 200
    assert answer.status_code == 409
    assert answer.json["error"] == "The job was cancelled"


@pytest.mark.parametrize("refused", [False, True], ids=["succeeded", "failed"])
def test_cancelling_a_finished_job_returns_409(ana, work_with_scenes, vendors, refused):
    if refused:
        vendors.rule(vendor="openai", refuse=True)
    job = start_scene_job(ana, work_with_scenes)
    before = wait_until_finished(ana, job)

    answer = ana.post(f"{job}/cancel")

    assert answer.status_code == 409
    assert answer.json["error"] == "The job is finished"
    assert ana.show(job)["state"] == before["state"]


def test_cancelling_twice_equals_cancelling_once(ana, work_with_scenes, vendors):
    vendors.rule(vendor="openai", slow=None)
    job = begin_scene_job(ana, work_with_scenes, "image-0", "submitting")

    for _ in range(2):
        request_cancel(ana, job)
    vendors.release()

    wait_until_cancelled(ana, job)


def test_cancelling_after_the_last_call_keeps_the_job_succeeded(
    ana, app, work_with_scenes, monkeypatch
):
    """Request it after the last response; its handler looks for the job after its end."""
    mark_done, try_acquire = call_ends.mark_done, FileLock.try_acquire
    other = Person(app.test_client(), ana.token, ana.user)
    job, cancelling = "", Thread(target=lambda: other.post(f"{job}/cancel"))
    ordered = Event()

    def mark_done_and_cancel(run: JobRun, call_id: str, *args: Any) -> None:
        mark_done(run, call_id, *args)
        if call_id == "video-0":
            assert ordered.wait(60)
            cancelling.start()
            until(lambda: run.job["cancelRequested"])

    def try_acquire_after_end(*args: Any) -> FileLock | None:
        until(lambda: not app.extensions["services"].jobs.worker._running)
        return try_acquire(*args)

    monkeypatch.setattr(call_ends, "mark_done", mark_done_and_cancel)
    job = start_scene_job(ana, work_with_scenes)
    monkeypatch.setattr(service, "FileLock", SimpleNamespace(try_acquire=try_acquire_after_end))
    ordered.set()

    assert wait_until_finished(ana, job)["state"] == "succeeded"
    cancelling.join()
    assert ana.show(job)["state"] == "succeeded"


def test_resuming_a_cancelled_job_makes_the_missing_calls(ana, work_with_scenes, vendors):
    vendors.rule(vendor="runway", kind="submit", takes=60)
    job = begin_scene_job(ana, work_with_scenes, "video-0", "submitted")
    cancel_job(ana, job)

    resumed = resume_job(ana, job)

    assert resumed["cancelRequested"] is False
    assert wait_until_finished(ana, job)["state"] == "succeeded"
    assert [submission["role"] for submission in vendors.counts()] == ["image", "video", "video"]


def test_cancelling_a_job_releases_its_slot_to_other_jobs(
    ana, project, work_with_scenes, vendors, settings
):
    vendors.rule(vendor="runway", kind="submit", takes=60, times=settings.provider_concurrency)
    count = settings.provider_concurrency
    jobs = [start_scene_job(ana, new_work_with_scenes(ana, project, 1)) for _ in range(count)]
    for job in jobs:
        wait_for_call_state(ana, job, "video-0", "submitted")
    last = start_scene_job(ana, work_with_scenes)

    cancel_job(ana, jobs[0])

    assert wait_until_finished(ana, last)["state"] == "succeeded"
