"""`flock` with a time limit, on files that are open."""

import errno
import fcntl
import os
from functools import partial

from storage.errors import UNAVAILABLE, reading
from storage.locking import waiting

_CLIENT_RESTARTED = {errno.EBADF, *UNAVAILABLE}


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
