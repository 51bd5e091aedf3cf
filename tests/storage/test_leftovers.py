"""Leftovers of a crash: removed by the first process that opens the data directory."""

import os
import subprocess
import sys
from pathlib import Path

from storage.store import Store
from tests.service import ROOT

LEFTOVERS = (
    "projects/.new-0001/project.json",
    "projects/.deleted-0002/works/w1/work.json",
    "projects/p1/.tmp-0003",
    "projects/p1/works/w1/.tmp-0004",
    "projects/p1/works/w1/media/.tmp-0005",
    "projects/p1/works/w1/exports/.new-0007/media/video.mp4",
    "cache/segments/.tmp-0008.mp4",
    ".tmp-0006",
)
KEPT = (
    "projects/p1/project.json",
    "projects/p1/works/w1/media/reference.mp4",
    "projects/p1/works/w1/exports/e1/media/video.mp4",
    "cache/segments/abc.mp4",
    "projects/.changes",
)


def create_files(root: Path) -> None:
    for name in (*LEFTOVERS, *KEPT):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("{}")


def existing_files(root: Path) -> set[str]:
    return {name for name in (*LEFTOVERS, *KEPT) if (root / name).exists()}


def open_in_another_process(root: Path) -> None:
    code = f"from pathlib import Path; from storage.store import Store; Store(Path({str(root)!r}))"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def test_opening_a_data_directory_removes_leftovers_and_nothing_else(tmp_path):
    create_files(tmp_path)

    open_in_another_process(tmp_path)

    assert existing_files(tmp_path) == set(KEPT)


def test_leftovers_are_kept_while_another_process_uses_the_directory(tmp_path):
    _store = Store(tmp_path, fsync=False)
    create_files(tmp_path)

    open_in_another_process(tmp_path)

    assert existing_files(tmp_path) == {*LEFTOVERS, *KEPT}


def test_file_that_is_put_into_what_is_being_deleted_goes_with_it(store, monkeypatch):
    """As a change of a job that was on its way when its user, or its work, was deleted."""
    store.users.create("ana", {"updatedAt": 1})
    store.user_jobs("ana").create("j", {"updatedAt": 1})
    rmdir = os.rmdir

    def put_there_first(name: str, *, dir_fd: int | None = None) -> None:
        monkeypatch.setattr(os, "rmdir", rmdir)
        directory = os.open(name, os.O_RDONLY, dir_fd=dir_fd)
        os.close(os.open("job.json", os.O_WRONLY | os.O_CREAT, dir_fd=directory))
        os.close(directory)
        rmdir(name, dir_fd=dir_fd)

    monkeypatch.setattr(os, "rmdir", put_there_first)

    store.users.delete("ana")

    assert list((store.root / "users").iterdir()) == [store.root / "users" / ".changes"]
