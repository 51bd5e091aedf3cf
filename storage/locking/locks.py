"""Locks across threads and processes, released by the kernel when their process dies.

They use `flock` with a time limit, on a file that is opened for each use: two open descriptions of
one file exclude each other even within a process. The lock of a document is `.lock` in its
directory. Only writers lock; readers never wait, except a backup, which reads files that belong
together.
"""

import errno
import fcntl
import os
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Self, TypeVar

from storage import paths
from storage.errors import (
    UNAVAILABLE,
    LockedError,
    NoAccessError,
    NotFoundError,
    UnavailableError,
    missing_as_not_found,
    reading,
    writing,
)
from storage.files.directories import BY_PATH, Directories, Directory
from storage.files.files import open_file
from storage.locking import waiting

_CLIENT_RESTARTED = {errno.EBADF, *UNAVAILABLE}

MAX_NOTE_BYTES = 1000
LOCK_FLAGS = os.O_RDWR | os.O_CREAT

T = TypeVar("T")


def acquire(
    descriptor: int, path: str, operation: int = fcntl.LOCK_EX, seconds: float | None = None
) -> None:
    """Lock an open file, once it is free; close it if that fails.

    With `seconds`, the caller has seen to it that its thread may wait so long. Raises LockedError,
    UnavailableError.
    """
    try:
        if waiting.is_awaited(path) or not try_lock(descriptor, operation):
            waiting.wait(path, partial(try_lock, descriptor, operation), seconds)
    except BaseException:
        close(descriptor)
        raise


@reading
def try_lock(descriptor: int, operation: int = fcntl.LOCK_EX) -> bool:
    """Lock an open file; return False if others hold its lock. Raises UnavailableError."""
    try:
        fcntl.flock(descriptor, operation | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def close(descriptor: int) -> None:
    """Close a lock's file; if the client of its file system was restarted, the lock is gone."""
    try:
        os.close(descriptor)
    except OSError as exc:
        if exc.errno not in _CLIENT_RESTARTED:
            raise


class FileLock:
    """A lock that is held until it is released, or nothing refers to it any more.

    As a context manager, it is released at the end of the block.
    """

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor  # a program that inherits it shares the lock
        self._closer = weakref.finalize(self, close, descriptor)
        self._closer.atexit = False  # the kernel releases it then

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.release()

    @classmethod
    def try_acquire(cls, directory: str | Path, name: str) -> "FileLock | None":
        """Return the lock with this name in `directory`, or None if it is taken.

        Raises NotFoundError if the directory is missing.
        """
        descriptor, is_locked = _open_lock(directory, name), False
        try:
            is_locked = try_lock(descriptor)
        finally:
            if not is_locked:
                close(descriptor)
        return cls(descriptor) if is_locked else None

    @classmethod
    def acquire(cls, directory: str | Path, name: str, seconds: float | None = None) -> "FileLock":
        """Wait for the lock with this name in `directory`, as the function does; return it.

        Raises NotFoundError if the directory is missing, LockedError.
        """
        descriptor = _open_lock(directory, name)
        acquire(descriptor, f"{directory}/{name}", seconds=seconds)
        return cls(descriptor)

    @reading
    def read(self) -> str:
        """Return the note in the lock's file."""
        return os.pread(self.descriptor, MAX_NOTE_BYTES, 0).decode(errors="replace")

    def write(self, note: str) -> None:
        """Replace the note in the lock's file; it remains after the lock was released."""
        with writing():
            os.pwrite(self.descriptor, note.encode(), 0)
            os.ftruncate(self.descriptor, len(note.encode()))

    def release(self) -> None:
        """Release the lock, unless it was released before."""
        self._closer()


class ServiceLock:
    """The lock of a data directory: every process that uses the directory holds it shared.

    Of a directory that this process cannot write to, it is shared, and may be missing.
    """

    def __init__(self, root: Path, *, reads_only: bool = False) -> None:
        """Open the lock; for a process that `reads_only`, also where it cannot be written to.

        Raises OSError, NoAccessError.
        """
        self._path = str(root / paths.LOCK)
        self._descriptor: int | None = None
        self.is_writable = True
        try:
            self._descriptor = _open(self._path)
        except (OSError, NoAccessError) as exc:
            if not reads_only or (isinstance(exc, OSError) and exc.errno != errno.EROFS):
                raise
            self.is_writable = False
            with suppress(FileNotFoundError):
                self._descriptor = open_file(self._path)

    def try_acquire_exclusive(self) -> bool:
        """Acquire the lock exclusively if no other process holds it, otherwise shared.

        Raises LockedError if another process holds it exclusively for long.
        """
        is_locked = self._descriptor is not None and self.is_writable and try_lock(self._descriptor)
        if not is_locked:
            self.acquire_shared()  # the failed conversion released the shared lock
        return is_locked

    def acquire_shared(self) -> None:
        """Acquire the shared lock, or downgrade to it. Raises LockedError."""
        if self._descriptor is None:
            return
        # Not behind those that wait: they wait for this downgrade.
        if not try_lock(self._descriptor, fcntl.LOCK_SH):
            acquire(self._descriptor, self._path, fcntl.LOCK_SH)


def _open_lock(directory: str | Path, name: str) -> int:
    with writing(), missing_as_not_found(str(directory)):
        return _open(f"{directory}/{name}")


def _open(path: str) -> int:
    return open_file(path, LOCK_FLAGS)


class LockedDocument:
    """A document whose lock is held: its open directory, and its collection's.

    They were at their paths when the lock was acquired. Without a collection, the document was
    somewhere else (see `lock_held`).
    """

    def __init__(self, descriptor: int, directory: Directory, collection: Directory | None) -> None:
        self._descriptor = descriptor
        self.directory = directory
        self.collection = collection

    def release(self) -> None:
        """Release the lock."""
        close(self._descriptor)


@contextmanager
def lock_document(
    directory: str | Path, directories: Directories = BY_PATH
) -> Iterator[LockedDocument]:
    """Hold the lock of the document in `directory`. Raises NotFoundError if there is none.

    Raises LockedError if others hold it for long, NotAFileError if something else is in the lock's
    place.
    """
    path = str(directory)
    with missing_as_not_found(path):
        locked = _lock_current(path, directories)
    try:
        yield locked
    finally:
        locked.release()


@contextmanager
def lock_held(directory: Directory) -> Iterator[LockedDocument]:
    """Hold the lock of the document in an open directory, wherever that was moved.

    Raises NotFoundError if it was removed, and as `lock_document`.
    """
    with missing_as_not_found(directory.path), writing():
        descriptor = directory.open_file(_lock_of(directory), LOCK_FLAGS)
    acquire(descriptor, directory.path)
    locked = LockedDocument(descriptor, directory, None)
    try:
        yield locked
    finally:
        locked.release()


def read_locked(directory: str | Path, read: Callable[[], T]) -> T:
    """Return `read()`, which reads files of the document in `directory` that belong together.

    No change happens meanwhile. It needs no right to write, and creates no lock: a document without
    one has never been changed, and was not by then if it still has none. Raises NotFoundError.
    """
    path = str(directory)
    with missing_as_not_found(path):
        while True:
            opened = BY_PATH.open_directory(path)
            lock = _lock_for_reading(opened)
            missing: FileNotFoundError | None = None
            try:
                result = read()
            except FileNotFoundError as exc:
                missing = exc
            finally:
                if lock is not None:
                    close(lock)
            unchanged = lock is not None or not _has_lock(opened)
            if unchanged and os.path.samestat(BY_PATH.status(path), opened.own_status()):
                if missing is not None:
                    raise missing
                return result


def _lock_for_reading(directory: Directory) -> int | None:
    try:
        descriptor = directory.open_file(_lock_of(directory))
    except FileNotFoundError:
        return None
    acquire(descriptor, directory.path, fcntl.LOCK_SH)
    return descriptor


def _has_lock(directory: Directory) -> bool:
    try:
        directory.status(_lock_of(directory))
    except FileNotFoundError:
        return False
    return True


def _lock_current(path: str, directories: Directories) -> LockedDocument:
    """Lock the document in the directory that is at a path now."""
    try:
        if lock := _lock_in(directories.recent(path), directories):
            return lock
    except LockedError:
        raise
    except (OSError, NotFoundError, UnavailableError):
        pass  # what was open may have been deleted, or unmounted
    while True:  # repeat if the directory was replaced while this waited for its lock
        if lock := _lock_in(directories.open_directory(path), directories):
            return lock


def _lock_in(directory: Directory, directories: Directories) -> LockedDocument | None:
    """Lock the document in an open directory; return None if that is not at its path any more."""
    with writing():
        descriptor = directory.open_file(_lock_of(directory), LOCK_FLAGS)
    acquire(descriptor, directory.path)
    try:
        # Not one that was open before: a directory above it may have been replaced as well.
        collection = directories.open_directory(os.path.dirname(directory.path))
        if os.path.samestat(collection.status(directory.path), directory.own_status()):
            return LockedDocument(descriptor, directory, collection)
    except (FileNotFoundError, NotADirectoryError):
        pass
    except BaseException:
        close(descriptor)
        raise
    close(descriptor)
    return None


def _lock_of(directory: Directory) -> str:
    return f"{directory.path}/{paths.LOCK}"
