"""Lists that do not read what did not change: a change log, and summaries that follow it.

Each write appends the id of its document to `.changes` in the collection, after the document is in
place and before the write is acknowledged. So a reader that finds the log as long as before has
seen every acknowledged write; one that finds it longer reads the new lines and those documents
only. The log needs no fsync and may be truncated or removed at any time: readers who notice scan
all documents, and so do all readers now and then (see docs/decisions/0002).
"""

import logging
import os
import secrets
import threading
import time
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson

from storage import paths
from storage.documents import Documents, Signature, read_snapshot, signature
from storage.errors import FULL, NotFoundError, UnreadableError, writing

_log = logging.getLogger("vidworks.storage")

# Besides following the change log, a list looks at every document's file now and then: so it
# finds what a crash kept out of the log, and what people changed by hand.
_SCAN_SECONDS = 2.0
_SCAN_SHARE = 50  # at most one part in 50 of the time is spent on such scans

_MAX_BYTES = 1_000_000
_MAX_LINE = 65  # an id and its newline

Summary = dict[str, Any]


class LogPosition(NamedTuple):
    """How far a log was read: which file, and up to which byte."""

    inode: int
    size: int


class ChangeLog:
    """The log of one collection directory."""

    def __init__(self, directory: str) -> None:
        self._directory = directory
        self._path = f"{directory}/{paths.CHANGES}"

    def append(self, ids: Iterable[str]) -> None:
        """Note that documents changed. Raises NotFoundError if the collection is gone."""
        # The break before a line ends what a crash or a full disk left of the one before.
        lines = "".join(f"\n{doc_id}\n" for doc_id in ids).encode()
        with writing():
            while not self._append(lines):
                pass  # the log was renewed under our hands: readers look at the new one

    def position(self) -> LogPosition:
        """Where the log ends now."""
        try:
            status = os.stat(self._path)
        except (FileNotFoundError, NotADirectoryError):
            return LogPosition(0, 0)
        return LogPosition(status.st_ino, status.st_size)

    def since(self, mark: LogPosition, until: LogPosition) -> set[str] | None:
        """The ids noted between two marks; None where that cannot be known any more."""
        if mark.inode != until.inode or until.size < mark.size or not mark.inode:
            return None
        try:
            with open(self._path, "rb", buffering=0) as file:
                if os.fstat(file.fileno()).st_ino != mark.inode:
                    return None
                start = max(0, mark.size - _MAX_LINE)
                file.seek(start)
                data = file.read(until.size - start)
        except FileNotFoundError:
            return None
        # A mark may stand within a line that was just being written: that line is read again.
        whole = data.rfind(b"\n", 0, mark.size - start) + 1
        return set(data[whole:].decode(errors="replace").split())

    def _append(self, lines: bytes) -> bool:
        """Append to the log; False if it was no longer the current one when that was done."""
        try:
            descriptor = os.open(
                self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600
            )
        except FileNotFoundError:
            raise NotFoundError(self._directory) from None
        try:
            written = _write(descriptor, lines)
            status = os.fstat(descriptor)
        finally:
            os.close(descriptor)
        if self.position().inode != status.st_ino:
            return False
        if written < len(lines) or status.st_size > _MAX_BYTES:
            self._renew()
        return True

    def _renew(self) -> None:
        """Start an empty log, which tells readers to look at everything."""
        fresh = f"{self._directory}/{paths.TEMPORARY}{secrets.token_hex(8)}"
        os.close(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        os.replace(fresh, self._path)


def _write(descriptor: int, lines: bytes) -> int:
    """Write in one go, so that lines never mix; returns how much of them found room.

    A full disk is no reason to fail: a document may just have been deleted to make room.
    """
    try:
        return os.write(descriptor, lines)
    except OSError as exc:
        if exc.errno not in FULL:
            raise
        return 0


@dataclass(frozen=True, slots=True)
class Entry:
    """One document's summary: its values, its JSON, and which version of the file it is of."""

    id: str
    values: Summary
    data: bytes
    signature: Signature | None  # None: read too soon after the change to be trusted later


class Listing:
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


class Index:
    """The summaries of one collection, kept current by its change log."""

    def __init__(
        self,
        documents: Documents,
        change_log: ChangeLog,
        summarize: Callable[[Mapping[str, Any]], Summary],
    ) -> None:
        self._documents = documents
        self._change_log = change_log
        self._summarise = summarize
        self._entries: dict[str, Entry] = {}
        self._mark: LogPosition | None = None
        self._next_scan = 0.0
        self._listed = Listing([])
        self._lock = threading.Lock()

    def current(self) -> Listing:
        """The list, with every write that was acknowledged before this call."""
        if self._mark == self._change_log.position() and time.monotonic() < self._next_scan:
            return self._listed
        with self._lock:
            self._refresh()
            return self._listed

    def _refresh(self) -> None:
        mark = self._change_log.position()  # before reading, so that what comes later is seen later
        scan_due = time.monotonic() >= self._next_scan
        ids = None
        if self._mark is not None and not scan_due:
            if mark == self._mark:
                return  # another thread was here first
            ids = self._change_log.since(self._mark, mark)
        changed = self._scan() if ids is None else [self._reread(doc_id) for doc_id in ids]
        if any(changed):
            newest_first = sorted(self._entries.values(), key=_age)
            self._listed = Listing(newest_first)
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
                present[doc_id] = signature(os.stat(self._documents.path_of(doc_id)))
            except (FileNotFoundError, NotADirectoryError, NotFoundError):
                continue
        return present

    def _listdir(self) -> list[str]:
        try:
            return os.listdir(self._documents.directory)
        except FileNotFoundError:
            return []

    def _reread(self, doc_id: str) -> bool:
        """Bring one entry up to date; whether it changed."""
        before = self._entries.pop(doc_id, None)
        try:
            # Not through the cache: a list must not push the documents in use out of it.
            snapshot = read_snapshot(self._documents.path_of(doc_id))
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
