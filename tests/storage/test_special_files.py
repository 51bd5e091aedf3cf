"""Links, pipes and deep directories in a data directory: nothing waits for them or follows them."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from app import create_app
from settings.config import Settings
from storage.errors import NotAFileError
from storage.files.files import open_file
from storage.files.privileges import explain
from storage.files.trees import remove_tree, walk
from storage.locking.locks import lock_document
from storage.store import Store
from tests.command_line import environment, run_command
from tests.service import ROOT

LEVELS = 1100  # more than Python's stack, and than the files that a process may have open


def make_deep(top: Path) -> Path:
    """Create a directory with LEVELS levels of directories, and a file in the last one."""
    current = os.open(top.parent, os.O_RDONLY)
    for name in (top.name, *["d"] * LEVELS):
        os.mkdir(name, dir_fd=current)
        inner = os.open(name, os.O_RDONLY, dir_fd=current)
        os.close(current)
        current = inner
    os.close(os.open("file", os.O_WRONLY | os.O_CREAT, dir_fd=current))
    os.close(current)
    return top


@pytest.fixture
def root(tmp_path):
    """A data directory; pytest itself could not remove what is deep in it."""
    root = tmp_path / "data"
    project = root / "projects" / "p1"
    project.mkdir(parents=True)
    (project / "project.json").write_text("{}")
    yield root
    remove_tree(root)


def make_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))


SPECIAL: dict[str, Callable[[Path], object]] = {
    "a named pipe": os.mkfifo,
    "a directory": Path.mkdir,
    "a link": lambda path: path.symlink_to("/etc/hostname"),
    "a socket": make_socket,
}

each_special = pytest.mark.parametrize("kind", SPECIAL)


@each_special
@pytest.mark.parametrize("flags", [os.O_RDONLY, os.O_WRONLY, os.O_RDWR | os.O_CREAT])
def test_only_files_are_opened(tmp_path, kind, flags):
    SPECIAL[kind](tmp_path / "x")

    with pytest.raises(NotAFileError, match=f"x is {kind} instead of a file"):
        open_file(tmp_path / "x", flags)


@each_special
def test_document_that_is_not_a_file_is_unreadable(root, kind):
    store = Store(root, fsync=False)
    (root / "projects/p1/project.json").unlink()
    SPECIAL[kind](root / "projects/p1/project.json")

    with pytest.raises(NotAFileError):
        store.projects.snapshot("p1")


@each_special
def test_lock_that_is_not_a_file_is_not_waited_for(root, kind):
    SPECIAL[kind](root / "projects/p1/.lock")

    with pytest.raises(NotAFileError), lock_document(root / "projects/p1"):
        pass


@pytest.mark.parametrize("kind", ["a named pipe", "a link"])
def test_change_log_that_is_not_a_file_is_replaced(root, kind):
    store = Store(root, fsync=False)
    SPECIAL[kind](root / "projects" / ".changes")

    store.projects.change("p1", lambda project: project.update(name="Changed"))

    assert (root / "projects" / ".changes").is_file()


@pytest.mark.parametrize("name", [".lock", "jwt-secret"])
@each_special
def test_application_is_not_created_where_something_is_not_a_file(root, name, kind):
    SPECIAL[kind](root / name)

    with pytest.raises(NotAFileError) as failure:
        create_app(Settings(data_dir=root, log_level="ERROR"))

    message = f"DATA_DIR cannot be used: {name} is {kind} instead of a file"
    assert explain(failure.value, root) == message


def test_start_says_in_one_line_what_is_not_a_file(root):
    SPECIAL["a named pipe"](root / "jwt-secret")

    ended = subprocess.run(
        [sys.executable, "-c", "import wsgi"],
        check=False,
        cwd=ROOT,
        env=environment(root),
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert ended.returncode == 1
    message = "DATA_DIR cannot be used: jwt-secret is a named pipe instead of a file"
    assert ended.stderr == f"Vidworks cannot start: {message}\n"


def test_deep_directories_do_not_prevent_a_start(root):
    make_deep(root / "projects" / "p1" / "d")

    ended = run_command(root, "users", "list")

    assert ended.returncode == 0, ended.stderr


def test_deep_directories_are_deleted_with_their_document(root):
    make_deep(root / "projects" / "p1" / "d")

    Store(root, fsync=False).projects.delete("p1")

    assert [path.name for path in (root / "projects").iterdir()] == [".changes"]


def test_deep_leftovers_are_removed_at_start(root):
    make_deep(root / "projects" / ".deleted-1")

    Store(root, fsync=False)

    assert not (root / "projects" / ".deleted-1").exists()


def test_links_in_a_removed_tree_are_not_followed(tmp_path):
    kept = tmp_path / "kept" / "file"
    kept.parent.mkdir()
    kept.touch()
    (tmp_path / "tree" / "a").mkdir(parents=True)
    (tmp_path / "tree" / "a" / "link").symlink_to(kept.parent)

    remove_tree(tmp_path / "tree")

    assert not (tmp_path / "tree").exists()
    assert kept.exists()


def test_what_cannot_be_removed_stays_and_the_rest_is_removed(tmp_path, monkeypatch):
    for name in ("a", "kept", "z"):
        (tmp_path / "tree" / name).mkdir(parents=True)
    rmdir = os.rmdir

    def refuse(path: str, **options: int) -> None:
        if path == "kept":
            raise PermissionError
        rmdir(path, **options)

    monkeypatch.setattr(os, "rmdir", refuse)

    remove_tree(tmp_path / "tree")

    assert [path.name for path in (tmp_path / "tree").iterdir()] == ["kept"]


def test_walk_reaches_every_level(tmp_path):
    deep = make_deep(tmp_path / "top")
    try:
        assert sum(1 for _ in walk(deep)) >= min(LEVELS, (4096 - len(str(deep))) // 2) - 1
    finally:
        with suppress(OSError):
            remove_tree(deep)


def test_doctor_reports_deep_directories_and_moves_them_away(root):
    make_deep(root / "projects" / "p1" / "d")

    found = run_command(root, "doctor")
    repaired = run_command(root, "doctor", "--repair")

    assert "projects/p1/d is not part of the service's data." in found.stdout
    assert "projects/p1/d is not part of the service's data. Repaired: moved" in repaired.stdout
    assert not (root / "projects" / "p1" / "d").exists()
