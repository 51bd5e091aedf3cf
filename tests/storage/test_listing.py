"""Lists: always current, without reading what did not change."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from storage.listing import Listed, Listing
from storage.paths import CHANGES
from storage.store import Store
from tests.simultaneous import at_once

SETTLED = 0.06  # seconds after which a file's time is trusted


def summary(user: Any) -> dict[str, Any]:
    return {"updatedAt": user["updatedAt"], "number": user["number"]}


def make(store: Store, *doc_ids: str) -> None:
    for doc_id in doc_ids:
        store.users.create(doc_id, {"updatedAt": 1, "number": 0})


def put(store: Store, doc_id: str, number: int) -> None:
    store.users.change(doc_id, lambda user: user.update(number=number))


def listing(store: Store) -> Listing:
    return store.listing(store.users, summary)


def numbers(listed: Listed) -> dict[str, int]:
    return {entry.id: entry.values["number"] for entry in listed.entries}


def file_of(store: Store, doc_id: str) -> Path:
    return Path(store.users.documents.path(doc_id))


@pytest.fixture
def scans(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each look at a list looks at all files."""
    monkeypatch.setattr("storage.listing._SCAN_SECONDS", 0.0)
    monkeypatch.setattr("storage.listing._SCAN_SHARE", 0)


@pytest.fixture
def no_scans(monkeypatch: pytest.MonkeyPatch) -> None:
    """After the first look at a list only the log tells what changed."""
    monkeypatch.setattr("storage.listing._SCAN_SECONDS", 3600.0)


@pytest.fixture
def fast_switches() -> Iterator[None]:
    """Threads take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def test_of_nothing_is_empty(store: Store) -> None:
    works = store.works("proj_none")

    assert store.listing(works, summary).current().body() == b"[]"
    assert not (store.root / "projects").exists()


def test_the_one_changed_last_comes_first(store: Store) -> None:
    for doc_id, updated in [("b", 2), ("c", 3), ("a", 2)]:
        store.users.create(doc_id, {"updatedAt": updated, "number": updated})

    assert list(numbers(listing(store).current())) == ["c", "a", "b"]


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


@pytest.mark.usefixtures("no_scans")
def test_shows_what_another_store_did_at_once(store: Store, other: Store) -> None:
    theirs = listing(other)
    expected: dict[str, int] = {}
    assert numbers(theirs.current()) == expected

    for turn in range(150):
        doc_id = f"user_{turn % 7}"
        if doc_id not in expected:
            make(store, doc_id)
            expected[doc_id] = 0
        elif turn % 5 == 0:
            store.users.delete(doc_id)
            del expected[doc_id]
        else:
            put(store, doc_id, turn)
            expected[doc_id] = turn

        assert numbers(theirs.current()) == expected


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


def test_what_was_changed_by_hand_shows_after_some_seconds(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.listing._SCAN_SECONDS", 0.3)
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
@pytest.mark.parametrize("bad", [b"", b"{", b"[]", b"{}", b'{"updatedAt": 1}', b"\xff"])
def test_what_is_unreadable_is_left_out_until_it_is_mended(store: Store, bad: bytes) -> None:
    make(store, "a", "b")
    listing(store).current()

    file_of(store, "a").write_bytes(bad)
    assert numbers(listing(store).current()) == {"b": 0}

    file_of(store, "a").write_text('{"updatedAt": 5, "number": 5}')
    assert numbers(listing(store).current()) == {"a": 5, "b": 0}


@pytest.mark.usefixtures("no_scans")
def test_is_right_without_its_log_and_with_a_new_one(store: Store, other: Store) -> None:
    make(store, "a")
    theirs = listing(other)
    for turn in range(1, 20):
        (store.root / "users" / CHANGES).unlink()
        assert numbers(theirs.current()) == {"a": turn - 1}

        put(store, "a", turn)
        assert numbers(theirs.current()) == {"a": turn}


def test_finds_what_it_missed_by_the_removal_of_its_log(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.listing._SCAN_SECONDS", 0.1)
    make(store, "a")
    for turn in range(1, 5):
        listing(store).current()

        (store.root / "users" / CHANGES).unlink()
        put(store, "a", turn)

        time.sleep(0.11)
        assert numbers(listing(store).current()) == {"a": turn}


@pytest.mark.usefixtures("no_scans")
@pytest.mark.parametrize("size", [0, 1, 5])
def test_survives_the_cutting_of_its_log(store: Store, other: Store, size: int) -> None:
    make(store, "ana", "ben")
    theirs = listing(other)
    theirs.current()

    os.truncate(store.root / "users" / CHANGES, size)
    assert numbers(theirs.current()) == {"ana": 0, "ben": 0}
    put(store, "ana", 1)

    assert numbers(theirs.current()) == {"ana": 1, "ben": 0}


@pytest.mark.usefixtures("no_scans")
def test_survives_garbage_in_its_log(store: Store, other: Store) -> None:
    make(store, "ana")
    theirs = listing(other)
    theirs.current()

    with (store.root / "users" / CHANGES).open("ab") as log:
        log.write(b"\xff\xfe\0\0 ../.. ben" + b"x" * 100)
    theirs.current()
    put(store, "ana", 1)

    assert numbers(theirs.current()) == {"ana": 1}


@pytest.mark.usefixtures("no_scans")
def test_reads_a_line_of_the_log_that_was_just_being_written(store: Store, other: Store) -> None:
    make(store, "user_1")
    theirs = listing(other)
    theirs.current()
    file_of(store, "user_1").write_text('{"updatedAt": 5, "number": 5}')
    log = store.root / "users" / CHANGES

    for piece in ("us", "er_", "1\n"):
        theirs.current()
        with log.open("a") as file:
            file.write(piece)

    assert numbers(theirs.current()) == {"user_1": 5}


@pytest.mark.usefixtures("no_scans")
def test_loses_nothing_when_the_log_is_renewed_while_others_write(
    store: Store, other: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.changes._MAX_BYTES", 100)
    writers = [f"user_{number}" for number in range(6)]
    make(store, *writers)
    mine, theirs = listing(store), listing(other)

    def writing(doc_id: str, through: Store, seen_by: Listing) -> Callable[[], None]:
        def write() -> None:
            for turn in range(1, 101):
                put(through, doc_id, turn)
                assert numbers(seen_by.current())[doc_id] == turn

        return write

    at_once([writing(doc_id, store, theirs) for doc_id in writers])

    assert numbers(mine.current()) == numbers(theirs.current()) == dict.fromkeys(writers, 100)
    assert (store.root / "users" / CHANGES).stat().st_size <= 100
    assert not list(store.root.rglob(".tmp-*"))


@pytest.mark.usefixtures("no_scans", "fast_switches")
def test_many_readers_at_once_all_see_what_was_acknowledged(store: Store, other: Store) -> None:
    make(store, *(f"user_{number}" for number in range(200)))
    theirs = listing(other)
    acknowledged, done, stale = [0], Event(), []

    def read() -> None:
        while not done.is_set():
            at_least = acknowledged[0]
            if (seen := numbers(theirs.current())["user_7"]) < at_least:
                stale.append((seen, at_least))

    readers = [Thread(target=read) for _ in range(6)]
    for reader in readers:
        reader.start()
    for turn in range(1, 101):
        put(store, "user_7", turn)
        acknowledged[0] = turn
    done.set()
    for reader in readers:
        reader.join()

    assert stale == []


def test_of_a_deleted_project_is_forgotten(store: Store) -> None:
    store.projects.create("p1", {})
    store.works("p1").create("w1", {"updatedAt": 1, "number": 1})
    before = store.listing(store.works("p1"), summary)
    assert numbers(before.current()) == {"w1": 1}

    store.projects.delete("p1")
    store.forget_project("p1")

    assert numbers(before.current()) == {}
    assert store.listing(store.works("p1"), summary) is not before
