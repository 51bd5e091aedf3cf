"""Lists: always current, without reading what did not change."""

import os
import time
from threading import Thread

import pytest

from storage.index import Entry, Listing
from storage.store import Store
from tests.storage.numbered import file_of, listing, make, numbers, put, summary

SETTLED = 0.06  # seconds after which a file's time is trusted


def test_of_nothing_is_empty(store: Store) -> None:
    works = store.works("proj_none")

    assert store.index(works, summary).current().body() == b"[]"
    assert not (store.root / "projects").exists()


def test_the_one_changed_last_comes_first(store: Store) -> None:
    for doc_id, updated in [("b", 2), ("c", 3), ("a", 2)]:
        store.users.create(doc_id, {"updatedAt": updated, "number": updated})

    assert list(numbers(listing(store).current())) == ["c", "a", "b"]


def test_of_those_changed_at_once_the_newest_comes_first_then_by_id(store: Store) -> None:
    for doc_id, created in [("b", 1), ("d", 3), ("a", 2), ("c", 2)]:
        times = {"updatedAt": 5, "createdAt": created}
        store.users.create(doc_id, {**times, "number": 0})

    assert list(numbers(listing(store).current())) == ["d", "a", "c", "b"]


def test_the_body_is_made_once_for_each_key(store: Store) -> None:
    make(store, "a", "b")
    listed = listing(store).current()
    put(store, "b", 7)
    changed = listing(store).current()

    whole = b'[{"updatedAt":1,"number":0},\n{"updatedAt":1,"number":7}]'
    assert changed.body() == whole
    assert changed.body("odd", lambda user: user["number"] % 2 == 1) == whole[:1] + whole[29:]
    assert changed.body() is changed.body()
    assert listed.body() != whole


@pytest.mark.usefixtures("scans")
def test_a_look_at_all_files_reads_none_that_did_not_change(store: Store) -> None:
    make(store, "a", "b")
    time.sleep(SETTLED)
    before = numbers(listing(store).current())
    for doc_id in ("a", "b"):  # what a reader would stumble over, as old and as long as before
        path = file_of(store, doc_id)
        was = path.stat()
        with path.open("r+b") as file:
            file.write(b"x" * was.st_size)
        os.utime(path, ns=(was.st_atime_ns, was.st_mtime_ns))

    for _ in range(3):
        assert numbers(listing(store).current()) == before


@pytest.mark.usefixtures("scans")
def test_what_was_changed_by_hand_shows(store: Store) -> None:
    make(store, "a", "b", "c")
    listing(store).current()

    file_of(store, "a").write_text('{"updatedAt": 5, "number": 5}')
    file_of(store, "b").unlink()
    (store.root / "users" / "d").mkdir()
    file_of(store, "d").write_text('{"updatedAt": 6, "number": 6}')

    assert numbers(listing(store).current()) == {"d": 6, "a": 5, "c": 0}


@pytest.mark.usefixtures("scans", "slow_file_clock")
def test_what_was_changed_by_hand_within_a_tick_of_the_files_clock_shows(store: Store) -> None:
    make(store, "a")
    path = file_of(store, "a")
    for number in range(1, 9):
        listing(store).current()

        was = path.stat().st_mtime_ns
        path.write_text(path.read_text().replace(str(number - 1), str(number)))
        os.utime(path, ns=(was, was))

        assert numbers(listing(store).current()) == {"a": number}


def test_what_was_changed_by_hand_shows_after_some_seconds(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.index._SCAN_SECONDS", 0.3)
    make(store, "a")
    listing(store).current()
    file_of(store, "a").write_text('{"updatedAt": 5, "number": 5}')
    soon = numbers(listing(store).current())

    deadline = time.monotonic() + 5
    while numbers(listing(store).current()) != {"a": 5}:
        assert time.monotonic() < deadline
        time.sleep(0.01)

    assert soon == {"a": 0}


@pytest.mark.usefixtures("scans")
@pytest.mark.parametrize(
    "bad",
    [
        *(b"", b"{", b"[]", b"{}", b"\xff", b'{"updatedAt": 1}'),
        *(b'{"updatedAt": "yesterday", "number": 1}', b'{"updatedAt": null, "number": 1}'),
        b'{"updatedAt": 1, "number": 1, "createdAt": "yesterday"}',
    ],
)
def test_what_is_unreadable_is_left_out_until_it_is_mended(store: Store, bad: bytes) -> None:
    make(store, "a", "b")
    listing(store).current()

    file_of(store, "a").write_bytes(bad)
    assert numbers(listing(store).current()) == {"b": 0}

    file_of(store, "a").write_text('{"updatedAt": 5, "number": 5}')
    assert numbers(listing(store).current()) == {"a": 5, "b": 0}


@pytest.mark.usefixtures("no_scans")
def test_who_looks_while_another_makes_it_anew_waits_for_that(
    store: Store, other: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(store, "a")
    theirs = listing(other)
    theirs.current()
    seen: list[dict[str, int]] = []
    second = Thread(target=lambda: seen.append(numbers(theirs.current())))

    class Slow(Listing):
        def __init__(self, entries: list[Entry]) -> None:
            second.start()
            second.join(0.1)
            super().__init__(entries)

    put(store, "a", 1)
    monkeypatch.setattr("storage.index.Listing", Slow)
    first = numbers(theirs.current())
    second.join()

    assert seen == [first] == [{"a": 1}]


def test_of_a_deleted_project_is_forgotten(store: Store) -> None:
    store.projects.create("p1", {})
    store.works("p1").create("w1", {"updatedAt": 1, "number": 1})
    before = store.index(store.works("p1"), summary)
    assert numbers(before.current()) == {"w1": 1}

    store.projects.delete("p1")
    store.evict_project("p1")

    assert numbers(before.current()) == {}
    assert store.index(store.works("p1"), summary) is not before
