"""One process of each node looks for jobs that have lost their process."""

import os
from dataclasses import replace
from threading import Event

import pytest

from jobs.worker import JobWorker
from settings.config import Settings
from tests.applications import create_app
from tests.jobs.helpers import until
from web.context import Services


def worker(settings: Settings) -> JobWorker:
    """Return the worker of another process."""
    services: Services = create_app(settings).extensions["services"]
    return services.jobs.worker


def test_one_of_two_processes_looks(settings):
    first, second = worker(settings), worker(settings)

    assert [first._may_look(), second._may_look(), first._may_look()] == [True, False, True]


def test_process_without_room_for_more_jobs_lets_another_one_look(settings):
    first, second = worker(settings), worker(settings)
    assert first._may_look()
    first._is_full = True

    assert [first._may_look(), second._may_look(), first._may_look()] == [False, True, False]


@pytest.mark.tuning(node_join=0.0)
def test_one_process_of_each_node_looks(settings):
    workers = [worker(replace(settings, node=name)) for name in ("a", "b")]

    assert [each._may_look() for each in workers] == [True, True]


def test_jobs_of_a_user_continue_in_the_order_in_which_they_were_queued(settings, monkeypatch):
    reader, ids = worker(settings), [f"job_{number}" for number in (3, 1, 4, 0, 5, 2)]
    for second, job_id in enumerate(ids):
        reader._store.queue.add("users/ana/jobs", job_id)
        marker = settings.data_dir / "queue" / f"users.ana.jobs.{job_id}"
        os.utime(marker, (second, second))
    continued: list[str] = []
    monkeypatch.setattr(reader, "_continue", lambda ref: continued.append(ref.id))

    reader._continue_all()

    assert continued == ids


@pytest.mark.tuning(first_pruning=0.2)
def test_queue_is_read_while_old_jobs_are_being_deleted(settings, monkeypatch):
    began, release = Event(), Event()

    def prune(*_arguments: object) -> None:
        began.set()
        release.wait(60)

    monkeypatch.setattr("expiry.prune_user_jobs", prune)
    monkeypatch.setattr("jobs.worker.CREATION_SECONDS", -1)
    reader = worker(settings)
    reader.start()
    assert began.wait(60)

    reader._store.queue.add("users/ana/jobs", "j")  # of a job that is gone: it is removed

    assert until(lambda: not reader._store.queue.jobs())
    reader.stopping.set()
    release.set()
