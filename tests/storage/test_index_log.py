"""Lists that follow the change log: writes of other stores, and a damaged or missing log."""

import os
from collections.abc import Callable

import pytest

from storage.documents.index import Index
from storage.paths import CHANGES
from storage.store import Store
from tests.simultaneous import at_once
from tests.storage.conftest import scan_once
from tests.storage.users import create_users, numbers, set_number, user_file, users_index


@scan_once
def test_list_shows_every_write_of_another_store_at_once(store, second_store):
    index = users_index(second_store)
    expected: dict[str, int] = {}
    assert numbers(index.current()) == expected

    for turn in range(150):
        doc_id = f"user_{turn % 7}"
        if doc_id not in expected:
            create_users(store, doc_id)
            expected[doc_id] = 0
        elif turn % 5 == 0:
            store.users.delete(doc_id)
            del expected[doc_id]
        else:
            set_number(store, doc_id, turn)
            expected[doc_id] = turn

        assert numbers(index.current()) == expected


@scan_once
def test_list_is_correct_while_its_log_is_missing_and_after_it_is_recreated(store, second_store):
    create_users(store, "a")
    index = users_index(second_store)
    for turn in range(1, 20):
        (store.root / "users" / CHANGES).unlink()
        assert numbers(index.current()) == {"a": turn - 1}

        set_number(store, "a", turn)
        assert numbers(index.current()) == {"a": turn}


def test_scan_finds_a_write_that_was_missed_because_the_log_was_removed(store, clock):
    create_users(store, "a")
    for turn in range(1, 5):
        users_index(store).current()

        (store.root / "users" / CHANGES).unlink()
        set_number(store, "a", turn)

        clock.advance(2.1)
        assert numbers(users_index(store).current()) == {"a": turn}


@scan_once
@pytest.mark.parametrize("size", [0, 1, 5])
def test_list_is_correct_after_its_log_is_truncated(store, second_store, size):
    create_users(store, "ana", "ben")
    index = users_index(second_store)
    index.current()

    os.truncate(store.root / "users" / CHANGES, size)
    assert numbers(index.current()) == {"ana": 0, "ben": 0}
    set_number(store, "ana", 1)

    assert numbers(index.current()) == {"ana": 1, "ben": 0}


@scan_once
def test_list_ignores_garbage_in_its_log(store, second_store):
    create_users(store, "ana")
    index = users_index(second_store)
    index.current()

    with (store.root / "users" / CHANGES).open("ab") as log:
        log.write(b"\xff\xfe\0\0 ../.. ben" + b"x" * 100)
    index.current()
    set_number(store, "ana", 1)

    assert numbers(index.current()) == {"ana": 1}


@scan_once
def test_line_that_is_written_in_pieces_is_read_completely(store, second_store):
    create_users(store, "user_1")
    index = users_index(second_store)
    index.current()
    user_file(store, "user_1").write_text('{"updatedAt": 5, "number": 5}')
    log = store.root / "users" / CHANGES

    for piece in ("us", "er_", "1\n"):
        index.current()
        with log.open("a") as file:
            file.write(piece)

    assert numbers(index.current()) == {"user_1": 5}


@scan_once
@pytest.mark.tuning(log_bytes=100)
def test_log_rotation_during_concurrent_writes_loses_no_change(store, second_store):
    doc_ids = [f"user_{number}" for number in range(6)]
    create_users(store, *doc_ids)
    first_index, second_index = users_index(store), users_index(second_store)

    def writer(doc_id: str, writing_store: Store, reading_index: Index) -> Callable[[], None]:
        def write() -> None:
            for turn in range(1, 101):
                set_number(writing_store, doc_id, turn)
                assert numbers(reading_index.current())[doc_id] == turn

        return write

    at_once([writer(doc_id, store, second_index) for doc_id in doc_ids])

    expected = dict.fromkeys(doc_ids, 100)
    assert numbers(first_index.current()) == numbers(second_index.current()) == expected
    assert (store.root / "users" / CHANGES).stat().st_size <= 100
    assert not list(store.root.rglob(".tmp-*"))
