"""The file `jwt-secret`: without a proper secret, the service does not start; commands work."""

import pytest

from app import create_app
from settings.config import Settings
from storage.errors import UnreadableError
from tests.command_line import run_command

SECRET = "jwt-secret"


@pytest.mark.parametrize("contents", ["", "\n", "fifteen letters", " " * 64])
def test_empty_or_short_secret_stops_the_start(tmp_path, contents):
    (tmp_path / SECRET).write_text(contents)

    with pytest.raises(UnreadableError) as failure:
        create_app(Settings(data_dir=tmp_path))

    assert "the file jwt-secret is shorter than 16 bytes" in str(failure.value)
    assert "restore it from a backup, or delete it" in str(failure.value)
    assert "fifteen letters" not in str(failure.value)
    assert (tmp_path / SECRET).read_text() == contents


def test_secret_of_the_settings_replaces_the_file(tmp_path):
    (tmp_path / SECRET).write_text("")

    create_app(Settings(data_dir=tmp_path, jwt_secret="a configured secret"))


def test_start_after_deleting_the_file_creates_a_new_one(tmp_path):
    create_app(Settings(data_dir=tmp_path))
    before = (tmp_path / SECRET).read_text()
    (tmp_path / SECRET).unlink()

    create_app(Settings(data_dir=tmp_path))

    assert len(before) == 64
    assert (tmp_path / SECRET).read_text() != before


def test_commands_work_without_a_proper_secret(tmp_path):
    create_app(Settings(data_dir=tmp_path))
    (tmp_path / SECRET).write_text("short")

    assert run_command(tmp_path, "users", "list").returncode == 0

    backup = run_command(tmp_path, "backup", tmp_path.with_name("x.tar"))
    assert backup.returncode == 0
    assert "Left out" in backup.stderr
    assert "jwt-secret (too short)" in backup.stderr

    doctor = run_command(tmp_path, "doctor")
    assert doctor.returncode == 1
    assert "jwt-secret is shorter than 16 bytes." in doctor.stdout

    repair = run_command(tmp_path, "doctor", "--repair")
    assert repair.returncode == 0
    assert "everybody has to log in again" in repair.stdout
    create_app(Settings(data_dir=tmp_path))


def test_restore_replaces_a_short_secret(tmp_path):
    source, target, archive = tmp_path / "source", tmp_path / "target", tmp_path / "x.tar"
    create_app(Settings(data_dir=source))
    assert run_command(source, "backup", archive).returncode == 0
    create_app(Settings(data_dir=target))
    (target / "users" / "user_0").mkdir(parents=True)
    (target / "users" / "user_0" / "user.json").write_text("{}")
    (target / SECRET).write_text("short")

    assert run_command(target, "restore", archive).returncode == 0

    assert (target / SECRET).read_text() == (source / SECRET).read_text()
