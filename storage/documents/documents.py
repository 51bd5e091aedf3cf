"""The documents of a collection: found by id, read through a cache that is checked on every use."""

import threading
import time
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from storage import paths
from storage.documents.snapshots import Snapshot, Values, Write, current_signature, read_current
from storage.errors import NotFoundError
from storage.files.directories import BY_PATH, Files
from storage.files.files import exists
from storage.files.trees import list_names
from storage.paths import valid_id

# How old a snapshot may be where its values hardly ever change.
_RECENT_SECONDS = 1.0


class DocumentCache:
    """Snapshots of documents, at most `max_bytes` of memory; evicted first in, first out."""

    def __init__(self, max_bytes: int, files: Files = BY_PATH) -> None:
        self._max_bytes = max_bytes
        self._files = files
        self._bytes = 0
        self._entries: OrderedDict[str, Snapshot] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, path: str, files: Files | None = None) -> Snapshot:
        """Return the current document at `path`. Raises NotFoundError, UnreadableError.

        With `files`, it is looked for there, such as in an open directory.
        """
        files = files or self._files
        cached = self._entries.get(path)
        if cached is not None and cached.stable:
            try:
                if current_signature(path, files) == cached.signature:
                    cached.checked_at = time.monotonic()
                    return cached
            except (FileNotFoundError, NotADirectoryError):
                self.evict(path)
        snapshot = read_current(path, files)
        self.add(path, snapshot)
        return snapshot

    def get_recent(self, path: str) -> Snapshot:
        """Return the document at `path` as of at most a second ago, usually without a `stat`.

        Raises NotFoundError, UnreadableError.
        """
        cached = self._entries.get(path)
        if cached is not None and time.monotonic() - cached.checked_at < _RECENT_SECONDS:
            return cached
        return self.get(path)

    def lookup(self, path: str) -> Snapshot | None:
        """Return what is kept of the document at `path`, which may be outdated or deleted."""
        return self._entries.get(path)

    def add(self, path: str, snapshot: Snapshot) -> None:
        """Keep a version of the document at `path`."""
        with self._lock:
            self._remove(path)
            self._entries[path] = snapshot
            self._bytes += snapshot.memory()
            while self._bytes > self._max_bytes:
                self._remove(next(iter(self._entries)))

    def evict(self, path: str) -> None:
        """Remove the document at `path` from the cache."""
        with self._lock:
            self._remove(path)

    def _remove(self, path: str) -> None:
        snapshot = self._entries.pop(path, None)
        if snapshot is not None:
            self._bytes -= snapshot.memory()


class Documents(Mapping[str, Values]):
    """The documents of one collection by id, in the order of their ids, read on each access."""

    def __init__(self, root: Path, collection: str, cache: DocumentCache) -> None:
        self.directory = str(root / collection)
        self._cache = cache
        self._name = paths.document_name(collection)

    def names(self) -> list[str]:
        """Return what may be ids: the names in the directory, without reading or checking more."""
        return list_names(self.directory)

    def directory_of(self, doc_id: str) -> str:
        """Return the directory of a document. Raises NotFoundError for an invalid id."""
        if not valid_id(doc_id):
            raise NotFoundError(f"{self.directory}/{doc_id}")
        return f"{self.directory}/{doc_id}"

    def read(self, path: str) -> Snapshot:
        """Read the document at such a path anew, past the cache. Raises as `snapshot`."""
        return read_current(path)

    def path_of(self, doc_id: str) -> str:
        """Return the path of a document's file. Raises NotFoundError for an invalid id."""
        return f"{self.directory_of(doc_id)}/{self._name}"

    def snapshot(self, doc_id: str, files: Files | None = None) -> Snapshot:
        """Return the current version of a document, found in `files` if they are given.

        Raises NotFoundError, UnreadableError.
        """
        return self._cache.get(self.path_of(doc_id), files)

    def recent_snapshot(self, doc_id: str) -> Snapshot:
        """Return a document as of at most a second ago. Raises NotFoundError, UnreadableError."""
        return self._cache.get_recent(self.path_of(doc_id))

    def keep(self, doc_id: str, snapshot: Snapshot) -> None:
        """Keep a version that was just written, to be returned by `recent_snapshot`."""
        self._cache.add(self.path_of(doc_id), snapshot)

    def kept(self, doc_id: str) -> Snapshot | None:
        """Return the version that was read or written last, if it is in memory."""
        return self._cache.lookup(self.path_of(doc_id))

    def last_write(self, doc_id: str) -> Write | None:
        """Return how this process wrote the document; None if it has read it since, or not yet."""
        kept = self.kept(doc_id)
        return None if kept is None else kept.write

    def evict(self, doc_id: str) -> None:
        """Remove a deleted document from the cache."""
        self._cache.evict(self.path_of(doc_id))

    def __getitem__(self, doc_id: str) -> Values:
        return self.snapshot(doc_id).parse()

    def __contains__(self, doc_id: object) -> bool:
        return valid_id(str(doc_id)) and exists(self.path_of(str(doc_id)))

    def __iter__(self) -> Iterator[str]:
        yield from (name for name in self.names() if name in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)


class WorkingCopy(NamedTuple):
    """A version of a document and a copy of its values, to prepare a change without a lock."""

    snapshot: Snapshot
    values: Values


class DocumentReader:
    """Reads one document repeatedly; parses it again only when it has changed."""

    def __init__(self, documents: Documents, doc_id: str) -> None:
        self._documents = documents
        self._doc_id = doc_id
        self._latest: tuple[bytes, Mapping[str, Any]] | None = None

    def values(self) -> Mapping[str, Any]:
        """Return the current values, read-only. Raises NotFoundError, UnreadableError."""
        snapshot, latest = self._documents.snapshot(self._doc_id), self._latest
        if latest is None or latest[0] != snapshot.data:
            self._latest = latest = (snapshot.data, snapshot.values)
        return latest[1]
