"""The thread pool runs tasks in threads, whose number can change at any time."""

import threading
from concurrent.futures import Future
from typing import Any

import pytest

from tests.jobs.helpers import until
from web.server.thread_pool import ThreadPool


class Tasks:
    """Tasks that wait to be released."""

    def __init__(self, pool: ThreadPool) -> None:
        self._pool = pool
        self._released = threading.Event()
        self.started = 0
        self._lock = threading.Lock()

    def submit(self, count: int) -> list[Future[Any]]:
        return [self._pool.submit(self._run) for _ in range(count)]

    def release(self) -> None:
        self._released.set()

    def _run(self) -> None:
        with self._lock:
            self.started += 1
        self._released.wait(30)


def threads() -> int:
    """Return how many threads of pools there are."""
    return sum(each.name == "request" for each in threading.enumerate())


def test_result_and_exception_are_in_the_future():
    pool = ThreadPool(1)
    assert pool.submit(divmod, 7, 2).result(30) == (3, 1)
    with pytest.raises(ZeroDivisionError):
        pool.submit(divmod, 7, 0).result(30)


def test_pool_of_a_size_runs_as_many_tasks_at_once():
    before = threads()
    pool = ThreadPool(3)
    tasks = Tasks(pool)
    tasks.submit(5)
    until(lambda: tasks.started == 3)

    assert threads() - before == 3

    tasks.release()
    until(lambda: tasks.started == 5)


@pytest.mark.parametrize("backlog", [0, 50])
def test_growing_pool_runs_more_tasks_even_after_a_backlog(backlog):
    pool = ThreadPool(2)
    for each in [pool.submit(int) for _ in range(backlog)]:
        each.result(30)
    tasks = Tasks(pool)
    tasks.submit(6)
    until(lambda: tasks.started == 2)

    pool.resize(4)

    until(lambda: tasks.started == 6)
    tasks.release()


def test_shrinking_pool_ends_threads_after_their_tasks():
    before = threads()
    pool = ThreadPool(1)
    pool.resize(9)
    tasks = Tasks(pool)
    futures = tasks.submit(10)
    until(lambda: tasks.started == 10)

    pool.resize(-9)
    assert threads() - before == 10
    tasks.release()

    for each in futures:
        each.result(30)
    until(lambda: threads() - before == 1)
    assert pool.submit(abs, -1).result(30) == 1


def test_growing_by_several_starts_threads_for_all_that_waits():
    pool = ThreadPool(1)
    tasks = Tasks(pool)
    tasks.submit(4)

    pool.resize(3)

    until(lambda: tasks.started == 4)
    tasks.release()
