"""Threads wait for locks one after the other, and not for ever."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from storage.errors import LockedError
from storage.locking import waiting
from storage.locking.locks import FileLock, lock_document
from storage.store import Store
from tests.held_locks import held
from tests.jobs.helpers import until
from tests.simultaneous import at_once
from tests.storage.users import set_number


@pytest.fixture(autouse=True)
def configured(monkeypatch):
    """Let threads wait for a moment; returns the names of those that did or do."""
    waited: list[str] = []

    @contextmanager
    def wait() -> Iterator[waiting.MayWait]:
        waited.append(threading.current_thread().name)
        yield waiting.within(0.1)

    monkeypatch.setattr(waiting, "_waiting", [wait])
    return waited


def test_change_of_a_document_that_is_locked_for_long_changes_nothing(store, user_directory):
    with held(user_directory / ".lock"):
        with pytest.raises(LockedError):
            set_number(store, "ana", 2)
        with pytest.raises(LockedError):
            store.users.delete("ana")

    assert store.users.snapshot("ana").values["number"] == 1
    set_number(store, "ana", 3)


def test_free_lock_is_acquired_without_waiting(store, user_directory, configured):
    set_number(store, "ana", 2)

    assert configured == []
    assert not waiting.is_awaited(str(user_directory))


def test_threads_get_a_lock_in_the_order_in_which_they_came(user_directory, monkeypatch):
    monkeypatch.setattr(waiting, "_waiting", [waiting._wait_patiently])
    order: list[int] = []

    def change(number: int) -> None:
        with lock_document(user_directory):
            order.append(number)

    threads = [threading.Thread(target=change, args=(number,)) for number in range(8)]
    with lock_document(user_directory):
        for number, thread in enumerate(threads, 1):
            thread.start()
            until(lambda: len(waiting._lines.get(str(user_directory), ())) == number)  # noqa: B023 - called at once
    for thread in threads:
        thread.join(30)

    assert order == list(range(8))


def test_thread_that_gives_up_makes_place_for_the_next(user_directory, configured):
    def fail() -> None:
        with pytest.raises(LockedError), lock_document(user_directory):
            pass

    with held(user_directory / ".lock"):
        at_once([fail] * 8)

    assert len(configured) == 8
    assert not waiting.is_awaited(str(user_directory))


def test_free_lock_is_acquired_after_the_process_stood_still_for_longer_than_it_may_wait(
    monkeypatch,
):
    monkeypatch.setattr(waiting, "_brief", [0.0])

    waiting.wait("a lock", lambda: True, seconds=0.0)

    assert not waiting.is_awaited("a lock")


def test_thread_that_must_not_wait_fails_at_once(user_directory, configured):
    with (
        held(user_directory / ".lock"),
        waiting.not_waiting(),
        pytest.raises(LockedError),
        lock_document(user_directory),
    ):
        pass

    assert configured == []
    with lock_document(user_directory):
        pass


@pytest.mark.parametrize("failure", [LockedError("too many wait"), KeyboardInterrupt()])
def test_lock_can_be_acquired_after_waiting_was_refused(user_directory, monkeypatch, failure):
    def refuse() -> None:
        raise failure

    monkeypatch.setattr(waiting, "_waiting", [refuse])
    with (
        held(user_directory / ".lock"),
        pytest.raises(type(failure)),
        lock_document(user_directory),
    ):
        pass

    with lock_document(user_directory):
        pass


@pytest.mark.parametrize(
    "use",
    [lambda root: Store(root, fsync=False), lambda root: FileLock.acquire(root, ".lock", 0.1)],
    ids=["store", "lock with a limit of its own"],
)
def test_other_locks_are_not_waited_for_without_an_end(tmp_path, use):
    with held(tmp_path / ".lock"), pytest.raises(LockedError):
        use(tmp_path)
