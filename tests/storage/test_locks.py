"""Document locks: changes are made one at a time, and only to the document that exists now."""

import fcntl
import os
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Thread
from typing import Any

import pytest

from storage.documents import tables
from storage.documents.tables import DocumentTable
from storage.errors import NotFoundError
from storage.files.trees import remove_tree
from storage.locking.locks import FileLock, lock_document, read_locked
from tests.simultaneous import at_once


@pytest.fixture
def lock_requested(monkeypatch):
    """An event that is set when a thread has opened a lock file and is about to lock it."""
    requested = Event()
    flock = fcntl.flock

    def observed_flock(descriptor: int, operation: int) -> None:
        requested.set()
        flock(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", observed_flock)
    return requested


def test_concurrent_increments_through_two_stores_are_all_counted(
    store, second_store, user_directory
):
    def counter(table: DocumentTable) -> Callable[[], None]:
        def count() -> None:
            for _ in range(50):
                table.change("ana", lambda user: user.update(number=user["number"] + 1))

        return count

    at_once([counter(each.users) for each in (store, second_store) * 4])

    assert store.users.snapshot("ana").values["number"] == 1 + 8 * 50


def test_waiting_for_a_deleted_document_locks_the_one_that_replaced_it(
    store, user_directory, lock_requested
):
    acquired, release = Event(), Event()

    def hold_lock() -> None:
        with lock_document(user_directory):
            acquired.set()
            release.wait(30)

    with lock_document(user_directory):
        lock_requested.clear()
        waiter = Thread(target=hold_lock)
        waiter.start()
        assert lock_requested.wait(30)
        remove_tree(store.disk.mark_deleted(str(user_directory)))
        store.users.create("ana", {"number": 2})
    assert acquired.wait(30)

    with (user_directory / ".lock").open() as lock, pytest.raises(BlockingIOError):
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    release.set()
    waiter.join()


def test_change_that_waits_for_a_document_that_is_deleted_raises_not_found(
    store, user_directory, lock_requested
):
    errors: list[NotFoundError] = []

    def change() -> None:
        try:
            store.users.change("ana", lambda user: user.update(number=2))
        except NotFoundError as exc:
            errors.append(exc)

    with lock_document(user_directory):
        lock_requested.clear()
        writer = Thread(target=change)
        writer.start()
        assert lock_requested.wait(30)
        remove_tree(store.disk.mark_deleted(str(user_directory)))
    writer.join()

    assert len(errors) == 1
    assert not user_directory.exists()


def test_lock_whose_client_was_restarted_can_be_released(tmp_path):
    """Closing it fails with EBADF then, as it does here, where it is closed already."""
    lock = FileLock.acquire(tmp_path, "lock", 1)
    os.close(lock.descriptor)

    lock.release()


def test_lock_that_was_released_does_not_close_another_file(tmp_path):
    lock = FileLock.acquire(tmp_path, "lock", 1)
    lock.release()
    descriptor = os.open(tmp_path, os.O_RDONLY)  # gets the same number

    lock.release()
    del lock

    os.close(descriptor)


def test_lock_that_nothing_refers_to_is_released(tmp_path):
    def fail_with_a_lock() -> None:
        _lock = FileLock.acquire(tmp_path, "lock", 1)
        raise NotFoundError("a document")

    with pytest.raises(NotFoundError):
        fail_with_a_lock()

    with FileLock.acquire(tmp_path, "lock", 1):
        assert FileLock.try_acquire(tmp_path, "lock") is None
    assert FileLock.try_acquire(tmp_path, "lock") is not None


def test_save_ends_although_its_project_is_replaced_meanwhile(store, monkeypatch):
    """It is a save of the project before; a line in the log of the new one does no harm."""
    project = {"userId": "ana", "updatedAt": 1, "createdAt": 1}
    work = {"updatedAt": 1, "createdAt": 1}
    store.projects.create("p", project)
    works = store.works("p")
    works.create("slow", work)
    monkeypatch.setattr(tables, "remove_tree", lambda _path: None)  # it takes long

    def replace_project(changed: dict[str, Any]) -> None:
        with store.projects.stage(project) as staged:
            store.projects.add_directory("p", staged, replace=True)
        at_once([lambda: works.create("other", work)])  # a thread with an open log of the new one
        changed["number"] = 1

    saver = Thread(target=lambda: works.change("slow", replace_project), daemon=True)
    saver.start()
    saver.join(60)

    assert not saver.is_alive()
    assert list(works.documents) == ["other"]
    log = store.root / "projects" / "p" / "works" / ".changes"
    assert log.read_text().split() in (["other"], ["other", "slow"])


def test_what_is_read_while_the_first_change_begins_is_read_again(tmp_path):
    document = tmp_path / "users" / "ana"
    document.mkdir(parents=True)
    found: list[str] = []

    def read() -> list[str]:
        found.append("first" if not found else "second")
        with suppress(FileExistsError):
            (document / ".lock").touch(exist_ok=False)  # as whoever changes it for the first time
        return found[-1:]

    assert read_locked(document, read) == ["second"]


def test_what_is_read_without_a_lock_makes_none(tmp_path):
    document = tmp_path / "users" / "ana"
    document.mkdir(parents=True)

    assert read_locked(document, lambda: 1) == 1
    assert list(document.iterdir()) == []
    with pytest.raises(NotFoundError):
        read_locked(document.with_name("ben"), lambda: 1)
