"""Limits of what is stored: a quota for each user, and a reserve of free space on the disk.

What a user stores is measured by looking at the files of the user's projects and AI calls. That
takes long for thousands of files, so `usage/<user id>` keeps the result, to which everything that
the user sends is added. What is replaced or deleted is subtracted by the next measurement, which is
made when the quota seems to be used up, and every ten minutes.
"""

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

import orjson

from config import Settings
from storage import paths
from storage.errors import QuotaError, ReserveError, StorageError, reading, writing
from storage.files import open_file
from storage.ids import validate_id
from storage.locks import acquire
from storage.store import Store
from storage.trees import walk

_MB = 1 << 20
_BLOCK_BYTES = 4096  # what a file or directory takes at least
_MAX_AGE_SECONDS = 600.0  # of a measurement
_LONG_SECONDS = 0.1  # with a cold disk as well: one that took longer is not repeated
_REST_FACTOR = 10  # for ten times as long

# With that much free space twice over the reserve, less is not checked again for a moment.
_ROOMY_BYTES = 1 << 30
_ROOMY_SECONDS = 1.0

_MAX_LENGTH = 100  # of the file
_RESERVE_SHARE = 20  # the reserve is at most 1/20 of a small disk


class StorageLimits:
    """The limits of a data directory, by the settings USER_QUOTA_MB and RESERVE_MB."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._quota = settings.user_quota_mb * _MB
        self._reserve = settings.reserve_mb * _MB

    @property
    def has_quota(self) -> bool:
        """Whether there is a quota for each user."""
        return self._quota > 0

    def check_free(self, size: int = 0) -> None:
        """Raise ReserveError if `size` more bytes would use the disk's reserve."""
        if time.monotonic() < self._store.roomy_until and size < _ROOMY_BYTES:
            return
        free, reserve = self._free()
        if free - 2 * _ROOMY_BYTES > reserve:
            self._store.roomy_until = time.monotonic() + _ROOMY_SECONDS
        if free - size < reserve:
            message = (
                f"{_format_size(free)} are free on the server's disk, and the last"
                f" {_format_size(reserve)} are kept (RESERVE_MB): reading, deleting and logging in"
                " still work. Delete what you do not need, or ask the administrator for more space."
            )
            raise ReserveError(message)

    def missing(self, size: int = 0) -> int:
        """Return how many bytes have to be freed so that `check_free` accepts `size` more."""
        free, reserve = self._free()
        return max(0, reserve + size - free)

    @contextmanager
    def reserve(self, user_id: str | None, size: int) -> Iterator[None]:
        """Count `size` bytes that the user is about to store; None is someone without an account.

        A file that is to be received is given that size within the block, so that no measurement
        misses it. Raises QuotaError, ReserveError.
        """
        self.check_free(size)
        if user_id is None:
            yield
            return
        with self.reserve_quota(user_id, size):
            yield

    @contextmanager
    def reserve_quota(self, user_id: str, size: int) -> Iterator[None]:
        """Count `size` bytes that are on the disk already, and become the user's in the block.

        Raises QuotaError.
        """
        if not self.has_quota:
            yield
            return
        with self._usage(user_id) as usage:
            if usage.bytes + size > self._quota:
                usage.measure_if_affordable()
            if usage.bytes + size > self._quota:
                raise self._over_quota(usage.bytes, size)
            usage.add(size)
            yield

    def count(self, user_id: str, size: int) -> None:
        """Count bytes that were stored for the user, whatever the quota."""
        if self.has_quota:
            with self._usage(user_id) as usage:
                usage.add(size)

    def check(self, user_id: str) -> None:
        """Raise QuotaError or ReserveError if nothing more may be stored.

        To be called before something is paid for: it measures what the user stores.
        """
        self.check_free()
        if self.has_quota:
            with self._usage(user_id) as usage:
                usage.measure_if_affordable()
                if usage.bytes >= self._quota:
                    raise self._over_quota(usage.bytes, 0)

    def note_deletion(self, user_id: str) -> None:
        """Let the next request measure again, since something was deleted; raises nothing."""
        if self.has_quota:
            with suppress(OSError, StorageError):  # such as a user without measurement
                descriptor = open_file(self._path(user_id), os.O_WRONLY)
                try:
                    os.ftruncate(descriptor, 0)
                finally:
                    os.close(descriptor)

    @reading
    def _free(self) -> tuple[int, int]:
        """Return how many bytes are free on the disk, and how many of them are the reserve."""
        disk = os.statvfs(self._store.root)
        free, total = (blocks * disk.f_frsize for blocks in (disk.f_bavail, disk.f_blocks))
        return free, min(self._reserve, total // _RESERVE_SHARE)

    def _path(self, user_id: str) -> str:
        return f"{self._store.root}/{paths.USAGE}/{validate_id(user_id)}"

    @contextmanager
    def _usage(self, user_id: str) -> Iterator["_Usage"]:
        """Lock what is known of a user's usage, and measure it if that is too old."""
        path = self._path(user_id)
        with writing():
            os.makedirs(os.path.dirname(path), 0o700, exist_ok=True)
            descriptor = open_file(path, os.O_RDWR | os.O_CREAT)
        acquire(descriptor, path)
        try:
            yield _Usage(self._store, user_id, descriptor)
        finally:
            os.close(descriptor)

    def _over_quota(self, used: int, size: int) -> QuotaError:
        needed = f", and this needs {_format_size(size)} more" if size else ""
        message = (
            f"You store {_format_size(used)} of the {_format_size(self._quota)} that each user may"
            f" store (USER_QUOTA_MB){needed}. Delete media, works or assets that you do not need."
        )
        return QuotaError(message)


class _Usage:
    """How much a user stores: the contents of a file that is locked."""

    @reading
    def __init__(self, store: Store, user_id: str, descriptor: int) -> None:
        self._store = store
        self._user_id = user_id
        self._descriptor = descriptor
        self.bytes = 0
        self._measured_at = 0.0
        self._seconds = 0.0  # that measuring took
        data = os.pread(descriptor, _MAX_LENGTH, 0)
        with suppress(ValueError, TypeError):  # new, or a crash interrupted the writing
            self.bytes, self._measured_at, self._seconds = orjson.loads(data)
        if not 0 <= time.time() - self._measured_at < _MAX_AGE_SECONDS:
            self._measure()

    def measure_if_affordable(self) -> None:
        """Measure again, unless that takes long and was done just now."""
        rest = _REST_FACTOR * self._seconds if self._seconds > _LONG_SECONDS else 0
        if time.time() - self._measured_at >= rest:
            self._measure()

    def add(self, size: int) -> None:
        """Count bytes."""
        self.bytes += size
        self._save()

    def _measure(self) -> None:
        started = time.perf_counter()
        self.bytes = _measure(self._store, self._user_id)
        self._measured_at, self._seconds = time.time(), time.perf_counter() - started
        self._save()

    def _save(self) -> None:
        data = orjson.dumps([self.bytes, self._measured_at, self._seconds])
        with writing():
            os.pwrite(self._descriptor, data.ljust(_MAX_LENGTH), 0)


def _measure(store: Store, user_id: str) -> int:
    """Return the bytes that the files of a user's projects and AI calls take, documents included.

    A file counts with its size in whole blocks, and an upload with the size that it will have.
    """
    projects = store.index(store.projects, _owner).current().entries
    mine = [entry.id for entry in projects if entry.values["userId"] == user_id]
    tops = [f"{store.root}/{paths.USERS}/{user_id}"]
    tops += [f"{store.root}/{paths.PROJECTS}/{project_id}" for project_id in mine]
    return sum(_size(entry) for top in tops for entry in walk(top))


def _size(entry: "os.DirEntry[str]") -> int:
    try:
        size = entry.stat(follow_symlinks=False).st_size
    except OSError:  # deleted concurrently
        return 0
    return -(-size // _BLOCK_BYTES) * _BLOCK_BYTES


def _owner(project: Mapping[str, Any]) -> dict[str, Any]:
    return {key: project[key] for key in ("userId", "updatedAt")}


def _format_size(size: int) -> str:
    return f"{size / _MB:,.1f} MB" if size >= _MB else f"{size / 1024:,.1f} KB"
