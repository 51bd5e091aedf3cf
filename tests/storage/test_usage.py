"""What a user stores is measured by one thread at a time, and nobody waits for that in vain."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from storage import usage
from storage.errors import LockedError
from storage.locking.waiting import not_waiting
from storage.store import Store
from storage.usage import Usage
from tests.held_locks import held
from tests.simultaneous import at_once

MB = 1 << 20
LIMIT = 10 * MB


class Measurement:
    """Measurements that take until they are released, and find that nothing is stored."""

    def __init__(self) -> None:
        self.count = 0
        self.has_begun, self._may_end = threading.Event(), threading.Event()

    def __call__(self, *_args: object) -> int:
        self.count += 1
        self.has_begun.set()
        assert self._may_end.wait(30)
        return 0

    @contextmanager
    def running(self, begin: Callable[[], object]) -> Iterator[None]:
        """Let `begin` start a measurement, which ends after the block."""
        thread = threading.Thread(target=begin)
        thread.start()
        try:
            assert self.has_begun.wait(30)
            yield
        finally:
            self._may_end.set()
            thread.join(30)
            self.has_begun, self._may_end = threading.Event(), threading.Event()


@pytest.fixture
def measurement(monkeypatch):
    found = Measurement()
    monkeypatch.setattr(usage, "_measure", found)
    return found


def reserve(store: Store, size: int) -> bool:
    with Usage(store, "ana").reserve(size, LIMIT) as fits:
        return fits


def known_bytes(store: Store) -> int:
    found = Usage(store, "ana")
    with found.reserve(0, LIMIT):
        return found.bytes


def test_what_is_added_while_it_is_measured_counts(store, measurement):
    with measurement.running(lambda: reserve(store, 0)):
        Usage(store, "ana").add(3 * MB)

    assert known_bytes(store) == 3 * MB


def test_nobody_waits_for_a_measurement_that_only_replaces_an_old_one(store, measurement):
    with measurement.running(lambda: reserve(store, 0)):
        pass
    Usage(store, "ana").note_deletion()

    with measurement.running(lambda: reserve(store, 0)):
        assert reserve(store, 3 * MB)
        assert not reserve(store, 9 * MB)

    assert known_bytes(store) == 3 * MB
    assert measurement.count == 2


def test_those_that_wait_for_a_measurement_do_not_repeat_it(store, measurement):
    fitted: list[bool] = []

    def reserve_at_once() -> None:
        fitted.extend(at_once([lambda: reserve(store, MB)] * 8))

    with measurement.running(reserve_at_once):
        pass

    assert fitted == [True] * 8
    assert measurement.count == 1
    assert known_bytes(store) == 8 * MB


def test_user_over_the_limit_is_measured_until_nothing_is_added_meanwhile(store, monkeypatch):
    others = Usage(store, "ana")
    additions = iter([MB, 0])
    counted: list[int] = []

    def measure(*_args: object) -> int:
        counted.append(next(additions))
        others.add(counted[-1])
        return 3 * MB

    monkeypatch.setattr(usage, "_measure", measure)
    ana = Usage(store, "ana")
    while ana.measure_again():
        pass

    assert counted == [MB, 0]
    assert ana.bytes == 3 * MB


def test_reservation_while_another_program_holds_the_lock_fails(store):
    reserve(store, MB)
    with held(store.root / "usage" / "ana"), not_waiting(), pytest.raises(LockedError):
        reserve(store, MB)

    assert known_bytes(store) == MB
