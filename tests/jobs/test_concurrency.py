"""Tasks of a job run in several threads, of which users have shares."""

import threading
from collections.abc import Callable

import pytest

from jobs.concurrency import run_concurrently
from storage.locking.fair_places import LocalPlaces, current_user


def threads_of(count: int, limit: int, places: LocalPlaces | None = None) -> set[str]:
    """Run so many tasks, which wait for each other if they have threads; return their threads."""
    threads: set[str] = set()
    others = threading.Barrier(min(count, limit))

    def task() -> None:
        threads.add(threading.current_thread().name + str(threading.get_ident()))
        try:
            others.wait(5 if places is None else 0.2)
        except threading.BrokenBarrierError:
            assert places is not None

    run_concurrently([task] * count, limit, places)
    return threads


@pytest.mark.parametrize(
    ("count", "limit", "threads"), [(3, 3, 3), (8, 4, 4), (2, 8, 2), (4, 1, 1)]
)
def test_tasks_run_in_as_many_threads_as_they_may(count: int, limit: int, threads: int) -> None:
    assert len(threads_of(count, limit)) == threads


def test_further_threads_are_those_of_which_the_user_has_a_share() -> None:
    current_user.set("ana")
    places = LocalPlaces(4)
    assert len(threads_of(9, 9, places)) == 4  # this one, and three quarters of the places
    for _ in range(3):
        places.try_take("ana")

    assert len(threads_of(3, 3, places)) == 1
    current_user.set("ben")
    assert len(threads_of(3, 3, places)) == 2

    assert places.users == ["ana"] * 3


def test_first_error_is_raised_and_no_task_is_started_after_it() -> None:
    started: list[int] = []

    def task(number: int) -> Callable[[], None]:
        def run() -> None:
            started.append(number)
            raise KeyError(number)

        return run

    with pytest.raises(KeyError, match="0"):
        run_concurrently([task(number) for number in range(5)], 1)

    assert started == [0]


def test_tasks_run_although_no_thread_can_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", fail)
    places = LocalPlaces(4)
    done: list[int] = []

    run_concurrently([lambda: done.append(1)] * 3, 3, places)

    assert done == [1] * 3
    assert places.users == []
