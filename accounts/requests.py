"""Requests that users sent with an Idempotency-Key: each makes its resource once.

What is known of a request is on the disk before its resource is made: a hash of what was sent, and
a random name, from which the id of the resource follows. Whoever repeats the request, also after a
crash in between, makes the same resource or finds it. `done` says that it was made: if it is
missing then, it was deleted since, and is not made again. All of it is forgotten after a day.
"""

import secrets
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, NamedTuple

from errors import ReusedKeyError
from jobs.requests import key_digest
from storage.clock import DAY_MS, now_ms
from storage.documents.snapshots import Snapshot
from storage.errors import ExistsError, NotFoundError, StorageError
from storage.store import Store


class Begun(NamedTuple):
    """A request whose resource is about to be made, or was: `name` is 32 hexadecimal digits.

    `is_new` says that nobody has begun it before, `is_done` that the resource was made.
    """

    id: str
    name: str
    is_new: bool
    is_done: bool


def begin(store: Store, user_id: str, scope: str, key: str, request_hash: str) -> Begun:
    """Note a request durably, or return what was noted when it was sent before.

    Keys are separate for each user and `scope`, which says what the request makes. Raises
    InvalidError for an invalid key, ReusedKeyError if it was used for another request.
    """
    now, request_id = now_ms(), f"req_{key_digest(user_id, scope, key)[:32]}"
    request = {
        "id": request_id,
        "userId": user_id,
        "hash": request_hash,
        "name": secrets.token_hex(16),
        "done": False,
        "createdAt": now,
        "updatedAt": now,
    }
    found = _find(store, request_id) or _create(store, request)
    if found["hash"] != request_hash:
        raise ReusedKeyError
    return Begun(request_id, found["name"], found["name"] == request["name"], found["done"])


def finish(store: Store, begun: Begun) -> None:
    """Note that the resource of a request was made."""
    with suppress(StorageError):  # it was, also if that cannot be noted
        store.requests.change(begun.id, lambda request: request.update(done=True))


def delete_expired(store: Store) -> None:
    """Delete what is known of requests of more than a day ago."""
    for request_id in list(store.requests.documents):
        with suppress(StorageError, KeyError, TypeError):  # deleted concurrently, or damaged
            _find(store, request_id)


def _find(store: Store, request_id: str) -> Mapping[str, Any] | None:
    """Return what is known of a request; what is a day old is deleted."""
    with suppress(NotFoundError):
        found = store.requests.snapshot(request_id).values
        if not _has_expired(found):
            return found
        _delete_if_expired(store, request_id)
    return None


def _has_expired(request: Mapping[str, Any]) -> bool:
    return bool(request["createdAt"] <= now_ms() - DAY_MS)


def _delete_if_expired(store: Store, request_id: str) -> None:
    """Delete a request, unless it was sent again meanwhile. Raises NotFoundError."""

    def check(request: Snapshot) -> None:
        if not _has_expired(request.values):
            raise NotFoundError(request_id)

    store.requests.delete(request_id, check)


def _create(store: Store, request: Mapping[str, Any]) -> Mapping[str, Any]:
    """Create the document of a request, or return that of the same one at the same time."""
    try:
        return store.requests.create(request["id"], dict(request)).values
    except ExistsError:
        return store.requests.snapshot(request["id"]).values
