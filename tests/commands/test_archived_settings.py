"""Settings in archives: a new machine learns those of the old one, and no secret unasked."""

import json
import tarfile
from io import BytesIO
from pathlib import Path

import pytest
from dotenv import dotenv_values

from commands.archives.archived_settings import as_json, settings_to_archive, write_settings
from printing import printable
from settings import config
from tests.command_line import Ended, run_command
from tests.commands.conftest import DataDirectory
from tests.commands.test_hostile_archives import file, manifest

OLD = {
    "REGISTRATION": "closed",
    "TRUSTED_PROXIES": "1",
    "PUBLIC_URL": "https://vidworks.example.lan",
    "CORS_ORIGINS": "https://a.example.lan, https://b.example.lan",
    "OPENAI_TEXT_MODEL": "it's a \\ model of ${HOME} # 1",
    "OPENAI_BASE_URL": "https://ana:password-in-address@proxy.example.lan",
    "GEMINI_API_KEY": "secret-of-gemini",
    "METRICS_TOKEN": "secret-for-prometheus",
}
SECRET = {"OPENAI_BASE_URL", "GEMINI_API_KEY", "METRICS_TOKEN"}


@pytest.fixture
def archive(tmp_path):
    return tmp_path / "vidworks.tar"


@pytest.fixture
def new(tmp_path):
    """The data directory of a new machine."""
    return tmp_path / "new"


def back_up(data: DataDirectory, archive: Path, *options: str) -> Ended:
    done = run_command(data.root, "backup", archive, *options, **OLD)
    assert done.returncode == 0, done.stderr
    return done


def tells_no_secret(*ended: Ended) -> bool:
    told = "".join(each.stdout + each.stderr for each in ended)
    return "secret-" not in told and "password-in" not in told


def test_restore_says_which_settings_the_old_machine_had(data, archive, new):
    made = back_up(data, archive)

    done = run_command(new, "restore", archive, TRUSTED_PROXIES="1", METRICS_TOKEN="x" * 16)
    again = run_command(data.root, "restore", archive, **OLD)

    names = "METRICS_TOKEN, GEMINI_API_KEY, OPENAI_BASE_URL"
    assert f"Without secret settings (--with-secrets includes them): {names}." in made.stderr
    content = archive.read_bytes()
    assert b"secret-of" not in content
    assert b"password-in" not in content
    assert "\n  REGISTRATION=closed\n" in done.stdout
    assert f"\n  DATA_DIR={data.root}\n" in done.stdout
    assert "\n  GEMINI_API_KEY: secret, and not in the backup\n" in done.stdout
    assert "TRUSTED_PROXIES" not in done.stdout  # the same here
    assert "METRICS_TOKEN" not in done.stdout  # this machine has one
    assert f"DATA_DIR={new} ./vidworks restore --settings .env {archive}\n" in done.stdout
    assert "Settings of the machine" not in again.stdout  # which is this one
    assert tells_no_secret(made, done, again)
    assert not (new / "settings.json").exists()


def test_settings_are_written_into_a_new_file(data, archive, new, tmp_path):
    back_up(data, archive)
    target = tmp_path / ".env"
    target.touch(0o644)  # an empty file is replaced

    done = run_command(new, "restore", archive, "--settings", target)

    assert done.returncode == 0, done.stderr
    kept = {name: value for name, value in OLD.items() if name not in SECRET}
    assert dotenv_values(target) == kept | {"DATA_DIR": str(new)}
    assert target.stat().st_mode & 0o777 == 0o600
    assert "# GEMINI_API_KEY=   is secret, and not in the backup\n" in target.read_text()
    assert "enter them there: METRICS_TOKEN, GEMINI_API_KEY, OPENAI_BASE_URL." in done.stdout
    assert not new.exists()  # nothing else was restored


@pytest.mark.parametrize("in_its_place", ["a file", "a link", "a directory"])
def test_settings_replace_nothing(data, archive, new, tmp_path, in_its_place):
    back_up(data, archive)
    target, other = tmp_path / ".env", tmp_path / "other"
    other.write_text("PORT=3002\n")
    if in_its_place == "a file":
        other.rename(target)
    elif in_its_place == "a link":
        other.write_text("")
        target.symlink_to(other)
    else:
        target.mkdir()
    before = versions(tmp_path)

    done = run_command(new, "restore", archive, "--settings", target)

    assert done.returncode == 1
    assert f"Error: {target} exists already, and is not replaced" in done.stderr
    assert versions(tmp_path) == before


def test_secrets_are_in_the_archive_if_asked_for_and_never_printed(data, archive, new, tmp_path):
    archive.touch(0o644)
    made = back_up(data, archive, "--with-secrets", "--force")

    told = run_command(new, "restore", archive)
    wrote = run_command(new, "restore", archive, "--settings", tmp_path / ".env")

    assert archive.stat().st_mode & 0o777 == 0o600
    assert "Without secret settings" not in made.stderr
    assert "\n  GEMINI_API_KEY=…\n" in told.stdout
    assert dotenv_values(tmp_path / ".env") == OLD | {"DATA_DIR": str(new)}
    assert tells_no_secret(made, told, wrote)


def test_archive_of_an_earlier_version_has_no_settings(data, archive, new, tmp_path):
    back_up(data, archive)
    without(archive, "settings.json")

    restored = run_command(new, "restore", archive)
    refused = run_command(new, "restore", archive, "--settings", tmp_path / ".env")

    assert restored.returncode == 0, restored.stderr
    assert "Settings of the machine" not in restored.stdout
    assert "it has no settings: none were set, or an earlier version made it" in refused.stderr
    assert not (tmp_path / ".env").exists()


def test_paths_of_the_old_machine_are_comments(data, archive, new, tmp_path):
    content = {"DATA_DIR": "/srv/old", "FFMPEG": "/opt/old/ffmpeg", "PORT": "3002"}
    write_with_settings(archive, json.dumps(content).encode())
    old = tmp_path / "old.tar"
    back_up(data, old)

    done = run_command(new, "restore", archive, "--settings", tmp_path / ".env")
    run_command(new, "restore", old)
    run_command(new, "restore", old, "--settings", tmp_path / "old.env")

    written = (tmp_path / ".env").read_text()
    assert "# DATA_DIR=/srv/old   is a path on the machine that was backed up\n" in written
    assert "# FFMPEG=/opt/old/ffmpeg   is a path on the machine that was backed up\n" in written
    assert dotenv_values(tmp_path / ".env") == {"DATA_DIR": str(new), "PORT": "3002"}
    assert "Wrote DATA_DIR, PORT to" in done.stdout
    assert "backed up, as comments there: DATA_DIR, FFMPEG." in done.stdout
    used = Path(dotenv_values(tmp_path / "old.env")["DATA_DIR"] or "")
    assert "ana@example.com" in run_command(used, "users", "list").stdout


def test_settings_for_the_default_directory_name_none(monkeypatch, tmp_path):
    monkeypatch.setattr(config, "ROOT", tmp_path)
    monkeypatch.delenv("DATA_DIR", raising=False)

    names = write_settings({"DATA_DIR": "/srv/old", "FFMPEG": "ffmpeg6"}, tmp_path / ".env")

    assert names == ["FFMPEG"]
    assert dotenv_values(tmp_path / ".env") == {"FFMPEG": "ffmpeg6"}


def test_settings_of_a_hostile_archive_name_no_variables(archive, new, tmp_path):
    values = {"LD_PRELOAD": "/x", "OPENAI_TEXT_MODEL": "' LD_PRELOAD=/x ${GEMINI_API_KEY}"}
    write_with_settings(archive, json.dumps(values).encode())

    told = run_command(new, "restore", archive, GEMINI_API_KEY="secret-here")
    run_command(new, "restore", archive, "--settings", tmp_path / ".env")

    assert tells_no_secret(told)
    del values["LD_PRELOAD"]
    assert dotenv_values(tmp_path / ".env") == values | {"DATA_DIR": str(new)}


@pytest.mark.parametrize("hidden", ["open\nLD_PRELOAD=/x", "open\x1b[2J", "\u202eopen"])
def test_control_characters_in_settings_are_shown_as_such_and_not_written(
    archive, new, tmp_path, hidden
):
    write_with_settings(archive, json.dumps({"PORT": "1", "REGISTRATION": hidden}).encode())

    told = run_command(new, "restore", archive)
    refused = run_command(new, "restore", archive, "--settings", tmp_path / ".env")

    assert f"\n  REGISTRATION={printable(hidden)}\n" in told.stdout
    reason = "its settings.json has control characters in REGISTRATION."
    assert f"Nothing was written from {archive}: {reason}" in refused.stderr
    assert not (tmp_path / ".env").exists()


@pytest.mark.parametrize("option", [None, "--settings"])
def test_archive_with_two_files_of_settings_is_refused(archive, new, tmp_path, option):
    both = b'{"PORT": "3002"}', b'{"PORT": "3003"}'
    files = [("settings.json", content) for content in both]
    archive.write_bytes(b"".join(file(*each) for each in files) + manifest(*files))

    options = [option, tmp_path / ".env"] if option else []

    done = run_command(new, "restore", archive, *options)

    assert "it contains two files with the same name: settings.json" in done.stderr
    assert not new.exists()
    assert not (tmp_path / ".env").exists()


@pytest.mark.parametrize(
    "damaged", [b"", b"[1]", b"{", b'{"PORT": 1}', b'{"PORT": "\\u0000"}', b"[" * 50_000]
)
def test_damaged_settings_are_refused_before_anything_is_restored(archive, new, damaged):
    write_with_settings(archive, damaged)

    done = run_command(new, "restore", archive)

    assert f"Nothing was restored from {archive}: its settings.json is damaged: " in done.stderr
    assert not new.exists()


def test_settings_of_a_dotenv_file_are_archived_without_its_comments_and_other_names(
    monkeypatch, tmp_path
):
    monkeypatch.setattr(config, "ROOT", tmp_path)
    for name in config.secret_by_name():
        monkeypatch.delenv(name, raising=False)
    (tmp_path / ".env").write_text(
        "# GEMINI_API_KEY=secret-of-before\nexport PORT='3002' # ours\nCORS_ORIGINS=\n"
        'COMPOSE_FILE=a.yaml\nGEMINI_KEY=secret-of-a-typo\nGEMINI_API_KEY="secret-of-gemini"\n'
    )
    given = {"PORT": "3002", "CORS_ORIGINS": "", "GEMINI_API_KEY": None}

    archived = settings_to_archive(with_secrets=False)

    assert archived == given
    assert settings_to_archive(with_secrets=True) == given | {"GEMINI_API_KEY": "secret-of-gemini"}
    write_settings(archived, tmp_path / "written")
    assert dotenv_values(tmp_path / "written") == {"PORT": "3002", "CORS_ORIGINS": ""}
    (tmp_path / ".env").unlink()
    assert as_json(settings_to_archive(with_secrets=True)) == b""


def versions(directory: Path) -> dict[Path, tuple[int, int]]:
    """Return the inode and size of each thing in a directory."""
    found = ((path, path.lstat()) for path in directory.iterdir())
    return {path: (status.st_ino, status.st_size) for path, status in found}


def write_with_settings(archive: Path, settings: bytes) -> None:
    content = file("settings.json", settings) + manifest(("settings.json", settings))
    archive.write_bytes(content)


def without(archive: Path, name: str) -> None:
    """Remove a file from an archive, and from its manifest."""
    whole = archive.rename(archive.with_name("whole.tar"))
    with tarfile.open(whole) as old, tarfile.open(archive, "w") as tar:
        for member in old:
            if member.name == name:
                continue
            reader = old.extractfile(member)
            assert reader is not None
            content = reader.read()
            if member.name == "manifest.sha256":
                lines = content.splitlines(keepends=True)
                content = b"".join(line for line in lines if name.encode() not in line)
            write_member(tar, member.name, content)
    whole.unlink()


def write_member(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    header = tarfile.TarInfo(name)
    header.size = len(content)
    tar.addfile(header, BytesIO(content))
