"""Lists of documents: summaries in memory, kept current by a change log.

Each write appends the id of its document to `.changes` in the collection, after the document is in
place and before the write is acknowledged; each node has such a log of its own. So a reader that
finds the logs unchanged has seen every acknowledged write; one that finds a longer one reads the
new lines and those documents only. Logs need no fsync and may be truncated or removed at any time:
readers detect that and scan all documents, which they also do every few seconds (see
docs/decisions/0002 and 0023).
"""

import logging
import os
import threading
import time
from collections.abc import Callable, Hashable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from operator import attrgetter
from typing import Any, NamedTuple, Protocol

import orjson

from storage import paths
from storage.directories import Descriptor, at, forget, hold, recent, recently, stat_at
from storage.documents import Signature, current_signature, read_current
from storage.errors import (
    FULL,
    NotAFileError,
    NotFoundError,
    StorageError,
    UnreadableError,
    missing_as_not_found,
    writing,
)
from storage.files import StoredFileIO, create, open_in, replace, temporary_path
from storage.shared.nodes import Nodes

_log = logging.getLogger("vidworks.storage")

# In addition to following the change log, a list checks every document's file at this interval: so
# it finds changes that a crash kept out of the log, and changes made by hand.
_SCAN_SECONDS = 2.0
_SCAN_SHARE = 50  # scans take at most 1/50 of the time

_MAX_BYTES = 1_000_000
_MAX_LINE = 130  # two ids, that of a work and its job, and the newline

Summary = dict[str, Any]


class LogPosition(NamedTuple):
    """How far a node's log was read: the inode of its file, and the number of bytes."""

    inode: int
    size: int


Position = dict[str, LogPosition]  # of the logs of all nodes, by the node's name

_NO_LOG = LogPosition(0, 0)


class ChangeLog:
    """The change log in a directory, of a collection or of several (see paths.change_log_of).

    It consists of a log for each node, which that node alone appends to.
    """

    def __init__(self, directory: str, nodes: Nodes, prefix: str = "") -> None:
        self._directory = directory
        self._nodes = nodes
        self._prefix = prefix  # of this collection's ids, where several share the log
        self._path = self._path_of(nodes.own)

    def append(self, ids: Iterable[str]) -> None:
        """Record that documents changed. Raises NotFoundError if the collection is missing."""
        # The newline before an id ends a line that a crash or a full disk left incomplete.
        lines = "".join(f"\n{self._prefix}{doc_id}\n" for doc_id in ids).encode()
        with writing():
            with suppress(OSError, StorageError):  # what is open may be of a mount that has ended
                if self._append(lines, partial(recently, self._path, _OwnLog)):
                    return
            forget(self._path)
            while not self._append(lines, partial(_OwnLog, *at(self._path))):
                pass  # the log was rotated concurrently: append to the new one

    def position(self) -> Position:
        """Return the current end of the log."""
        missing = (FileNotFoundError, NotADirectoryError)
        with suppress(*missing), hold(self._directory, recent(self._directory)):
            position = self._ends()
            if any(end is not _NO_LOG for end in position.values()):
                return position
        return self._ends()  # none is there: the directory may have been replaced

    def _ends(self) -> Position:
        return {node: _end_of(self._path_of(node)) for node in self._nodes.names()}

    def since(self, start: Position, end: Position) -> set[str] | None:
        """Return the collection's ids between two positions.

        None if a node had no log at the first one, or if it was replaced or truncated since.
        """
        lines: set[str] = set()
        for node, position in end.items():
            before = start.get(node, _NO_LOG)
            if before != position:
                found = self._between(self._path_of(node), before, position)
                if found is None:
                    return None
                lines |= found
        prefix = self._prefix
        return {line.removeprefix(prefix) for line in lines if line.startswith(prefix)}

    def _between(self, path: str, start: LogPosition, end: LogPosition) -> set[str] | None:
        if start.inode != end.inode or end.size < start.size or not start.inode:
            return None
        try:
            with StoredFileIO(path) as file:
                if file.status().st_ino != start.inode:
                    return None
                offset = max(0, start.size - _MAX_LINE)
                file.seek(offset)
                data = file.read(end.size - offset)
        except (FileNotFoundError, NotAFileError):
            return None
        # The start may be within a line that was being written: that line is read again.
        line_start = data.rfind(b"\n", 0, start.size - offset) + 1
        return set(data[line_start:].decode(errors="replace").split())

    def _append(self, lines: bytes, open_log: "Callable[[], _OwnLog]") -> bool:
        """Append to the log; return False if another process replaced it meanwhile."""
        try:
            with missing_as_not_found(self._directory):
                log = open_log()
        except NotAFileError:
            self._replace()  # the document is written already: do not fail for its log
            return True
        written = _write(log, lines)
        # In the directory that is held open since a document in it was locked, or else by the whole
        # path: one that was open before may have been replaced.
        position = _end_of(self._path)
        if position.inode != log.inode:
            return False
        if written < len(lines) or position.size > _MAX_BYTES:
            self._replace()
        return True

    def _replace(self) -> None:
        """Replace the log by an empty one, which makes readers scan all documents."""
        temporary = temporary_path(self._directory)
        os.close(create(temporary))
        replace(temporary, self._path)

    def _path_of(self, node: str) -> str:
        return f"{self._directory}/{paths.change_log_name(node)}"


def _end_of(path: str) -> LogPosition:
    try:
        status = stat_at(path)
    except (FileNotFoundError, NotADirectoryError):
        return _NO_LOG
    return LogPosition(status.st_ino, status.st_size)


class _OwnLog(Descriptor):
    """The descriptor of a log that is open for appending."""

    inode: int

    def __new__(cls, path: str, directory: int | None) -> "_OwnLog":
        """Open a log, or create it. Raises as `open_in`."""
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
        log = super().__new__(cls, open_in(path, directory, flags))
        log.inode = os.fstat(log).st_ino
        return log


def _write(descriptor: int, lines: bytes) -> int:
    """Write with one call, so that lines of several processes never mix; return the bytes written.

    A full disk is not an error: a document may just have been deleted to free space.
    """
    try:
        written = os.write(descriptor, lines)
        os.close(os.dup(descriptor))  # upon which a distributed file system shows it to others
    except OSError as exc:
        if exc.errno not in FULL:
            raise
        return 0
    return written


@dataclass(frozen=True, slots=True)
class Entry:
    """A document's summary: its values, their JSON, and the version of the file it was made of."""

    id: str
    values: Summary
    data: bytes
    signature: Signature | None  # None if the file may have changed unnoticed: read it again
    sort_key: tuple[int, int, str]


class Listing:
    """A list at one point in time: newest `updatedAt` first, then newest `createdAt`, then id."""

    def __init__(self, entries: list[Entry]) -> None:
        self.entries = entries
        self._selections: dict[Hashable, list[Entry]] = {}
        self._bodies: dict[Hashable, bytes] = {}

    def select(self, key: Hashable, keep: Callable[[Summary], bool]) -> list[Entry]:
        """Return the entries for which `keep` is true, cached by `key`."""
        selection = self._selections.get(key)
        if selection is None:
            selection = [entry for entry in self.entries if keep(entry.values)]
            self._selections[key] = selection
        return selection

    def body(self, key: Hashable = None, keep: Callable[[Summary], bool] | None = None) -> bytes:
        """Return the JSON array of the entries for which `keep` is true, cached by `key`."""
        body = self._bodies.get(key)
        if body is None:
            entries = self.entries if keep is None else self.select(key, keep)
            body = self._bodies[key] = json_array(entries)
        return body


class IndexedDocuments(Protocol):
    """The documents of an index: what may be their ids, and the paths of their files."""

    def names(self) -> list[str]:
        """Return the ids, and what else may be there."""

    def path_of(self, doc_id: str) -> str:
        """Return the path of a document's file. Raises NotFoundError for an invalid id."""


class Index:
    """The summaries of one collection, or of several that share a change log."""

    def __init__(
        self,
        documents: IndexedDocuments,
        change_log: ChangeLog,
        summarize: Callable[[Mapping[str, Any]], Summary],
    ) -> None:
        self._documents = documents
        self.change_log = change_log
        self._summarize = summarize
        self._entries: dict[str, Entry] = {}
        self._position: Position | None = None
        self._next_scan = 0.0
        self._has_failed = False  # some entries may be newer than the listing
        self._listing = Listing([])
        self._lock = threading.Lock()

    def current(self) -> Listing:
        """Return the list, including every write that was acknowledged before this call."""
        if self._position == self.change_log.position() and time.monotonic() < self._next_scan:
            return self._listing
        with self._lock:
            self._refresh()
            return self._listing

    def _refresh(self) -> None:
        position = self.change_log.position()  # before reading, so that no later change is missed
        scan_due = time.monotonic() >= self._next_scan
        ids = None
        if self._position is not None and not scan_due:
            if position == self._position:
                return  # another thread has just refreshed it
            ids = self.change_log.since(self._position, position)
        had_failed, self._has_failed = self._has_failed, True  # until all were read
        changed = self._scan() if ids is None else [self._reread(doc_id) for doc_id in ids]
        if had_failed or any(changed):
            self._listing = Listing(sorted(self._entries.values(), key=attrgetter("sort_key")))
        self._has_failed = False
        self._position = position  # last, because `current` reads it without the lock

    def _scan(self) -> list[bool]:
        """Check all files and read those that changed; return which entries changed, as flags."""
        started = time.monotonic()
        present = self._signatures()
        deleted = self._entries.keys() - present
        for doc_id in deleted:
            del self._entries[doc_id]
        changed = [True] * len(deleted)
        for doc_id, current in present.items():
            known = self._entries.get(doc_id)
            if known is None or known.signature != current:
                changed.append(self._reread(doc_id))
        duration = time.monotonic() - started
        self._next_scan = time.monotonic() + max(_SCAN_SECONDS, duration * _SCAN_SHARE)
        return changed

    def _signatures(self) -> dict[str, Signature]:
        signatures = {}
        for doc_id in self._documents.names():
            try:
                signatures[doc_id] = current_signature(self._documents.path_of(doc_id))
            except (FileNotFoundError, NotADirectoryError, NotFoundError):
                continue
        return signatures

    def _reread(self, doc_id: str) -> bool:
        """Read one document again and return whether its entry changed."""
        previous = self._entries.pop(doc_id, None)
        try:
            # Not through the cache: a list must not evict the documents in use.
            snapshot = read_current(self._documents.path_of(doc_id))
            values = self._summarize(snapshot.parse())
            sort_key = (-values["updatedAt"], -values.get("createdAt", 0), doc_id)
        except NotFoundError:
            return previous is not None
        except (UnreadableError, KeyError, TypeError, AttributeError) as exc:
            _log.warning("left out of a list, run doctor: %s: %s", doc_id, exc)
            return previous is not None
        trusted = snapshot.signature if snapshot.stable else None
        data = orjson.dumps(values)
        self._entries[doc_id] = Entry(doc_id, values, data, trusted, sort_key)
        return previous is None or previous.data != data


def json_array(entries: list[Entry]) -> bytes:
    """Return the entries' JSON as one array."""
    return b"[%b]" % b",\n".join(entry.data for entry in entries)
