"""Jobs of a work that is deleted and restored."""

from collections.abc import Callable

import pytest
from flask import Flask

from storage.locking.locks import FileLock
from storage.paths import RUNNING
from storage.store import Store
from tests.jobs.helpers import (
    CLIP_REQUEST,
    count_paid,
    resume_job,
    start_scene_job,
    wait_for_call_state,
    wait_for_thread,
    wait_until_finished,
)
from tests.people import Person
from tests.vendors import Vendors


def restore(person: Person, trash_id: str) -> None:
    assert person.post(f"/api/trash/{trash_id}/restore").status_code == 200


@pytest.mark.parametrize("what", ["work", "project"])
def test_job_of_a_restored_work_waits_until_it_is_resumed_and_pays_nothing_twice(
    ana: Person, project: str, work_with_scenes: str, vendors: Vendors, what: str
) -> None:
    vendors.rule(**CLIP_REQUEST, takes=None)
    job = start_scene_job(ana, work_with_scenes)
    wait_for_call_state(ana, job, "video-0", "submitted")
    deleted = ana.delete({"work": work_with_scenes, "project": project}[what])
    wait_for_thread(job)

    restore(ana, deleted.headers["X-Deleted"])

    found = ana.show(job)
    assert (found["state"], found["reason"][:30]) == (
        "interrupted",
        "It was deleted while this job ",
    )
    assert [each["state"] for each in ana.show("/api/jobs?all=1")] == ["interrupted"]
    vendors.release()
    resume_job(ana, job)
    assert wait_until_finished(ana, job)["state"] == "succeeded"
    assert count_paid(vendors, CLIP_REQUEST) == 1


def test_job_whose_run_has_not_noticed_goes_on(
    app: Flask,
    second_app: Callable[..., Flask],
    ana: Person,
    work_with_scenes: str,
    vendors: Vendors,
) -> None:
    vendors.rule(**CLIP_REQUEST, takes=None)
    store: Store = app.extensions["services"].store
    job = start_scene_job(ana, work_with_scenes)
    wait_for_call_state(ana, job, "video-0", "submitted")
    trash_id = ana.delete(work_with_scenes).headers["X-Deleted"]
    wait_for_thread(job)
    [running] = (store.root / "trash" / trash_id).glob("works/*/jobs/*")

    with FileLock.acquire(running, RUNNING):  # as its run would
        restore(ana, trash_id)

        assert ana.show(job)["state"] in {"running", "waiting"}
        collection, _, job_id = job.removeprefix("/api/").rpartition("/")
        assert store.queue.has(collection, job_id)
    vendors.release()
    second_app()  # it takes the job from the queue
    assert wait_until_finished(ana, job)["state"] == "succeeded"
    assert count_paid(vendors, CLIP_REQUEST) == 1
