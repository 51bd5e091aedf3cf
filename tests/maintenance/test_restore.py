"""`./vidworks restore`: bringing back what an archive holds."""

import dataclasses
import io
import os
import re
import shutil
import signal
import subprocess
import tarfile
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from app import create_app
from config import Settings
from storage.locks import lock_document
from storage.store import Store
from tests.command_line import FLASK, environment, run_command
from tests.maintenance.conftest import House, Run, files_in
from tests.people import PASSWORD, Person
from tests.service import ROOT


@pytest.fixture
def archive(house: House, run: Run, tmp_path: Path) -> Path:
    """A backup of the house."""
    archive = tmp_path / "x.tar"
    assert run("backup", archive).exit_code == 0
    return archive


class There:
    """A new, empty data directory."""

    def __init__(self, settings: Settings) -> None:
        self.root = settings.data_dir
        self.app = create_app(settings)

    def run(self, *args: object) -> Result:
        return self.app.test_cli_runner().invoke(args=[str(arg) for arg in args])

    def person(self, token: str) -> Person:
        return Person(self.app.test_client(), token, {})


@pytest.fixture
def there(settings: Settings, tmp_path: Path) -> There:
    return There(dataclasses.replace(settings, data_dir=tmp_path / "there" / "data"))


def test_it_says_what_it_did(archive: Path, there: There) -> None:
    result = there.run("restore", archive)

    assert result.exit_code == 0
    assert re.fullmatch(
        r"Restored 1 user, 1 token, 1 project, 1 work, 1 asset, 1 template, 2 jobs, 6 media files"
        r" \(\d+\.\d KB\)"
        rf" from {archive}\.\n",
        result.stdout,
    )


@pytest.mark.parametrize("name", ["x.tar", "x.tar.gz"])
def test_an_empty_directory_becomes_the_same_byte_for_byte(
    house: House, run: Run, there: There, tmp_path: Path, name: str
) -> None:
    run("backup", tmp_path / name, "--force")

    there.run("restore", tmp_path / name)

    assert files_in(there.root) == house.files()
    assert there.run("doctor").exit_code == 0  # permissions and all


def test_media_keep_their_time(house: House, archive: Path, there: There) -> None:
    video = house.media / "reference.mp4"
    there.run("restore", archive)

    restored = there.root / video.relative_to(house.root)
    assert int(restored.stat().st_mtime) == int(video.stat().st_mtime)


def test_people_and_their_tokens_are_back(
    house: House, ana: Person, archive: Path, there: There, samples: Path
) -> None:
    there.run("restore", archive)

    credentials = {"email": "ana@example.com", "password": PASSWORD}
    login = there.app.test_client().post("/api/auth/login", json=credentials)
    assert login.status_code == 200
    back = there.person(login.json["accessToken"])
    assert back.get(house.url).json == ana.get(house.url).json
    assert back.get(f"{house.url}/media/reference").data == (samples / "video.mp4").read_bytes()
    assert there.person(house.api_token).get(house.url).status_code == 200


def test_on_a_new_machine_logins_go_on(
    settings: Settings, house: House, ana: Person, archive: Path, tmp_path: Path
) -> None:
    new = tmp_path / "new" / "data"
    done = run_command(new, "restore", archive)

    assert done.returncode == 0
    assert "log in again" not in done.stdout
    app = create_app(dataclasses.replace(settings, data_dir=new))
    assert Person(app.test_client(), ana.token, {}).get(house.url).status_code == 200


def test_a_secret_in_use_is_kept(archive: Path, there: There) -> None:
    secret = (there.root / "jwt-secret").read_bytes()
    ben = Person.register(there.app.test_client(), "ben@example.com")

    result = there.run("restore", archive)

    assert "has to log in again" in result.stdout
    assert (there.root / "jwt-secret").read_bytes() == secret
    assert ben.get("/api/auth/me").status_code == 200


def test_the_secret_of_a_service_that_runs_is_kept(archive: Path, there: There) -> None:
    secret = (there.root / "jwt-secret").read_bytes()
    running = Store(there.root)

    result = there.run("restore", archive)

    assert running.root == there.root
    assert "has to log in again" in result.stdout
    assert (there.root / "jwt-secret").read_bytes() == secret


def test_what_is_there_already_is_kept(house: House, ana: Person, run: Run, archive: Path) -> None:
    ana.put(house.url, json={"name": "Newer than the backup"})
    shutil.rmtree(house.token)

    result = run("restore", archive)

    assert "Restored 0 users, 1 token, 0 projects" in result.stdout
    assert "Kept as they are: 2 that were there already." in result.stdout
    assert ana.get(house.url).json["name"] == "Newer than the backup"
    assert house.token.exists()


def test_what_is_there_already_can_be_replaced(
    house: House, ana: Person, run: Run, archive: Path
) -> None:
    before = house.files()
    ana.put(house.url, json={"name": "Newer than the backup"})
    ana.delete(f"{house.url}/media/reference")
    later = ana.new_work(house.url.rpartition("/works")[0])

    result = run("restore", archive, "--replace")

    assert "Restored 1 user, 1 token, 1 project" in result.stdout
    assert "Kept" not in result.stdout
    assert house.files() == before
    assert ana.get(later).status_code == 404
    assert run("doctor").exit_code == 0


@pytest.mark.parametrize("options", [[], ["--replace"]])
def test_other_processes_see_it_at_once(
    settings: Settings, house: House, ana: Person, run: Run, archive: Path, options: list[str]
) -> None:
    elsewhere = Person(create_app(settings).test_client(), ana.token, ana.user)
    project = house.url.rpartition("/works")[0]
    if options:
        ana.put(house.url, json={"name": "Newer than the backup"})
    else:
        ana.delete(project)
    for url in ("/api/projects", f"{project}/works", house.url):
        elsewhere.get(url)  # remembers it

    run("restore", archive, *options)

    projects = elsewhere.get("/api/projects").json
    assert [project["id"] for project in projects] == [house.project.name]
    works = elsewhere.get(f"{project}/works").json
    assert [work["name"] for work in works] == ["Untitled work"]
    assert elsewhere.get(house.url).json["name"] == "Untitled work"
    assert elsewhere.get(f"{house.url}/media/reference").status_code == 200


def test_other_processes_see_one_restore_after_another(
    settings: Settings, house: House, ana: Person, run: Run, tmp_path: Path
) -> None:
    elsewhere = Person(create_app(settings).test_client(), ana.token, ana.user)
    for name in ("One", "Two"):
        ana.put(house.url, json={"name": name})
        run("backup", tmp_path / name)

    for name in ("One", "Two", "One"):
        run("restore", tmp_path / name, "--replace")

        works = elsewhere.get(house.url.rpartition("/")[0]).json
        assert [work["name"] for work in works] == [name]


def flip(archive: Path, at: bytes) -> None:
    """Flip one bit of the byte after these bytes."""
    data = bytearray(archive.read_bytes())
    data[data.index(at) + len(at)] ^= 1
    archive.write_bytes(data)


def cut(archive: Path, before: str) -> None:
    """Cut the archive off exactly before a member."""
    with tarfile.open(archive) as tar:
        offset = tar.getmember(before).offset
    os.truncate(archive, offset)


@pytest.mark.parametrize(
    "damage",
    [
        lambda archive: flip(archive, b'"email"'),
        lambda archive: flip(archive, b'"hasReferenceVideo"'),
        lambda archive: flip(archive, b"ftypisom"),
        lambda archive: flip(archive, b"media/reference"),
        lambda archive: flip(archive, b"manifest"),
        lambda archive: flip(archive, b"  jwt-secre"),
        lambda archive: os.truncate(archive, 0),
        lambda archive: os.truncate(archive, 100),
        lambda archive: os.truncate(archive, 3000),
        lambda archive: os.truncate(archive, archive.stat().st_size // 2),
        lambda archive: cut(archive, "manifest.sha256"),
        lambda archive: archive.write_text("no archive at all\n" * 1000),
    ],
    ids=[
        *("a bit of a user", "a bit of a work", "a bit of a video"),
        *("a bit of a name", "a bit of the list's name", "a bit of the list"),
        *(
            "empty",
            "cut in a name",
            "cut in a file",
            "cut in half",
            "cut before the list",
            "no tar",
        ),
    ],
)
@pytest.mark.parametrize("options", [[], ["--replace"]])
def test_a_damaged_archive_is_refused(
    house: House, run: Run, archive: Path, damage: Callable[[Path], None], options: list[str]
) -> None:
    damage(archive)
    shutil.rmtree(house.token)
    before = everything(house.root)

    result = run("restore", archive, *options)

    assert result.exit_code == 1
    assert result.stderr.startswith(f"Error: Nothing was restored from {archive}: it ")
    assert everything(house.root) == before


def test_a_damaged_compressed_archive_is_refused(
    house: House, run: Run, there: There, tmp_path: Path
) -> None:
    archive = tmp_path / "x.tar.gz"
    run("backup", archive)
    data = bytearray(archive.read_bytes())
    data[len(data) // 2] ^= 1
    archive.write_bytes(data)

    result = there.run("restore", archive)

    assert result.exit_code == 1
    assert "Nothing was restored" in result.stderr
    assert not (there.root / "users").exists()


def everything(root: Path) -> dict[str, tuple[int, int]]:
    """All that is in a directory, with what changes when it does."""
    return {
        str(path): (path.lstat().st_ino, path.lstat().st_mtime_ns if path.is_file() else 0)
        for path in root.rglob("*")
    }


def member(name: str, kind: bytes = tarfile.REGTYPE, target: str = "") -> tarfile.TarInfo:
    header = tarfile.TarInfo(name)
    header.type, header.linkname = kind, target
    header.size = 4 if kind == tarfile.REGTYPE else 0
    return header


HOSTILE = {
    "out": member("../evil"),
    "out in the middle": member("users/user_0/../../../evil"),
    "absolute": member("/tmp/evil"),
    "the root": member("evil"),
    "another collection": member("logins/account-0/login.json"),
    "a dot": member("users/./user_0/user.json"),
    "hidden": member("users/user_0/.lock"),
    "hidden directory": member("users/.new-0/user.json"),
    "no id": member("users/user 0/user.json"),
    "no directory": member("users/user.json"),
    "empty part": member("users/user_0//user.json"),
    "a symbolic link": member("users/user_0/user.json", tarfile.SYMTYPE, "/etc/passwd"),
    "a hard link": member("users/user_0/user.json", tarfile.LNKTYPE, "jwt-secret"),
    "a device": member("users/user_0/user.json", tarfile.CHRTYPE),
    "a pipe": member("users/user_0/user.json", tarfile.FIFOTYPE),
    "a directory": member("users/user_0/media", tarfile.DIRTYPE),
    "a linked secret": member("jwt-secret", tarfile.SYMTYPE, "/etc/passwd"),
    "a linked list": member("manifest.sha256", tarfile.SYMTYPE, "/etc/passwd"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_archive_is_refused(there: There, tmp_path: Path, what: str) -> None:
    archive = tmp_path / "x.tar"
    with tarfile.open(archive, "w") as tar:
        tar.addfile(HOSTILE[what], io.BytesIO(b"evil"))
    before = everything(tmp_path)

    result = there.run("restore", archive)

    assert result.exit_code == 1
    assert "which no backup does" in result.stderr
    assert everything(tmp_path) == before


def test_two_files_of_one_name_are_refused(archive: Path, there: There, tmp_path: Path) -> None:
    twice = tmp_path / "twice.tar"
    with tarfile.open(archive) as old, tarfile.open(twice, "w") as new:
        *files, sums = old.getmembers()
        listed = old.extractfile(sums).read()
        again = old.extractfile(files[-1]).read()
        for header in files:
            new.addfile(header, old.extractfile(header))
        new.addfile(files[-1], io.BytesIO(again))
        listed += listed.splitlines(keepends=True)[-1]
        sums.size = len(listed)
        new.addfile(sums, io.BytesIO(listed))

    result = there.run("restore", twice)

    assert result.exit_code == 1
    assert "two files of one name" in result.stderr
    assert {path.name for path in there.root.iterdir()} == {".lock", "jwt-secret"}


def test_an_archive_that_goes_on_after_its_end_is_refused(archive: Path, there: There) -> None:
    with tarfile.open(archive, "a") as tar:
        tar.addfile(member("users/user_0/user.json"), io.BytesIO(b"evil"))

    result = there.run("restore", archive)

    assert result.exit_code == 1
    assert "goes on after manifest.sha256" in result.stderr


def test_a_file_that_is_not_there_is_a_sentence(there: There, tmp_path: Path) -> None:
    result = there.run("restore", tmp_path / "nowhere.tar")

    assert result.exit_code == 2
    assert "does not exist" in result.stderr


def test_a_restore_that_finds_no_room_leaves_nothing(archive: Path, tmp_path: Path) -> None:
    root = tmp_path / "full" / "data"

    # No file may grow beyond 8 KB: as on a full disk, but for this process alone.
    done = run_command(root, "restore", archive, ulimit="-f 16")

    assert done.returncode == 1
    assert done.stderr.startswith("Error: ")
    assert {path.name for path in root.iterdir()} == {".lock", "jwt-secret"}


@pytest.fixture
def big_archive(app: Flask, house: House, ana: Person, run: Run, tmp_path: Path) -> Path:
    """A backup of many projects."""
    for _ in range(60):
        ana.new_work(ana.new_project())
    archive = tmp_path / "big.tar"
    assert run("backup", archive).exit_code == 0
    return archive


def home(name: str) -> str:
    return "/".join(name.split("/")[:2])


def test_killed_at_any_moment_it_leaves_whole_things_and_can_be_run_again(
    house: House, big_archive: Path, tmp_path: Path
) -> None:
    root = tmp_path / "killed" / "data"
    original = house.files()
    killed = 0
    for moved in (0, 1, 20, 40):  # so many things are in their place when it is killed
        process = subprocess.Popen(
            [*FLASK, "restore", str(big_archive)],
            cwd=ROOT,
            env=environment(root),
            stdout=subprocess.DEVNULL,
        )
        while process.poll() is None:
            if any(root.glob(".tmp-*")) and len(list(root.glob("projects/proj_*"))) >= moved:
                process.send_signal(signal.SIGKILL)
                break
            time.sleep(0.001)
        killed += process.wait() == -signal.SIGKILL

        homes = {str(path.relative_to(root)) for path in root.glob("*/*") if path.is_dir()}
        there = {name: data for name, data in files_in(root).items() if "/" in name}
        homes = {home for home in homes if not home.startswith(".")}
        assert there == {
            name: data for name, data in original.items() if "/".join(name.split("/")[:2]) in homes
        }
    done = run_command(root, "restore", str(big_archive))

    assert killed >= 3
    assert done.returncode == 0
    assert files_in(root) == original
    assert {path.name for path in root.iterdir()} == {
        *(".lock", "jwt-secret", "users", "tokens", "projects")
    }


def test_who_waits_for_a_replaced_document_waits_for_the_new_one(house: House) -> None:
    works = house.store.works(house.project.name)
    changed = threading.Event()

    def change(work: dict[str, object]) -> None:
        work["name"] = "Changed"
        changed.set()

    with ExitStack() as new_lock:
        with lock_document(house.work):
            threading.Thread(target=works.change, args=(house.work.name, change)).start()
            time.sleep(0.1)  # it waits
            shutil.copytree(house.work, house.root / "new", ignore=lambda *_: [".lock"])
            house.store.disk.mark_deleted(str(house.work))
            house.store.disk.move(house.root / "new", house.work)
            new_lock.enter_context(lock_document(house.work))

        assert not changed.wait(0.3)
    assert changed.wait(5)
