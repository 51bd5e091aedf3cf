"""Durable files: written to a temporary file, fsynced, renamed into place; fsync of the directory.

With `FSYNC=0` (settings/config.py) the fsyncs are left out: a crash of the process still loses
nothing, a power failure may lose the last seconds.
"""

import errno
import os
import secrets
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from storage import paths
from storage.errors import ExistsError, confirming, writing
from storage.files.directories import BY_PATH, DIRECTORY_MODE, Directory
from storage.files.files import CANNOT_EXCHANGE, create, exchange, open_file
from storage.files.trees import remove_tree
from storage.shared.changes import begin_change

_TAKEN = (errno.ENOTEMPTY, errno.EEXIST)  # what a rename to a directory that is there says


class Disk:
    """All operations that change the data directory durably."""

    def __init__(self, fsync: bool = True) -> None:
        self._fsync = fsync

    def sync_file(self, descriptor: int) -> None:
        """Make an open file's contents durable."""
        if self._fsync:
            os.fsync(descriptor)

    def sync_path(self, path: str) -> None:
        """Make the contents of the file at a path durable."""
        descriptor = open_file(path)
        try:
            self.sync_file(descriptor)
        finally:
            os.close(descriptor)

    def sync_directory(self, directory: str | Path | Directory) -> None:
        """Make the entries of a directory durable."""
        if not self._fsync:
            return
        if not isinstance(directory, Directory):
            directory = BY_PATH.open_directory(str(directory))
        directory.sync()

    def sync_all(self) -> None:
        """Make all earlier writes durable: for thousands of files far faster than one by one."""
        if self._fsync:
            os.sync()

    def make_directory(self, directory: str | Path) -> None:
        """Create a directory and its missing parents, accessible by the owner only."""
        directory = Path(directory)
        with writing():
            missing = [p for p in (directory, *directory.parents) if not p.exists()]
            for path in reversed(missing):
                path.mkdir(mode=DIRECTORY_MODE, exist_ok=True)
                self.sync_directory(path.parent)

    def make_subdirectory(self, directory: str) -> None:
        """Create a directory unless it exists. Raises FileNotFoundError without its parent."""
        with writing():
            with suppress(FileExistsError):
                os.mkdir(directory, DIRECTORY_MODE)
            self.sync_directory(os.path.dirname(directory))

    def write(self, path: str, data: bytes, directory: Directory | None = None) -> None:
        """Write a new file, by its path or in an open directory. `path` must not exist.

        Its contents are durable, its name not yet.
        """
        descriptor = create(path) if directory is None else directory.create(path)
        try:
            self._write_to(descriptor, data)
        finally:
            os.close(descriptor)

    def _write_to(self, descriptor: int, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[os.write(descriptor, view) :]
        self.sync_file(descriptor)

    def replace(
        self,
        path: str,
        data: bytes,
        check: Callable[[], None] | None = None,
        directory: Directory | None = None,
    ) -> None:
        """Replace the file at `path` atomically and durably: readers see the old or the new one.

        `check` is called right before, and prevents it by raising an exception. `directory` is the
        file's, unless it is to be opened.
        """
        parent = os.path.dirname(path)
        temporary = f"{parent}/{paths.STAGED}{secrets.token_hex(8)}"
        with writing():
            directory = directory or BY_PATH.open_directory(parent)
            try:
                self.write(temporary, data, directory)
                if check is not None:
                    check()
                directory.replace(temporary, path)
            except BaseException:
                directory.remove_if_exists(temporary)
                raise
            self.sync_directory(directory)

    def append(
        self,
        path: str,
        data: bytes,
        position: int,
        directory: Directory,
        check: Callable[[], None] | None = None,
    ) -> None:
        """Write to the end of a file in an open directory, durably.

        `position` is the end of the file: what is beyond is removed. `check` is called when the
        file is open, and prevents it by raising an exception.
        """
        with writing():
            descriptor = directory.open_file(path, os.O_WRONLY | os.O_CREAT)
            try:
                if check is not None:
                    check()
                begin_change()
                os.ftruncate(descriptor, position)
                os.lseek(descriptor, position, os.SEEK_SET)
                self._write_to(descriptor, data)
            finally:
                os.close(descriptor)
            if position == 0:
                self.sync_directory(directory)

    def create_directory_with_file(
        self, parent: Directory, directory: str, name: str, data: bytes
    ) -> None:
        """Create a directory with one file in it, atomically and durably.

        Raises ExistsError if the directory exists, also if another process creates it meanwhile,
        and deletes it right away.
        """
        staging = f"{parent.path}/{paths.NEW}{secrets.token_hex(8)}"
        with writing():
            try:
                parent.make_directory(staging)
                staged = parent.open_directory(staging)
                self.write(f"{staging}/{name}", data, staged)
                parent.replace(staging, directory)  # fails if there is one that is not empty
            except BaseException as exc:
                remove_tree(staging)
                if isinstance(exc, OSError) and (exc.errno in _TAKEN or os.path.isdir(directory)):
                    raise ExistsError(directory) from exc
                raise
            self.sync_directory(staged)
            self.sync_directory(parent)

    def put_in_place(self, temporary: str, path: str, superseded: Iterable[str]) -> None:
        """Move a complete file to its path and remove the files that it supersedes, durably."""
        with writing():
            begin_change()
            os.replace(temporary, path)
            directory = BY_PATH.open_directory(os.path.dirname(path))
            for old in superseded:
                directory.remove_if_exists(old)
            self.sync_directory(directory)

    def move(self, source: str | Path, target: str | Path) -> None:
        """Move a file or directory within the same file system, durably.

        Raises ExistsError if the target exists, UnconfirmedError if it fails once it was moved.
        """
        if os.path.lexists(target):
            raise ExistsError(str(target))
        with writing():
            begin_change()
            try:
                os.rename(source, target)
            except OSError as exc:
                if exc.errno in _TAKEN:
                    raise ExistsError(str(target)) from exc
                raise
            self._sync_parents(source, target)

    def exchange(self, source: str, target: str) -> str:
        """Put a directory in the place of another one, durably; return the new path of that one.

        At no time is there none, if the file system can exchange them. Otherwise there is none for
        a moment; if that fails, the old one is put back, and after a crash by the next start.
        Raises UnconfirmedError if it fails once the new one is in place.
        """
        with writing():
            begin_change()
            try:
                exchange(source, target)
                old = source
            except OSError as exc:
                if exc.errno not in CANNOT_EXCHANGE:
                    raise
                old = self._replace_directory(source, target)
            self._sync_parents(source, target)
        return old

    def _sync_parents(self, source: str | Path, target: str | Path) -> None:
        with confirming(target):
            self.sync_directory(os.path.dirname(target))
            self.sync_directory(os.path.dirname(source))

    def _replace_directory(self, source: str, target: str) -> str:
        parent, name = os.path.split(target)
        old = f"{parent}/{paths.replaced_name(name)}"
        os.rename(target, old)
        try:
            os.rename(source, target)
        except BaseException:
            os.rename(old, target)
            raise
        with confirming(target):  # from here on, it must not be put back if the new one is deleted
            return self.mark_deleted(old)

    def mark_deleted(self, directory: str, parent: Directory | None = None) -> str:
        """Delete a directory by renaming it, atomically and durably; return its new path.

        The caller removes the renamed directory with `remove_tree`, which may take long; if the
        process dies before that, the next start removes it. `parent` is its parent, unless that is
        to be opened.
        """
        deleted = f"{os.path.dirname(directory)}/{paths.DELETED}{secrets.token_hex(8)}"
        with writing():
            parent = parent or BY_PATH.open_directory(os.path.dirname(directory))
            parent.replace(directory, deleted)
            self.sync_directory(parent)
        return deleted
