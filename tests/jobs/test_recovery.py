"""Jobs that the queue has lost: whether a job is unfinished is what its document says."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from jobs import lost_jobs, worker
from jobs.job_states import mark_finished
from jobs.lost_jobs import restore_markers
from jobs.model import JobRef, JobSpec, new_job
from storage.documents.snapshots import Snapshot, read_current
from storage.errors import UnavailableError
from storage.paths import WorkRef, jobs_of_user, jobs_of_work
from storage.store import Store
from tests.jobs.helpers import CLIP_REQUEST, begin_scene_job, start_job, until, wait_until_finished

SecondApp = Callable[[], Flask]


def directory_of(store: Store, job: str) -> Path:
    return store.root / job.removeprefix("/api/")


@pytest.fixture
def waiting_job(app, ana, work_with_scenes, monkeypatch):
    """A job that waits in the queue for a process with room for it."""
    with monkeypatch.context() as patch:
        patch.setattr(app.extensions["services"].jobs.worker, "has_capacity", lambda _user: False)
        return start_job(ana, work_with_scenes, "scenario")


def test_unfinished_jobs_without_a_marker_get_one(store, ana, work):
    project_id, work_id = work.split("/")[3::2]
    collections = jobs_of_user(ana.user["id"]), jobs_of_work(WorkRef(project_id, work_id))
    for collection in collections:
        for job_id in ("unfinished", "finished", "damaged"):
            job = new_job(JobRef(collection, job_id), JobSpec("scenario", "u", {}, []))
            if job_id == "finished":
                mark_finished(job, "succeeded")
            store.collection(collection).create(job_id, job)
        (store.root / collection / "damaged" / "job.json").write_text("{}")
        (store.root / collection / "not an id").mkdir()

    restore_markers(store)

    assert {*store.queue.jobs()} == {(collection, "unfinished") for collection in collections}


def test_job_that_cannot_be_read_does_not_keep_others_from_their_marker(store, ana, monkeypatch):
    collection = jobs_of_user(ana.user["id"])
    for job_id in ("first", "second"):
        job = new_job(JobRef(collection, job_id), JobSpec("scenario", "u", {}, []))
        store.collection(collection).create(job_id, job)

    def read(path: str) -> Snapshot:
        if "first" in path:
            raise UnavailableError("Input/output error")
        return read_current(path)

    monkeypatch.setattr(lost_jobs, "read_current", read)

    restore_markers(store)

    assert store.queue.jobs() == [(collection, "second")]


def test_job_that_the_queue_has_lost_goes_on(store, ana, waiting_job, second_app):
    for marked in store.queue.jobs():
        store.queue.discard(*marked)

    second_app()

    assert wait_until_finished(ana, waiting_job)["state"] == "succeeded"


@pytest.mark.tuning(queue_retry=0.2)
def test_job_whose_document_cannot_be_found_for_a_moment_goes_on(
    store, ana, waiting_job, second_app, monkeypatch
):
    monkeypatch.setattr(worker, "CREATION_SECONDS", -1)
    document = directory_of(store, waiting_job) / "job.json"
    os.rename(document, document.with_name("hidden"))
    second = second_app().extensions["services"].jobs.worker
    until(lambda: second._retry_after)

    os.rename(document.with_name("hidden"), document)

    assert wait_until_finished(ana, waiting_job)["state"] == "succeeded"


def test_job_whose_user_is_gone_can_be_cancelled(store, ana, work_with_scenes, vendors):
    vendors.rule(**CLIP_REQUEST, takes=60)
    job = begin_scene_job(ana, work_with_scenes, "video-0", "submitted")
    document = store.root / "users" / ana.user["id"] / "user.json"
    table, job_id = (
        store.collection(job.removeprefix("/api/").rpartition("/")[0]),
        job.rpartition("/")[2],
    )
    os.rename(document, document.with_name("hidden"))

    table.change(job_id, lambda each: each.update(cancelRequested=True))

    path = directory_of(store, job) / "job.json"
    until(lambda: json.loads(path.read_text())["state"] == "cancelled")
