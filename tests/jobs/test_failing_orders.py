"""The disk fails at any step of an order: either there is a job, or nothing of it."""

import errno
import os
import threading
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest

from storage.documents.documents import DocumentReader
from storage.errors import NotFoundError, UnavailableError
from storage.store import Store
from tests.jobs.helpers import MODEL_HEADERS, start_job, wait_until_finished
from tests.people import Person
from tests.storage.steps import failing_at


@pytest.fixture
def eve(user_with):
    """A user with a daily limit, of a service that writes durably."""
    return user_with(fsync=True, daily_calls=1000)


@pytest.fixture
def store(eve):
    opened: Store = eve.client.application.extensions["services"].store
    return opened


@pytest.fixture
def work(eve):
    return eve.new_work(eve.new_project())


def answers_failing_at_each_step(post: Callable[[], Any]) -> list[Any]:
    """Return the answers to a request that is sent until no step of it fails."""
    answers = []
    for step in count(1):
        with failing_at(step, OSError(errno.EIO, os.strerror(errno.EIO))) as steps:
            answers.append(post())
        if steps.taken < step:
            return answers
    raise AssertionError("unreachable")


def reserved(store: Store, user: Person) -> Any:
    """Return the calls that are reserved for a user's jobs."""
    try:
        return store.budgets.snapshot(user.user["id"]).values["reserved"]
    except NotFoundError:
        return {}


def test_order_that_is_not_acknowledged_starts_and_pays_nothing(eve, store, work, vendors):
    answers = answers_failing_at_each_step(
        lambda: eve.post(f"{work}/jobs", json={"kind": "scenario"}, headers=MODEL_HEADERS)
    )

    accepted = [answer.headers["Location"] for answer in answers if answer.status_code == 202]
    assert {answer.status_code for answer in answers} == {202, 503}
    assert 3 <= len(accepted) < len(answers) - 5
    assert all(answer.json["id"] for answer in answers if answer.status_code == 202)
    jobs = [wait_until_finished(eve, job) for job in accepted]
    assert {job["state"] for job in jobs} == {"succeeded"}
    assert {f"{work}/jobs/{job['id']}" for job in eve.show(f"{work}/jobs")} == {*accepted}
    assert len(vendors.counts()) == len(accepted)
    assert store.budgets.snapshot(eve.user["id"]).values["calls"] == len(accepted)
    assert not {*reserved(store, eve)} & {job.removeprefix("/api/") for job in accepted}


def test_job_is_resumed_or_stays_as_it_was(eve, store, work, vendors):
    vendors.rule(vendor="claude", refuse=True, times=None)
    job = start_job(eve, work, "scenario")
    assert wait_until_finished(eve, job)["state"] == "failed"
    resumed = 0
    for step in count(1):
        with failing_at(step, OSError(errno.EIO, os.strerror(errno.EIO))) as steps:
            status = eve.post(f"{job}/resume").status_code
        resumed += status == 202
        if status != 202:
            assert (status, eve.show(job)["state"]) == (503, "failed")
        assert wait_until_finished(eve, job)["attempts"] == 1 + resumed
        if steps.taken < step:
            break

    assert resumed >= 2  # with a step that failed after the job was resumed, and without any
    assert reserved(store, eve) == {}


def test_request_that_waits_for_a_job_that_cannot_be_read_is_told_which_one_goes_on(
    eve, work, vendors, monkeypatch
):
    values, thread = DocumentReader.values, threading.get_ident()

    def fail_here(reader: DocumentReader) -> Any:
        if threading.get_ident() == thread:
            raise UnavailableError("the mount is gone")
        return values(reader)

    monkeypatch.setattr(DocumentReader, "values", fail_here)

    answer = eve.post(f"{work}/scenario", headers=MODEL_HEADERS)

    monkeypatch.undo()
    assert (answer.status_code, answer.json["error"]) == (504, "The job cannot be read now")
    assert wait_until_finished(eve, answer.json["details"]["job"])["state"] == "succeeded"
    assert len(vendors.counts()) == 1
