"""Limits of what is stored: a quota for each user, and a reserve of free space on the disk.

The reserve is of bytes, and of inodes: each file and directory takes one, and file systems such as
ext4 have only so many.

What is in a project counts for its owner, whoever stores it. What a user stores is measured now
and then, and what the user sends is added meanwhile (see storage/usage.py). What is replaced or
deleted is subtracted by the next measurement, which is made when the quota seems to be used up, and
every ten minutes.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from settings.config import Settings
from storage import trash
from storage.errors import QuotaError, ReserveError, StorageError, reading
from storage.files.trees import Space
from storage.locking.permits import current_user
from storage.store import Store
from storage.trash import oldest_removed
from storage.usage import Usage

_MB = 1 << 20

# With that much free space twice over the reserve, less is not checked again for a moment.
_ROOMY_BYTES = 1 << 30
_ROOMY_INODES = 100_000

_RESERVE_SHARE = 20  # the reserve is at most 1/20 of a small disk
_RESERVE_INODES = 10_000

_STILL_WORK = (
    "are kept (RESERVE_MB): reading, deleting and logging in still work. Delete what you do not"
    " need, or ask the administrator for more space."
)


class StorageLimits:
    """The limits of a data directory, by the settings USER_QUOTA_MB and RESERVE_MB."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._tuning = settings.tuning
        self._quota = settings.user_quota_mb * _MB
        self._reserve = settings.reserve_mb * _MB

    @property
    def has_quota(self) -> bool:
        """Whether there is a quota for each user."""
        return self._quota > 0

    def check_free(self, size: int = 0, user_id: str | None = None) -> None:
        """Raise ReserveError if `size` more bytes, or a file, would use the disk's reserve.

        The oldest in the trash of all users is removed before, as much as is needed; but not for a
        user, if given, whose quota has no room anyway.
        """
        if time.monotonic() < self._store.roomy_until and size < _ROOMY_BYTES:
            return
        if self._shortage(size) is not None and self._may_fit(user_id, size):
            self._empty_trash(lambda: self._missing(size))
        if (shortage := self._shortage(size)) is not None:
            raise shortage

    def is_short(self) -> bool:
        """Return whether the disk's reserve is in use."""
        return self._shortage(0) is not None

    def _shortage(self, size: int) -> ReserveError | None:
        """Return the error of storing `size` more bytes, or a file, if that uses the reserve."""
        disk = self._disk()
        (free, reserve), (inodes, kept) = self._bytes(disk), self._inodes(disk)
        if free - 2 * _ROOMY_BYTES > reserve and inodes - _ROOMY_INODES > kept:
            self._store.roomy_until = time.monotonic() + self._tuning.roomy
        if free - size < reserve:
            return ReserveError(
                f"{_format_size(free)} are free on the server's disk, and the last"
                f" {_format_size(reserve)} {_STILL_WORK}"
            )
        if inodes < kept:
            return ReserveError(
                f"{inodes:,} inodes, which each file takes one of, are free on the server's disk,"
                f" and the last {kept:,} {_STILL_WORK}"
            )
        return None

    def missing(self, size: int = 0) -> int:
        """Return how many bytes have to be freed so that `check_free` accepts `size` more.

        What is in the trash does not count as free.
        """
        return self._missing(size).bytes

    def _missing(self, size: int) -> Space:
        """Return what has to be freed so that `check_free` accepts `size` more bytes."""
        disk = self._disk()
        (free, reserve), (inodes, kept) = self._bytes(disk), self._inodes(disk)
        return Space(max(0, reserve + size - free), max(0, kept - inodes))

    @contextmanager
    def reserve(self, user_id: str | None, size: int) -> Iterator[None]:
        """Count `size` bytes that the user is about to store; None is someone without an account.

        A file that is to be received is given that size within the block, so that no measurement
        misses it. Raises QuotaError, ReserveError.
        """
        self.check_free(size, user_id)
        if user_id is None:
            yield
            return
        with self.reserve_quota(user_id, size):
            yield

    @contextmanager
    def reserve_quota(
        self, user_id: str, size: int, *, empties_trash: bool = True
    ) -> Iterator[None]:
        """Count `size` bytes that are on the disk already, and become the user's in the block.

        The block must be short: others of the user wait. The user's trash makes room, unless it is
        somebody else who asks for that. Raises QuotaError, LockedError.
        """
        if not self.has_quota:
            yield
            return
        usage = Usage(self._store, user_id, self._tuning)
        while True:
            with usage.reserve(size, self._quota) as fits:
                if fits:
                    yield
                    return
            if usage.measure_again():
                continue
            if not (empties_trash and self._empty_trash_of(user_id, usage, size)):
                raise self._over_quota(user_id, usage.bytes, size)

    def count_of_guest(self, user_id: str, size: int) -> None:
        """Count bytes that a guest is about to store for the user, whose trash stays as it is.

        They may take the room that it would make: the next request of the user's makes it. Raises
        QuotaError, LockedError.
        """
        if not self.has_quota:
            return
        usage = Usage(self._store, user_id, self._tuning)
        with usage.reserve(size, self._quota) as fits:
            if fits:
                return
        if not self._may_fit(user_id, size):
            raise self._over_quota(user_id, usage.bytes, size)
        usage.add(size)

    def count(self, user_id: str, size: int) -> None:
        """Count bytes that were stored for the user, whatever the quota."""
        if self.has_quota:
            Usage(self._store, user_id, self._tuning).add(size)

    def subtract(self, user_id: str, size: int) -> None:
        """Count bytes no more that were counted for the user, and are not stored any more."""
        if self.has_quota:
            Usage(self._store, user_id, self._tuning).subtract(size)

    def check(self, user_id: str) -> None:
        """Raise QuotaError or ReserveError if nothing more may be stored.

        To be called before something is paid for: it measures what the user stores.
        """
        self.check_free(user_id=user_id)
        if self.has_quota:
            usage = Usage(self._store, user_id, self._tuning)
            with usage.reserve(0, self._quota):
                pass
            usage.measure_again()
            if usage.bytes >= self._quota:
                self._empty_trash_of(user_id, usage, 1)
            if usage.bytes >= self._quota:
                raise self._over_quota(user_id, usage.bytes, 0)

    def _empty_trash_of(self, user_id: str, usage: Usage, size: int) -> bool:
        """Make room for `size` bytes in the quota of a user; return whether there is some now.

        Nothing is removed for what was only about to be stored, by requests that were refused.
        """

        def needed() -> Space:
            return Space(self._excess(usage, size))

        if trash.entries_of_owner(self._store, user_id):
            usage.measure()
            self._empty_trash(needed, user_id)
        return needed() == Space()

    def _excess(self, usage: Usage, size: int) -> int:
        """Return how many of `size` more bytes exceed the quota, by what is known now."""
        with usage.reserve(0, self._quota):
            return max(0, usage.bytes + size - self._quota)

    def _may_fit(self, user_id: str | None, size: int) -> bool:
        """Return whether the quota has room for `size` bytes once the user's trash is empty."""
        if user_id is None or not self.has_quota:
            return True
        usage = Usage(self._store, user_id, self._tuning)
        in_trash = sum(each["bytes"] for each in trash.entries_of_owner(self._store, user_id))
        fits = self._excess(usage, size) <= in_trash
        return fits or (usage.measure_again() and self._excess(usage, size) <= in_trash)

    def _empty_trash(self, needed: Callable[[], Space], user_id: str = "") -> None:
        """Remove the oldest in the trash of a user, or of all, until no more is `needed`."""
        for entry in oldest_removed(self._store, needed, user_id):
            owner_id = user_id or trash.owner_of(self._store, entry)
            if self.has_quota and owner_id:
                Usage(self._store, owner_id, self._tuning).subtract(entry["bytes"])

    def note_deletion(self, user_id: str) -> None:
        """Let the next request measure again, since something was deleted; raises nothing.

        That of a user; nothing for "", where it is unknown whose that was.
        """
        if self.has_quota and user_id:
            with suppress(OSError, StorageError):
                Usage(self._store, user_id, self._tuning).note_deletion()

    @reading
    def _disk(self) -> os.statvfs_result:
        return os.statvfs(self._store.root)

    def _bytes(self, disk: os.statvfs_result) -> tuple[int, int]:
        """Return how many bytes are free on the disk, and how many of them are the reserve."""
        free, total = (blocks * disk.f_frsize for blocks in (disk.f_bavail, disk.f_blocks))
        return free, min(self._reserve, total // _RESERVE_SHARE)

    def _inodes(self, disk: os.statvfs_result) -> tuple[int, int]:
        """Return how many inodes are free, and how many of them are the reserve.

        Without RESERVE_MB there is none, nor on file systems that make them as needed.
        """
        if not (self._reserve and disk.f_files):
            return _ROOMY_INODES + 1, 0
        return disk.f_favail, min(_RESERVE_INODES, disk.f_files // _RESERVE_SHARE)

    def _over_quota(self, user_id: str, used: int, size: int) -> QuotaError:
        is_own = current_user.get() in ("", user_id)
        whose = "You store" if is_own else "The owner of this project stores"
        needed = f", and this needs {_format_size(size)} more" if size else ""
        message = (
            f"{whose} {_format_size(used)} of the {_format_size(self._quota)} that each user may"
            f" store (USER_QUOTA_MB){needed}. Delete media, works or assets that you do not need."
        )
        return QuotaError(message)


def _format_size(size: int) -> str:
    return f"{size / _MB:,.1f} MB" if size >= _MB else f"{size / 1024:,.1f} KB"
