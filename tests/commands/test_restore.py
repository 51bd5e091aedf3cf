"""`./vidworks restore`: results, concurrency, invalid archives, and failures."""

import fcntl
import io
import os
import re
import shutil
import signal
import subprocess
import tarfile
import threading
import time
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from commands.archives.backup import create_backup
from commands.archives.restore import restore_archive
from storage.locking import waiting
from storage.locking.locks import lock_document
from storage.store import Store
from storage.unused import remove_unused
from tests.cases import cases
from tests.command_line import COMMANDS, environment, run_command, run_limited
from tests.commands.conftest import files_in
from tests.jobs.helpers import until
from tests.people import PASSWORD, Person
from tests.service import ROOT
from tests.sharing.links.conftest import export_link
from tests.storage.killing import killed_before, number_of_changes


@pytest.fixture(scope="session")
def template_archive(template, tmp_path_factory):
    archive = tmp_path_factory.mktemp("archive") / "x.tar"
    create_backup(template.root, archive)
    return archive


@pytest.fixture
def archive(template_archive, tmp_path):
    """A backup of the populated data directory."""
    return Path(shutil.copy(template_archive, tmp_path))


class Target:
    """An application on a new, empty data directory, to restore into."""

    def __init__(self, app: Flask) -> None:
        self.root: Path = app.extensions["services"].store.root
        self.app = app

    def run(self, *args: object) -> Result:
        return self.app.test_cli_runner().invoke(args=[str(arg) for arg in args])

    def user(self, token: str) -> Person:
        return Person(self.app.test_client(), token, {})


@pytest.fixture
def target(open_second, tmp_path):
    return Target(open_second(tmp_path / "target" / "data"))


def test_restore_reports_what_was_restored(archive, target):
    result = target.run("restore", archive)

    assert result.exit_code == 0
    assert re.fullmatch(
        r"Restored 1 user, 1 token, 1 project, 1 work, 1 asset, 1 template, 2 jobs, 1 export,"
        r" 10 media files"
        r" \(\d+\.\d KB\)"
        rf" from {archive}\.\n",
        result.stdout,
    )


@pytest.mark.parametrize("name", ["x.tar", "x.tar.gz"])
def test_restore_into_an_empty_directory_is_byte_identical(data, run, target, tmp_path, name):
    run("backup", tmp_path / name, "--force")

    target.run("restore", tmp_path / name)

    assert files_in(target.root) == data.files()
    assert target.run("doctor").exit_code == 0  # which checks permissions, too


def test_media_file_of_no_slot_is_left_out_and_named(data, run, target, tmp_path, monkeypatch):
    """Backups of earlier versions contain such files."""
    before = data.files()
    (data.media / "foo.mp4").write_text("mine")
    with monkeypatch.context() as patch:
        patch.setattr("commands.archives.backup.is_stray_media", lambda _: False)
        run("backup", tmp_path / "x.tar")

    result = target.run("restore", tmp_path / "x.tar")

    path = data.media.relative_to(data.root) / "foo.mp4"
    assert f"Left out, as they are not part of the service's data: {path}." in result.stderr
    assert files_in(target.root) == before


def test_modification_times_of_media_are_restored(data, archive, target):
    video = data.media / "reference.mp4"
    target.run("restore", archive)

    restored = target.root / video.relative_to(data.root)
    assert int(restored.stat().st_mtime) == int(video.stat().st_mtime)


def test_users_and_their_tokens_are_restored(data, ana, archive, target, samples):
    target.run("restore", archive)

    credentials = {"email": "ana@example.com", "password": PASSWORD}
    login = target.app.test_client().post("/api/auth/login", json=credentials)
    assert login.status_code == 200
    user = target.user(login.json["accessToken"])
    assert user.get(data.url).json == ana.get(data.url).json
    assert user.get(f"{data.url}/media/reference").data == (samples / "video.mp4").read_bytes()
    assert target.user(data.api_token).get(data.url).status_code == 200


def test_links_are_restored_except_those_that_are_there(data, ana, target, tmp_path):
    with_token = Person(ana.client, data.api_token, ana.user)
    export = f"{data.url}/exports/{data.export.name}"
    links = [export_link(person, export) for person in (with_token, with_token, ana)]
    run_command(data.root, "backup", tmp_path / "links.tar")
    target.run("restore", tmp_path / "links.tar")
    store: Store = target.app.extensions["services"].store
    store.links.change(links[0].id, lambda link: link.update(usedAt=1))

    target.run("restore", tmp_path / "links.tar")

    client = target.app.test_client()
    statuses = [client.get(link.path, buffered=True).status_code for link in links]
    assert statuses == [200, 200, 404]  # that of a session ends as the session, whose key is new
    assert store.links.snapshot(links[0].id).values["usedAt"] == 1


def test_exports_are_listed_and_served_after_a_restore(data, ana, archive, tmp_path, open_second):
    run_command(tmp_path / "new" / "data", "restore", archive)

    restored = Person(open_second(tmp_path / "new" / "data").test_client(), ana.token, {})

    listed = restored.show(f"{data.url}/exports")
    assert listed == ana.show(f"{data.url}/exports")
    [export] = listed["exports"]
    video = restored.get(export["url"], headers={"Range": "bytes=0-99"})
    assert video.status_code == 206
    assert video.data == (data.export / "media" / "video.mp4").read_bytes()[:100]
    poster = (data.export / "media" / "poster.jpg").read_bytes()
    assert restored.get(export["posterUrl"]).data == poster
    assert "Hello" in restored.get(export["captionsUrl"]).text


def test_takes_are_restored(data, ana, archive, target, samples):
    url = f"{data.url}/media/scene/0"
    target.run("restore", archive)

    credentials = {"email": "ana@example.com", "password": PASSWORD}
    login = target.app.test_client().post("/api/auth/login", json=credentials)
    user = target.user(login.json["accessToken"])
    takes = user.get(f"{url}/takes").json["takes"]
    assert takes == ana.get(f"{url}/takes").json["takes"]
    assert user.post(f"{takes[-1]['url']}/use").status_code == 200
    assert user.get(f"{url}/image").data == (samples / "image.jpg").read_bytes()


def test_logins_stay_valid_on_a_new_machine(data, ana, archive, tmp_path, open_second):
    new = tmp_path / "new" / "data"
    done = run_command(new, "restore", archive)

    assert done.returncode == 0
    assert "log in again" not in done.stdout
    app = open_second(new)
    assert Person(app.test_client(), ana.token, {}).get(data.url).status_code == 200


def test_secret_of_existing_users_is_kept(archive, target):
    secret = (target.root / "jwt-secret").read_bytes()
    ben = Person.register(target.app.test_client(), "ben@example.com")

    result = target.run("restore", archive)

    assert "have to log in again" in result.stdout
    assert (target.root / "jwt-secret").read_bytes() == secret
    assert ben.get("/api/auth/me").status_code == 200


def test_secret_of_a_running_service_is_kept(archive, target):
    secret = (target.root / "jwt-secret").read_bytes()
    running = Store(target.root)

    result = target.run("restore", archive)

    assert running.root == target.root
    assert "have to log in again" in result.stdout
    assert (target.root / "jwt-secret").read_bytes() == secret


def test_existing_entries_are_skipped(data, ana, run, archive):
    ana.put(data.url, json={"name": "Newer than the backup"})
    shutil.rmtree(data.token)

    result = run("restore", archive)

    assert "Restored 0 users, 1 token, 0 projects" in result.stdout
    user, project = (str(path.relative_to(data.root)) for path in (data.user, data.project))
    skipped = f"Skipped because they exist already (--replace replaces them): {user}, {project}.\n"
    assert skipped in result.stdout
    assert ana.get(data.url).json["name"] == "Newer than the backup"
    assert data.token.exists()


def test_existing_entries_are_replaced_on_request(data, ana, run, archive):
    before = data.files()
    ana.put(data.url, json={"name": "Newer than the backup"})
    ana.delete(f"{data.url}/media/reference")
    later = ana.new_work(data.url.rpartition("/works")[0])

    result = run("restore", archive, "--replace")

    assert "Restored 1 user, 1 token, 1 project" in result.stdout
    assert "Skipped" not in result.stdout
    assert data.files() == before
    assert ana.get(later).status_code == 404
    assert run("doctor").exit_code == 0


@pytest.mark.parametrize("options", [[], ["--replace"]])
def test_other_process_sees_a_restore_immediately(data, ana, run, archive, options, open_second):
    other_process = Person(open_second(data.root).test_client(), ana.token, ana.user)
    project = data.url.rpartition("/works")[0]
    if options:
        ana.put(data.url, json={"name": "Newer than the backup"})
    else:
        ana.delete(project)
    for url in ("/api/projects", f"{project}/works", data.url):
        other_process.get(url)  # fills its caches

    run("restore", archive, *options)

    projects = other_process.get("/api/projects").json
    assert [project["id"] for project in projects] == [data.project.name]
    works = other_process.get(f"{project}/works").json
    assert [work["name"] for work in works] == ["Untitled work"]
    assert other_process.get(data.url).json["name"] == "Untitled work"
    assert other_process.get(f"{data.url}/media/reference").status_code == 200


def test_other_process_follows_consecutive_restores(data, ana, run, tmp_path, open_second):
    other_process = Person(open_second(data.root).test_client(), ana.token, ana.user)
    for name in ("One", "Two"):
        ana.put(data.url, json={"name": name})
        run("backup", tmp_path / name)

    for name in ("One", "Two", "One"):
        run("restore", tmp_path / name, "--replace")

        works = other_process.get(data.url.rpartition("/")[0]).json
        assert [work["name"] for work in works] == [name]


def flip_bit(archive: Path, after: bytes) -> None:
    """Flip one bit of the byte that follows these bytes."""
    content = bytearray(archive.read_bytes())
    content[content.index(after) + len(after)] ^= 1
    archive.write_bytes(content)


def truncate_before(archive: Path, member: str) -> None:
    """Truncate the archive exactly before a member."""
    with tarfile.open(archive) as tar:
        offset = tar.getmember(member).offset
    os.truncate(archive, offset)


@cases(
    "damage",
    {
        "bit of a user": lambda archive: flip_bit(archive, b'"email"'),
        "bit of a work": lambda archive: flip_bit(archive, b'"hasReferenceVideo"'),
        "bit of a video": lambda archive: flip_bit(archive, b"ftypisom"),
        "bit of a file name": lambda archive: flip_bit(archive, b"media/reference"),
        "bit of the manifest's name": lambda archive: flip_bit(archive, b"manifest"),
        "bit of the manifest": lambda archive: flip_bit(archive, b"  jwt-secre"),
        "empty": lambda archive: os.truncate(archive, 0),
        "truncated in a header": lambda archive: os.truncate(archive, 100),
        "truncated in a file": lambda archive: os.truncate(archive, 3000),
        "truncated in the middle": lambda archive: os.truncate(
            archive, archive.stat().st_size // 2
        ),
        "truncated before the manifest": lambda archive: truncate_before(
            archive, "manifest.sha256"
        ),
        "not a tar": lambda archive: archive.write_text("not an archive\n" * 1000),
    },
)
@pytest.mark.parametrize("options", [[], ["--replace"]])
def test_damaged_archive_is_rejected(data, run, archive, damage, options):
    damage(archive)
    shutil.rmtree(data.token)
    before = state_of(data.root)

    result = run("restore", archive, *options)

    assert result.exit_code == 1
    error = result.stderr.splitlines()[-1]
    assert error.startswith(f"Error: Nothing was restored from {archive}: it ")
    assert state_of(data.root) == before


def test_damaged_compressed_archive_is_rejected(data, run, target, tmp_path):
    archive = tmp_path / "x.tar.gz"
    run("backup", archive)
    content = bytearray(archive.read_bytes())
    middle = len(content) // 2  # several bytes, since some bits of compressed data mean nothing
    content[middle : middle + 16] = bytes(byte ^ 0xFF for byte in content[middle : middle + 16])
    archive.write_bytes(content)

    result = target.run("restore", archive)

    assert result.exit_code == 1
    assert "Nothing was restored" in result.stderr
    assert not (target.root / "users").exists()


def state_of(root: Path) -> dict[str, tuple[int, int]]:
    """Return the inode and modification time of everything in a directory."""
    return {
        str(path): (path.lstat().st_ino, path.lstat().st_mtime_ns if path.is_file() else 0)
        for path in root.rglob("*")
    }


def header_of(name: str, member_type: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    header = tarfile.TarInfo(name)
    header.type, header.linkname = member_type, link
    header.size = 4 if member_type == tarfile.REGTYPE else 0
    return header


MALICIOUS = {
    "outside": header_of("../evil"),
    "outside by a path in the middle": header_of("users/user_0/../../../evil"),
    "absolute": header_of("/tmp/evil"),
    "top-level file": header_of("evil"),
    "collection without backup": header_of("logins/account-0/login.json"),
    "dot": header_of("users/./user_0/user.json"),
    "hidden file": header_of("users/user_0/.lock"),
    "hidden directory": header_of("users/.new-0/user.json"),
    "invalid id": header_of("users/user 0/user.json"),
    "no document directory": header_of("users/user.json"),
    "empty part": header_of("users/user_0//user.json"),
    "symbolic link": header_of("users/user_0/user.json", tarfile.SYMTYPE, "/etc/passwd"),
    "hard link": header_of("users/user_0/user.json", tarfile.LNKTYPE, "jwt-secret"),
    "device": header_of("users/user_0/user.json", tarfile.CHRTYPE),
    "pipe": header_of("users/user_0/user.json", tarfile.FIFOTYPE),
    "directory": header_of("users/user_0/media", tarfile.DIRTYPE),
    "linked secret": header_of("jwt-secret", tarfile.SYMTYPE, "/etc/passwd"),
    "linked manifest": header_of("manifest.sha256", tarfile.SYMTYPE, "/etc/passwd"),
}


@pytest.mark.parametrize("name", MALICIOUS)
def test_malicious_archive_is_rejected(target, tmp_path, name):
    archive = tmp_path / "x.tar"
    with tarfile.open(archive, "w") as tar:
        tar.addfile(MALICIOUS[name], io.BytesIO(b"evil"))
    before = state_of(tmp_path)

    result = target.run("restore", archive)

    assert result.exit_code == 1
    assert "which is not allowed in a backup" in result.stderr
    assert state_of(tmp_path) == before


def test_two_files_with_the_same_name_are_rejected(archive, target, tmp_path):
    twice = tmp_path / "twice.tar"
    with tarfile.open(archive) as old, tarfile.open(twice, "w") as new:
        *files, manifest = old.getmembers()
        lines = old.extractfile(manifest).read()
        content = old.extractfile(files[-1]).read()
        for header in files:
            new.addfile(header, old.extractfile(header))
        new.addfile(files[-1], io.BytesIO(content))
        lines += lines.splitlines(keepends=True)[-1]
        manifest.size = len(lines)
        new.addfile(manifest, io.BytesIO(lines))

    result = target.run("restore", twice)

    assert result.exit_code == 1
    assert "two files with the same name" in result.stderr
    assert {path.name for path in target.root.iterdir()} == {".lock", "jwt-secret"}


def test_archive_that_continues_after_its_manifest_is_rejected(archive, target):
    with tarfile.open(archive, "a") as tar:
        tar.addfile(header_of("users/user_0/user.json"), io.BytesIO(b"evil"))

    result = target.run("restore", archive)

    assert result.exit_code == 1
    assert "there is more after manifest.sha256, its last file" in result.stderr


def test_missing_archive_fails_with_a_message(target, tmp_path):
    result = target.run("restore", tmp_path / "missing.tar")

    assert result.exit_code == 2
    assert "does not exist" in result.stderr


def test_restore_on_a_full_disk_leaves_nothing(archive, tmp_path):
    root = tmp_path / "full" / "data"

    # No file may grow beyond 8 KB: like a full disk, but for this process only.
    done = run_limited("-f 16", root, "restore", archive)

    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("Error: ")
    assert not root.parent.exists()


@pytest.fixture
def many_projects(template, tmp_path):
    """A data directory with many projects, most of them without works."""
    root = tmp_path / "many"
    shutil.copytree(template.root, root)
    project = root / template.project.relative_to(template.root)
    for number in range(20):
        (project.parent / f"proj_{number}").mkdir()
        shutil.copy(project / "project.json", project.parent / f"proj_{number}")
    return root


def assert_entries_are_complete(root: Path, original: dict[str, bytes]) -> None:
    """Assert that of each entry, such as `projects/<id>`, all files were restored, or none."""
    entries = {str(path.relative_to(root)) for path in root.glob("[!.]*/*") if path.is_dir()}
    restored = {path: content for path, content in files_in(root).items() if "/" in path}
    assert restored == {
        path: content
        for path, content in original.items()
        if "/".join(path.split("/")[:2]) in entries
    }


def test_restore_that_is_killed_leaves_complete_entries_and_can_be_repeated(
    many_projects, tmp_path
):
    archive, original = tmp_path / "x.tar", files_in(many_projects)
    create_backup(many_projects, archive)

    def restore(root: Path) -> None:
        restore_archive(Store(root, fsync=False), archive)

    changes = number_of_changes(lambda: restore(tmp_path / "complete"))
    numbers_of_projects = set()
    for left in (1, 9, 25, changes // 2, changes):
        root = tmp_path / f"killed-{left}"
        assert killed_before(changes - left + 1, partial(restore, root))

        assert_entries_are_complete(root, original)
        numbers_of_projects.add(len(list(root.glob("projects/proj_*"))))
        restore(root)
        assert files_in(root) == original
        assert {path.name for path in root.iterdir()} == {
            *(".lock", "jwt-secret", "users", "tokens", "projects")
        }
    assert len(numbers_of_projects) > 3


@pytest.mark.thorough  # the test above kills it sooner
def test_command_that_is_killed_leaves_complete_entries_and_can_be_repeated(
    many_projects, tmp_path
):
    archive, root = tmp_path / "x.tar", tmp_path / "killed" / "data"
    create_backup(many_projects, archive)
    original = files_in(many_projects)
    for moved in (0, 7, 14):  # the number of projects in place when it is killed
        process = subprocess.Popen(
            [*COMMANDS, "restore", str(archive)],
            cwd=ROOT,
            env=environment(root),
            stdout=subprocess.DEVNULL,
        )
        while process.poll() is None:
            if any(root.glob(".tmp-*")) and len(list(root.glob("projects/proj_*"))) >= moved:
                process.send_signal(signal.SIGKILL)
                break
            time.sleep(0.001)
        process.wait()

        assert_entries_are_complete(root, original)
    done = run_command(root, "restore", str(archive))

    assert done.returncode == 0
    assert files_in(root) == original


def test_waiting_writer_locks_the_document_that_replaced_the_old_one(data):
    works = data.store.works(data.project.name)
    changed = threading.Event()

    def change(work: dict[str, object]) -> None:
        work["name"] = "Changed"
        changed.set()

    with ExitStack() as new_lock:
        with lock_document(data.work):
            threading.Thread(target=works.change, args=(data.work.name, change)).start()
            until(lambda: waiting.is_awaited(str(data.work)))
            shutil.copytree(data.work, data.root / "new", ignore=lambda *_: [".lock"])
            data.store.disk.mark_deleted(str(data.work))
            data.store.disk.move(data.root / "new", data.work)
            # `lock_document` would wait behind the other thread, as both use the same path.
            lock = new_lock.enter_context((data.work / ".lock").open("w"))
            fcntl.flock(lock, fcntl.LOCK_EX)

        assert not changed.wait(0.3)
    assert changed.wait(60)


@pytest.mark.parametrize("kind", ["pipe", "device"])
def test_archive_that_is_no_file_is_refused_at_once(run, tmp_path, kind):
    path = tmp_path / "x.tar"
    path.symlink_to("/dev/zero") if kind == "device" else os.mkfifo(path)

    result = run("restore", path)

    assert result.exit_code == 1
    assert f"Error: {path} is a " in result.stderr


REFUSED: dict[str, tuple[object, ...]] = {
    "restore": ("restore", "{file}"),
    "users add": ("users", "add", "no-address", "--password-stdin"),
    "make": ("make", "{file}", "A lamp", "--user", "nobody@example.com"),
}


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("existing", ["", "there", "there/data"])
def test_command_that_is_refused_leaves_no_data_directory(tmp_path, name, existing):
    file, root = tmp_path / "refused.tar", tmp_path / "there" / "data"
    file.write_bytes(b"no archive")
    (tmp_path / existing).mkdir(parents=True, exist_ok=True)
    before = sorted(tmp_path.rglob("*"))

    ended = run_command(root, *(str(each).format(file=file) for each in REFUSED[name]))

    assert ended.returncode != 0
    assert f"Creating a new data directory: {root}" in ended.stderr
    assert sorted(tmp_path.rglob("*")) == before


def test_data_directory_that_another_process_has_opened_stays(tmp_path):
    stores = [Store(tmp_path / "new", fsync=False) for _ in range(2)]

    remove_unused(stores[0], [tmp_path / "new"])

    assert (stores[1].root / ".lock").exists()


def test_data_directory_in_which_something_is_stored_stays(tmp_path, archive):
    store = Store(tmp_path / "new", fsync=False)
    restore_archive(store, archive)

    remove_unused(store, [tmp_path / "new"])

    assert len(list(store.users.documents)) > 0
