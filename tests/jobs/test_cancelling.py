"""Cancelling a job, in each of its phases; what is done stays."""

from threading import Thread
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from config import Settings
from jobs import paid_calls, service
from jobs.run import JobRun
from storage.locks import FileLock
from tests.jobs import following
from tests.jobs.following import ended, once, resume, start, states, until
from tests.people import Person
from tests.simultaneous import at_once
from tests.vendors import Vendors


def cancel(person: Person, job: str) -> dict[str, Any]:
    """Cancel a job; returns it once it is so."""
    answer = person.post(f"{job}/cancel")
    assert answer.status_code == 200, answer.text
    assert answer.json["cancelRequested"]
    found = ended(person, job)
    assert (found["state"], found["reason"]) == ("cancelled", None)
    return found


def scene(person: Person, work: str) -> str:
    return start(person, work, "scene", sceneIndex=0)


def test_where_nobody_works_on_it(app: Flask, ana: Person, film: str, vendors: Vendors) -> None:
    runner = app.extensions["services"].jobs.worker
    runner.stop(0)  # as a process does that ends
    job = scene(ana, film)
    until(lambda: not runner._running)

    found = cancel(ana, job)

    assert set(states(found).values()) == {"cancelled"}
    assert vendors.requests() == []


def test_while_it_waits_for_its_turn(
    ana: Person, project: str, vendors: Vendors, settings: Settings
) -> None:
    vendors.rule(vendor="runway", kind="submit", takes=20, times=None)
    busy = following.film(ana, project, settings.provider_concurrency)
    first = start(ana, busy)
    once(ana, first, lambda job: list(states(job).values()).count("submitted") == 4)
    job = scene(ana, following.film(ana, project, 1))
    once(ana, job, lambda job: states(job)["video-0"] == "waiting")

    found = cancel(ana, job)

    assert states(found) == {"image-0": "done", "video-0": "cancelled"}
    assert len(vendors.tasks()) == 4


def test_while_it_waits_for_a_busy_vendor(ana: Person, film: str, vendors: Vendors) -> None:
    vendors.rule(vendor="openai", status=429, retry_after=60)
    job = scene(ana, film)
    once(ana, job, lambda job: job["state"] == "waiting")

    found = cancel(ana, job)

    assert set(states(found).values()) == {"cancelled"}
    until(lambda: ana.show(film)["generatedScenes"] == [{"sceneIndex": 0, "status": "pending"}])


def test_while_a_task_is_waited_for_has_the_vendor_stop(
    ana: Person, film: str, vendors: Vendors
) -> None:
    vendors.rule(vendor="runway", kind="submit", takes=20)
    job = scene(ana, film)
    once(ana, job, lambda job: states(job)["video-0"] == "submitted")

    found = cancel(ana, job)

    assert states(found) == {"image-0": "done", "video-0": "cancelled"}
    assert [task["state"] for task in vendors.tasks()] == ["cancelled"]
    until(lambda: ana.show(film)["generatedScenes"][0]["status"] == "image_ready")


def test_with_several_tasks_has_the_vendor_stop_all_of_them(
    ana: Person, film: str, vendors: Vendors
) -> None:
    vendors.rule(vendor="runway", kind="submit", takes=20, times=None)
    job = start(ana, film)
    once(ana, job, lambda job: list(states(job).values()).count("submitted") == 3)

    cancel(ana, job)

    assert [task["state"] for task in vendors.tasks()] == ["cancelled"] * 3


def test_where_the_vendor_does_not_listen(ana: Person, film: str, vendors: Vendors) -> None:
    vendors.rule(vendor="runway", kind="submit", takes=20)
    vendors.rule(vendor="runway", kind="cancel", status=400)
    job = scene(ana, film)
    once(ana, job, lambda job: states(job)["video-0"] == "submitted")

    cancel(ana, job)


def test_during_a_submission_keeps_what_is_answered(
    ana: Person, film: str, vendors: Vendors
) -> None:
    vendors.rule(vendor="openai", slow=0.3)
    job = scene(ana, film)
    once(ana, job, lambda job: states(job)["image-0"] == "submitting")

    found = cancel(ana, job)

    assert states(found) == {"image-0": "done", "video-0": "cancelled"}
    assert ana.get(f"{film}/media/scene/0/image").status_code == 200
    assert [submission["role"] for submission in vendors.counts()] == ["image"]


def test_during_the_submission_of_a_task_keeps_its_id_and_has_the_vendor_stop(
    ana: Person, film: str, vendors: Vendors
) -> None:
    vendors.rule(vendor="runway", kind="submit", slow=0.3, takes=20)
    job = scene(ana, film)
    once(ana, job, lambda job: states(job)["video-0"] == "submitting")

    found = cancel(ana, job)

    assert [task["state"] for task in vendors.tasks()] == ["cancelled"]
    assert found["calls"][1]["taskId"] == vendors.tasks()[0]["id"]


def test_tells_whoever_waits_for_it(ana: Person, app: Flask, film: str, vendors: Vendors) -> None:
    vendors.rule(vendor="runway", kind="submit", takes=20)
    other = Person(app.test_client(), ana.token, ana.user)

    def cancel_it() -> Any:
        jobs = until(lambda: other.show(f"{film}/jobs"))
        return other.post(f"{film}/jobs/{jobs[0]['id']}/cancel")

    def wait_for_it() -> Any:
        return ana.post(f"{film}/generate/scene/0", headers=following.MODELS)

    answer, cancelled = at_once([wait_for_it, cancel_it])

    assert cancelled.status_code == 200
    assert answer.status_code == 409
    assert answer.json["error"] == "The job was cancelled"


@pytest.mark.parametrize("refused", [False, True])
def test_a_finished_job_is_409(ana: Person, film: str, vendors: Vendors, refused: bool) -> None:
    if refused:
        vendors.rule(vendor="openai", refuse=True)
    job = scene(ana, film)
    before = ended(ana, job)

    answer = ana.post(f"{job}/cancel")

    assert answer.status_code == 409
    assert answer.json["error"] == "The job is finished"
    assert ana.show(job)["state"] == before["state"]


def test_twice_is_as_good_as_once(ana: Person, film: str, vendors: Vendors) -> None:
    vendors.rule(vendor="openai", slow=0.3)
    job = scene(ana, film)
    once(ana, job, lambda job: states(job)["image-0"] == "submitting")

    assert [ana.post(f"{job}/cancel").status_code for _ in range(2)] == [200, 200]
    assert ended(ana, job)["state"] == "cancelled"


def test_too_late_leaves_the_job_as_it_ended(
    ana: Person, app: Flask, film: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is asked for after the last answer, and looked at after the end of the job."""
    done, take = paid_calls.mark_done, FileLock.try_acquire
    other = Person(app.test_client(), ana.token, ana.user)
    job, cancelling = "", Thread(target=lambda: other.post(f"{job}/cancel"))

    def done_when_cancelled(run: JobRun, call_id: str, *given: Any) -> None:
        done(run, call_id, *given)
        if call_id == "video-0":
            cancelling.start()
            until(lambda: run.job["cancelRequested"])

    def take_when_ended(*given: Any) -> FileLock | None:
        until(lambda: not app.extensions["services"].jobs.worker._running)
        return take(*given)

    monkeypatch.setattr(paid_calls, "mark_done", done_when_cancelled)
    job = scene(ana, film)
    monkeypatch.setattr(service, "FileLock", SimpleNamespace(try_acquire=take_when_ended))

    assert ended(ana, job)["state"] == "succeeded"
    cancelling.join()
    assert ana.show(job)["state"] == "succeeded"


def test_and_resuming_makes_what_is_missing(ana: Person, film: str, vendors: Vendors) -> None:
    vendors.rule(vendor="runway", kind="submit", takes=20)
    job = scene(ana, film)
    once(ana, job, lambda job: states(job)["video-0"] == "submitted")
    cancel(ana, job)

    resumed = resume(ana, job)

    assert resumed["cancelRequested"] is False
    assert ended(ana, job)["state"] == "succeeded"
    assert [submission["role"] for submission in vendors.counts()] == ["image", "video", "video"]


def test_does_not_hold_up_other_jobs(
    ana: Person, project: str, film: str, vendors: Vendors, settings: Settings
) -> None:
    vendors.rule(vendor="runway", kind="submit", takes=20, times=settings.provider_concurrency)
    jobs = [scene(ana, following.film(ana, project, 1)) for _ in range(4)]
    for job in jobs:
        once(ana, job, lambda job: states(job)["video-0"] == "submitted")
    last = scene(ana, film)

    cancel(ana, jobs[0])

    assert ended(ana, last)["state"] == "succeeded"
