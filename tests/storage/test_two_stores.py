"""Two stores on one data directory: each reads every write of the other at once."""

import multiprocessing
import weakref
from pathlib import Path
from typing import Any

import pytest

from storage.documents.index import Index
from storage.errors import ExistsError, NotFoundError, UnreadableError
from storage.store import Store
from tests.storage.conftest import scan_once


def summarize(document: Any) -> dict[str, Any]:
    return {"id": document["id"], "updatedAt": document["updatedAt"], "name": document["name"]}


def create_project(store: Store, doc_id: str = "p1") -> None:
    store.projects.create(doc_id, {"id": doc_id, "updatedAt": 1, "name": "aaaa"})


def rename(store: Store, name: str) -> None:
    """Change the name of project p1."""
    store.projects.change("p1", lambda document: document.update(name=name))


def test_snapshot_shows_every_write_of_the_other_store_within_a_clock_tick(store, second_store):
    create_project(store)

    for turn in range(1000):
        name = f"{turn:04d}"  # always of the same length
        writer, reader = (store, second_store) if turn % 2 else (second_store, store)
        rename(writer, name)
        assert reader.projects.snapshot("p1").values["name"] == name


def test_list_shows_every_change_creation_and_deletion_of_the_other_store(store, second_store):
    create_project(store)
    first_index, second_index = (
        each.index(each.projects, summarize) for each in (store, second_store)
    )

    for turn in range(200):
        name = f"{turn:04d}"
        rename(store, name)
        assert second_index.current().entries[0].values["name"] == name
    create_project(second_store, "p2")
    assert {entry.id for entry in first_index.current().entries} == {"p1", "p2"}
    store.projects.delete("p1")
    assert {entry.id for entry in second_index.current().entries} == {"p2"}


def test_projects_that_the_other_store_deleted_do_not_stay_in_memory(store, second_store):
    indexes: list[weakref.ref[Index]] = []
    store.projects.create("kept", {"updatedAt": 1})
    kept = second_store.index(second_store.works("kept"), summarize)
    for number in range(250):
        store.projects.create(f"p{number}", {"updatedAt": 1})
        indexes.append(weakref.ref(second_store.index(second_store.works(f"p{number}"), summarize)))
        second_store.derived.get(f"projects/p{number}/works", dict)
        store.projects.delete(f"p{number}")

    assert sum(index() is not None for index in indexes) <= 100
    assert len(second_store.derived.collections()) <= 100
    assert second_store.index(second_store.works("kept"), summarize) is kept


@scan_once
def test_unchanged_list_reads_no_document(store):
    create_project(store)
    index = store.index(store.projects, summarize)
    index.current()
    with open(store.projects.documents.path_of("p1"), "wb") as file:
        file.write(b"not JSON")

    assert index.current().body() == b'[{"id":"p1","updatedAt":1,"name":"aaaa"}]'


@pytest.mark.tuning(log_bytes=64)
def test_log_rotation_loses_no_change_and_limits_the_logs_size(store, second_store):
    create_project(store)
    index = second_store.index(second_store.projects, summarize)

    for turn in range(200):
        name = f"{turn:04d}"
        rename(store, name)
        assert index.current().entries[0].values["name"] == name

    assert (store.root / "projects" / ".changes").stat().st_size <= 64 + 3


def increment(root: Path, times: int) -> None:
    """Count up in project p1; runs in a process of its own."""
    store = Store(root, fsync=False)
    for _ in range(times):
        store.projects.change(
            "p1", lambda document: document.update(updatedAt=document["updatedAt"] + 1)
        )


def test_increments_by_several_processes_are_all_counted(store):
    create_project(store)
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=increment, args=(store.root, 200)) for _ in range(2)]

    for process in processes:
        process.start()
    for process in processes:
        process.join()

    assert store.projects.snapshot("p1").values["updatedAt"] == 401


def test_creating_an_id_that_the_other_store_created_raises_exists(store, second_store):
    create_project(store)

    with pytest.raises(ExistsError):
        create_project(second_store)


@pytest.mark.parametrize("project_id", ["..", "a/b", "", ".lock", "a" * 65, "\0", "é", "٣"])
def test_invalid_project_id_raises_not_found(store, project_id):
    with pytest.raises(NotFoundError):
        store.projects.snapshot(project_id)
    with pytest.raises(NotFoundError):
        store.works(project_id)


@pytest.mark.parametrize("contents", [b"", b"{", b"[]", b"\xff\xfe"])
def test_unreadable_document_raises_unreadable_and_can_be_deleted(store, contents):
    create_project(store)
    Path(store.projects.documents.path_of("p1")).write_bytes(contents)

    with pytest.raises(UnreadableError):
        store.projects.snapshot("p1").parse()

    store.projects.delete("p1")
    with pytest.raises(NotFoundError):
        store.projects.snapshot("p1")


def test_cache_of_a_store_never_exceeds_its_limit(tmp_path):
    store = Store(tmp_path / "data", fsync=False, cache_bytes=50_000)
    for number in range(20):
        store.projects.create(f"p{number}", {"text": "x" * 1000})

    for number in range(20):
        store.projects.snapshot(f"p{number}")

    cached = store.projects.documents._cache._entries.values()
    assert 40_000 < sum(snapshot.memory() for snapshot in cached) <= 50_000
