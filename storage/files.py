"""Durable file operations: write beside, fsync, replace, fsync the directory.

With `FSYNC=0` (see config.py) the fsyncs are left out: a crash of the process still loses nothing,
a power cut may lose the last seconds.
"""

import errno
import os
import secrets
import shutil
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from storage import paths
from storage.errors import ExistsError, writing

_FILE_MODE = 0o600
_DIRECTORY_MODE = 0o700


class Disk:
    """The few ways in which this service changes the disk."""

    def __init__(self, fsync: bool = True) -> None:
        self._fsync = fsync

    def sync(self, descriptor: int) -> None:
        """Make a file's contents durable."""
        if self._fsync:
            os.fsync(descriptor)

    def sync_directory(self, directory: str | Path) -> None:
        """Make the names in a directory durable."""
        if not self._fsync:
            return
        descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def sync_all(self) -> None:
        """Make everything durable that was written by now: for thousands of files far faster."""
        if self._fsync:
            os.sync()

    def make_directory(self, directory: str | Path) -> None:
        """Create a directory and its missing parents, readable by the owner alone."""
        directory = Path(directory)
        missing = [p for p in (directory, *directory.parents) if not p.exists()]
        with writing():
            for path in reversed(missing):
                path.mkdir(mode=_DIRECTORY_MODE, exist_ok=True)
                self.sync_directory(path.parent)

    def make_subdirectory(self, directory: str) -> None:
        """Create a directory inside one that is there. Raises FileNotFoundError if it is not."""
        with writing():
            with suppress(FileExistsError):
                os.mkdir(directory, _DIRECTORY_MODE)
            self.sync_directory(os.path.dirname(directory))

    def write(self, path: str, data: bytes) -> None:
        """Write a whole new file; not yet durable under its name. `path` must not exist."""
        descriptor = create(path)
        try:
            view = memoryview(data)
            while view:
                view = view[os.write(descriptor, view) :]
            self.sync(descriptor)
        finally:
            os.close(descriptor)

    def replace(self, path: str, data: bytes) -> None:
        """Put `data` in the place of the file at `path`, durably; a reader sees old or new."""
        directory = os.path.dirname(path)
        temporary = temporary_name(directory)
        with writing():
            try:
                self.write(temporary, data)
                os.replace(temporary, path)
            except BaseException:
                remove_if_exists(temporary)
                raise
            self.sync_directory(directory)

    def create_directory_with(self, directory: str, name: str, data: bytes) -> None:
        """Create a directory that holds one file, at once and durably.

        Raises ExistsError where the directory is there already, whoever made it first.
        """
        parent = os.path.dirname(directory)
        staging = f"{parent}/{paths.NEW}{secrets.token_hex(8)}"
        with writing():
            try:
                os.mkdir(staging, _DIRECTORY_MODE)
                self.write(f"{staging}/{name}", data)
                os.rename(staging, directory)  # fails on a directory that is not empty
            except BaseException as exc:
                shutil.rmtree(staging, ignore_errors=True)
                if isinstance(exc, OSError) and os.path.isdir(directory):
                    raise ExistsError(directory) from exc
                raise
            self.sync_directory(directory)
            self.sync_directory(parent)

    def put_in_place(self, temporary: str, path: str, superseded: Iterable[str]) -> None:
        """Move a finished file to its name and remove the ones that it supersedes, durably."""
        with writing():
            os.replace(temporary, path)
            for old in superseded:
                remove_if_exists(old)
            self.sync_directory(os.path.dirname(path))

    def move(self, source: str | Path, target: str | Path) -> None:
        """Give a file or directory another place on the same disk, durably.

        Raises ExistsError where there is something already.
        """
        if os.path.lexists(target):
            raise ExistsError(str(target))
        with writing():
            try:
                os.rename(source, target)
            except OSError as exc:
                if exc.errno in (errno.ENOTEMPTY, errno.EEXIST):
                    raise ExistsError(str(target)) from exc
                raise
            self.sync_directory(os.path.dirname(target))
            self.sync_directory(os.path.dirname(source))

    def mark_deleted(self, directory: str) -> str:
        """Make a directory vanish at once and durably; returns where its contents are for now.

        The contents are left to `discard`: however much is inside, and even when the process dies
        before, it is deleted from here on.
        """
        parent = os.path.dirname(directory)
        hidden = f"{parent}/{paths.DELETED}{secrets.token_hex(8)}"
        with writing():
            os.rename(directory, hidden)
            self.sync_directory(parent)
        return hidden


def discard(hidden: str | Path) -> None:
    """Remove what `hide` hid. What cannot be removed now goes at the next start."""
    shutil.rmtree(hidden, ignore_errors=True)


def temporary_name(directory: str | Path) -> str:
    """A new temporary file's name in the directory that the file is to end up in."""
    return f"{directory}/{paths.TEMPORARY}{secrets.token_hex(8)}"


def create(path: str) -> int:
    """Create and open a new file for writing, readable by the owner alone."""
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _FILE_MODE)


def remove_if_exists(path: str) -> None:
    """Remove a file if it is there."""
    with suppress(FileNotFoundError):
        os.unlink(path)
