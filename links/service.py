"""The store of links: creating, finding, listing and revoking them.

A link is an address with a token of 128 random bits, of which only the SHA-256 is stored; the id of
its document is the beginning of that hash, so that looking it up needs no index (as for API
tokens). The document says what the link opens (`kind` and `target`), whose it is, and until when. A
link ends earlier with the session or the API token that it was made with (`source`), with its
project, and when its user revokes it (docs/decisions/0024).
"""

import hashlib
import secrets
from collections.abc import Mapping
from contextlib import suppress
from hmac import compare_digest
from typing import Any, NamedTuple

from accounts.authentication import check_source
from accounts.identity import Identity
from errors import ConflictError, GoneError, MissingError, UnauthenticatedError
from projects.service import check_owner
from schemas.links import EXPORT, UPLOAD, LinkSchema
from storage.clock import DAY_MS, now_ms
from storage.documents.snapshots import Snapshot
from storage.errors import NotFoundError, StorageError
from storage.paths import LINKS
from storage.store import Store

PATHS = {UPLOAD: "/api/uploads", EXPORT: "/api/downloads"}  # of the addresses, by the kind of link
SCOPES = {UPLOAD: "projects:write", EXPORT: "works:read"}  # that manage links of a kind
MAX_LINKS = 1000  # of a user, that have not ended
TOKEN_BYTES = 16

_KEPT_MS = DAY_MS  # after its end, so that who opens a link is told that it has expired

Link = Mapping[str, Any]


class NewLink(NamedTuple):
    """A link that was just created: its address on this service, which only now is known."""

    id: str
    path: str
    target: Mapping[str, Any]
    expires_at: int


def create(
    store: Store, identity: Identity, kind: str, target: Mapping[str, Any], seconds: int
) -> NewLink:
    """Create a link of a user to a target, `{projectId, …}`, for some seconds.

    Raises ConflictError if the user has MAX_LINKS.
    """
    token = secrets.token_urlsafe(TOKEN_BYTES)
    now, digest = now_ms(), _digest(token)
    document: dict[str, Any] = {
        "id": _id(digest),
        "userId": identity.user_id,
        "hash": digest,
        "kind": kind,
        "target": dict(target),
        "source": identity.source,
        "expiresAt": now + 1000 * seconds,
        "usedAt": None,
        "createdAt": now,
        "updatedAt": now,
    }
    _of_user(store, identity.user_id)  # reads what has changed, which may take long: without a lock
    with store.users.lock(identity.user_id):  # of two, one is the last
        if len(_of_user(store, identity.user_id)) >= MAX_LINKS:
            details = f"A user may have {MAX_LINKS}: revoke some, or wait until they expire."
            raise ConflictError("Too many links", details)
        store.links.create(document["id"], document)
    path = f"{PATHS[kind]}/{token}"
    return NewLink(document["id"], path, document["target"], document["expiresAt"])


def find(store: Store, kind: str, token: str) -> Link:
    """Return the document of a link of this kind that has not ended.

    Raises GoneError for one that has expired, MissingError for any other.
    """
    digest = _digest(token)
    try:
        link = store.links.snapshot(_id(digest)).values
        if link["kind"] != kind or not compare_digest(link["hash"], digest):
            raise _missing()
        if link["expiresAt"] <= now_ms():
            raise GoneError("This link has expired", "Ask whoever gave it to you for a new one.")
        check_source(store, {"sub": link["userId"], **link["source"]})
        check_owner(store, link["target"]["projectId"], link["userId"])
    except (NotFoundError, UnauthenticatedError):
        raise _missing() from None
    return link


def is_live(store: Store, link_id: str) -> bool:
    """Return whether a link was neither revoked nor has expired."""
    try:
        return bool(store.links.snapshot(link_id).values["expiresAt"] > now_ms())
    except NotFoundError:
        return False


def mark_used(store: Store, link_id: str) -> None:
    """Note that a link which works once was used. One that was revoked meanwhile stays so."""
    now = now_ms()
    with suppress(NotFoundError):
        store.links.change(link_id, lambda link: link.update(usedAt=now, updatedAt=now))


def list_own(store: Store, user_id: str, scopes: frozenset[str]) -> list[dict[str, Any]]:
    """Return a user's links that have not ended and that these scopes manage, newest first."""
    own = _of_user(store, user_id)
    listed: list[dict[str, Any]] = LinkSchema(many=True).dump(
        link for link in own if SCOPES[link["kind"]] in scopes
    )
    return listed


def revoke(store: Store, identity: Identity, link_id: str) -> None:
    """Revoke a link of a user. Raises NotFoundError, MissingScopeError."""

    def check(link: Snapshot) -> None:
        if link.values["userId"] != identity.user_id:
            raise NotFoundError(f"{LINKS}/{link_id}")
        identity.require(SCOPES[link.values["kind"]])

    store.links.delete(link_id, check)


def delete_expired(store: Store) -> None:
    """Delete the links that ended more than a day ago."""
    oldest = now_ms() - _KEPT_MS
    for entry in store.index(store.links, _summary).current().entries:
        if entry.values["expiresAt"] < oldest:
            with suppress(StorageError):  # deleted concurrently, or tried again an hour later
                store.links.delete(entry.id)


def _of_user(store: Store, user_id: str) -> list[Link]:
    """Return what is listed of a user's links that have not ended, newest first."""
    listed, now = store.index(store.links, _summary).current(), now_ms()
    own = listed.select(user_id, lambda link: bool(link["userId"] == user_id))
    return [entry.values for entry in own if entry.values["expiresAt"] > now]


def _summary(link: Link) -> dict[str, Any]:
    listed = ("id", "userId", "kind", "target", "usedAt", "expiresAt", "createdAt")
    return {**{key: link[key] for key in listed}, "updatedAt": link["createdAt"]}


def _missing() -> MissingError:
    details = "There is no such link. Check that its address is complete; it may have been revoked."
    return MissingError("Not found", details)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _id(digest: str) -> str:
    return f"link_{digest[:24]}"
