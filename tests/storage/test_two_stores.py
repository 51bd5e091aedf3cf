"""Two processes on one directory see each other's writes, always."""

import multiprocessing
from pathlib import Path
from typing import Any

import pytest

from storage.errors import ExistsError, NotFoundError, UnreadableError
from storage.store import Store


def by_time(document: Any) -> dict[str, Any]:
    return {"id": document["id"], "updatedAt": document["updatedAt"], "name": document["name"]}


def make(store: Store, doc_id: str = "p1") -> None:
    store.projects.create(doc_id, {"id": doc_id, "updatedAt": 1, "name": "aaaa"})


def rename(store: Store, name: str) -> None:
    store.projects.change("p1", lambda document: document.update(name=name))


def test_a_write_is_read_at_once_also_within_a_clock_tick(store: Store, other: Store) -> None:
    make(store)

    for turn in range(3000):
        name = f"{turn:04d}"  # always as long as before
        writer, reader = (store, other) if turn % 2 else (other, store)
        rename(writer, name)
        assert reader.projects.snapshot("p1").values["name"] == name


def test_a_list_shows_every_write_at_once(store: Store, other: Store) -> None:
    make(store)
    mine, theirs = (each.index(each.projects, by_time) for each in (store, other))

    for turn in range(500):
        name = f"{turn:04d}"
        rename(store, name)
        assert theirs.current().entries[0].values["name"] == name
    make(other, "p2")
    assert {entry.id for entry in mine.current().entries} == {"p1", "p2"}
    store.projects.delete("p1")
    assert {entry.id for entry in theirs.current().entries} == {"p2"}


def test_an_unchanged_list_reads_no_document(store: Store) -> None:
    make(store)
    listing = store.index(store.projects, by_time)
    listing.current()
    with open(store.projects.documents.path_of("p1"), "wb") as file:
        file.write(b"what a reader would stumble over")

    assert listing.current().body() == b'[{"id":"p1","updatedAt":1,"name":"aaaa"}]'


def test_a_long_log_is_renewed_and_nothing_missed(
    store: Store, other: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.index._MAX_BYTES", 64)
    make(store)
    listing = other.index(other.projects, by_time)

    for turn in range(200):
        name = f"{turn:04d}"
        rename(store, name)
        assert listing.current().entries[0].values["name"] == name

    assert (store.root / "projects" / ".changes").stat().st_size <= 64 + 3


def _increment(root: Path, times: int) -> None:
    store = Store(root, fsync=False)
    for _ in range(times):
        store.projects.change(
            "p1", lambda document: document.update(updatedAt=document["updatedAt"] + 1)
        )


def test_locked_increments_are_all_counted(store: Store) -> None:
    make(store)
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_increment, args=(store.root, 100)) for _ in range(4)]

    for process in processes:
        process.start()
    for process in processes:
        process.join()

    assert store.projects.snapshot("p1").values["updatedAt"] == 401


def test_of_two_creators_one_wins(store: Store, other: Store) -> None:
    make(store)

    with pytest.raises(ExistsError):
        make(other)


@pytest.mark.parametrize("bad", ["..", "a/b", "", ".lock", "a" * 65, "\0", "é", "٣"])
def test_what_is_no_id_is_not_found(store: Store, bad: str) -> None:
    with pytest.raises(NotFoundError):
        store.projects.snapshot(bad)
    with pytest.raises(NotFoundError):
        store.works(bad)


@pytest.mark.parametrize("garbage", [b"", b"{", b"[]", b"\xff\xfe"])
def test_an_unreadable_document_says_so_and_can_be_deleted(store: Store, garbage: bytes) -> None:
    make(store)
    Path(store.projects.documents.path_of("p1")).write_bytes(garbage)

    with pytest.raises(UnreadableError):
        store.projects.snapshot("p1").parse()

    store.projects.delete("p1")
    with pytest.raises(NotFoundError):
        store.projects.snapshot("p1")


def test_the_cache_is_bounded(tmp_path: Path) -> None:
    store = Store(tmp_path / "data", fsync=False, cache_bytes=50_000)
    for number in range(20):
        store.projects.create(f"p{number}", {"text": "x" * 1000})

    for number in range(20):
        store.projects.snapshot(f"p{number}")

    kept = store.projects.documents._cache._entries.values()
    assert 40_000 < sum(snapshot.memory() for snapshot in kept) <= 50_000
