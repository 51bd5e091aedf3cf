"""API tokens: `vg_` and 32 random bytes, of which only a SHA-256 is kept.

A token's document id is the beginning of that hash, so that finding it needs no index.
"""

import hashlib
import secrets
from collections.abc import Mapping
from contextlib import suppress
from hmac import compare_digest
from typing import Any

from schemas.accounts import TokenMetaSchema
from storage.clock import now_ms
from storage.documents import Snapshot
from storage.errors import DiskFullError, NotFoundError, UnwritableError
from storage.store import Store
from web.errors import MissingScopeError, UnauthorizedError

PREFIX = "vg_"

_SHOWN = 11
_DAY_MS = 24 * 3600 * 1000
_LAST_USED_MS = 60_000  # `lastUsedAt` is this coarse, so that using a token costs no write

Meta = dict[str, Any]


def make(
    store: Store, user_id: str, name: str, scopes: list[str], days: float | None = None
) -> tuple[str, Meta]:
    """A new token, shown this once, and its meta."""
    token = PREFIX + secrets.token_urlsafe(32)
    now = now_ms()
    digest = _digest(token)
    document: dict[str, Any] = {
        "id": _id(digest),
        "userId": user_id,
        "hash": digest,
        "name": name,
        "tokenPrefix": token[:_SHOWN],
        "scopes": sorted(set(scopes)),
        "lastUsedAt": None,
        "expiresAt": now + int(days * _DAY_MS) if days else None,
        "createdAt": now,
        "updatedAt": now,
    }
    store.tokens.create(document["id"], document)
    return token, _meta(document)


def verify(store: Store, token: str) -> Mapping[str, Any]:
    """The stored document of a token. Raises UnauthorizedError."""
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
        _note_use(store, document["id"], now)
    return document


def metas(store: Store, user_id: str, scopes: frozenset[str]) -> list[Meta]:
    """A user's tokens that are no wider than `scopes`, newest first."""
    listed = store.index(store.tokens, _summary).current()
    mine = [entry.values for entry in listed.entries if entry.values["userId"] == user_id]
    return [_meta(values) for values in mine if scopes.issuperset(values["scopes"])]


def delete(store: Store, user_id: str, token_id: str, scopes: frozenset[str]) -> None:
    """Revoke a user's token. Raises NotFoundError, and MissingScopeError for a wider one."""

    def check(token: Snapshot) -> None:
        if token.values["userId"] != user_id:
            raise NotFoundError(token_id)
        check_not_wider(token.values["scopes"], scopes)

    store.tokens.delete(token_id, check)


def check_not_wider(wanted: list[str], granted: frozenset[str]) -> None:
    """Raise MissingScopeError if a token to be managed has scopes that one's own has not."""
    if not granted.issuperset(wanted):
        raise MissingScopeError(sorted(set(wanted)), sorted(granted))


def _note_use(store: Store, token_id: str, now: int) -> None:
    try:
        with suppress(DiskFullError, UnwritableError):  # reading goes on where writing cannot
            store.tokens.change(token_id, lambda document: document.update(lastUsedAt=now))
    except NotFoundError:
        raise UnauthorizedError("Invalid token") from None  # revoked at this very moment


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _id(digest: str) -> str:
    return f"tok_{digest[:24]}"


def _meta(document: Mapping[str, Any]) -> Meta:
    meta: Meta = TokenMetaSchema().dump(document)
    return meta


def _summary(document: Mapping[str, Any]) -> dict[str, Any]:
    return {**_meta(document), "userId": document["userId"], "updatedAt": document["createdAt"]}
