"""Users share permits fairly, and those who wait are served turn by turn."""

import threading

import pytest

from storage.locking.locks import FileLock
from storage.locking.permits import (
    LocalPermits,
    Permits,
    SharedPermits,
    Turns,
    WaitingThreads,
    has_share,
)
from tests.jobs.helpers import until


def number_of(threads: WaitingThreads) -> int:
    """Return how many threads wait."""
    return sum(1 for _ in threads._turns)


@pytest.mark.parametrize("permits", [1, 2, 3, 4, 16, 32, 200])
def test_users_who_take_all_they_can_leave_a_place_for_others(permits):
    shared = LocalPermits(permits)
    for user in ("ana", "ben", "eve"):
        while shared.try_take(user):
            pass
    of_ana = shared.users.count("ana")

    assert len(shared.users) <= permits
    assert of_ana == max(1, permits * 3 // 4)
    if permits >= 4:
        assert has_share(["ana"] * of_ana, "ben", permits)
    if permits >= 32:
        assert shared.has_share("dan")


def test_place_that_is_given_back_is_free_again():
    permits = LocalPermits(1)
    assert permits.try_take("ana")
    assert not permits.try_take("ben")

    permits.give_back("ana")

    assert permits.try_take("ben")


def test_items_are_taken_in_turns_of_their_users():
    turns = Turns((item[0], item) for item in ("a1", "a2", "a3", "b1", "c1", "c2"))

    assert list(turns) == ["a1", "b1", "c1", "a2", "c2", "a3"]


def test_user_who_is_served_comes_last():
    turns = Turns((item[0], item) for item in ("a1", "a2", "b1"))

    turns.leave("a", "a1", served=True)
    turns.join("c", "c1")

    assert list(turns) == ["b1", "a2", "c1"]


def test_waiting_threads_are_served_turn_by_turn():
    waiting, served, free = WaitingThreads(), [], threading.Semaphore(0)

    def wait(user: str, name: str) -> None:
        with waiting.join(user) as is_turn:
            while not (is_turn(0.01) and free.acquire(blocking=False)):
                pass
            served.append(name)

    threads = []
    for name in ("a1", "a2", "a3", "b1", "c1"):
        threads.append(threading.Thread(target=wait, args=(name[0], name)))
        threads[-1].start()
        until(lambda: number_of(waiting) == len(threads))
    for count in range(1, 6):
        free.release()
        waiting.wake()
        until(lambda: len(served) == count)  # noqa: B023 - called at once
    for thread in threads:
        thread.join(30)

    assert served == ["a1", "b1", "c1", "a2", "a3"]


def test_thread_that_gives_up_does_not_lose_its_users_turn():
    waiting = WaitingThreads()
    with waiting.join("ana") as is_anas_turn:
        with pytest.raises(KeyError), waiting.join("ben"):
            raise KeyError
        assert is_anas_turn(0)

    assert number_of(waiting) == 0


class TestSharedPermits:
    @pytest.fixture(autouse=True)
    def _keep_locks(self):
        self.held: list[FileLock | None] = []

    def take(self, permits: SharedPermits, user: str, seconds: float = 0) -> FileLock | None:
        with permits.queue("programs", user) as wait:
            self.held.append(wait(seconds))
            return self.held[-1]

    def test_user_leaves_a_place_for_others_in_all_processes(self, tmp_path):
        processes = [SharedPermits(tmp_path, 3), SharedPermits(tmp_path, 3)]

        assert self.take(processes[0], "ana")
        assert self.take(processes[1], "ana")
        assert not self.take(processes[0], "ana")
        assert not self.take(processes[1], "ana")
        assert self.take(processes[1], "ben")
        assert not self.take(processes[0], "ben")

    def test_released_place_is_taken_again(self, tmp_path):
        permits = SharedPermits(tmp_path, 1)
        first = self.take(permits, "ana")
        assert first is not None

        threading.Timer(0.05, first.release).start()

        assert self.take(permits, "ben", 30)

    def test_thread_whose_user_has_a_share_already_lets_others_go_first(self, tmp_path):
        permits = SharedPermits(tmp_path, 3)
        assert self.take(permits, "ana")
        assert self.take(permits, "ana")
        anas = threading.Thread(target=self.take, args=(permits, "ana", 30))
        anas.start()
        until(lambda: number_of(permits.waiting("programs")) == 1)

        bens = self.take(permits, "ben", 30)

        assert bens is not None
        assert anas.is_alive()
        bens.release()
        assert self.take(permits, "ben", 30)
        for lock in filter(None, self.held):
            lock.release()
        anas.join(30)

    def test_users_who_wait_are_served_in_turns(self, tmp_path):
        permits, served = SharedPermits(tmp_path, 1), []
        held = self.take(permits, "eve")
        assert held is not None

        def wait(name: str) -> None:
            permit = self.take(permits, name[0], 30)
            assert permit is not None
            served.append(name)
            permit.release()

        threads = []
        for name in ("a1", "a2", "a3", "b1", "c1"):
            threads.append(threading.Thread(target=wait, args=(name,)))
            threads[-1].start()
            until(lambda: number_of(permits.waiting("programs")) == len(threads))
        held.release()
        for thread in threads:
            thread.join(30)

        assert served == ["a1", "b1", "c1", "a2", "a3"]


class TestPermits:
    """A permit stays taken for others while its last holder is active, even if its process died."""

    @pytest.fixture
    def active(self):
        return set()

    @pytest.fixture
    def permits(self, tmp_path, active):
        return Permits(tmp_path, 2, active.__contains__)

    def test_as_many_holders_as_places_at_once(self, permits):
        locks = [permits.try_take("runway", name) for name in ("a", "b", "c")]
        assert [lock is not None for lock in locks] == [True, True, False]
        assert permits.try_take("dalle", "c") is not None

        assert locks[0] is not None
        locks[0].release()

        assert permits.try_take("runway", "c") is not None

    def test_place_of_an_active_holder_is_kept_for_it(self, permits, active):
        active.update({"a", "long holder"})
        for name in ("a", "long holder"):  # as if the process had died
            lock = permits.try_take("runway", name)
            assert lock is not None
            lock.release()

        assert permits.try_take("runway", "c") is None
        held = permits.try_take("runway", "long holder")
        assert held is not None
        assert permits.try_take("runway", "c") is None

        active.remove("a")
        taken = permits.try_take("runway", "c")
        assert taken is not None
        assert permits.try_take("runway", "a") is None
