"""API tokens: `vg_` and 32 random bytes, stored as a SHA-256 hash only.

A token's document id is the beginning of that hash, so that looking it up needs no index.
"""

import hashlib
import secrets
from collections.abc import Mapping
from contextlib import suppress
from hmac import compare_digest
from typing import Any

from schemas.accounts import TokenMetaSchema
from storage.clock import DAY_MS, now_ms
from storage.documents import Snapshot
from storage.errors import DiskFullError, NotFoundError, UnwritableError
from storage.store import Store
from web.errors import MissingScopeError, UnauthorizedError

PREFIX = "vg_"

_SHOWN_CHARACTERS = 11
_LAST_USED_MS = 60_000  # `lastUsedAt` is updated at most this often, to save writes

Metadata = dict[str, Any]


def create(
    store: Store, user_id: str, name: str, scopes: list[str], days: float | None = None
) -> tuple[str, Metadata]:
    """Create a token; return it, which is possible only now, and its metadata."""
    token = PREFIX + secrets.token_urlsafe(32)
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
        "expiresAt": now + int(days * DAY_MS) if days else None,
        "createdAt": now,
        "updatedAt": now,
    }
    store.tokens.create(document["id"], document)
    return token, _metadata(document)


def verify(store: Store, token: str) -> Mapping[str, Any]:
    """Return the document of a valid token. Raises UnauthorizedError."""
    digest = _digest(token)
    try:
        document = store.tokens.snapshot(_id(digest)).values
    except NotFoundError:
        raise UnauthorizedError("Invalid token") from None
    if not compare_digest(document["hash"], digest):
        raise UnauthorizedError("Invalid token")
    now = now_ms()
    if document["expiresAt"] is not None and document["expiresAt"] <= now:
        raise UnauthorizedError("Token has expired")
    if now - (document["lastUsedAt"] or 0) > _LAST_USED_MS:
        _set_last_used(store, document["id"], now)
    return document


def list_metadata(store: Store, user_id: str, scopes: frozenset[str]) -> list[Metadata]:
    """Return the metadata of a user's tokens that have no other scopes than these, newest first."""
    listed = store.index(store.tokens, _summary).current()
    own = [entry.values for entry in listed.entries if entry.values["userId"] == user_id]
    return [_metadata(values) for values in own if scopes.issuperset(values["scopes"])]


def delete(store: Store, user_id: str, token_id: str, scopes: frozenset[str]) -> None:
    """Revoke a user's token. Raises NotFoundError, MissingScopeError if it has other scopes."""

    def check(token: Snapshot) -> None:
        if token.values["userId"] != user_id:
            raise NotFoundError(token_id)
        check_scopes(token.values["scopes"], scopes)

    store.tokens.delete(token_id, check)


def check_scopes(scopes: list[str], granted: frozenset[str]) -> None:
    """Raise MissingScopeError if a token has scopes that the caller was not granted."""
    if not granted.issuperset(scopes):
        raise MissingScopeError(sorted(set(scopes)), sorted(granted))


def _set_last_used(store: Store, token_id: str, now: int) -> None:
    """Set `lastUsedAt`, if the disk is writable. Raises UnauthorizedError for a revoked token."""
    try:
        with suppress(DiskFullError, UnwritableError):  # reading must work on a full disk
            store.tokens.change(token_id, lambda document: document.update(lastUsedAt=now))
    except NotFoundError:
        raise UnauthorizedError("Invalid token") from None  # revoked concurrently


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _id(digest: str) -> str:
    return f"tok_{digest[:24]}"


def _metadata(document: Mapping[str, Any]) -> Metadata:
    metadata: Metadata = TokenMetaSchema().dump(document)
    return metadata


def _summary(document: Mapping[str, Any]) -> dict[str, Any]:
    return {**_metadata(document), "userId": document["userId"], "updatedAt": document["createdAt"]}
