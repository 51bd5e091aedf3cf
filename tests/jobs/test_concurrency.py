"""Tasks of a job run in several threads, of which users have shares."""

import threading
import time
from collections.abc import Callable

import pytest

from jobs.concurrency import OtherFailedError, check_others, run_concurrently
from storage.locking.permits import LocalPermits, current_user


def check_threads(
    expected: int, count: int, limit: int, permits: LocalPermits | None = None
) -> None:
    """Run so many tasks, each of which waits until as many run as there are to be threads."""
    threads: set[int] = set()
    others = threading.Barrier(expected)

    def task() -> None:
        threads.add(threading.get_ident())
        others.wait(60)  # it fails if there are fewer threads
        time.sleep(0.01)  # if there are more, each gets a task

    run_concurrently([task] * count, limit, permits)
    assert len(threads) == expected


@pytest.mark.parametrize(
    ("count", "limit", "threads"), [(3, 3, 3), (8, 4, 4), (2, 8, 2), (4, 1, 1)]
)
def test_tasks_run_in_as_many_threads_as_they_may(count, limit, threads):
    check_threads(threads, count, limit)


def test_further_threads_are_those_of_which_the_user_has_a_share():
    current_user.set("ana")
    permits = LocalPermits(4)
    check_threads(4, 8, 8, permits)  # this one, and three quarters of the permits
    for _ in range(3):
        permits.try_take("ana")

    check_threads(1, 4, 4, permits)
    current_user.set("ben")
    check_threads(2, 4, 4, permits)

    assert permits.users == ["ana"] * 3


def test_first_error_is_raised_and_no_task_is_started_after_it():
    started: list[int] = []

    def task(number: int) -> Callable[[], None]:
        def run() -> None:
            started.append(number)
            raise KeyError(number)

        return run

    with pytest.raises(KeyError, match="0"):
        run_concurrently([task(number) for number in range(5)], 1)

    assert started == [0]


def test_tasks_that_run_can_find_that_another_one_has_failed():
    both = threading.Barrier(2)
    stopped: list[str] = []

    def fail() -> None:
        both.wait(60)
        raise KeyError

    def go_on() -> None:
        both.wait(60)
        deadline = time.monotonic() + 60
        try:
            while time.monotonic() < deadline:
                check_others()
                time.sleep(0.01)
        except OtherFailedError:
            stopped.append("go_on")
            raise

    check_others()
    for tasks in ([fail, go_on], [go_on, fail]):
        with pytest.raises(KeyError):
            run_concurrently(tasks, 2)
    check_others()
    assert stopped == ["go_on", "go_on"]


def test_tasks_run_although_no_thread_can_be_started(monkeypatch):
    def fail(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", fail)
    permits = LocalPermits(4)
    done: list[int] = []

    run_concurrently([lambda: done.append(1)] * 3, 3, permits)

    assert done == [1] * 3
    assert permits.users == []
