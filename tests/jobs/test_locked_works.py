"""Jobs whose work another program has locked for longer than they wait: they go on afterwards."""

from typing import NoReturn

import pytest

from storage.locking import waiting
from tests.held_locks import held, lock_of
from tests.jobs.helpers import (
    CLIP_REQUEST,
    new_work_with_scenes,
    start_job,
    until,
    wait_for_call_state,
    wait_until_finished,
)

pytestmark = pytest.mark.tuning(job_lock=0.1)


@pytest.fixture
def work(ana, project):
    return new_work_with_scenes(ana, project, 1)


@pytest.fixture
def attempts(monkeypatch):
    """The locks that were waited for in vain."""
    give_up, paths = waiting._give_up, []

    def record(path: str) -> NoReturn:
        paths.append(path)
        give_up(path)

    monkeypatch.setattr(waiting, "_give_up", record)
    return paths


def test_job_goes_on_once_its_work_is_not_locked_any_more(settings, ana, work, vendors, attempts):
    with held(lock_of(settings.data_dir, work)):
        job = start_job(ana, work)
        until(lambda: len(attempts) >= 3)
        assert ana.show(job)["state"] == "running"

    assert wait_until_finished(ana, job)["state"] == "succeeded"
    assert len(vendors.counts()) == 2


def test_job_that_waits_for_a_locked_work_can_be_cancelled(settings, ana, work, vendors, attempts):
    with held(lock_of(settings.data_dir, work)):
        job = start_job(ana, work)
        until(lambda: len(attempts) >= 3)
        assert ana.post(f"{job}/cancel").status_code in (200, 202)

        until(lambda: ana.show(job)["state"] == "cancelled")

    assert vendors.counts() == []


def test_clip_is_downloaded_once_while_its_work_is_locked(settings, ana, work, vendors, attempts):
    vendors.rule(**CLIP_REQUEST, takes=None)
    job = start_job(ana, work)
    wait_for_call_state(ana, job, "video-0", "submitted")
    with held(lock_of(settings.data_dir, work)):
        vendors.release()
        until(lambda: len(attempts) >= 3)

    assert wait_until_finished(ana, job)["state"] == "succeeded"
    assert [each["kind"] for each in vendors.requests()].count("download") == 1
