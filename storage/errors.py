"""What can go wrong in storage. Only errors.py at the top level turns these into HTTP answers."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager


class StorageError(Exception):
    """Base of all storage failures."""


class NotFoundError(StorageError, KeyError):
    """No such document or file. A KeyError too, as TinyDB expects from a mapping."""


class ExistsError(StorageError):
    """A document with this id is there already."""


class UnreadableError(StorageError):
    """The file is there but is not a JSON object; `doctor` names such files."""


class DiskFullError(StorageError):
    """No space or quota left on the data directory's disk."""


class UnwritableError(StorageError):
    """The data directory is read-only, or not ours to write to."""


FULL = {errno.ENOSPC, errno.EDQUOT}
_UNWRITABLE = {errno.EROFS, errno.EACCES, errno.EPERM}


@contextmanager
def writing() -> Iterator[None]:
    """Turn the operating system's refusals to write into this module's exceptions."""
    try:
        yield
    except OSError as exc:
        if exc.errno in FULL:
            raise DiskFullError(str(exc)) from exc
        if exc.errno in _UNWRITABLE:
            raise UnwritableError(str(exc)) from exc
        raise
