"""The change log of a collection, which tells lists what to read again."""

import errno
import os

import pytest

from settings.tuning import Tuning
from storage.documents.change_log import ChangeLog, LogPosition, Position
from storage.errors import NotFoundError
from storage.files.durable_files import Disk
from storage.paths import CHANGES
from storage.shared.nodes import Nodes


@pytest.fixture
def log(tmp_path):
    return ChangeLog(str(tmp_path), Nodes(tmp_path, Disk()))


def cut(position: Position, size: int) -> Position:
    """Return a position in the same log, after so many bytes."""
    return {"": LogPosition(position[""].inode, size)}


def test_since_returns_the_ids_between_two_positions(log):
    log.append(["work_a"])
    start = log.position()
    log.append(["work_b", "work_c"])

    assert log.since(start, log.position()) == {"work_b", "work_c"}


def test_since_a_position_within_a_line_includes_that_line(log):
    """While a line is being written, the file may show any part of it."""
    for number in range(100):
        log.append([f"work_{number:02}"])
    end = log.position()

    for missing in range(1, 8):
        assert log.since(cut(end, end[""].size - missing), end) == {"work_99"}


def test_since_a_position_within_the_first_line_includes_that_line(log):
    log.append(["work_a"])
    end = log.position()

    assert log.since(cut(end, 3), end) == {"work_a"}


def test_since_returns_none_if_the_log_was_replaced(log, tmp_path):
    log.append(["work_a"])
    start = log.position()
    (tmp_path / CHANGES).rename(tmp_path / "renamed")
    log.append(["work_b"])

    assert log.since(start, log.position()) is None


def test_log_is_rotated_when_it_reaches_its_maximum_size(log, tmp_path):
    log.append(["work_a"] * 80_000)
    start = log.position()
    log.append(["work_b"] * 80_000)

    assert (tmp_path / CHANGES).stat().st_size == 0
    assert log.since(start, log.position()) is None


def test_full_shared_disk_does_not_fail_what_is_stored(tmp_path, monkeypatch):
    """On NFS, closing a file says that there was no room."""
    nodes = Nodes(tmp_path, Disk(), "one", Tuning(node_join=0))
    log = ChangeLog(str(tmp_path), nodes)
    log.append(["work_a"])
    start = log.position()
    copies: set[int] = set()
    failures: list[int] = []

    def close(descriptor: int) -> None:
        original(descriptor)
        if descriptor in copies:
            copies.remove(descriptor)
            failures.append(descriptor)
            raise OSError(errno.ENOSPC, "full")

    def dup(descriptor: int) -> int:
        copies.add(copied := copy(descriptor))
        return copied

    original, copy = os.close, os.dup
    monkeypatch.setattr("storage.documents.change_log.os.close", close)
    monkeypatch.setattr("storage.documents.change_log.os.dup", dup)

    log.append(["work_b"])

    assert failures
    assert log.since(start, log.position()) is None  # lists read all documents


def test_append_to_a_deleted_collection_raises_not_found(tmp_path):
    with pytest.raises(NotFoundError):
        ChangeLog(str(tmp_path / "missing"), Nodes(tmp_path, Disk())).append(["work_a"])
