"""Locks across threads and processes, released by the kernel when their process dies.

They use `flock` on a file that is opened for each use: two open descriptions of one file exclude
each other even within a process. Whoever finds a lock taken waits for a limited time (see
storage/locking/waiting.py).
"""

import errno
import fcntl
import os
import weakref
from contextlib import suppress
from pathlib import Path
from typing import Self

from storage import paths
from storage.errors import NoAccessError, missing_as_not_found, reading, writing
from storage.files.files import open_file
from storage.locking.flock import acquire, close, try_lock

MAX_NOTE_BYTES = 1000
LOCK_FLAGS = os.O_RDWR | os.O_CREAT


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
