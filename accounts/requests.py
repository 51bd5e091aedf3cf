"""Requests that users sent with an Idempotency-Key: each makes its resource once.

What is known of a request is on the disk before its resource is made: a hash of what was sent, and
a random name, from which the id of the resource follows. A client that repeats it, also after a
crash in between, makes the same resource or finds it. `done` says that it was made: if it is
missing then, it was deleted since, and is not made again. All of it is forgotten after a day.

Nothing is kept of a request that was refused. `creators` says how many requests with the key are
about to make the resource, so that none is forgotten while another one may still make it. One whose
process died is counted until the end of the day.
"""

import hashlib
import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, NamedTuple

import orjson

from errors import InvalidError, ReusedKeyError
from storage.clock import DAY_MS, now_ms
from storage.documents.snapshots import Snapshot
from storage.errors import ExistsError, NotFoundError, StorageError, UnavailableError
from storage.limits import StorageLimits
from storage.paths import REQUEST_BYTES, request_prefix
from storage.store import Store

_ATTEMPTS = 20  # if others with the same key are refused at the same time
_IDEMPOTENCY_KEY = re.compile(r"[\x21-\x7e][\x20-\x7e]{0,253}[\x21-\x7e]|[\x21-\x7e]")

Request = Mapping[str, Any]


class Begun(NamedTuple):
    """A request whose resource is about to be made, or was: `name` is 32 hexadecimal digits.

    Its note counts for `payer_id`, None for a guest's. `is_new` says that nobody has begun it
    before, `is_done` that the resource was made.
    """

    id: str
    payer_id: str | None
    name: str
    is_new: bool
    is_done: bool


def key_digest(user_id: str, scope: str, key: str) -> str:
    """Return a hash of a user's Idempotency-Key for a scope. Raises InvalidError."""
    if not _IDEMPOTENCY_KEY.fullmatch(key):
        expected = "Expected 1 to 255 printable ASCII characters."
        raise InvalidError("Invalid Idempotency-Key", expected)
    return hashlib.sha256(f"{user_id}\n{scope}\n{key}".encode()).hexdigest()


def request_hash(request: Mapping[str, Any]) -> str:
    """Return a hash that is equal for equal requests."""
    return hashlib.sha256(orjson.dumps(request, option=orjson.OPT_SORT_KEYS)).hexdigest()


def begin(
    store: Store,
    limits: StorageLimits,
    user_id: str,
    scope: str,
    key: str,
    request_hash: str,
    *,
    guest_id: str = "",
) -> Begun:
    """Note a request durably, or return what was noted when it was sent before.

    Keys are separate for each user and `scope`, which says what the request makes. It is followed
    by `finish`, or by `forget` if nothing was made. That of a guest, who acts for a user, takes
    nothing of the user's quota. Raises InvalidError for an invalid key,
    ReusedKeyError if it was used for another request, QuotaError and ReserveError if there is no
    room for the note, UnavailableError if it has lost its document.
    """
    now = now_ms()
    request = {
        "id": _id(store, user_id, scope, key, guest_id or user_id),
        "userId": user_id,
        "hash": request_hash,
        "name": secrets.token_hex(16),
        "done": False,
        "creators": 1,
        "createdAt": now,
        "updatedAt": now,
    }
    payer_id = None if guest_id else user_id
    for _ in range(_ATTEMPTS):
        with suppress(NotFoundError):
            if noted := _join(store, request) or _create(store, limits, request, payer_id):
                is_new = noted["name"] == request["name"]
                return Begun(noted["id"], payer_id, noted["name"], is_new, noted["done"])
    raise UnavailableError(f"{store.requests.name}/{request['id']} has no document")


def finish(store: Store, begun: Begun) -> None:
    """Note that the resource of a request was made."""
    with suppress(StorageError):  # it was, also if that cannot be noted
        store.requests.change(begun.id, lambda request: request.update(done=True))


def forget(store: Store, limits: StorageLimits, begun: Begun) -> None:
    """Delete what is known of a request that made nothing, unless another one may still make it."""

    def is_kept(request: dict[str, Any]) -> bool:
        if request["name"] != begun.name:  # expired, and begun anew
            return True
        request["creators"] = _creators(request) - 1
        return bool(request["done"] or request["creators"] > 0)

    with suppress(StorageError):  # it is deleted a day later
        is_gone = store.requests.change_or_delete(begun.id, is_kept) is None
        if is_gone and begun.payer_id is not None:
            limits.subtract(begun.payer_id, REQUEST_BYTES)


def delete_expired(store: Store) -> None:
    """Delete what is known of requests of more than a day ago."""
    for request_id in list(store.requests.documents):
        with suppress(StorageError, KeyError, TypeError):  # deleted concurrently, or damaged
            _find(store, request_id)


def _id(store: Store, user_id: str, scope: str, key: str, sender_id: str) -> str:
    """Return the id of a request. Raises InvalidError for an invalid key."""
    digest = key_digest(user_id, scope, key)[:32]
    before = f"req_{digest}"  # as it was named before ids told whose request it is
    return before if before in store.requests.documents else f"{request_prefix(sender_id)}{digest}"


def _find(store: Store, request_id: str) -> Request | None:
    """Return what is known of a request; what is a day old is deleted."""
    with suppress(NotFoundError):
        found = store.requests.snapshot(request_id).values
        if not _has_expired(found):
            return found
        _delete_if_expired(store, request_id)
    return None


def _has_expired(request: Request) -> bool:
    return bool(request["createdAt"] <= now_ms() - DAY_MS)


def _delete_if_expired(store: Store, request_id: str) -> None:
    """Delete a request, unless it was sent again meanwhile. Raises NotFoundError."""

    def check(request: Snapshot) -> None:
        if not _has_expired(request.values):
            raise NotFoundError(request_id)

    store.requests.delete(request_id, check)


def _join(store: Store, request: Request) -> Request | None:
    """Return the record of a request, None if there is none; unless it is done, count a creator.

    Raises ReusedKeyError for another request, NotFoundError if it was forgotten meanwhile.
    """

    def join(found: dict[str, Any]) -> None:
        _check_same(found, request)
        if not found["done"]:
            found["creators"] = _creators(found) + 1

    found = _find(store, request["id"])
    if found is None:
        return None
    _check_same(found, request)
    return found if found["done"] else store.requests.change(request["id"], join).values


def _create(
    store: Store, limits: StorageLimits, request: Request, payer_id: str | None
) -> Request | None:
    """Create the document of a request; None if the same one did so at the same time."""
    with limits.reserve(payer_id, REQUEST_BYTES):
        pass
    with suppress(ExistsError):
        return store.requests.create(request["id"], dict(request)).values
    return None


def _check_same(found: Request, request: Request) -> None:
    if found["hash"] != request["hash"]:
        raise ReusedKeyError


def _creators(request: Request) -> int:
    """Return how many may make the resource; at least one if they were not counted yet."""
    return int(request.get("creators", 1))
