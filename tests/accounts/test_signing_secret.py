"""The file `jwt-secret`: without a proper secret, the service does not start."""

from pathlib import Path

import pytest

from tests.command_line import run_command

SECRET = "jwt-secret"


@pytest.mark.parametrize("contents", ["", "\n", "fifteen letters", " " * 64])
def test_empty_or_short_secret_stops_the_start_with_one_line(tmp_path: Path, contents: str) -> None:
    (tmp_path / SECRET).write_text(contents)

    done = run_command(tmp_path, "users", "list")

    assert done.returncode == 1
    [message] = done.stderr.splitlines()
    assert message.startswith("Vidworks cannot start: DATA_DIR cannot be used: the file jwt-secret")
    assert "restore it from a backup, or delete it" in message
    assert "fifteen letters" not in message
    assert (tmp_path / SECRET).read_text() == contents


def test_secret_of_the_settings_replaces_the_file(tmp_path: Path) -> None:
    (tmp_path / SECRET).write_text("")

    done = run_command(tmp_path, "users", "list", JWT_SECRET="a configured secret")

    assert done.returncode == 0, done.stderr


def test_start_after_deleting_the_file_creates_a_new_one(tmp_path: Path) -> None:
    run_command(tmp_path, "users", "list")
    before = (tmp_path / SECRET).read_text()
    (tmp_path / SECRET).unlink()

    assert run_command(tmp_path, "users", "list").returncode == 0
    assert len(before) == 64
    assert (tmp_path / SECRET).read_text() != before
