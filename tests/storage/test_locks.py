"""Locks: one at a time changes a document, and the one that is there."""

import fcntl
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from storage.errors import NotFoundError
from storage.files import remove_tree
from storage.locks import lock_document
from storage.store import Store
from tests.simultaneous import at_once


def values(store: Store) -> dict[str, Any]:
    return store.users.snapshot("ana").parse()


def test_threads_count_together(store: Store, other: Store, home: Path) -> None:
    def counting(table: Any) -> Callable[[], None]:
        def count() -> None:
            for _ in range(50):
                table.change("ana", lambda user: user.update(number=user["number"] + 1))

        return count

    at_once([counting(each.users) for each in (store, other) * 4])

    assert values(store)["number"] == 1 + 8 * 50


def test_a_lock_is_of_the_document_that_is_there(store: Store, home: Path) -> None:
    """Who waited for the lock of a deleted document must not take it for its successor's."""
    waiting, got_it, go_on = Event(), Event(), Event()

    def wait() -> None:
        waiting.set()
        with lock_document(home):
            got_it.set()
            go_on.wait(10)

    with lock_document(home):
        waiter = Thread(target=wait)
        waiter.start()
        waiting.wait(10)
        time.sleep(0.05)
        remove_tree(store.disk.mark_deleted(str(home)))
        store.users.create("ana", {"number": 2})
    assert got_it.wait(10)

    with (home / ".lock").open() as lock, pytest.raises(BlockingIOError):
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    go_on.set()
    waiter.join()


def test_who_waits_for_a_document_that_goes_away_does_not_find_it(store: Store, home: Path) -> None:
    found: list[str] = []

    def change() -> None:
        try:
            store.users.change("ana", lambda user: user.update(number=2))
        except NotFoundError:
            found.append("nothing")

    with lock_document(home):
        writer = Thread(target=change)
        writer.start()
        time.sleep(0.05)
        remove_tree(store.disk.mark_deleted(str(home)))
    writer.join()

    assert found == ["nothing"]
    assert not home.exists()
