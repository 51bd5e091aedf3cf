"""Reading documents: snapshots, a cache that checks the disk on every use, collections."""

import hashlib
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import orjson

from storage import paths
from storage.errors import NotFoundError, UnreadableError
from storage.ids import valid_id

# File clocks tick coarsely (up to 10 ms on Linux): a file that changed twice within one tick can
# look unchanged. What was read this soon after the file's mtime is read again at its next use
# (git's "racy" rule).
_RACY_NS = 50_000_000

# How old an answer may be where only what hardly ever changes is asked for.
_RECENT_SECONDS = 1.0

Signature = tuple[int, int, int]


class Snapshot:
    """One document as it was on the disk: its bytes, and on demand its values and tag."""

    __slots__ = ("__dict__", "checked", "data", "settled", "signature")

    def __init__(self, data: bytes, signature: Signature, read_at_ns: int) -> None:
        self.data = data
        self.signature = signature
        self.settled = read_at_ns - signature[2] > _RACY_NS
        self.checked = time.monotonic()

    @cached_property
    def etag(self) -> str:
        """A strong entity tag, from the contents alone."""
        return hashlib.sha1(self.data, usedforsecurity=False).hexdigest()[:24]

    @cached_property
    def body(self) -> bytes:
        """The document as it is served: its bytes, once it is known that they can be read.

        Raises UnreadableError.
        """
        self.parse()
        return self.data

    @cached_property
    def values(self) -> Mapping[str, Any]:
        """The parsed document, shared by all who ask: for reading only."""
        return self.parse()

    def parse(self) -> dict[str, Any]:
        """The parsed document, the caller's own. Raises UnreadableError."""
        try:
            values = orjson.loads(self.data)
        except orjson.JSONDecodeError:
            raise UnreadableError("not JSON") from None
        if not isinstance(values, dict):
            raise UnreadableError("not a JSON object")
        return values


def signature(status: os.stat_result) -> Signature:
    """What tells one version of a file from another: inode, size and time of change."""
    return (status.st_ino, status.st_size, status.st_mtime_ns)


def read_snapshot(path: str) -> Snapshot:
    """Read a document from the disk. Raises NotFoundError, UnreadableError."""
    read_at = time.time_ns()
    try:
        with open(path, "rb", buffering=0) as file:
            return Snapshot(file.readall(), signature(os.fstat(file.fileno())), read_at)
    except (FileNotFoundError, NotADirectoryError):
        raise NotFoundError(path) from None
    except (PermissionError, IsADirectoryError) as exc:
        raise UnreadableError(exc.strerror) from None


class DocumentCache:
    """The documents read last, up to a number of bytes in all."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._bytes = 0
        self._entries: OrderedDict[str, Snapshot] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, path: str) -> Snapshot:
        """The document at `path` as it is on the disk now. Raises NotFoundError."""
        known = self._entries.get(path)
        if known is not None and known.settled:
            try:
                if signature(os.stat(path)) == known.signature:
                    known.checked = time.monotonic()
                    return known
            except (FileNotFoundError, NotADirectoryError):
                self.forget(path)
                raise NotFoundError(path) from None
        fresh = read_snapshot(path)
        self._keep(path, fresh)
        return fresh

    def recent(self, path: str) -> Snapshot:
        """The document at `path` as it was at most a second ago. Raises NotFoundError."""
        known = self._entries.get(path)
        if known is not None and time.monotonic() - known.checked < _RECENT_SECONDS:
            return known
        return self.get(path)

    def forget(self, path: str) -> None:
        """Drop what is remembered of a path."""
        with self._lock:
            gone = self._entries.pop(path, None)
            if gone is not None:
                self._bytes -= len(gone.data)

    def _keep(self, path: str, snapshot: Snapshot) -> None:
        with self._lock:
            before = self._entries.pop(path, None)
            self._bytes += len(snapshot.data) - (len(before.data) if before else 0)
            self._entries[path] = snapshot
            while self._bytes > self._max_bytes and self._entries:
                _, oldest = self._entries.popitem(last=False)
                self._bytes -= len(oldest.data)


Values = dict[str, Any]


class Documents(Mapping[str, Values]):
    """The documents of one collection, read from the disk when they are looked at."""

    def __init__(self, root: Path, collection: str, cache: DocumentCache) -> None:
        self.directory = str(root / collection)
        self._cache = cache
        self._name = paths.document_name(collection)

    def directory_of(self, doc_id: str) -> str:
        """The directory of a document. Raises NotFoundError for what cannot be an id."""
        if not valid_id(doc_id):
            raise NotFoundError(doc_id)
        return f"{self.directory}/{doc_id}"

    def path_of(self, doc_id: str) -> str:
        """The file of a document. Raises NotFoundError for what cannot be an id."""
        return f"{self.directory_of(doc_id)}/{self._name}"

    def snapshot(self, doc_id: str) -> Snapshot:
        """A document as it is on the disk now. Raises NotFoundError, UnreadableError."""
        return self._cache.get(self.path_of(doc_id))

    def recent(self, doc_id: str) -> Snapshot:
        """A document as it was at most a second ago, without asking the disk each time."""
        return self._cache.recent(self.path_of(doc_id))

    def forget(self, doc_id: str) -> None:
        """Drop what is remembered of a document that is gone."""
        self._cache.forget(self.path_of(doc_id))

    def __getitem__(self, doc_id: str) -> Values:
        return self.snapshot(doc_id).parse()

    def __contains__(self, doc_id: object) -> bool:
        return valid_id(str(doc_id)) and os.path.exists(self.path_of(str(doc_id)))

    def __iter__(self) -> Iterator[str]:
        try:
            names = sorted(os.listdir(self.directory))
        except FileNotFoundError:
            return
        yield from (name for name in names if name in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def serialized(values: Values) -> bytes:
    """A document as it is stored, and as it is served."""
    return orjson.dumps(values, option=orjson.OPT_INDENT_2)
