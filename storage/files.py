"""Durable file operations: write a temporary file, fsync, replace, fsync the directory.

With `FSYNC=0` (see config.py) the fsyncs are left out: a crash of the process still loses nothing,
a power failure may lose the last seconds.
"""

import errno
import os
import secrets
import stat
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from storage import paths
from storage.directories import OpenDirectory, at, held, hold
from storage.errors import ExistsError, NotAFileError, writing

_FILE_MODE = 0o600
_OPEN_ATTEMPTS = 3
_DIRECTORY_MODE = 0o700

_FILE_TYPES = {
    stat.S_IFREG: "a file",
    stat.S_IFDIR: "a directory",
    stat.S_IFLNK: "a link",
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
}


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

    def sync_directory(self, directory: str | Path) -> None:
        """Make the entries of a directory durable."""
        if not self._fsync:
            return
        os.fsync(held(str(directory)) or OpenDirectory(*at(str(directory))))

    def sync_all(self) -> None:
        """Make all earlier writes durable: for thousands of files far faster than one by one."""
        if self._fsync:
            os.sync()

    def make_directory(self, directory: str | Path) -> None:
        """Create a directory and its missing parents, accessible by the owner only."""
        directory = Path(directory)
        missing = [p for p in (directory, *directory.parents) if not p.exists()]
        with writing():
            for path in reversed(missing):
                path.mkdir(mode=_DIRECTORY_MODE, exist_ok=True)
                self.sync_directory(path.parent)

    def make_subdirectory(self, directory: str) -> None:
        """Create a directory unless it exists. Raises FileNotFoundError without its parent."""
        with writing():
            with suppress(FileExistsError):
                os.mkdir(directory, _DIRECTORY_MODE)
            self.sync_directory(os.path.dirname(directory))

    def write(self, path: str, data: bytes) -> None:
        """Write a new file; its contents are durable, its name not yet. `path` must not exist."""
        descriptor = create(path)
        try:
            view = memoryview(data)
            while view:
                view = view[os.write(descriptor, view) :]
            self.sync_file(descriptor)
        finally:
            os.close(descriptor)

    def replace(self, path: str, data: bytes, check: Callable[[], None] | None = None) -> None:
        """Replace the file at `path` atomically and durably: readers see the old or the new one.

        `check` is called right before, and prevents it by raising an exception.
        """
        directory = os.path.dirname(path)
        temporary = f"{directory}/{paths.STAGED}{secrets.token_hex(8)}"
        with writing():
            try:
                self.write(temporary, data)
                if check is not None:
                    check()
                replace(temporary, path)
            except BaseException:
                remove_if_exists(temporary)
                raise
            self.sync_directory(directory)

    def append(
        self, path: str, data: bytes, position: int, check: Callable[[], None] | None = None
    ) -> None:
        """Write to the end of a file, durably; `position` is its end, what is beyond is removed.

        `check` is called when the file is open, and prevents it by raising an exception.
        """
        with writing():
            descriptor = open_file(path, os.O_WRONLY | os.O_CREAT)
            try:
                if check is not None:
                    check()
                os.ftruncate(descriptor, position)
                os.lseek(descriptor, position, os.SEEK_SET)
                view = memoryview(data)
                while view:
                    view = view[os.write(descriptor, view) :]
                self.sync_file(descriptor)
            finally:
                os.close(descriptor)
            if position == 0:
                self.sync_directory(os.path.dirname(path))

    def create_directory_with_file(self, directory: str, name: str, data: bytes) -> None:
        """Create a directory with one file in it, atomically and durably.

        Raises ExistsError if the directory exists, also if another process creates it meanwhile.
        """
        parent = os.path.dirname(directory)
        staging = f"{parent}/{paths.NEW}{secrets.token_hex(8)}"
        with writing(), hold(parent, OpenDirectory(parent)):
            try:
                make_directory(staging)
                self.write(f"{staging}/{name}", data)
                replace(staging, directory)  # fails if the directory exists and is not empty
            except BaseException as exc:
                remove_tree(staging)
                if isinstance(exc, OSError) and os.path.isdir(directory):
                    raise ExistsError(directory) from exc
                raise
            self.sync_directory(directory)
            self.sync_directory(parent)

    def put_in_place(self, temporary: str, path: str, superseded: Iterable[str]) -> None:
        """Move a complete file to its path and remove the files that it supersedes, durably."""
        with writing():
            os.replace(temporary, path)
            for old in superseded:
                remove_if_exists(old)
            self.sync_directory(os.path.dirname(path))

    def move(self, source: str | Path, target: str | Path) -> None:
        """Move a file or directory within the same file system, durably.

        Raises ExistsError if the target exists.
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
        """Delete a directory by renaming it, atomically and durably; return its new path.

        The caller removes the renamed directory with `remove_tree`, which may take long; if the
        process dies before that, the next start removes it.
        """
        parent = os.path.dirname(directory)
        deleted = f"{parent}/{paths.DELETED}{secrets.token_hex(8)}"
        with writing():
            os.rename(directory, deleted)
            self.sync_directory(parent)
        return deleted


def list_names(directory: str | Path) -> list[str]:
    """Return the names in a directory, sorted, without those that begin with a dot.

    The list is empty if the directory is missing, or something else is in its place.
    """
    try:
        names = os.listdir(directory)
    except (FileNotFoundError, NotADirectoryError):
        return []
    return sorted(name for name in names if not name.startswith("."))


def walk(top: str | Path) -> Iterator[os.DirEntry[str]]:
    """Yield everything in a directory, to any depth; what cannot be listed is left out.

    Links are not followed. Unlike `os.walk`, it does not recurse: a thousand levels are no problem.
    """
    pending = [str(top)]
    while pending:
        with suppress(OSError), os.scandir(pending.pop()) as entries:
            for entry in entries:
                yield entry
                if entry.is_dir(follow_symlinks=False):
                    pending.append(entry.path)


def remove_tree(directory: str | Path) -> None:
    """Remove a directory with its contents; what cannot be removed stays until the next start.

    Unlike `shutil.rmtree`, it holds one directory open at a time and does not recurse: a thousand
    levels are no problem.
    """
    with suppress(OSError):
        _remove_contents(directory)
        os.rmdir(directory)


def _remove_contents(directory: str | Path) -> None:
    current = _open_directory(directory)
    entered: list[str] = []  # the names of the directories from `directory` to the current one
    remaining = [_remove_files(current)]  # the subdirectories still to be entered, of each level
    try:
        while entered or remaining[0]:
            if remaining[-1]:
                name = remaining[-1].pop()
                with suppress(OSError):
                    child = _open_directory(name, current)
                    os.close(current)
                    current = child
                    entered.append(name)
                    remaining.append(_remove_files(current))
            else:
                parent = _open_directory("..", current)
                os.close(current)
                current = parent
                remaining.pop()
                _remove_directory(entered.pop(), current)
    finally:
        os.close(current)


def _open_directory(path: str | Path, parent: int | None = None) -> int:
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
    return os.open(path, flags, dir_fd=parent)


def _remove_files(directory: int) -> list[str]:
    """Remove what is not a directory from an open directory; return the names of those that are."""
    subdirectories = []
    with suppress(OSError), os.scandir(directory) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                subdirectories.append(entry.name)
            else:
                with suppress(OSError):
                    os.unlink(entry.name, dir_fd=directory)
    return subdirectories


def _remove_directory(name: str, parent: int) -> None:
    with suppress(OSError):
        os.rmdir(name, dir_fd=parent)


def remove_if_exists(path: str | Path) -> None:
    """Remove a file if it exists."""
    name, directory = at(str(path))
    with suppress(FileNotFoundError):
        os.unlink(name, dir_fd=directory)


def last_change(top: str | Path) -> float:
    """Return when anything in a file or directory was last changed or moved, in Unix seconds."""
    times = []
    for path in (str(top), *(entry.path for entry in walk(top))):
        with suppress(OSError):
            times.append(os.lstat(path).st_ctime)
    return max(times, default=time.time())  # removed concurrently


def remove_staged_files(directory: str) -> None:
    """Remove what is about to replace files in a directory: it cannot be put in place any more."""
    with suppress(FileNotFoundError):
        for name in os.listdir(held(directory) or directory):
            if name.startswith(paths.STAGED):
                remove_if_exists(f"{directory}/{name}")


def temporary_path(directory: str | Path) -> str:
    """Return a new path for a temporary file, in the directory that the file will be moved to."""
    return f"{directory}/{paths.TEMPORARY}{secrets.token_hex(8)}"


def make_directory(path: str) -> None:
    """Create a directory, accessible by the owner only. Raises FileExistsError."""
    name, directory = at(path)
    os.mkdir(name, _DIRECTORY_MODE, dir_fd=directory)


def replace(source: str, target: str) -> None:
    """Rename a file, or a directory if there is none with files in it at the target."""
    (old, source_directory), (new, directory) = at(source), at(target)
    os.replace(old, new, src_dir_fd=source_directory, dst_dir_fd=directory)


def create(path: str) -> int:
    """Create a file, readable by the owner only, and return its descriptor, open for writing."""
    name, directory = at(path)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    return os.open(name, flags, _FILE_MODE, dir_fd=directory)


def open_file(path: str | Path, flags: int = os.O_RDONLY) -> int:
    """Open a file and return its descriptor; a new one (O_CREAT) is readable by its owner only.

    Follows no link and waits for no writer of a named pipe. Raises NotAFileError for anything else
    than a file. It is the opener of every `open` of a file that was stored before.
    """
    return open_in(*at(str(path)), flags)


def open_in(path: str, directory: int | None, flags: int = os.O_RDONLY) -> int:
    """Open a file by its name in an open directory, as `open_file` does."""
    flags |= os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        descriptor = _open(path, directory, flags)
    except OSError as exc:
        if exc.errno in (errno.ELOOP, errno.EISDIR, errno.ENXIO):
            raise not_a_file(path, directory) from exc
        raise
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise not_a_file(path, directory)
    return descriptor


def _open(path: str, directory: int | None, flags: int) -> int:
    """Open a file; again after EPERM, as on JuiceFS for one that was just moved to its trash."""
    for _ in range(_OPEN_ATTEMPTS):
        try:
            return os.open(path, flags, _FILE_MODE, dir_fd=directory)
        except PermissionError as exc:
            if exc.errno != errno.EPERM:
                raise
            denied = exc
    raise denied


def read_file(path: str | Path) -> bytes:
    """Return the contents of a file. Raises NotAFileError, OSError."""
    with open(path, "rb", buffering=0, opener=open_file) as file:
        return file.readall()


def not_a_file(path: str | Path, directory: int | None = None) -> NotAFileError:
    """Return the exception for something else where a file should be."""
    found = file_type(path, directory)
    return NotAFileError(f"{os.path.basename(path)} is {found} instead of a file")


def file_type(path: str | Path, directory: int | None = None) -> str:
    """Return what is at a path, e.g. "a file", "a link" or "missing"."""
    try:
        mode = os.stat(path, dir_fd=directory, follow_symlinks=False).st_mode
    except OSError:
        return "missing"
    return _FILE_TYPES.get(stat.S_IFMT(mode), "a special file")
