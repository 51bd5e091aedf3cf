"""One version of a document: its bytes, values and entity tag; how it is read and serialized."""

import hashlib
import os
import re
import time
from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property
from typing import Any, NamedTuple

import orjson

from storage import paths
from storage.documents import journal
from storage.documents.journal import Journal
from storage.errors import DocumentTooLargeError, NotFoundError, UnreadableError
from storage.files.directories import BY_PATH, Files
from storage.files.files import is_directory, read_document
from storage.project_members import members_by_id

MAX_DOCUMENT_BYTES = 16 << 20

# File timestamps have a coarse resolution (up to 10 ms on Linux): a file that changes twice within
# one tick can keep its signature. So a snapshot that was read less than this long after the file's
# mtime is not reused (the rule for "racily clean" entries of git's index).
_RACY_NS = 50_000_000

# Documents are written with two spaces before each of their own fields (`_dump`).
_NAME = re.compile(rb'^  "name": ("(?:[^"\\]|\\.)*")', re.MULTILINE)

_READ_ATTEMPTS = 5  # if a document is missing, and its directory is not

# Parsed values are kept for documents up to this size: tokens, users, projects, which each request
# reads. Larger ones (works) are served as bytes, and parsed on each use of `values`.
_MAX_PARSED_BYTES = 16 << 10

# Estimated memory of a snapshot: a constant, and its size times this factor if values are kept.
_SNAPSHOT_BYTES = 600
_PARSED_FACTOR = 4

Signature = tuple[int, ...]  # inode, size and modification time, of a journal as well
_UNKNOWN: Signature = (0, 0, 0)
Values = dict[str, Any]


class Write(NamedTuple):
    """How this process wrote a document: when it had locked it, by the monotonic clock.

    `in_a_row`: it had also written the version before, a moment earlier.
    """

    locked_at: float
    in_a_row: bool = False


class Snapshot:
    """One version of a document: its bytes, and on demand its values and entity tag."""

    __slots__ = ("__dict__", "checked_at", "data", "signature", "stable")

    def __init__(self, data: bytes, signature: Signature, read_at_ns: int) -> None:
        self.data = data
        self.signature = signature
        self.read_at_ns = read_at_ns
        self.stable = read_at_ns - signature[2] > _RACY_NS  # False: may have changed unnoticed
        self.checked_at = time.monotonic()
        self.journal: Journal | None = (
            None  # of a document that has one (see storage/documents/journal.py)
        )
        self.write: Write | None = None  # if this process wrote it

    @classmethod
    def of_write(cls, data: bytes, write: Write) -> "Snapshot":
        """Return a version that this process wrote; its file may have been replaced since."""
        snapshot = cls(data, _UNKNOWN, 0)
        snapshot.checked_at = write.locked_at
        snapshot.body = data
        snapshot.write = write
        return snapshot

    @cached_property
    def etag(self) -> str:
        """A strong entity tag: a hash of the contents."""
        return hashlib.sha1(self.data, usedforsecurity=False).hexdigest()[:24]

    @cached_property
    def body(self) -> bytes:
        """The bytes to serve, which are the file's. Raises UnreadableError if they are invalid."""
        self.parse()
        return self.data

    @property
    def values(self) -> Mapping[str, Any]:
        """The parsed document, read-only: callers may share it. Raises UnreadableError."""
        return self._parsed if len(self.data) <= _MAX_PARSED_BYTES else self.parse()

    @cached_property
    def name(self) -> str:
        """The `name` field, read without parsing the rest; "" without one."""
        if found := _NAME.search(self.data):
            return str(orjson.loads(found[1]))
        return str(self.values.get("name", ""))

    @cached_property
    def user_id(self) -> str | None:
        """The `userId` field; kept, since each request for a project compares it."""
        return self.values.get("userId")

    @cached_property
    def members(self) -> Mapping[str, Mapping[str, Any]]:
        """The `members` field by their `userId`; kept for the same reason."""
        return members_by_id(self.values)

    @cached_property
    def _parsed(self) -> Values:
        return self.parse()

    def parse(self) -> Values:
        """Return the parsed document as a new dict. Raises UnreadableError."""
        try:
            values = orjson.loads(self.data)
        except orjson.JSONDecodeError:
            raise UnreadableError("not JSON") from None
        if not isinstance(values, dict):
            raise UnreadableError("not a JSON object")
        return values

    def memory(self) -> int:
        """Estimate the bytes of memory that the snapshot takes, parsed values included."""
        size = len(self.data)
        return _SNAPSHOT_BYTES + (size * _PARSED_FACTOR if size <= _MAX_PARSED_BYTES else size)


def signature(status: os.stat_result) -> Signature:
    """Return what distinguishes versions of a file: its inode, size and modification time."""
    return (status.st_ino, status.st_size, status.st_mtime_ns)


def read_snapshot(path: str, files: Files = BY_PATH) -> Snapshot:
    """Read a document from the disk. Raises NotFoundError, NotAFileError, UnavailableError.

    A document that is missing from its directory is looked for again: on file systems in user space
    and on distributed ones, a file that is replaced at the same moment may appear to be missing.
    """
    directory = os.path.dirname(path)
    for _ in range(_READ_ATTEMPTS):
        read_at = time.time_ns()
        try:
            data, status = read_document(path, files.open_file)
            return Snapshot(data, signature(status), read_at)
        except (FileNotFoundError, NotADirectoryError):
            if not is_directory(directory):
                break
    raise NotFoundError(path)


def read_current(path: str, files: Files = BY_PATH) -> Snapshot:
    """Read a document and its journal, if it has one. Raises NotFoundError, UnreadableError."""
    snapshot = read_snapshot(path, files)
    while paths.may_have_journal(path):
        status: os.stat_result | None
        try:
            data, status = read_document(journal.path_of(path), files.open_file)
        except (FileNotFoundError, NotADirectoryError):
            data, status = b"", None
        found, changes = journal.replay(snapshot.data, data)
        if found.length:
            return _with_changes(snapshot, found, changes, status)
        # It may have been rewritten since, and its journal removed.
        latest = read_snapshot(path, files)
        if latest.signature == snapshot.signature:
            # A journal of an earlier version counts as well: it may become one of this version.
            snapshot.signature = _combine(snapshot.signature, status)
            break
        snapshot = latest
    return snapshot


def _with_changes(
    snapshot: Snapshot, found: Journal, changes: list[journal.Change], status: os.stat_result | None
) -> Snapshot:
    values = snapshot.parse()
    try:
        journal.apply(values, changes)
    except (LookupError, TypeError):
        raise UnreadableError("its journal does not match") from None
    combined = _combine(snapshot.signature, status)
    current = Snapshot(_dump(values), combined, snapshot.read_at_ns)
    current.journal = found
    current.stable = True  # a journal only grows, and a rewritten document is another file
    return current


def current_signature(path: str, files: Files = BY_PATH) -> Signature:
    """Return the signature of a document and its journal, if it has one.

    Raises FileNotFoundError, NotADirectoryError.
    """
    found = signature(files.status(path))
    if paths.may_have_journal(path):
        with suppress(FileNotFoundError):
            return _combine(found, files.status(journal.path_of(path)))
    return found


def _combine(document: Signature, status: os.stat_result | None) -> Signature:
    if status is None or not status.st_size:  # an empty one may just be about to be written
        return document
    return (*document, *signature(status))


def serialize(values: Values, previous_size: int = 0) -> bytes:
    """Return a document's JSON as it is stored and served.

    Raises DocumentTooLargeError over MAX_DOCUMENT_BYTES; a document that already is larger, of
    `previous_size` bytes, must not grow.
    """
    data = _dump(values)
    if len(data) > max(MAX_DOCUMENT_BYTES, previous_size):
        raise DocumentTooLargeError(
            f"It would have {len(data):,} bytes; at most {MAX_DOCUMENT_BYTES:,} are stored."
        )
    return data


def _dump(values: Values) -> bytes:
    return orjson.dumps(values, option=orjson.OPT_INDENT_2)
