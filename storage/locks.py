"""Locks that hold across threads and processes, and fall free when their process dies.

`flock` on a file that is opened for each use: two opens of the same file exclude each other even
within one process. Only writers lock; readers never wait.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storage import paths
from storage.errors import NotFoundError, writing


@contextmanager
def locked(directory: str | Path) -> Iterator[None]:
    """FileLock the lock of the resource in `directory`. Raises NotFoundError if it is not there."""
    path = f"{directory}/{paths.LOCK}"
    held = False
    while not held:  # again where the directory was replaced by another while we waited
        try:
            with writing():
                descriptor = _open(path)
        except (FileNotFoundError, NotADirectoryError):
            raise NotFoundError(str(directory)) from None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            held = _is_at(path, descriptor)
            if held:
                yield
        finally:
            os.close(descriptor)


class FileLock:
    """A lock held for as long as something takes, or the process lives."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    @classmethod
    def try_acquire(cls, directory: str | Path, name: str) -> "FileLock | None":
        """The lock of this name in `directory`; None if another has it. Raises NotFoundError."""
        path = f"{directory}/{name}"
        try:
            with writing():
                descriptor = _open(path)
        except (FileNotFoundError, NotADirectoryError):
            raise NotFoundError(str(directory)) from None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        return cls(descriptor)

    def release(self) -> None:
        """Let others have it."""
        os.close(self._descriptor)


class FileSemaphore:
    """A semaphore across threads and processes: so many holders at once for each name.

    What a process holds is released when it dies.
    """

    def __init__(self, root: Path, number: int) -> None:
        self._directory = root / paths.PLACES
        self._number = number

    def try_acquire(self, name: str) -> FileLock | None:
        """A free place, to be released; None if all are taken."""
        with writing():
            self._directory.mkdir(mode=0o700, exist_ok=True)
        places = (FileLock.try_acquire(self._directory, f"{name}-{n}") for n in range(self._number))
        return next((place for place in places if place is not None), None)


class ServiceLock:
    """Held (shared) by each process that uses a data directory, as long as it lives."""

    def __init__(self, root: Path) -> None:
        self._descriptor = _open(str(root / paths.LOCK))

    def try_exclusive(self) -> bool:
        """Take the lock exclusively, if no other process holds it; otherwise share it."""
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.share()  # trying gave up what was held
            return False
        return True

    def share(self) -> None:
        """Take, or go down to, the shared lock."""
        fcntl.flock(self._descriptor, fcntl.LOCK_SH)


def _is_at(path: str, descriptor: int) -> bool:
    try:
        return os.path.samestat(os.stat(path), os.fstat(descriptor))
    except (FileNotFoundError, NotADirectoryError):
        return False


def _open(path: str) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
