"""The lock of a document: `.lock` in its directory.

Only writers lock; readers never wait, except a backup, which reads files that belong together.
"""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from storage import paths
from storage.errors import (
    LockedError,
    NotFoundError,
    UnavailableError,
    missing_as_not_found,
    writing,
)
from storage.files.directories import BY_PATH, Directories, Directory
from storage.locking.flock import acquire, close
from storage.locking.locks import LOCK_FLAGS

T = TypeVar("T")


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
