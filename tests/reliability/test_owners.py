"""A data directory of another user than root, who runs commands on it."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from storage.files.privileges import Owner, owner_of
from tests.command_line import COMMANDS, Ended, environment, run_command
from tests.jobs.helpers import until
from tests.other_users import NOBODY, ROOT_ONLY, can_run_service, readable_directory
from tests.service import ROOT, Service

CHANGE = {"name": "Changed"}

pytestmark = pytest.mark.slow  # starts services


@pytest.fixture(scope="module", autouse=True)
def _another_user():
    """Below a directory of root's alone, all this is run from a copy (test_owners_in_a_copy)."""
    if not can_run_service():
        pytest.skip(ROOT_ONLY)


@pytest.fixture
def top():
    """A directory that all users can look into, which pytest's are not."""
    with readable_directory() as path:
        yield path


@pytest.fixture
def service(top):
    """A service that root starts on a data directory of another user."""
    data = top / "data"
    data.mkdir()
    os.chown(data, NOBODY, NOBODY)
    with Service.running(data, WORKERS=1, LOG_LEVEL="ERROR") as service:
        yield service


@pytest.fixture
def ana(service):
    return service.client(service.register())


@pytest.fixture
def work(ana):
    return ana.new_work(ana.new_project(name="Spring"))


def owners(data: Path) -> set[int]:
    """Return the ids of the users that own anything in a data directory."""
    return {path.lstat().st_uid for path in (data, *data.rglob("*"))}


def give_to_root(path: Path) -> Path:
    path.touch()
    os.chown(path, 0, 0)
    path.chmod(0o600)
    return path


def locks(data: Path) -> set[Path]:
    return set(data.rglob(".lock"))


def test_commands_of_root_leave_a_service_of_another_user_usable(service, ana, work, top):
    data = service.data_dir
    before = locks(data)
    archive = top / "only-root" / "v.tar"
    archive.parent.mkdir(mode=0o700)
    done = run_command(data, "backup", archive)
    assert done.returncode == 0, done.stderr
    assert (owner_of(archive), archive.stat().st_mode & 0o777) == (Owner(0, 0), 0o600)
    assert locks(data) == before
    written = run_command(data, "restore", archive, "--settings", data / ".env")
    assert written.returncode == 0, written.stderr
    assert (owner_of(data / ".env").uid, (data / ".env").stat().st_mode & 0o777) == (NOBODY, 0o600)
    (data / ".env").unlink()

    password = ["sh", "-c", 'echo "another horse" | exec "$@"', "sh", *COMMANDS]
    password += ["users", "password", "ana@example.com", "--password-stdin"]
    assert subprocess.run(password, cwd=ROOT, env=environment(data), check=False).returncode == 0
    token = run_command(data, "tokens", "make", "ana@example.com", "--name", "n8n", "--all-scopes")
    assert run_command(data, "restore", archive, "--replace").returncode == 0

    assert owners(data) == {NOBODY}
    ana.token = token.stdout.strip()
    assert ana.request("PATCH", work, CHANGE).status == 200
    assert ana.delete(work).status == 204
    assert service.request("GET", "/api/health/ready").status == 200


def test_files_of_another_user_are_named_and_answered_with_503(service, ana, work):
    data = service.data_dir
    assert ana.request("PATCH", work, CHANGE).status == 200  # makes the lock
    [user] = data.glob("users/*/user.json")
    damaged = [give_to_root(data / work.removeprefix("/api/") / ".lock"), give_to_root(user)]
    account = {"email": "ana@example.com", "password": "correct horse"}

    ready = service.request("GET", "/api/health/ready")
    assert ready.status == 503
    assert ready.json["error"] == "The server has no access to some of its files"
    assert ana.request("PATCH", work, CHANGE).status == 503
    assert service.request("POST", "/api/auth/login", account).status == 503
    advice = f"As root, run `chown -R nobody: {data}`."
    until(lambda: advice in service.log.read_text())
    assert "Traceback" not in service.log.read_text()
    doctor = run_command(data, "doctor").stdout
    assert "cannot be used by nobody, the user of the service (and 1 more)" in doctor
    assert advice in doctor

    for path in damaged:
        os.chown(path, NOBODY, NOBODY)
    assert ana.request("PATCH", work, CHANGE).status == 200
    assert service.request("POST", "/api/auth/login", account).status == 200


def test_a_user_who_may_not_use_the_data_directory_is_told_who_may(top):
    data = top / "data"
    data.mkdir(mode=0o755)
    give_to_root(data / ".lock")
    done = run_as_nobody(data, "users", "list")

    assert done.returncode == 1
    advice = f"run `sudo -u root ./vidworks …`, or as root, `chown -R nobody: {data}`."
    own = "For data of your own, run `DATA_DIR=~/vidworks-data ./vidworks …`."
    assert f"Error: {data} belongs to root: {advice} {own}" in done.stderr


def test_copy_that_cannot_be_written_to_is_backed_up_by_whoever_may_read_it(service, work, top):
    """By its owner, as whom root's commands act; and by another user, also without a lock."""
    service.stop()
    data = service.data_dir
    own = as_modes(data, "u=rX,go=", top / "own", NOBODY)
    foreign = as_modes(data, "a=rX", top / "foreign", 0)
    for lock in foreign.rglob(".lock"):
        lock.unlink()
    archives = top / "archives"
    archives.mkdir()
    os.chown(archives, NOBODY, NOBODY)

    doctor = run_command(own, "doctor")
    made: list[Ended | subprocess.CompletedProcess[str]] = [
        run_command(own, "backup", archives / "own.tar"),
        run_as_nobody(foreign, "backup", archives / "foreign.tar"),
    ]

    assert "No problems found" in doctor.stdout
    for each in made:
        assert each.returncode == 0, each.stderr
        assert "Backed up 1 user" in each.stdout


def as_modes(data: Path, modes: str, copy: Path, owner: int) -> Path:
    """Return a copy of a data directory with these modes, which belongs to a user."""
    shutil.copytree(data, copy)
    subprocess.run(["chown", "-R", str(owner), copy], check=True)
    subprocess.run(["chmod", "-R", modes, copy], check=True)
    return copy


def run_as_nobody(data: Path, *args: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMANDS, *map(str, args)],
        user=NOBODY,
        group=NOBODY,
        cwd=ROOT,
        env=environment(data),
        capture_output=True,
        text=True,
        check=False,
    )
