"""Counters of throttled requests: of each kind in a few documents, which expire after an hour.

Anybody can send requests that are counted: a document for each counter would fill the disk. The
key of a counter is its kind, a hyphen, and hexadecimal digits; a document has the counters of one
kind by these digits, the one that was counted last at the end.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any, NamedTuple

from storage.clock import now_ms
from storage.errors import (
    DiskFullError,
    ExistsError,
    NotFoundError,
    StorageError,
    UnreadableError,
)
from storage.store import Store

_log = logging.getLogger("vidworks.accounts")

_EXPIRY_MS = 60 * 60 * 1000  # after the last count
_DOCUMENTS = 8  # of each kind
_MAX_STORED = 4_000  # counters in a document: then, the one goes that was not counted for longest
_MAX_UNSTORED = 10_000  # counters in memory
_ATTEMPTS = 3  # if a document is created or deleted concurrently
_DAMAGED = (AttributeError, LookupError, TypeError)  # what a damaged document raises

Document = dict[str, Any]


class Counter(NamedTuple):
    """How often something was counted, and when last; stored as a list."""

    failures: int
    updated_at: int

    @property
    def elapsed_ms(self) -> int:
        """The time since the last count; negative if that clock was ahead of this one."""
        return now_ms() - self.updated_at

    @property
    def has_expired(self) -> bool:
        """Whether it counts no more; also if the clock was set back since by as much."""
        return abs(self.elapsed_ms) > _EXPIRY_MS

    def incremented(self) -> "Counter":
        """Return the next one; after an expired one, the first."""
        return Counter(1 if self.has_expired else self.failures + 1, now_ms())


_unstored: dict[str, Counter] = {}  # counters in memory, by data directory and key


def find_all(store: Store, key: str) -> Iterator[Counter]:
    """Yield the counters of a key, on the disk and in memory."""
    for counter in (_stored(store, key), _unstored.get(_path(store, key))):
        if counter is not None:
            yield counter


def count(store: Store, key: str, check: Callable[[Counter], None] | None = None) -> None:
    """Increment a counter, unless `check`, which gets it as it is before, raises.

    A counter whose document was lost is left to `doctor`, and logged.
    """
    doc_id, name = _place_of(key)

    def mutate(document: Document) -> None:
        stored = document["counters"]
        counter = _first() if (found := stored.pop(name, None)) is None else Counter(*found)
        if check is not None:
            check(counter)
        _drop_expired(stored)
        if len(stored) >= _MAX_STORED:
            del stored[next(iter(stored))]
        stored[name] = list(counter.incremented())

    for _ in range(_ATTEMPTS):
        try:
            store.logins.change(doc_id, mutate)
        except NotFoundError:  # the first one, or deleted concurrently
            with suppress(ExistsError):
                store.logins.create(doc_id, {"counters": {name: list(_first().incremented())}})
                return
        else:
            return
    _log.warning("%s/%s cannot be counted: see `doctor`", store.logins.name, doc_id)


def count_in_memory(store: Store, key: str) -> None:
    """Increment a counter in memory, which goes on from the one on the disk."""
    counter = _unstored.pop(_path(store, key), None)
    if counter is None:
        with suppress(UnreadableError):
            counter = _stored(store, key)
    _unstored[_path(store, key)] = (counter or _first()).incremented()
    if len(_unstored) > _MAX_UNSTORED:
        _unstored.pop(next(iter(_unstored)), None)


def reset(store: Store, key: str) -> None:
    """Forget a counter; while the disk is full, the stored one stays."""
    doc_id, name = _place_of(key)

    def is_kept(document: Document) -> bool:
        document["counters"].pop(name, None)
        return bool(document["counters"])

    _unstored.pop(_path(store, key), None)
    if _stored(store, key) is not None:
        with suppress(NotFoundError, DiskFullError):
            store.logins.change_or_delete(doc_id, is_kept)


def delete_expired(store: Store) -> None:
    """Delete expired counters, and documents without others; damaged ones are left to `doctor`."""

    def is_kept(document: Document) -> bool:
        _drop_expired(document.get("counters", {}))
        return not all(each.has_expired for each in _all_in(document))

    for doc_id in store.logins.documents:
        with suppress(StorageError, *_DAMAGED):
            if any(each.has_expired for each in _all_in(store.logins.snapshot(doc_id).values)):
                store.logins.change_or_delete(doc_id, is_kept)


def _first() -> Counter:
    return Counter(0, now_ms())


def _stored(store: Store, key: str) -> Counter | None:
    doc_id, name = _place_of(key)
    with suppress(NotFoundError):
        found = store.logins.snapshot(doc_id).values["counters"].get(name)
        return None if found is None else Counter(*found)
    return None


def _place_of(key: str) -> tuple[str, str]:
    """Return the id of the document that has the counter of a key, and its name there."""
    kind, _, digits = key.partition("-")
    return f"{kind}-{int(digits, 16) % _DOCUMENTS}", digits


def _all_in(document: Mapping[str, Any]) -> list[Counter]:
    """Return the counters in a document; in the old format, a document is a single counter."""
    if "counters" in document:
        return [Counter(*each) for each in document["counters"].values()]
    return [Counter(document["failures"], document["updatedAt"])]


def _drop_expired(stored: dict[str, Any]) -> None:
    for name in [name for name, each in stored.items() if Counter(*each).has_expired]:
        del stored[name]


def _path(store: Store, key: str) -> str:
    return f"{store.root}/{key}"
