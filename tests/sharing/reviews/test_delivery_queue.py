"""The notices of users that wait to be sent: which are sent at once, and which wait."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sharing.reviews.delivery_queue import DeliveryQueue
from storage.locking.permits import LocalPermits
from tests.jobs.helpers import until


class Receivers:
    """Receivers of notices named `<user>/<number>`; those of users in `hanging` do not answer."""

    def __init__(self, *hanging: str) -> None:
        self.asked: list[str] = []
        self.refused: set[str] = set()  # once
        self.most_at_once = 0
        self.released = threading.Event()  # they answer from now on
        self._hanging = hanging
        self._open: set[str] = set()
        self._lock = threading.Lock()

    def attempt(self, notice_ids: Sequence[str]) -> Iterator[tuple[str, float | None]]:
        for each in notice_ids:
            with self._lock:
                self.asked.append(each)
                self._open.add(each)
                self.most_at_once = max(self.most_at_once, len(self._open))
            if each.split("/")[0] in self._hanging:
                self.released.wait()
            with self._lock:
                self._open.remove(each)
            is_refused = each in self.refused
            self.refused.discard(each)
            yield each, 0.01 if is_refused else None

    @contextmanager
    def queue(self, permits: int) -> Iterator[DeliveryQueue]:
        stopping = threading.Event()
        try:
            yield DeliveryQueue(self.attempt, LocalPermits(permits), stopping)
        finally:
            stopping.set()
            self.released.set()


def notices(user: str, *numbers: int) -> list[tuple[str, str]]:
    return [(user, f"{user}/{number}") for number in numbers]


def test_user_whose_receiver_hangs_takes_one_place():
    receivers = Receivers("ana")
    with receivers.queue(permits=4) as queue:
        queue.add(notices("ana", 1, 2, 3))
        queue.add(notices("ana", 4))
        assert until(lambda: receivers.asked == ["ana/1"])

        queue.add(notices("ben", 1, 2))

        assert until(lambda: receivers.asked == ["ana/1", "ben/1", "ben/2"])


def test_there_are_no_more_requests_at_once_than_permits():
    hanging = [f"user_{number}" for number in range(9)]
    receivers = Receivers(*hanging)
    with receivers.queue(permits=4) as queue:
        for user in hanging:
            queue.add(notices(user, 1))

        assert until(lambda: len(receivers.asked) >= 4)
        receivers.released.set()

        assert until(lambda: len(receivers.asked) == 9)
        assert receivers.most_at_once == 4


def test_what_is_refused_waits_while_later_ones_are_sent():
    receivers = Receivers()
    receivers.refused = {"ana/1"}
    with receivers.queue(permits=4) as queue:
        queue.add(notices("ana", 1, 2, 3))

        assert until(lambda: receivers.asked == ["ana/1", "ana/2", "ana/3", "ana/1"])


def test_one_that_waits_is_not_added_twice():
    receivers = Receivers("ana")
    with receivers.queue(permits=4) as queue:
        queue.add(notices("ana", 1))
        assert until(lambda: receivers.asked == ["ana/1"])

        queue.add(notices("ana", 1))
        queue.add(notices("ben", 1))

        assert until(lambda: receivers.asked == ["ana/1", "ben/1"])
