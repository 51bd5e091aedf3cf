"""What leaves the trash by itself: what has expired, and the oldest where room is needed."""

from collections.abc import Callable, Iterator
from contextlib import suppress

from storage import paths, trash
from storage.clock import now_ms
from storage.errors import NotFoundError, StorageError
from storage.files.trees import Space
from storage.locking.locks import FileLock
from storage.store import MAX_OPERATION_SECONDS, Store
from storage.trash import Entry

_HOLLOW_MS = 1000 * MAX_OPERATION_SECONDS  # no document is being moved for longer
_EMPTYING = ".emptying"  # the lock of what makes room


def oldest_removed(
    store: Store, needed: Callable[[], Space], owner_id: str = ""
) -> Iterator[Entry]:
    """Remove entries for good, the oldest first, and yield each of them, until there is room.

    `needed` returns what has to be freed, Space() if nothing. Nothing is removed if all entries
    would not suffice: those of a user, or of all users without `owner_id`. If all that was needed
    is removed and none of it is free, the rest stays: some file systems free it later. Raises
    LockedError.
    """
    if not _found(store, owner_id):
        return
    with FileLock.acquire(store.root / paths.TRASH, _EMPTYING):  # or each of several would do it
        found, first = _found(store, owner_id), needed()
        spaces = [_space_in(store, entry, first) for entry in found]
        total = left = Space(*map(sum, zip(*spaces, strict=True)))
        for entry, space in zip(reversed(found), reversed(spaces), strict=True):
            missing = needed()
            frees_nothing = first.is_within(total.minus(left)) and first.is_within(missing)
            if missing == Space() or not missing.is_within(left) or frees_nothing:
                return
            left = left.minus(space)
            if owner_id and trash.owner_of(store, entry) != owner_id:
                continue  # its project has just been handed over
            with suppress(NotFoundError):  # it has just been removed, or restored
                trash.remove(store, entry["id"])
                yield entry


def _found(store: Store, owner_id: str) -> list[Entry]:
    """Return the entries of a user, or of all users, the oldest last."""
    return trash.entries_of_owner(store, owner_id) if owner_id else trash.entries(store)


def _space_in(store: Store, entry: Entry, needed: Space) -> Space:
    """Return what removing an entry frees; the inodes, which may have to be counted, if needed."""
    return trash.space_in(store, entry) if needed.inodes else Space(entry["bytes"])


def delete_expired(store: Store) -> None:
    """Remove the entries whose time is over, and those without a document."""
    now = now_ms()
    for entry in trash.all_entries(store):
        was_moved = entry["deletedAt"] < now - _HOLLOW_MS
        if entry["expiresAt"] <= now or (was_moved and trash.lacks_document(store, entry)):
            with suppress(StorageError):  # removed concurrently, or tried again an hour later
                trash.remove(store, entry["id"])
