"""What leaves the trash by itself: what has expired, and the oldest where room is needed."""

from collections.abc import Callable, Iterator
from contextlib import suppress

from storage import paths, trash
from storage.clock import now_ms
from storage.errors import NotFoundError, StorageError
from storage.locking.locks import FileLock
from storage.store import MAX_OPERATION_SECONDS, Store
from storage.trash import Entry

_HOLLOW_MS = 1000 * MAX_OPERATION_SECONDS  # no document is being moved for longer
_EMPTYING = ".emptying"  # the lock of what makes room


def oldest_removed(store: Store, needed: Callable[[], int], owner_id: str = "") -> Iterator[Entry]:
    """Remove entries for good, the oldest first, and yield each of them, until there is room.

    `needed` returns how many bytes have to be freed, 0 if none. Nothing is removed if all entries
    would not suffice: those of a user, or of all users without `owner_id`. Raises LockedError.
    """
    found = trash.entries_of_owner(store, owner_id) if owner_id else trash.entries(store)
    if not found:
        return
    with FileLock.acquire(store.root / paths.TRASH, _EMPTYING):  # or each of several would do it
        left = sum(entry["bytes"] for entry in found)
        for entry in reversed(found):
            if not 0 < needed() <= left:
                return
            left -= entry["bytes"]
            with suppress(NotFoundError):  # it has just been removed, or restored
                trash.remove(store, entry["id"])
                yield entry


def delete_expired(store: Store) -> None:
    """Remove the entries whose time is over, and those without a document."""
    now = now_ms()
    for entry in trash.all_entries(store):
        was_moved = entry["deletedAt"] < now - _HOLLOW_MS
        if entry["expiresAt"] <= now or (was_moved and trash.lacks_document(store, entry)):
            with suppress(StorageError):  # removed concurrently, or tried again an hour later
                trash.remove(store, entry["id"])
