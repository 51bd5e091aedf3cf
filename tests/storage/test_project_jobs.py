"""Jobs of works, assets and templates share a change log, in the project's directory."""

import os
from collections.abc import Mapping
from typing import Any

import pytest

from storage.documents import journal
from storage.documents.index import Index
from storage.paths import CHANGES, WorkRef
from storage.store import Store
from tests.storage.conftest import scan_always, scan_once

Entries = dict[str, int]


def number_of(job: Mapping[str, Any]) -> dict[str, Any]:
    return {"updatedAt": job["updatedAt"], "number": job["number"]}


def index_of(store: Store) -> Index:
    return store.project_jobs("p1", number_of)


def numbers(index: Index) -> Entries:
    return {entry.id: entry.values["number"] for entry in index.current().entries}


@pytest.fixture
def jobs(store):
    """The store, with one job in each of two works."""
    store.projects.create("p1", {})
    for work_id in ("w1", "w2"):
        store.works("p1").create(work_id, {"updatedAt": 1})
        text = "x" * journal.MIN_DOCUMENT_BYTES
        store.work_jobs(WorkRef("p1", work_id)).create(
            "j1", {"updatedAt": 1, "number": 0, "text": text}
        )
    return store


@scan_once
def test_change_of_a_job_is_seen_at_once_by_another_store(jobs, second_store):
    index = index_of(second_store)
    assert numbers(index) == {"w1/j1": 0, "w2/j1": 0}

    jobs.work_jobs(WorkRef("p1", "w2")).change("j1", lambda job: job.update(number=1), step=True)
    assert os.path.exists(
        journal.path_of(jobs.work_jobs(WorkRef("p1", "w2")).documents.path_of("j1"))
    )
    assert numbers(index) == {"w1/j1": 0, "w2/j1": 1}

    jobs.work_jobs(WorkRef("p1", "w1")).delete("j1")
    assert numbers(index) == {"w2/j1": 1}


@scan_always
def test_scan_finds_a_step_that_is_not_in_the_log(jobs):
    index = index_of(jobs)
    numbers(index)

    jobs.work_jobs(WorkRef("p1", "w1")).change("j1", lambda job: job.update(number=1), step=True)
    (jobs.root / "projects" / "p1" / CHANGES).unlink()

    assert numbers(index) == {"w1/j1": 1, "w2/j1": 0}


@scan_once
def test_assets_and_templates_share_the_log_and_have_lists_of_their_own(jobs, second_store):
    tables = (second_store.assets("p1"), second_store.templates("p1"))
    indexes = [index_of(second_store), *(second_store.index(each, number_of) for each in tables)]
    for index in indexes:
        numbers(index)

    jobs.work_jobs(WorkRef("p1", "w1")).change("j1", lambda job: job.update(number=1))
    jobs.assets("p1").create("x1", {"updatedAt": 1, "number": 2})
    jobs.templates("p1").create("x1", {"updatedAt": 1, "number": 3})

    assert [numbers(index) for index in indexes] == [{"w1/j1": 1, "w2/j1": 0}, {"x1": 2}, {"x1": 3}]
    assert {index.change_log.position()[""].inode for index in indexes} == {
        os.stat(jobs.root / "projects" / "p1" / CHANGES).st_ino
    }
