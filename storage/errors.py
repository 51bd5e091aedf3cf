"""The exceptions that storage raises; only web/errors.py turns them into HTTP responses."""

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

from errors import CodedError

P = ParamSpec("P")
T = TypeVar("T")


class StorageError(CodedError, code="storage_unavailable"):
    """Base of all storage failures."""


class NotFoundError(StorageError, KeyError, code="not_found"):
    """No such document or file. Also a KeyError, which TinyDB expects from a mapping."""


class ExistsError(StorageError, code="already_exists"):
    """A document with this id already exists."""


class UnreadableError(StorageError, code="document_unreadable"):
    """The file exists but is not a JSON object, or cannot be read; `doctor` reports such files."""


class DocumentTooLargeError(StorageError, code="too_large"):
    """A document would be larger than documents may be; the message says how large."""


class NotAFileError(UnreadableError):
    """A link, a directory, a named pipe or another special file is where a file should be."""


class DiskFullError(StorageError, code="disk_full"):
    """No space or quota left on the data directory's disk."""


class QuotaError(StorageError, code="quota_exceeded"):
    """A user would store more than USER_QUOTA_MB; the message says how much is used and allowed."""


class ReserveError(StorageError, code="disk_full"):
    """The disk would have less free space than RESERVE_MB; the message says what still works."""


class UnwritableError(StorageError, code="storage_unavailable"):
    """The data directory is read-only, or this process lacks the permission to write to it."""


class UnavailableError(UnwritableError):
    """The file system fails or does not answer, such as a mount whose client ended; try again."""


class NoAccessError(UnavailableError, UnreadableError, code="storage_unavailable"):
    """A file that this process may not use, such as one that belongs to another user.

    Lists leave out such a document, as any other that is unreadable.
    """


class LockedError(UnavailableError, code="locked"):
    """Others held a lock for longer than is waited for it; nothing was changed."""


class LockLostError(UnavailableError):
    """A lock took so long that others may have got it, and the document has changed since."""


class UnconfirmedError(UnavailableError):
    """A document is in its place, but it may not be durable, or lists may miss it for seconds."""


FULL = {errno.ENOSPC, errno.EDQUOT}

# What file systems say whose client or server is gone. Connections say some of it as well: so only
# storage itself can tell.
UNAVAILABLE = {errno.ENOTCONN, errno.EIO, errno.ESTALE, errno.ECONNABORTED, errno.ESHUTDOWN}


@contextmanager
def writing() -> Iterator[None]:
    """Raise another error instead of an OSError that says that writing is impossible.

    That is DiskFullError, UnwritableError, NoAccessError or UnavailableError.
    """
    try:
        yield
    except OSError as exc:
        if exc.errno in FULL:
            raise DiskFullError(str(exc)) from exc
        if exc.errno == errno.EROFS:
            raise UnwritableError(str(exc)) from exc
        if (failure := _failure(exc)) is not None:
            raise failure from exc
        raise


@contextmanager
def confirming(path: str | Path) -> Iterator[None]:
    """Raise UnconfirmedError for whatever fails after a document was put in its place."""
    try:
        yield
    except (OSError, StorageError) as exc:
        raise UnconfirmedError(f"{path} is in its place: {exc}") from exc


def reading(function: Callable[P, T]) -> Callable[P, T]:
    """Decorate a function that reads: it raises NoAccessError or UnavailableError for an OSError.

    Others are left to its callers, such as FileNotFoundError. A decorator, as the functions of the
    module `contextlib` take as long as the `stat` of a cached document.
    """

    @wraps(function)
    def read(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return function(*args, **kwargs)
        except OSError as exc:
            if (failure := _failure(exc)) is not None:
                raise failure from exc
            raise

    return read


def _failure(exc: OSError) -> UnavailableError | None:
    """Return the storage error that an OSError of a file or its file system means, if any."""
    if isinstance(exc, PermissionError):
        return NoAccessError(str(exc))
    return UnavailableError(str(exc)) if exc.errno in UNAVAILABLE else None


@contextmanager
def missing_as_not_found(name: str) -> Iterator[None]:
    """Raise NotFoundError with this name if a file or directory on the path is missing."""
    try:
        yield
    except (FileNotFoundError, NotADirectoryError) as exc:
        raise NotFoundError(name) from exc
