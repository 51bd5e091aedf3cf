"""Lists that do not read what did not change."""

import logging
import os
import threading
import time
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from storage.changes import Mark
from storage.documents import DocumentTable
from storage.errors import NotFoundError, UnreadableError
from storage.snapshots import Signature, read_snapshot, signature

_log = logging.getLogger("vidworks.storage")

# Besides following the change log, a list looks at every document's file now and then: so it
# finds what a crash kept out of the log, and what people changed by hand.
_SCAN_SECONDS = 2.0
_SCAN_SHARE = 50  # at most one part in 50 of the time is spent on such scans

Summary = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """One document's summary: its values, its JSON, and which version of the file it is of."""

    id: str
    values: Summary
    data: bytes
    signature: Signature | None  # None: read too soon after the change to be trusted later


class Listed:
    """A list as it was at one moment, newest first."""

    def __init__(self, entries: list[Entry]) -> None:
        self.entries = entries
        self._made: dict[Hashable, bytes] = {}

    def body(self, key: Hashable = None, keep: Callable[[Summary], bool] | None = None) -> bytes:
        """The JSON array of the entries that `keep` keeps; made once for each `key`."""
        made = self._made.get(key)
        if made is None:
            made = self._made[key] = json_array(
                [entry for entry in self.entries if keep is None or keep(entry.values)]
            )
        return made


class Listing:
    """The summaries of one collection, kept current by its change log."""

    def __init__(
        self, table: DocumentTable, summarise: Callable[[Mapping[str, Any]], Summary]
    ) -> None:
        self._table = table
        self._summarise = summarise
        self._entries: dict[str, Entry] = {}
        self._mark: Mark | None = None
        self._next_scan = 0.0
        self._listed = Listed([])
        self._lock = threading.Lock()

    def current(self) -> Listed:
        """The list, with every write that was acknowledged before this call."""
        if self._mark == self._table.changes.mark() and time.monotonic() < self._next_scan:
            return self._listed
        with self._lock:
            self._refresh()
            return self._listed

    def _refresh(self) -> None:
        mark = self._table.changes.mark()  # before reading, so that what comes later is seen later
        scan_due = time.monotonic() >= self._next_scan
        ids = None
        if self._mark is not None and not scan_due:
            if mark == self._mark:
                return  # another thread was here first
            ids = self._table.changes.since(self._mark, mark)
        changed = self._scan() if ids is None else [self._reread(doc_id) for doc_id in ids]
        if any(changed):
            newest_first = sorted(self._entries.values(), key=_age)
            self._listed = Listed(newest_first)
        self._mark = mark  # last: `current` looks at it without the lock

    def _scan(self) -> list[bool]:
        """Look at every document's file, and read those that are not as they were."""
        started = time.monotonic()
        present = self._present()
        changed = [
            self._entries.pop(doc_id) is not None for doc_id in self._entries.keys() - present
        ]
        for doc_id, seen in present.items():
            known = self._entries.get(doc_id)
            if known is None or known.signature != seen:
                changed.append(self._reread(doc_id))
        took = time.monotonic() - started
        self._next_scan = time.monotonic() + max(_SCAN_SECONDS, took * _SCAN_SHARE)
        return changed

    def _present(self) -> dict[str, Signature]:
        present = {}
        for doc_id in self._listdir():
            try:
                present[doc_id] = signature(os.stat(self._table.documents.path(doc_id)))
            except (FileNotFoundError, NotADirectoryError, NotFoundError):
                continue
        return present

    def _listdir(self) -> list[str]:
        try:
            return os.listdir(self._table.documents.directory)
        except FileNotFoundError:
            return []

    def _reread(self, doc_id: str) -> bool:
        """Bring one entry up to date; whether it changed."""
        before = self._entries.pop(doc_id, None)
        try:
            # Not through the cache: a list must not push the documents in use out of it.
            snapshot = read_snapshot(self._table.documents.path(doc_id))
            values = self._summarise(snapshot.parse())
        except NotFoundError:
            return before is not None
        except (UnreadableError, KeyError, TypeError, AttributeError) as exc:
            _log.warning("left out of a list, run doctor: %s: %s", doc_id, exc)
            return before is not None
        trusted = snapshot.signature if snapshot.settled else None
        data = orjson.dumps(values)
        self._entries[doc_id] = Entry(doc_id, values, data, trusted)
        return before is None or before.data != data


def json_array(entries: list[Entry]) -> bytes:
    """The entries' JSON as one array."""
    return b"[%b]" % b",\n".join(entry.data for entry in entries)


def _age(entry: Entry) -> tuple[int, str]:
    return (-entry.values["updatedAt"], entry.id)
