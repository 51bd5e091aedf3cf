"""The exceptions that storage raises; only web/errors.py turns them into HTTP responses."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager


class StorageError(Exception):
    """Base of all storage failures."""


class NotFoundError(StorageError, KeyError):
    """No such document or file. Also a KeyError, which TinyDB expects from a mapping."""


class ExistsError(StorageError):
    """A document with this id already exists."""


class UnreadableError(StorageError):
    """The file exists but is not a JSON object, or cannot be read; `doctor` reports such files."""


class DocumentTooLargeError(StorageError):
    """A document would be larger than documents may be; the message says how large."""


class NotAFileError(UnreadableError):
    """A link, a directory, a named pipe or another special file is where a file should be."""


class DiskFullError(StorageError):
    """No space or quota left on the data directory's disk."""


class QuotaError(StorageError):
    """A user would store more than USER_QUOTA_MB; the message says how much is used and allowed."""


class ReserveError(StorageError):
    """The disk would have less free space than RESERVE_MB; the message says what still works."""


class UnwritableError(StorageError):
    """The data directory is read-only, or this process lacks the permission to write to it."""


class UnavailableError(UnwritableError):
    """The file system fails or does not answer, such as a mount whose client ended; try again."""


class LockLostError(UnavailableError):
    """A lock took so long that others may have got it, and the document has changed since."""


FULL = {errno.ENOSPC, errno.EDQUOT}
_UNWRITABLE = {errno.EROFS, errno.EACCES, errno.EPERM}

# What file systems say whose client or server is gone; connections of clients never do.
UNAVAILABLE = {errno.ENOTCONN, errno.EIO, errno.ESTALE, errno.ECONNABORTED, errno.ESHUTDOWN}


def is_unavailable(exc: Exception) -> bool:
    """Return whether the file system failed, for the moment."""
    if isinstance(exc, OSError):
        return exc.errno in UNAVAILABLE
    return isinstance(exc, UnavailableError)


@contextmanager
def writing() -> Iterator[None]:
    """Raise DiskFullError, UnwritableError or UnavailableError instead of such OSErrors."""
    try:
        yield
    except OSError as exc:
        if exc.errno in FULL:
            raise DiskFullError(str(exc)) from exc
        if exc.errno in _UNWRITABLE:
            raise UnwritableError(str(exc)) from exc
        if exc.errno in UNAVAILABLE:
            raise UnavailableError(str(exc)) from exc
        raise


@contextmanager
def missing_as_not_found(name: str) -> Iterator[None]:
    """Raise NotFoundError with this name if a file or directory on the path is missing."""
    try:
        yield
    except (FileNotFoundError, NotADirectoryError) as exc:
        raise NotFoundError(name) from exc
