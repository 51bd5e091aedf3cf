"""How much a user stores: `usage/<user id>`, a measurement and what was added since.

A measurement looks at all files of the user's projects and AI calls, which takes long for
thousands of them. So one thread at a time makes it, without the lock of what is known: what is
added meanwhile is added to the result as well, and counts twice at worst, until the next one.
"""

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple

import orjson

from settings.tuning import DEFAULT, Tuning
from storage import paths, trash
from storage.errors import reading, writing
from storage.files.files import open_file
from storage.files.trees import size_of
from storage.locking.locks import FileLock, acquire
from storage.locking.waiting import own_permit
from storage.paths import validate_id
from storage.store import Store

_MAX_MEASUREMENTS = 3  # by one request, if others add something during each

_BRIEF_SECONDS = 0.5  # for the lock, where something was stored or deleted already
_OUTDATED = 1.0  # the time of a measurement that is to be made again
_MAX_LENGTH = 100  # of the file


class _Record(NamedTuple):
    """The contents of the file; `added` is the total of all bytes that were ever added."""

    bytes: int = 0
    measured_at: float = 0.0  # never
    seconds: float = 0.0  # that measuring took
    added: int = 0


class Usage:
    """What one user stores, as far as it is known."""

    def __init__(self, store: Store, user_id: str, tuning: Tuning = DEFAULT) -> None:
        self._store = store
        self._tuning = tuning
        self._user_id = validate_id(user_id)
        self._directory = f"{store.root}/{paths.USAGE}"
        self._descriptor = -1
        self._record = _Record()
        self._measurements = 0
        self._is_exact = False  # nothing was added during the last measurement
        with writing():
            os.makedirs(self._directory, 0o700, exist_ok=True)

    @property
    def bytes(self) -> int:
        """The bytes that are stored, as it was found last."""
        return self._record.bytes

    @contextmanager
    def reserve(self, size: int, limit: int) -> Iterator[bool]:
        """Count bytes, unless there would be more than `limit`; yield whether there are not.

        No measurement begins within the block. Raises LockedError.
        """
        with self._current():
            fits = self.bytes + size <= limit
            if fits and size:
                self._add(size)
            yield fits

    def add(self, size: int) -> None:
        """Count bytes that were stored. Raises LockedError."""
        with self._locked(_BRIEF_SECONDS):
            self._add(size)

    def subtract(self, size: int) -> None:
        """Count bytes no more, which were removed from the user's trash. Raises LockedError."""
        with self._locked(_BRIEF_SECONDS):
            self._write(self._record._replace(bytes=max(0, self.bytes - size)))

    def note_deletion(self) -> None:
        """Let the next request measure again. Raises LockedError."""
        with self._locked(_BRIEF_SECONDS):
            if self._record.measured_at:
                self._write(self._record._replace(measured_at=_OUTDATED))

    def measure_again(self) -> bool:
        """Measure after `reserve`, unless it would change nothing, or takes long and was just done.

        Returns whether it was done. Raises LockedError.
        """
        record = self._record
        is_long = record.seconds > self._tuning.usage_long
        rest = self._tuning.usage_rest * record.seconds if is_long else 0
        if self._is_exact or self._measurements == _MAX_MEASUREMENTS:
            return False
        if 0 <= time.time() - record.measured_at < rest:
            return False
        self._measure(wait=True)
        return True

    def measure(self) -> None:
        """Measure, whenever that was done last. Raises LockedError."""
        self._measure(wait=True)

    @contextmanager
    def _current(self) -> Iterator[None]:
        """Lock what is known, after measuring if that is too old."""
        with self._locked():
            if 0 <= time.time() - self._record.measured_at < self._tuning.usage_age:
                yield
                return
        self._measure(wait=not self._record.measured_at)
        with self._locked():
            yield

    def _measure(self, wait: bool) -> None:
        """Measure; if another thread does, wait for that or do nothing."""
        self._measurements += 1
        known, name = self._record, f"{self._user_id}.measuring"
        lock = FileLock.try_acquire(self._directory, name)
        if lock is None and not wait:
            return
        with lock or FileLock.acquire(self._directory, name):
            with self._locked():
                if self._record.measured_at != known.measured_at:
                    return  # another thread has just done it
            self._measure_now(self._record.added)

    def _measure_now(self, added_before: int) -> None:
        started = time.perf_counter()
        with own_permit():
            found = _measure(self._store, self._user_id)
        seconds = time.perf_counter() - started
        with self._locked():
            added = self._record.added
            self._write(_Record(found + added - added_before, time.time(), seconds, added))
        self._is_exact = added == added_before

    def _add(self, size: int) -> None:
        record = self._record
        self._write(record._replace(bytes=record.bytes + size, added=record.added + size))

    @contextmanager
    def _locked(self, seconds: float | None = None) -> Iterator[None]:
        """Lock and read the file."""
        path = f"{self._directory}/{self._user_id}"
        with writing():
            self._descriptor = open_file(path, os.O_RDWR | os.O_CREAT)
        acquire(self._descriptor, path, seconds=seconds)
        try:
            self._record = self._read()
            yield
        finally:
            os.close(self._descriptor)

    @reading
    def _read(self) -> _Record:
        data = os.pread(self._descriptor, _MAX_LENGTH, 0)
        with suppress(ValueError, TypeError):  # new, or a crash interrupted the writing
            return _Record(*orjson.loads(data))
        return _Record()

    def _write(self, record: _Record) -> None:
        with writing():
            os.pwrite(self._descriptor, orjson.dumps(list(record)).ljust(_MAX_LENGTH), 0)
        self._record = record


def _measure(store: Store, user_id: str) -> int:
    """Return the bytes of a user's projects, AI calls, noted requests and trash.

    Documents are included.
    """
    projects = store.index(store.projects, _owner).current().entries
    mine = [entry.id for entry in projects if entry.values["userId"] == user_id]
    own = size_of(f"{store.root}/{paths.USERS}/{user_id}")
    own += sum(size_of(f"{store.root}/{paths.PROJECTS}/{project_id}") for project_id in mine)
    own += paths.REQUEST_BYTES * _count_requests(store, user_id)
    return own + sum(int(entry["bytes"]) for entry in trash.entries_of_owner(store, user_id))


def _count_requests(store: Store, user_id: str) -> int:
    """Return how many requests of a user are noted."""
    prefix = paths.request_prefix(user_id)
    return sum(name.startswith(prefix) for name in store.requests.documents.names())


def size_of_project(store: Store, project_id: str) -> int:
    """Return the bytes that count for the owner of a project, with what was deleted in it."""
    size = size_of(f"{store.root}/{paths.PROJECTS}/{validate_id(project_id)}")
    return size + sum(int(entry["bytes"]) for entry in trash.entries_of(store, project_id))


def _owner(project: Mapping[str, Any]) -> dict[str, Any]:
    return {key: project[key] for key in ("userId", "updatedAt")}
