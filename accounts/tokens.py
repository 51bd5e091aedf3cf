"""API tokens: `vg_` and 32 random bytes, stored as a SHA-256 hash only.

A token's document id is the beginning of that hash, so that looking it up needs no index. A token
that was created with another one depends on it: it lists the ids of these, from its creator on, as
its `ancestors`, and is valid only while all of them exist.
"""

import hashlib
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from contextlib import suppress
from hmac import compare_digest
from typing import Any

from errors import (
    ExpiredTokenError,
    ForbiddenError,
    InvalidTokenError,
    LimitReachedError,
    MissingScopeError,
)
from schemas.accounts import TokenMetaSchema
from storage.clock import DAY_MS, now_ms
from storage.documents.snapshots import Snapshot
from storage.documents.tables import Check
from storage.errors import DiskFullError, NotFoundError, StorageError, UnwritableError
from storage.locking.waiting import not_waiting
from storage.paths import TOKENS
from storage.store import Store

PREFIX = "vg_"
MAX_TOKENS = 100  # of a user, that have not expired

_SHOWN_CHARACTERS = 11
_MAX_ANCESTORS = 8  # each use of a token checks them
_LAST_USED_MS = 60_000  # `lastUsedAt` is updated at most this often, to save writes

Metadata = dict[str, Any]


def create(
    store: Store,
    user_id: str,
    name: str,
    scopes: list[str],
    days: float | None = None,
    creator: Mapping[str, Any] | None = None,
    secret: bytes | None = None,
) -> tuple[str, Metadata]:
    """Create a token; return it, which is possible only now, and its metadata.

    `secret` is what it is made from, 32 random bytes by default.

    `creator` is the document of the API token that creates it, if one does. The new token ends with
    that one: it expires no later, also if `days` is None. Raises ForbiddenError if `days` is later,
    or if there are too many ancestors; LimitReachedError if the user has MAX_TOKENS that are valid;
    ExistsError if there is a token of this `secret`.
    """
    token = _token(secret or secrets.token_bytes(32))
    now = now_ms()
    digest = _digest(token)
    document: dict[str, Any] = {
        "id": _id(digest),
        "userId": user_id,
        "hash": digest,
        "name": name,
        "tokenPrefix": token[:_SHOWN_CHARACTERS],
        "scopes": sorted(set(scopes)),
        "lastUsedAt": None,
        "expiresAt": _expiry(now, days, creator),
        "ancestors": _ancestors(creator),
        "createdAt": now,
        "updatedAt": now,
    }
    _of_user(store, user_id)  # reads what has changed, which may take long, without the lock
    with store.users.lock(user_id):  # of two, one is the last
        _make_room(store, user_id)
        store.tokens.create(document["id"], document)
    return token, _metadata(document)


def find(store: Store, secret: bytes) -> tuple[str, Metadata]:
    """Return the token that was created from a secret, and its metadata. Raises NotFoundError."""
    token = _token(secret)
    return token, _metadata(store.tokens.snapshot(_id(_digest(token))).values)


def verify(store: Store, token: str) -> Mapping[str, Any]:
    """Return the document of a valid token. Raises UnauthenticatedError."""
    digest = _digest(token)
    document = find_valid(store, _id(digest))
    if not compare_digest(document["hash"], digest):
        raise InvalidTokenError("Invalid token")
    now = now_ms()
    if now - (document["lastUsedAt"] or 0) > _LAST_USED_MS:
        _set_last_used(store, document["id"], now)
    return document


def find_valid(store: Store, token_id: str) -> Mapping[str, Any]:
    """Return the document of a token that has not ended. Raises UnauthenticatedError."""
    try:
        document = store.tokens.snapshot(token_id).values
    except NotFoundError:
        raise InvalidTokenError("Invalid token") from None
    if document["expiresAt"] is not None and document["expiresAt"] <= now_ms():
        raise ExpiredTokenError("Token has expired")
    # Tokens of version 0.2 have no ancestors.
    if not all(ancestor in store.tokens.documents for ancestor in document.get("ancestors", ())):
        raise InvalidTokenError("The token that created this one was revoked")
    return document


def list_metadata(store: Store, user_id: str, scopes: frozenset[str]) -> list[Metadata]:
    """Return the metadata of a user's tokens that have no other scopes than these, newest first."""
    own = _of_user(store, user_id)
    return [_metadata(values) for values in own if scopes.issuperset(values["scopes"])]


def delete(store: Store, user_id: str, token_id: str, scopes: frozenset[str]) -> None:
    """Revoke a user's token and those that were created with it.

    Raises NotFoundError, MissingScopeError if it has other scopes.
    """

    def check(token: Snapshot) -> None:
        if token.values["userId"] != user_id:
            raise NotFoundError(f"{TOKENS}/{token_id}")
        check_scopes(token.values["scopes"], scopes)

    revoke(store, token_id, check)


def revoke(store: Store, token_id: str, check: Check | None = None) -> None:
    """Revoke a token and those that were created with it, unless `check` raises.

    Raises NotFoundError.
    """
    store.tokens.delete(token_id, check)
    # Those that were created with it are invalid from here on, also if they cannot be deleted now.
    for entry in store.index(store.tokens, _summary).current().entries:
        if token_id in entry.values["ancestors"]:
            with suppress(StorageError):
                store.tokens.delete(entry.values["id"])


def check_scopes(scopes: list[str], granted: frozenset[str]) -> None:
    """Raise MissingScopeError if a token has scopes that the caller was not granted."""
    if not granted.issuperset(scopes):
        raise MissingScopeError(sorted(set(scopes)), sorted(granted))


def _of_user(store: Store, user_id: str) -> list[Mapping[str, Any]]:
    """Return what is listed of a user's tokens, newest first."""
    listed = store.index(store.tokens, _summary).current()
    return [entry.values for entry in listed.entries if entry.values["userId"] == user_id]


def _make_room(store: Store, user_id: str) -> None:
    """Delete a user's expired tokens if there are as many as a user may have.

    Raises LimitReachedError if there are as many valid ones.
    """
    own, now = _of_user(store, user_id), now_ms()
    if len(own) < MAX_TOKENS:
        return
    expired = [each["id"] for each in own if each["expiresAt"] and each["expiresAt"] <= now]
    if len(own) - len(expired) >= MAX_TOKENS:
        details = f"A user may have {MAX_TOKENS}: delete those that are not used any more."
        raise LimitReachedError("Too many API tokens", details)
    for token_id in expired:
        with suppress(NotFoundError):
            store.tokens.delete(token_id)


def _expiry(now: int, days: float | None, creator: Mapping[str, Any] | None) -> int | None:
    """Return when a new token expires. Raises ForbiddenError if that is after its creator."""
    requested = now + int(days * DAY_MS) if days else None
    latest: int | None = creator["expiresAt"] if creator else None
    if latest is None or requested is None:
        return latest if requested is None else requested
    if requested > latest:
        raise ForbiddenError(
            "A token cannot create one that lives longer",
            {"expiresInDays": f"Must be at most {(latest - now) / DAY_MS:.4g}, or be left out."},
        )
    return requested


def _ancestors(creator: Mapping[str, Any] | None) -> list[str]:
    """Return the ids of the tokens that a new token depends on. Raises ForbiddenError."""
    if creator is None:
        return []
    ancestors = [creator["id"], *creator.get("ancestors", ())]
    if len(ancestors) > _MAX_ANCESTORS:
        raise ForbiddenError(
            "This token cannot create another one",
            f"Tokens that are created with tokens are nested {_MAX_ANCESTORS} levels deep at most.",
        )
    return ancestors


def _set_last_used(store: Store, token_id: str, now: int) -> None:
    """Set `lastUsedAt`, if the disk is writable.

    Raises UnauthenticatedError for a revoked token.
    """
    try:
        # Reading must work on a full disk, and need not wait for others that use the same token.
        with suppress(DiskFullError, UnwritableError), not_waiting():
            store.tokens.change(token_id, lambda document: document.update(lastUsedAt=now))
    except NotFoundError:
        raise InvalidTokenError("Invalid token") from None  # revoked concurrently


def _token(secret: bytes) -> str:
    return PREFIX + urlsafe_b64encode(secret).rstrip(b"=").decode()


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _id(digest: str) -> str:
    return f"tok_{digest[:24]}"


def _metadata(document: Mapping[str, Any]) -> Metadata:
    metadata: Metadata = TokenMetaSchema().dump(document)
    return metadata


def _summary(document: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **_metadata(document),
        "userId": document["userId"],
        "ancestors": document.get("ancestors", []),
        "updatedAt": document["createdAt"],
    }
