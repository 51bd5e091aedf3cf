"""Users share a process's places fairly, and those who wait are served turn by turn."""

import threading
from collections import Counter

import pytest

from jobs.sharing import Turns, has_share, in_turns
from tests.jobs.helpers import until


@pytest.mark.parametrize("places", [1, 2, 3, 4, 16, 32, 200])
def test_users_who_take_all_they_can_leave_a_place_for_others(places: int) -> None:
    taken: Counter[str] = Counter()
    for user in ("ana", "ben", "eve"):
        while has_share(taken, user, places):
            taken[user] += 1

    assert taken.total() <= places
    assert taken["ana"] == max(1, places * 3 // 4)
    if places >= 4:
        assert has_share(Counter(ana=taken["ana"]), "ben", places)
    if places >= 32:
        assert has_share(taken, "dan", places)


def test_items_are_taken_in_turns_of_their_users() -> None:
    items = ["a1", "a2", "a3", "b1", "c1", "c2"]

    assert list(in_turns(items, lambda item: item[0])) == ["a1", "b1", "c1", "a2", "c2", "a3"]


def test_waiting_threads_are_served_turn_by_turn() -> None:
    turns, served, free = Turns(), [], threading.Semaphore(0)

    def wait(user: str, name: str) -> None:
        with turns.waiting(user) as is_turn:
            while not (is_turn(0.01) and free.acquire(blocking=False)):
                pass
            served.append(name)

    threads = []
    for name in ("a1", "a2", "a3", "b1", "c1"):
        threads.append(threading.Thread(target=wait, args=(name[0], name)))
        threads[-1].start()
        until(lambda: sum(map(len, turns._users.values())) == len(threads))
    for count in range(1, 6):
        free.release()
        turns.notify()
        until(lambda: len(served) == count)  # noqa: B023 - called at once
    for thread in threads:
        thread.join(30)

    assert served == ["a1", "b1", "c1", "a2", "a3"]


def test_thread_that_gives_up_does_not_lose_its_users_turn() -> None:
    turns = Turns()
    with turns.waiting("ana") as is_anas_turn:
        with pytest.raises(KeyError), turns.waiting("ben"):
            raise KeyError
        assert is_anas_turn(0)

    assert not turns._users
