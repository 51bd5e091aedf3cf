"""The log of changes, by which lists know what to read again."""

from pathlib import Path

import pytest

from storage.errors import NotFoundError
from storage.index import ChangeLog, LogPosition
from storage.paths import CHANGES


@pytest.fixture
def log(tmp_path: Path) -> ChangeLog:
    return ChangeLog(str(tmp_path))


def test_what_changed_between_two_marks(log: ChangeLog) -> None:
    log.append(["work_a"])
    before = log.position()
    log.append(["work_b", "work_c"])

    assert log.since(before, log.position()) == {"work_b", "work_c"}


def test_a_mark_made_in_the_middle_of_a_write_misses_nothing(log: ChangeLog) -> None:
    """The file system may show a file grow by less than what is being written."""
    for number in range(100):
        log.append([f"work_{number:02}"])
    end = log.position()

    for missing in range(1, 8):
        amid = LogPosition(end.inode, end.size - missing)
        assert log.since(amid, end) == {"work_99"}


def test_a_mark_made_in_the_middle_of_the_first_write(log: ChangeLog) -> None:
    log.append(["work_a"])
    end = log.position()

    assert log.since(LogPosition(end.inode, 3), end) == {"work_a"}


def test_nobody_knows_what_changed_when_the_log_was_removed(log: ChangeLog, tmp_path: Path) -> None:
    log.append(["work_a"])
    before = log.position()
    (tmp_path / CHANGES).rename(tmp_path / "elsewhere")
    log.append(["work_b"])

    assert log.since(before, log.position()) is None


def test_a_long_log_begins_anew(log: ChangeLog, tmp_path: Path) -> None:
    log.append(["work_a"] * 80_000)
    before = log.position()
    log.append(["work_b"] * 80_000)

    assert (tmp_path / CHANGES).stat().st_size == 0
    assert log.since(before, log.position()) is None


def test_a_collection_that_is_gone_has_no_log(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        ChangeLog(str(tmp_path / "gone")).append(["work_a"])
