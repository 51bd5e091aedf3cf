"""Single files: created, opened, read and removed. `durable_files.py` fsyncs and renames them.

A path is one from the working directory, or in an open directory, whose descriptor is given then.
"""

import ctypes
import errno
import filecmp
import os
import secrets
import stat
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from io import FileIO
from pathlib import Path
from typing import Any, TypeVar

from storage import paths
from storage.errors import NotAFileError, reading

T = TypeVar("T")
Opener = Callable[[str, int], int]  # returns the descriptor of a path, for `open`

_FILE_MODE = 0o600
_OPEN_ATTEMPTS = 3

CANNOT_EXCHANGE = {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP}
_AT_FDCWD, _RENAME_EXCHANGE = -100, 2  # of Linux: linux/fcntl.h, linux/fs.h

_FILE_TYPES = {
    stat.S_IFREG: "a file",
    stat.S_IFDIR: "a directory",
    stat.S_IFLNK: "a link",
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
}


def temporary_path(directory: str | Path) -> str:
    """Return a new path for a temporary file, in the directory that the file will be moved to."""
    return f"{directory}/{paths.TEMPORARY}{secrets.token_hex(8)}"


def exchange(path: str, other: str) -> None:
    """Exchange two directories atomically; Python has no function for it.

    Raises OSError: with one of CANNOT_EXCHANGE if this file system or platform cannot do it.
    """
    renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if renameat2 is None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    paths_and_flags = _AT_FDCWD, os.fsencode(path), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE
    if renameat2(*paths_and_flags) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), path, None, other)


def create(path: str, directory: int | None = None) -> int:
    """Create a file of the owner only; return its descriptor, for reading and writing."""
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    return os.open(path, flags, _FILE_MODE, dir_fd=directory)


def write_private(path: str | Path, data: bytes) -> None:
    """Write a file that only its owner can read, in place of what is there; not durably."""
    with open(path, "wb", opener=partial(os.open, mode=_FILE_MODE)) as file:
        file.write(data)


def remove_if_exists(path: str | Path, directory: int | None = None) -> None:
    """Remove a file if it exists."""
    with suppress(FileNotFoundError):
        os.unlink(path, dir_fd=directory)


@reading
def open_file(path: str | Path, flags: int = os.O_RDONLY, directory: int | None = None) -> int:
    """Open a file and return its descriptor; a new one (O_CREAT) is readable by its owner only.

    Follows no link and waits for no writer of a named pipe. Raises NotAFileError for anything else
    than a file. It is the opener of every `open` of a file that was stored before.
    """
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


def open_named(path: str | Path) -> FileIO:
    """Open a file that a person has named, for reading; it may be a link to one.

    Waits for no writer of a named pipe. Raises NotAFileError for anything else than a file, which
    may have no end; OSError.
    """
    if (found := file_type(path, follow_links=True)) not in ("a file", "missing"):
        raise NotAFileError(f"{path} is {found} instead of a file")
    file = FileIO(path, opener=lambda name, flags: os.open(name, flags | os.O_NONBLOCK))
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):  # replaced meanwhile
        file.close()
        raise NotAFileError(f"{path} is no file")
    return file


def _open(path: str | Path, directory: int | None, flags: int) -> int:
    """Open a file; again after EPERM, as on JuiceFS for one that was just moved to its trash."""
    for _ in range(_OPEN_ATTEMPTS):
        try:
            return os.open(path, flags, _FILE_MODE, dir_fd=directory)
        except PermissionError as exc:
            if exc.errno != errno.EPERM:
                raise
            denied = exc
    raise denied


class Opened:
    """A file or directory that is open, by its descriptor.

    It is closed when nothing refers to it any more, as Python's files are.
    """

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor

    def __del__(self) -> None:
        with suppress(OSError):  # of a file system that is no longer mounted
            os.close(self.descriptor)


class StoredFileIO(FileIO):
    """A stored file that is open for reading. Reading raises UnavailableError, not such OSErrors.

    So does creating it, besides FileNotFoundError, NotADirectoryError and NotAFileError.
    """

    def __init__(self, path: str | Path, opener: Opener | None = None) -> None:
        """Open a file, by default with `open_file`."""
        super().__init__(path, opener=opener or open_file)

    def close(self) -> None:
        """Close the file. What was read is right, also if its file system fails by now."""
        with suppress(OSError):
            super().close()

    def status(self) -> os.stat_result:
        """Return the file's status."""
        return self._call(os.fstat, self.fileno())

    def read(self, size: int | None = -1, /) -> bytes:
        """Read up to `size` bytes, by default all."""
        return self._call(super().read, size)

    def readall(self) -> bytes:
        """Read the rest of the file."""
        return self._call(super().readall)

    def readinto(self, buffer: Any, /) -> int:
        """Read into a buffer; return the number of bytes."""
        return self._call(super().readinto, buffer)

    @reading
    def _call(self, function: Callable[..., T], *args: Any) -> T:
        """Call a function that reads the file; the errors name it."""
        try:
            return function(*args)
        except OSError as exc:
            exc.filename = self.name
            raise


def read_file(path: str | Path, opener: Opener | None = None) -> bytes:
    """Return the contents of a file. Raises as StoredFileIO."""
    with StoredFileIO(path, opener) as file:
        return file.readall()


@reading
def read_document(path: str | Path, opener: Opener | None = None) -> tuple[bytes, os.stat_result]:
    """Return the contents of a file that is read whole, and its status before.

    What is appended meanwhile is left out. It takes half of the system calls of `read_file`.
    Raises FileNotFoundError, NotADirectoryError, NotAFileError, UnavailableError.
    """
    descriptor = (opener or open_file)(str(path), os.O_RDONLY)
    try:
        status, data = os.fstat(descriptor), b""
        while len(data) < status.st_size:
            piece = os.read(descriptor, status.st_size - len(data))
            if not piece:
                break
            data = data + piece if data else piece
        return data, status
    except OSError as exc:
        exc.filename = path
        raise
    finally:
        with suppress(OSError):
            os.close(descriptor)


@reading
def same_contents(path: str, other: str) -> bool:
    """Return whether two files have the same contents. Raises FileNotFoundError."""
    return filecmp.cmp(path, other, shallow=False)


@reading
def link_status(path: str | Path, directory: int | None = None) -> os.stat_result:
    """Return the status of what is at a path, of a link its own. Raises FileNotFoundError."""
    return os.lstat(path, dir_fd=directory)


@reading
def _status(path: str | Path) -> os.stat_result:
    return os.stat(path)


def exists(path: str | Path) -> bool:
    """Return whether there is something at a path, unless UnavailableError is raised."""
    try:
        _status(path)
    except OSError:
        return False
    return True


def is_directory(path: str | Path) -> bool:
    """Return whether there is a directory at a path, unless UnavailableError is raised."""
    try:
        return stat.S_ISDIR(_status(path).st_mode)
    except OSError:
        return False


def not_a_file(path: str | Path, directory: int | None = None) -> NotAFileError:
    """Return the exception for something else where a file should be."""
    found = file_type(path, directory)
    return NotAFileError(f"{os.path.basename(path)} is {found} instead of a file")


def file_type(path: str | Path, directory: int | None = None, *, follow_links: bool = False) -> str:
    """Return what is at a path, e.g. "a file", "a link" or "missing"."""
    try:
        mode = os.stat(path, dir_fd=directory, follow_symlinks=follow_links).st_mode
    except OSError:
        return "missing"
    return _FILE_TYPES.get(stat.S_IFMT(mode), "a special file")
