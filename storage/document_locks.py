"""The lock of a document: `.lock` in its directory.

Only writers lock; readers never wait, except a backup, which reads files that belong together.
"""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, TypeVar

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
from storage.files import open_in
from storage.flock import acquire, close
from storage.locks import LOCK_FLAGS

T = TypeVar("T")


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
        descriptor = open_in(paths.LOCK, directory, LOCK_FLAGS)
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


@reading
def _status(descriptor: int) -> os.stat_result:
    return os.fstat(descriptor)
