"""Counters of throttled requests: of each kind in a few documents, which expire after an hour.

Anybody can send requests that are counted: a document for each counter would fill the disk. The
key of a counter is its kind, a hyphen, and hexadecimal digits.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any

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
_DAMAGED = (AttributeError, KeyError, TypeError)  # what a damaged document raises

Counter = dict[str, int]  # `failures`, and `updatedAt`: when it was counted last
Check = Callable[[Mapping[str, int]], None]
Document = dict[str, Any]

_unstored: dict[str, Counter] = {}  # counters in memory, by data directory and key


def find_all(store: Store, key: str) -> Iterator[Mapping[str, int]]:
    """Yield the counters of a key, on the disk and in memory."""
    for counter in (_stored(store, key), _unstored.get(_path(store, key))):
        if counter:
            yield counter


def count(store: Store, key: str, check: Check | None = None) -> None:
    """Increment a counter, unless `check`, which gets it as it is before, raises.

    A counter whose document was lost is left to `doctor`, and logged.
    """

    def mutate(document: Document) -> None:
        counters: dict[str, Counter] = document["counters"]
        counter = counters.pop(key, {"failures": 0, "updatedAt": now_ms()})
        if check is not None:
            check(counter)
        _increment(counter)
        _drop_expired(counters)
        if len(counters) >= _MAX_STORED:
            del counters[next(iter(counters))]
        counters[key] = counter  # the last one

    doc_id = _document_of(key)
    for _ in range(_ATTEMPTS):
        try:
            store.logins.change(doc_id, mutate)
        except NotFoundError:  # the first one, or deleted concurrently
            with suppress(ExistsError):
                new = {"failures": 1, "updatedAt": now_ms()}
                store.logins.create(doc_id, {"counters": {key: new}})
                return
        else:
            return
    _log.warning("%s/%s cannot be counted: see `doctor`", store.logins.name, doc_id)


def count_in_memory(store: Store, key: str) -> None:
    """Increment a counter in memory, which goes on from the one on the disk."""
    counter = _unstored.pop(_path(store, key), None)
    if counter is None:
        counter = {"failures": 0, "updatedAt": now_ms()}
        with suppress(UnreadableError):
            counter.update(_stored(store, key) or {})
    _increment(counter)
    _unstored[_path(store, key)] = counter
    if len(_unstored) > _MAX_UNSTORED:
        _unstored.pop(next(iter(_unstored)), None)


def reset(store: Store, key: str) -> None:
    """Forget a counter; while the disk is full, the stored one stays."""

    def is_kept(document: Document) -> bool:
        document["counters"].pop(key, None)
        return bool(document["counters"])

    _unstored.pop(_path(store, key), None)
    if _stored(store, key) is not None:
        with suppress(NotFoundError, DiskFullError):
            store.logins.change_or_delete(_document_of(key), is_kept)


def elapsed_ms(counter: Mapping[str, int]) -> int:
    """Return the time since the last count; negative if that clock was ahead of this one."""
    return now_ms() - counter["updatedAt"]


def has_expired(counter: Mapping[str, int]) -> bool:
    """Return whether a counter counts no more; also if the clock was set back since by as much."""
    return abs(elapsed_ms(counter)) > _EXPIRY_MS


def expired(store: Store) -> list[str]:
    """Return the ids of the documents that have expired counters."""
    ids = []
    for doc_id in store.logins.documents:
        with suppress(NotFoundError, UnreadableError, *_DAMAGED):
            if any(map(has_expired, _all_in(store.logins.snapshot(doc_id).values))):
                ids.append(doc_id)
    return ids


def delete_expired(store: Store) -> None:
    """Delete expired counters, and documents without others."""

    def is_kept(document: Document) -> bool:
        _drop_expired(document.get("counters", {}))
        return not all(map(has_expired, _all_in(document)))

    for doc_id in expired(store):
        with suppress(StorageError, *_DAMAGED):
            store.logins.change_or_delete(doc_id, is_kept)


def _stored(store: Store, key: str) -> Mapping[str, int] | None:
    with suppress(NotFoundError):
        found: Counter | None = store.logins.snapshot(_document_of(key)).values["counters"].get(key)
        return found
    return None


def _document_of(key: str) -> str:
    """Return the id of the document that has the counter of a key."""
    kind, _, digest = key.partition("-")
    return f"{kind}-{int(digest, 16) % _DOCUMENTS}"


def _all_in(document: Mapping[str, Any]) -> Iterable[Mapping[str, int]]:
    """Return the counters of a document; it was one itself when each had one of its own."""
    counters: Mapping[str, Counter] | None = document.get("counters")
    return [document] if counters is None else counters.values()


def _drop_expired(counters: dict[str, Counter]) -> None:
    for key in [key for key, counter in counters.items() if has_expired(counter)]:
        del counters[key]


def _increment(counter: Counter) -> None:
    failures = 1 if has_expired(counter) else counter["failures"] + 1
    counter.update(failures=failures, updatedAt=now_ms())


def _path(store: Store, key: str) -> str:
    return f"{store.root}/{key}"
