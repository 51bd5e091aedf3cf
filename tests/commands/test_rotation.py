"""`./vidworks backup --keep 7 DIRECTORY`, which a timer runs each night."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from commands.archives.backup import name_at, superseded
from tests.command_line import run_command

NOW = datetime(2026, 11, 29, 3, 0, 5, tzinfo=UTC)
PART = ".0123abcd.part"


def archive(directory: Path, days_ago: int, suffix: str = "") -> Path:
    path = directory / (name_at(NOW - timedelta(days=days_ago)) + suffix)
    path.touch()
    return path


def test_newest_archives_are_kept_and_nothing_else_is_touched(tmp_path):
    oldest, *_, newest = [archive(tmp_path, days) for days in (9, 1, 0)]
    left, running = archive(tmp_path, 2, PART), archive(tmp_path, 0, PART)
    for name in ("vidworks.tar", "vidworks-2026.tar", "notes.txt"):
        (tmp_path / name).touch()

    assert newest.name == "vidworks-2026-11-29T030005Z.tar"
    assert superseded(tmp_path, 2, NOW) == [oldest, left]
    assert superseded(tmp_path, 7, NOW) == [left]
    assert running.exists()


def test_backup_into_a_directory_is_named_after_the_time(data, tmp_path):
    backups = tmp_path / "backups"
    backups.mkdir()
    old = archive(backups, 30)

    done = run_command(data.root, "backup", "--keep", 1, backups)

    [made] = backups.iterdir()
    assert f"to {made}; verified.\nDeleted {old}." in done.stdout


def test_keep_needs_a_directory(data, tmp_path):
    done = run_command(data.root, "backup", "--keep", 1, tmp_path / "x.tar")

    assert done.returncode == 2
    assert f"--keep needs a directory; {tmp_path / 'x.tar'} is none." in done.stderr
    assert not (tmp_path / "x.tar").exists()
