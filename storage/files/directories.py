"""Directories that are open: what is in one is found by its descriptor, wherever it is by now.

So what is done under a document's lock is done in the directory that was locked, even if another
one takes its place meanwhile.
"""

import os
from collections.abc import Callable
from typing import Protocol, TypeVar

from storage.errors import reading
from storage.files.files import Opened, create, link_status, open_file, remove_if_exists
from storage.shared.changes import begin_change

DIRECTORY_MODE = 0o700

T = TypeVar("T")


class Files(Protocol):
    """Where files and directories are found by their paths."""

    def open_file(self, path: str, flags: int = os.O_RDONLY, /) -> int:
        """Open a file, as `open_file` of storage/files/files.py does."""

    def open_directory(self, path: str, /) -> "Directory":
        """Open a directory. Raises FileNotFoundError, NotADirectoryError, UnavailableError."""

    def status(self, path: str, /) -> os.stat_result:
        """Return the status of what is at a path. Raises as `open_directory`."""

    def link_status(self, path: str, /) -> os.stat_result:
        """Return the status of what is at a path, of a link its own."""


class Directory(Opened):
    """An open directory; what is in it is named by its path at the time when it was opened."""

    def __init__(self, path: str, descriptor: int) -> None:
        super().__init__(descriptor)
        self.path = path
        self._prefix = f"{path}/"

    def open_file(self, path: str, flags: int = os.O_RDONLY, /) -> int:
        """Open a file in the directory."""
        name, directory = self._find(path)
        return open_file(name, flags, directory)

    def open_directory(self, path: str, /) -> "Directory":
        """Open a directory in the directory."""
        return Directory(path, _open(*self._find(path)))

    def status(self, path: str, /) -> os.stat_result:
        """Return the status of what is in the directory."""
        return _status(*self._find(path))

    def link_status(self, path: str, /) -> os.stat_result:
        """Return the status of what is in the directory, of a link its own."""
        return link_status(*self._find(path))

    def own_status(self) -> os.stat_result:
        """Return the status of the directory itself."""
        return _status(self.descriptor)

    def names(self) -> list[str]:
        """Return all names in the directory."""
        return os.listdir(self.descriptor)

    def create(self, path: str) -> int:
        """Create a file, as `create` of storage/files/files.py does."""
        return create(*self._find(path))

    def make_directory(self, path: str) -> None:
        """Create a directory, accessible by the owner only. Raises FileExistsError."""
        name, descriptor = self._find(path)
        os.mkdir(name, DIRECTORY_MODE, dir_fd=descriptor)

    def replace(self, source: str, target: str) -> None:
        """Rename a file, or a directory if there is none with files in it at the target."""
        (old, old_descriptor), (new, descriptor) = self._find(source), self._find(target)
        begin_change()
        os.replace(old, new, src_dir_fd=old_descriptor, dst_dir_fd=descriptor)

    def remove_if_exists(self, path: str) -> None:
        """Remove a file if it exists."""
        remove_if_exists(*self._find(path))

    def sync(self) -> None:
        """Make the entries of the directory durable."""
        os.fsync(self.descriptor)

    def _find(self, path: str) -> tuple[str, int | None]:
        """Return a path as a name below the directory and its descriptor, or another as it is."""
        if path.startswith(self._prefix):
            return path[len(self._prefix) :], self.descriptor
        return path, None


class Directories:
    """Finds directories, and what is in them, by their whole paths.

    Nodes look a path up once, and remember for a second what they found: see shared/directories.py.
    """

    def open_file(self, path: str, flags: int = os.O_RDONLY, /) -> int:
        """Open a file, as `open_file` of storage/files/files.py does."""
        return open_file(path, flags)

    def open_directory(self, path: str, /) -> Directory:
        """Open the directory that is at a path now."""
        return Directory(path, _open(path))

    def status(self, path: str, /) -> os.stat_result:
        """Return the status of what is at a path."""
        return _status(path)

    def link_status(self, path: str, /) -> os.stat_result:
        """Return the status of what is at a path, of a link its own."""
        return link_status(path)

    def recent(self, path: str) -> Directory:
        """Return a directory that was at a path at most a second ago."""
        return self.open_directory(path)

    def files_in(self, directory: str) -> Files:
        """Return where the files in a directory are found that was there at most a second ago.

        Raises as `open_directory`, or later.
        """
        return self

    def try_recent(self, path: str, opener: Callable[[Files], T], use: Callable[[T], bool]) -> bool:
        """Call `use` with what `opener` opened at a path a moment ago, if that is kept.

        Return what `use` does, which is false if something else is at the path by now.
        """
        return False


BY_PATH = Directories()


@reading
def _open(path: str, directory: int | None = None) -> int:
    return os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=directory)


@reading
def _status(path: str | int, directory: int | None = None) -> os.stat_result:
    return os.stat(path, dir_fd=directory)
