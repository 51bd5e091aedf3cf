"""Lists and the log of changes that they follow."""

import os
import time
from collections.abc import Callable

import pytest

from storage.index import Index
from storage.paths import CHANGES
from storage.store import Store
from tests.simultaneous import at_once
from tests.storage.numbered import file_of, listing, make, numbers, put


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
    monkeypatch.setattr("storage.index._SCAN_SECONDS", 0.1)
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
    monkeypatch.setattr("storage.index._MAX_BYTES", 100)
    writers = [f"user_{number}" for number in range(6)]
    make(store, *writers)
    mine, theirs = listing(store), listing(other)

    def writing(doc_id: str, through: Store, seen_by: Index) -> Callable[[], None]:
        def write() -> None:
            for turn in range(1, 101):
                put(through, doc_id, turn)
                assert numbers(seen_by.current())[doc_id] == turn

        return write

    at_once([writing(doc_id, store, theirs) for doc_id in writers])

    assert numbers(mine.current()) == numbers(theirs.current()) == dict.fromkeys(writers, 100)
    assert (store.root / "users" / CHANGES).stat().st_size <= 100
    assert not list(store.root.rglob(".tmp-*"))
