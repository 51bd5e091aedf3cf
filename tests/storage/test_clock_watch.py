"""The clock is not trusted after it has jumped, until it is back, or a day is over."""

import pytest

from storage.clock import DAY_MS
from storage.clock_watch import Reading, is_trusted, jumps
from storage.store import Store

HOUR_MS = 3_600_000
START = 1_800_000_000_000
NOTES = ".places/clock"


class Machine:
    """A machine, whose clock may be ahead, and which looks at it every hour."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.boot, self.uptime, self.time = 1, 5 * DAY_MS, START

    def run(self, hours: float) -> None:
        self.uptime += round(hours * HOUR_MS)
        self.time += round(hours * HOUR_MS)

    def restart(self, hours_off: float) -> None:
        self.boot, self.uptime = self.boot + 1, 60_000
        self.time += round(hours_off * HOUR_MS)

    def trusts(self) -> bool:
        reading = Reading(f"boot {self.boot}", self.uptime, self.time)
        return is_trusted(self.store, DAY_MS / 1000, reading)

    def hours_until_trusted(self) -> int:
        """Return after how many hours the clock is trusted, with a look after each."""
        for hours in range(100):
            if self.trusts():
                return hours
            self.run(1)
        raise AssertionError("never")


@pytest.fixture
def machine(store):
    """A machine whose clock is trusted."""
    machine = Machine(store)
    assert machine.hours_until_trusted() == 24
    return machine


def test_clock_is_not_trusted_while_it_is_ahead_and_again_when_it_is_back(machine):
    machine.time += 30 * DAY_MS
    assert not machine.trusts()
    machine.run(1 / 60)
    assert not machine.trusts()

    machine.time -= 30 * DAY_MS

    assert machine.trusts()
    assert list(jumps(machine.store)) == []


def test_clock_that_stays_ahead_is_believed_after_a_day(machine):
    machine.time += 30 * DAY_MS

    assert machine.hours_until_trusted() == 24


def test_another_jump_begins_a_day_anew(machine):
    machine.time += 30 * DAY_MS
    for _ in range(20):
        assert not machine.trusts()
        machine.run(1)
    machine.time += 2 * HOUR_MS

    assert machine.hours_until_trusted() == 24


@pytest.mark.parametrize(
    ("hours_off", "expected"), [(0.1, 0), (23, 0), (25, 24), (40 * 24, 24)], ids=str
)
def test_machine_that_was_off_for_more_than_a_day_waits_for_a_day(machine, hours_off, expected):
    machine.restart(hours_off)

    assert machine.hours_until_trusted() == expected


def test_machine_that_runs_for_some_hours_now_and_then_is_believed(machine):
    looks = []
    for _ in range(9):
        machine.restart(hours_off=48)
        for _ in range(4):
            looks.append(machine.trusts())
            machine.run(1)

    assert looks.index(True) == 31  # three hours between four looks count


def test_service_that_was_off_or_suspended_while_the_machine_ran_goes_on(machine):
    machine.run(40 * 24)

    assert machine.trusts()


def test_time_in_which_the_service_did_not_run_does_not_count_as_watched(machine):
    machine.time += 30 * DAY_MS
    assert not machine.trusts()
    machine.run(48)

    assert machine.hours_until_trusted() == 22


def test_clock_that_is_set_back_is_trusted_and_has_jumped_when_it_is_right_again(machine):
    machine.time -= 30 * DAY_MS
    assert machine.trusts()
    machine.run(1)
    assert machine.trusts()

    machine.time += 30 * DAY_MS

    assert not machine.trusts()


@pytest.mark.parametrize("off", [-0.9, 0.9])
def test_corrections_of_less_than_an_hour_are_no_jumps(machine, off):
    machine.time += round(off * HOUR_MS)

    assert machine.trusts()


@pytest.mark.parametrize(
    "damage", [b"", b"{", b"[1, 2, 3]", b"[null, null]", b'[["a", 1, 1e999], null, 0]', b"\xff"]
)
def test_damaged_notes_count_as_none(machine, damage):
    (machine.store.root / NOTES).write_bytes(damage)

    assert list(jumps(machine.store)) == []
    assert machine.hours_until_trusted() == 24


def test_rest_of_longer_notes_that_a_crash_has_left_is_ignored(machine):
    path = machine.store.root / NOTES
    path.write_bytes(path.read_bytes() + b"123, 4]]\n")

    assert machine.trusts()


@pytest.mark.tuning(node_join=0)
def test_nodes_watch_their_own_clocks(machine, store, tuning):
    node = Machine(Store(store.root, fsync=False, node="a", tuning=tuning))
    node.time += 30 * DAY_MS

    assert not node.trusts()
    assert machine.trusts()
    assert node.hours_until_trusted() == 24
    node.time += 30 * DAY_MS
    assert not node.trusts()
    assert [path for path, _ in jumps(store)] == [f"{NOTES}@a"]


def test_log_says_that_and_for_how_long_what_has_expired_is_kept(machine, caplog):
    caplog.set_level("INFO", "vidworks")  # applications of tests log errors alone
    machine.time += 30 * DAY_MS
    machine.trusts()
    machine.run(1)
    machine.trusts()

    assert caplog.messages[-1] == (
        "the clock was at 2027-01-16 08:00 UTC, and then at 2027-02-15 09:00 UTC, which is not"
        " explained by how long this machine has run: what has expired is kept until the clock is"
        " set back, or the service has run for 23 hours more"
    )
    machine.time -= 30 * DAY_MS
    machine.trusts()
    assert caplog.messages[-1] == "the clock is trusted again: what has expired is deleted"
