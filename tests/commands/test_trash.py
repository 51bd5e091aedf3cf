"""The trash in backups, restores and the checks of the doctor."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from commands.archives.archived_documents import archived_documents
from storage import trash
from storage.trash import Deletion
from tests.commands.conftest import DataDirectory, files_in
from tests.commands.test_backup import members
from tests.people import Person


@pytest.fixture
def deleted(data):
    """The directory of the populated work in the trash; it has jobs, an export, media and takes."""
    return discard(data)


def discard(data: DataDirectory, what: str = "work") -> Path:
    """Move the work, asset or project to the trash; return its directory there."""
    directory: Path = getattr(data, what)
    table = data.store.collection(str(directory.parent.relative_to(data.root)))
    user = data.user.name
    entry = trash.find(data.store, trash.discard(data.store, table, directory.name, Deletion(user)))
    return Path(trash.content_of(data.root, entry))


def restore(data: DataDirectory) -> None:
    """Restore what is in the trash."""
    for entry in trash.entries(data.store):
        trash.restore(data.store, entry["id"], lambda _entry, _directory: None)


def read_documents(data: DataDirectory) -> Iterator[Path]:
    """Yield each document that a backup finds, before it is read; without those that are gone."""
    read: set[Path] = set()
    for document in archived_documents(data.root, read):
        yield document.directory
        if document.directory.is_dir():  # otherwise a backup finds nothing to read
            read.add(document.directory)


@pytest.mark.parametrize("what", ["work", "asset", "project"])
def test_trash_is_in_backups_and_restored_from_there(data, run, open_second, tmp_path, what):
    before = files_in(data.root)
    discard(data, what)
    second = open_second(tmp_path / "second" / "data")

    backup = run("backup", tmp_path / "x.tar")
    result = second.test_cli_runner().invoke(args=["restore", str(tmp_path / "x.tar")])

    assert "1 deleted item, " in backup.stdout
    assert "1 deleted item, " in result.stdout
    copy = data.opened_by(second.extensions["services"].store)
    assert files_in(copy.root) == files_in(data.root)
    restore(copy)
    assert files_in(copy.root) == before
    assert second.test_cli_runner().invoke(args=["doctor"]).exit_code == 0


def test_unfinished_jobs_in_the_trash_of_a_backup_are_interrupted(
    data, run, open_second, tmp_path, deleted
):
    job = deleted / "jobs" / data.job.name / "job.json"
    data.edit(job, state="running")
    run("backup", tmp_path / "x.tar")
    second = open_second(tmp_path / "second" / "data")

    second.test_cli_runner().invoke(args=["restore", str(tmp_path / "x.tar")])

    copied = second.extensions["services"].settings.data_dir / job.relative_to(data.root)
    assert '"state": "interrupted"' in copied.read_text()


@pytest.mark.parametrize("what", ["work", "project"])
@pytest.mark.parametrize("is_deleted", [True, False])
def test_what_is_moved_at_any_moment_of_a_backup_is_in_it(data, what, is_deleted):
    discard(data, what)
    names = {path.name for path in read_documents(data)}
    names -= {entry["id"] for entry in trash.entries(data.store)}
    for moment in range(len(names) + 2):
        if is_deleted:
            restore(data)
        paths: list[Path] = []
        for number, directory in enumerate(read_documents(data)):
            if number == moment:
                discard(data, what) if is_deleted else restore(data)
            if directory.is_dir():
                paths.append(directory)
        assert names <= {path.name for path in paths}
        assert len(paths) == len(set(paths))
        if not is_deleted and not trash.entries(data.store):
            discard(data, what)


@pytest.mark.parametrize("what", ["work", "project"])
@pytest.mark.parametrize("lasts", [1, 3])  # documents, until the deletion is undone
def test_what_is_deleted_and_restored_during_a_backup_is_in_it(data, what, lasts):
    names = {path.name for path in read_documents(data)}
    for moment in range(len(names) + 1):
        paths: list[Path] = []
        for number, directory in enumerate(read_documents(data)):
            if number == moment:
                discard(data, what)
            if number == moment + lasts:
                restore(data)
            if directory.is_dir():
                paths.append(directory)
        assert names <= {path.name for path in paths}, moment
        assert len(paths) == len(set(paths))
        restore(data)


@pytest.mark.parametrize(
    ("path", "fields", "problem"),
    [
        ("trash.json", {"kind": "other"}, "trash.json is invalid: kind"),
        ("works/{work}/work.json", {"scenes": None}, "work.json is invalid: scenes"),
        ("works/{work}/work.json", {"projectId": "p"}, "has a different projectId than its path"),
    ],
)
def test_doctor_checks_the_trash(data, run, deleted, path, fields, problem):
    assert run("doctor").exit_code == 0
    data.edit(deleted.parent.parent / path.format(work=deleted.name), **fields)

    assert problem in run("doctor").stdout


def test_deleted_project_without_owner_is_told(data, run):
    directory = discard(data, "project")
    data.edit(directory.parent.parent / "trash.json", ownerId="user_0")

    assert "belongs to user_0, who does not exist. To give it its owner" in run("doctor").stdout


def test_entry_without_a_document_which_a_crash_leaves_is_no_problem(data, run, deleted):
    deleted.rename(data.work)
    data.edit(deleted.parent.parent / "trash.json", deletedAt=0)

    assert run("doctor").exit_code == 0


def test_backup_has_no_entry_whose_document_is_being_moved(data, run, deleted, tmp_path):
    deleted.rename(data.work)

    run("backup", tmp_path / "x.tar")

    archived = members(tmp_path / "x.tar")
    assert [name for name in archived if name.startswith("trash/")] == []
    assert str((data.work / "work.json").relative_to(data.root)) in archived


def test_members_who_do_not_exist_are_told_and_let_in_when_they_are_added(data, ana, run):
    ben = Person.register(ana.client, "ben@example.com")
    member = {"userId": ben.user["id"], "role": "viewer", "mayPay": False, "addedAt": 1}
    data.edit(data.project / "project.json", members=[member])
    assert run("doctor").exit_code == 0
    (data.root / "users" / ben.user["id"]).rename(data.root / "away")

    result = run("doctor", "--repair")

    assert f"has members who do not exist: {ben.user['id']}" in result.stdout
    assert "`users add` with the same email" in result.stdout
    assert ana.get(f"/api/projects/{data.project.name}/members").status_code == 200
    (data.root / "away").rename(data.root / "users" / ben.user["id"])
    assert run("doctor").exit_code == 0
    assert ben.get(data.url).status_code == 200


def test_project_of_a_missing_owner_stays_with_its_members(data, ana, run):
    ben = Person.register(ana.client, "ben@example.com")
    member = {"userId": ben.user["id"], "role": "editor", "mayPay": False, "addedAt": 1}
    data.edit(data.project / "project.json", members=[member])
    data.user.rename(data.root / "away")

    assert "who does not exist. To give it its owner back" in run("doctor").stdout
    assert ben.get(data.url).status_code == 200
    assert ben.delete(data.url).status_code == 204
    [item] = ben.get("/api/trash").json["items"]
    assert ben.post(f"/api/trash/{item['id']}/restore").status_code == 200
    (data.root / "away").rename(data.user)
    assert ana.get(data.url).status_code == 200
