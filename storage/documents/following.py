"""Following an index: what changed in it between two looks, for one `stat` if nothing did."""

import time
from typing import NamedTuple

from storage.documents.change_log import Position
from storage.documents.index import Entry, Index, Listing

# Besides following the change log, a follower looks at the index at this interval, which then scans
# the files: more often would cost more than all of the rest in large collections.
_SCAN_SECONDS = 15.0


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
