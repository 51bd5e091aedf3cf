"""Users share a process's places fairly, and those who wait are served turn by turn."""

import threading
from collections import Counter
from pathlib import Path

import pytest

from storage.locks import FileLock
from storage.sharing import SharedPlaces, Turns, has_share, in_turns
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


class TestSharedPlaces:
    @pytest.fixture(autouse=True)
    def _keep_locks(self) -> None:
        self.held: list[FileLock | None] = []

    def take(self, places: SharedPlaces, user: str, seconds: float = 0) -> FileLock | None:
        with places.queue("programs", user) as wait:
            self.held.append(wait(seconds))
            return self.held[-1]

    def test_user_leaves_a_place_for_others_in_all_processes(self, tmp_path: Path) -> None:
        processes = [SharedPlaces(tmp_path, 3), SharedPlaces(tmp_path, 3)]

        assert self.take(processes[0], "ana")
        assert self.take(processes[1], "ana")
        assert not self.take(processes[0], "ana")
        assert not self.take(processes[1], "ana")
        assert self.take(processes[1], "ben")
        assert not self.take(processes[0], "ben")

    def test_released_place_is_taken_again(self, tmp_path: Path) -> None:
        places = SharedPlaces(tmp_path, 1)
        first = self.take(places, "ana")
        assert first is not None

        threading.Timer(0.05, first.release).start()

        assert self.take(places, "ben", 30)

    def test_thread_whose_user_has_a_share_already_lets_others_go_first(
        self, tmp_path: Path
    ) -> None:
        places = SharedPlaces(tmp_path, 3)
        assert self.take(places, "ana")
        assert self.take(places, "ana")
        anas = threading.Thread(target=self.take, args=(places, "ana", 30))
        anas.start()
        until(lambda: bool(places._turns["programs"]._users))

        bens = self.take(places, "ben", 30)

        assert bens is not None
        assert anas.is_alive()
        bens.release()
        assert self.take(places, "ben", 30)
        for lock in filter(None, self.held):
            lock.release()
        anas.join(30)

    def test_users_who_wait_are_served_in_turns(self, tmp_path: Path) -> None:
        places, served = SharedPlaces(tmp_path, 1), []
        held = self.take(places, "eve")
        assert held is not None

        def wait(name: str) -> None:
            place = self.take(places, name[0], 30)
            assert place is not None
            served.append(name)
            place.release()

        threads = []
        for name in ("a1", "a2", "a3", "b1", "c1"):
            threads.append(threading.Thread(target=wait, args=(name,)))
            threads[-1].start()
            queues = places._turns["programs"]._users
            until(lambda: sum(map(len, queues.values())) == len(threads))  # noqa: B023 - at once
        held.release()
        for thread in threads:
            thread.join(30)

        assert served == ["a1", "b1", "c1", "a2", "a3"]
