"""Locks across threads and processes, released by the kernel when their process dies.

They use `flock` on a file that is opened for each use: two open descriptions of one file exclude
each other even within a process. Only writers lock; readers never wait. Whoever finds a lock taken
waits for a limited time (see storage/waiting.py).
"""

import fcntl
import os
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, Self, TypeVar

from storage import paths
from storage.directories import OpenDirectory, hold, recent, reopen, stat_in
from storage.errors import (
    LockedError,
    NotFoundError,
    UnavailableError,
    missing_as_not_found,
    reading,
    writing,
)
from storage.files import open_file, open_in, read_file
from storage.flock import acquire, close, try_lock

T = TypeVar("T")

_MAX_NOTE_BYTES = 1000
_LOCK_FLAGS = os.O_RDWR | os.O_CREAT


@contextmanager
def lock_document(directory: str | Path) -> Iterator[None]:
    """Hold the lock of the document in `directory`. Raises NotFoundError if there is none.

    Raises LockedError if others hold it for long, NotAFileError if something else is in the lock's
    place. Within the block, the directory and that of its collection are held open (see
    storage/directories.py), as they are at their paths when the lock was acquired.
    """
    path = str(directory)
    with missing_as_not_found(path):
        lock = _lock_current(path)
    try:
        with hold(lock.collection_path, lock.collection), hold(path, lock.directory):
            yield
    finally:
        close(lock.descriptor)


def read_locked(directory: str | Path, read: Callable[[], T]) -> T:
    """Return `read()`, which reads files of the document in `directory` that belong together.

    No change happens meanwhile. It needs no right to write, and creates no lock: a document without
    one has never been changed, and was not by then if it still has none. Raises NotFoundError.
    """
    path = str(directory)
    with missing_as_not_found(path):
        while True:
            opened = OpenDirectory(path)
            lock = _lock_for_reading(opened, path)
            try:
                with hold(path, opened):
                    result = read()
            except FileNotFoundError:
                if lock is not None or not _has_lock(opened):
                    raise
                continue
            finally:
                if lock is not None:
                    close(lock)
            unchanged = lock is not None or not _has_lock(opened)
            if unchanged and os.path.samestat(stat_in(path, None), _status(opened)):
                return result


def _lock_for_reading(directory: OpenDirectory, path: str) -> int | None:
    try:
        descriptor = open_in(paths.LOCK, directory)
    except FileNotFoundError:
        return None
    acquire(descriptor, path, fcntl.LOCK_SH)
    return descriptor


def _has_lock(directory: OpenDirectory) -> bool:
    try:
        stat_in(paths.LOCK, directory)
    except FileNotFoundError:
        return False
    return True


class _DocumentLock(NamedTuple):
    """An open directory whose document is locked, and that of its collection."""

    descriptor: int
    directory: OpenDirectory
    collection_path: str
    collection: OpenDirectory


def _lock_current(path: str) -> _DocumentLock:
    """Lock the document in the directory that is at a path now."""
    try:
        if lock := _lock_in(recent(path), path):
            return lock
    except LockedError:
        raise
    except (OSError, NotFoundError, UnavailableError):
        pass  # what was open may have been deleted, or unmounted
    while True:  # repeat if the directory was replaced while this waited for its lock
        if lock := _lock_in(reopen(path, paths.depth(os.path.dirname(path)) + 1), path):
            return lock


def _lock_in(directory: OpenDirectory, path: str) -> _DocumentLock | None:
    """Lock the document in an open directory; return None if that is not at its path any more."""
    collection_path, name = os.path.split(path)
    with writing():
        descriptor = open_in(paths.LOCK, directory, _LOCK_FLAGS)
    acquire(descriptor, path)
    try:
        # Not one that was open before: a directory above it may have been replaced as well.
        collection = reopen(collection_path, paths.depth(collection_path))
        if os.path.samestat(stat_in(name, collection), _status(directory)):
            return _DocumentLock(descriptor, directory, collection_path, collection)
    except (FileNotFoundError, NotADirectoryError):
        pass
    except BaseException:
        close(descriptor)
        raise
    close(descriptor)
    return None


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
        return os.pread(self.descriptor, _MAX_NOTE_BYTES, 0).decode(errors="replace")

    def write(self, note: str) -> None:
        """Replace the note in the lock's file; it remains after the lock was released."""
        with writing():
            os.pwrite(self.descriptor, note.encode(), 0)
            os.ftruncate(self.descriptor, len(note.encode()))

    def release(self) -> None:
        """Release the lock, unless it was released before."""
        self._closer()


class FileSemaphore:
    """Semaphores across threads and processes: `slots` holders at once for each name.

    A slot's file names its last holder, if it has a name. If that one's process died, the slot
    stays taken for others while `is_active` returns true for the holder.
    """

    def __init__(
        self, root: Path, slots: int, is_active: Callable[[str], bool] = lambda _holder: False
    ) -> None:
        self._directory = root / paths.SEMAPHORES
        self._slots = slots
        self._is_active = is_active

    def try_acquire(self, name: str, holder: str = "") -> FileLock | None:
        """Return a free slot, to be released by the caller, or None if all are taken."""
        files = self._files(name)
        if self._is_active(holder):  # its own slot, which is kept for it, if it has one
            files = [file for file in files if self._last_holder(file) == holder][:1] or files
        locks = (self._try_file(file, holder) for file in files)
        return next((lock for lock in locks if lock is not None), None)

    def _files(self, name: str) -> list[str]:
        with writing():
            self._directory.mkdir(mode=0o700, exist_ok=True)
        return [f"{name}-{n}" for n in range(self._slots)]

    def _try_file(self, file: str, holder: str) -> FileLock | None:
        lock = FileLock.try_acquire(self._directory, file)
        if lock is None:
            return None
        try:
            last = lock.read()
            if last in ("", holder) or not self._is_active(last):
                lock.write(holder)
                return lock
        except BaseException:
            lock.release()
            raise
        lock.release()
        return None

    def _last_holder(self, file: str) -> str:
        try:
            return read_file(self._directory / file)[:_MAX_NOTE_BYTES].decode(errors="replace")
        except FileNotFoundError:
            return ""


class ServiceLock:
    """The lock of a data directory: every process that uses the directory holds it shared."""

    def __init__(self, root: Path) -> None:
        self._path = str(root / paths.LOCK)
        self._descriptor = _open(self._path)

    def try_acquire_exclusive(self) -> bool:
        """Acquire the lock exclusively if no other process holds it, otherwise shared.

        Raises LockedError if another process holds it exclusively for long.
        """
        is_locked = try_lock(self._descriptor)
        if not is_locked:
            self.acquire_shared()  # the failed conversion released the shared lock
        return is_locked

    def acquire_shared(self) -> None:
        """Acquire the shared lock, or downgrade to it. Raises LockedError."""
        # Not behind those that wait: they wait for this downgrade.
        if not try_lock(self._descriptor, fcntl.LOCK_SH):
            acquire(self._descriptor, self._path, fcntl.LOCK_SH)


def _open_lock(directory: str | Path, name: str) -> int:
    with writing(), missing_as_not_found(str(directory)):
        return _open(f"{directory}/{name}")


@reading
def _status(descriptor: int) -> os.stat_result:
    return os.fstat(descriptor)


def _open(path: str) -> int:
    return open_file(path, _LOCK_FLAGS)
