"""Lists of documents: summaries in memory, kept current by a change log (change_log.py).

A list whose log has not grown is current. As logs may be truncated or removed at any time, all
documents are scanned then, and every few seconds as well (see docs/decisions/0002). An index can be
followed for changes.
"""

import logging
import threading
import time
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, NamedTuple, Protocol

import orjson

from settings.tuning import Tuning
from storage.documents.change_log import ChangeLog, Position
from storage.documents.snapshots import Signature, Snapshot, current_signature
from storage.errors import NotFoundError, UnreadableError

_log = logging.getLogger("vidworks.storage")

Summary = dict[str, Any]
Summarize = Callable[[Mapping[str, Any]], Summary]

# Besides following the change log, a follower looks at the index at this interval, which then scans
# the files: more often would cost more than all of the rest in large collections.
_SCAN_SECONDS = 15.0


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
        self._choices: dict[Hashable, list[Entry]] = {}
        self._bodies: dict[Hashable, bytes] = {}

    def select(self, key: Hashable, keep: Callable[[Summary], bool]) -> list[Entry]:
        """Return the entries for which `keep` is true, cached by `key`."""
        return self.choose(key, lambda entry: entry if keep(entry.values) else None)

    def choose(self, key: Hashable, as_chosen: Callable[[Entry], Entry | None]) -> list[Entry]:
        """Return what `as_chosen` makes of the entries, without None, cached by `key`."""
        choice = self._choices.get(key)
        if choice is None:
            choice = [each for each in map(as_chosen, self.entries) if each is not None]
            self._choices[key] = choice
        return choice

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

    def read(self, path: str) -> Snapshot:
        """Read the document at such a path. Raises NotFoundError, UnreadableError."""


class Index:
    """The summaries of one collection, or of several that share a change log.

    It also checks every document's file from time to time: so it finds changes that a crash kept
    out of the log, and changes made by hand.
    """

    def __init__(
        self,
        documents: IndexedDocuments,
        change_log: ChangeLog,
        summarize: Summarize,
        tuning: Tuning,
    ) -> None:
        self._documents = documents
        self.change_log = change_log
        self._summarize = summarize
        self._tuning = tuning
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
        pause = max(self._tuning.scan_pause, duration * self._tuning.scan_share)
        self._next_scan = time.monotonic() + pause
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
            snapshot = self._documents.read(self._documents.path_of(doc_id))
            values = self._summarize(snapshot.parse())
            sort_key = (-values["updatedAt"], -values.get("createdAt", 0), doc_id)
            data = orjson.dumps(values)
        except NotFoundError:
            return previous is not None
        except (UnreadableError, KeyError, TypeError, AttributeError) as exc:
            _log.warning("left out of a list, run doctor: %s: %s", doc_id, exc)
            return previous is not None
        trusted = snapshot.signature if snapshot.stable else None
        self._entries[doc_id] = Entry(doc_id, values, data, trusted, sort_key)
        return previous is None or previous.data != data


def json_array(entries: list[Entry]) -> bytes:
    """Return the entries' JSON as one array."""
    return join_json(entry.data for entry in entries)


def join_json(items: Iterable[bytes]) -> bytes:
    """Return an array of values that are JSON already."""
    return b"[%b]" % b",\n".join(items)


class Change(NamedTuple):
    """An entry that was created or changed, or the last version of one that was deleted."""

    entry: Entry
    deleted: bool = False


class Follower:
    """What one reader has seen of an index."""

    def __init__(self, index: Index) -> None:
        self.entries: dict[str, Entry] = {}
        self._index = index
        self._listing: Listing | None = None
        self._position: Position | None = None
        self._next_scan = 0.0

    def changes(self, position: Position | None = None) -> list[Change]:
        """Return what changed since the last call; at first all entries, as created.

        `position` is the current one of the change log, if the caller knows it: where several
        indexes share a log, one look at it is enough for all of their followers.
        """
        if position is None:  # before the list, so that nothing is missed
            position = self._index.change_log.position()
        if position == self._position and time.monotonic() < self._next_scan:
            return []
        listing = self._index.current()
        self._position, self._next_scan = position, time.monotonic() + _SCAN_SECONDS
        if listing is self._listing:
            return []
        self._listing = listing
        before, self.entries = self.entries, {entry.id: entry for entry in listing.entries}
        deleted = [Change(entry, True) for key, entry in before.items() if key not in self.entries]
        current = self.entries.values()
        return deleted + [Change(each) for each in current if _has_changed(before, each)]


def _has_changed(before: dict[str, Entry], entry: Entry) -> bool:
    """Return whether an entry is new or another one; a file that is read again makes a new one."""
    known = before.get(entry.id)
    return known is None or known.data != entry.data
