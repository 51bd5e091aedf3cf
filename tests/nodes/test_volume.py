"""The helper itself: what one mount writes is there at the other, and locks exclude each other."""

import fcntl
import os
import time
from pathlib import Path

import pytest

from storage.shared.nodes import network_file_system
from tests.jobs.helpers import until
from tests.nodes.volume import LOCK_SECONDS


def is_locked(path: Path) -> bool:
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


def test_what_one_mount_replaces_the_other_reads_at_once(mounts):
    for turn in range(20):
        mounts.a.path.joinpath("new").write_text(str(turn))
        os.replace(mounts.a.path / "new", mounts.a.path / "file")

        assert mounts.b.path.joinpath("file").read_text() == str(turn)


def test_mounted_volume_is_a_network_file_system(mounts, tmp_path):
    assert network_file_system(mounts.a.path) == "fuse.juicefs"
    assert network_file_system(tmp_path) is None


def test_reading_costs_few_round_trips(mounts):
    mounts.a.path.joinpath("read").write_text("text")

    def costs_few() -> bool:
        before = mounts.volume.round_trips()
        mounts.b.path.joinpath("read").read_text()
        return 1 <= mounts.volume.round_trips() - before < 20

    until(costs_few)  # others are for the heartbeats of mounts


@pytest.mark.thorough
def test_locks_of_a_frozen_mount_lapse(mounts):
    with mounts.a.path.joinpath("lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert is_locked(mounts.b.path / "lock")
        mounts.a.freeze()
        try:
            deadline = time.monotonic() + 2 * LOCK_SECONDS
            while is_locked(mounts.b.path / "lock"):
                assert time.monotonic() < deadline
                time.sleep(0.2)
        finally:
            mounts.a.thaw()
