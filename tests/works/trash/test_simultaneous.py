"""A project is deleted at any moment of the creation of a job in it, and restored."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from jobs.creation import create
from jobs.model import JobRef, JobSpec, new_job
from storage.errors import NotFoundError
from storage.paths import WorkRef, jobs_of_work
from tests.works.trash.helpers import TRASH, discard, id_of

_CALLS = ("fsync", "lstat", "mkdir", "open", "rename", "stat")


@contextmanager
def acting_before(number: int, act: Callable[[], object]) -> Iterator[list[int]]:
    """Act before a call of the operating system, counted from 1; yield how many there were."""
    calls = [0]

    def counted(call: Callable[..., Any]) -> Callable[..., Any]:
        def counting(*args: Any, **kwargs: Any) -> Any:
            calls[0] += 1
            if calls[0] == number:
                act()
            return call(*args, **kwargs)

        return counting

    with pytest.MonkeyPatch.context() as patch:
        for name in _CALLS:
            patch.setattr(os, name, counted(getattr(os, name)))
        yield calls


def test_job_is_created_or_not_and_the_project_comes_back_under_its_id(ana, store):
    for number in count(1):
        project = ana.new_project(name=f"Project {number}")
        work = ana.new_work(project)
        ref = JobRef(jobs_of_work(WorkRef(id_of(project), id_of(work))), "job_1")
        spec = JobSpec("scenario", ana.user["id"], {}, [])
        deleted: list[str] = []

        def delete(deleted: list[str] = deleted, project: str = project) -> None:
            deleted.append(discard(ana, project))

        with acting_before(number, delete) as calls, suppress(NotFoundError):
            lock, _ = create(store, ref, new_job(ref, spec), {})
            lock.release()
        if not deleted:
            assert calls[0] < number
            break

        marked = [JobRef(*each) for each in store.queue.jobs()]
        restored = ana.post(f"{TRASH}/{deleted[0]}/restore").json

        assert (restored["documentId"], restored["message"]) == (id_of(project), None), number
        assert ana.get(work).status_code == 200
        is_there = Path(store.root, ref.collection, ref.id, "job.json").is_file()
        assert (ref in marked) <= is_there, number
        store.queue.discard(*ref)
    assert number > 10
