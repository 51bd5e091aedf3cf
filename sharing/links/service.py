"""The store of links: creating, finding, listing and revoking them.

A link is an address with a token of 128 bits, of which only the SHA-256 is stored; the id of
its document is the beginning of that hash, so that looking it up needs no index (as for API
tokens). The document says what the link opens (`kind` and `target`), whose it is, and until when. A
link ends earlier with the session or the API token that it was made with (`source`), with its
project, when its user revokes it or loses the right that it takes there, and one that was made in a
session when the key changes that signs logins (docs/decisions/0024). Invitations and reviews have
no source: see project_links.py.
"""

import hashlib
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable, Hashable, Mapping
from contextlib import suppress
from hmac import compare_digest
from typing import Any, NamedTuple

from access.errors import RightMissingError
from access.projects import check
from access.rights import CHANGE, MANAGE, SEE
from accounts.authentication import check_account, check_source
from accounts.identity import Identity
from errors import (
    GoneError,
    LimitReachedError,
    MissingError,
    UnauthenticatedError,
)
from schemas.links import EXPORT, INVITATION, LINK_KINDS, MEDIA, PATHS, REVIEW, UPLOAD, LinkSchema
from storage.clock import DAY_MS, now_ms
from storage.documents.snapshots import Snapshot
from storage.errors import NotFoundError, StorageError
from storage.link_documents import is_sound, summarize
from storage.paths import LINKS
from storage.store import Store

MAX_LINKS = 1000  # of a user that have not ended; invitations and reviews count apart
TOKEN_BYTES = 16

RIGHTS = {  # in the project, which make links of a kind, and without which they end
    UPLOAD: CHANGE,
    EXPORT: SEE,
    MEDIA: SEE,
    INVITATION: MANAGE,
    REVIEW: CHANGE,
}
ENDED = (NotFoundError, MissingError, GoneError)  # what is raised for a link that opens nothing

_KEPT_MS = DAY_MS  # after its end, so that who opens a link is told that it has expired

Link = Mapping[str, Any]


class NewLink(NamedTuple):
    """A link that was just created. Its address is known only now: the token is not stored."""

    id: str
    path: str
    target: Mapping[str, Any]
    expires_at: int


def scope_of(kind: str, target: Mapping[str, Any]) -> str:
    """Return the scope that makes, lists and revokes links of a kind to a target."""
    if kind == UPLOAD:
        return "projects:write"
    return "projects:read" if kind == MEDIA and "assetId" in target else "works:read"


def create(
    store: Store,
    identity: Identity,
    kind: str,
    target: Mapping[str, Any],
    seconds: int,
    secret: bytes | None = None,
) -> NewLink:
    """Create a link of a user to a target, `{projectId, …}`, for some seconds.

    `secret` is what its token is made from, random bytes by default. Raises LimitReachedError if
    the user has MAX_LINKS, ExistsError if there is a link of this `secret`.
    """
    list_live(store, identity.user_id)  # updates the index outside of the lock: it may take long
    with store.users.lock(identity.user_id):  # so that concurrent requests keep the limit
        return add(store, identity, kind, target, seconds, secret)


def add(
    store: Store,
    identity: Identity,
    kind: str,
    target: Mapping[str, Any],
    seconds: int,
    secret: bytes | None = None,
    **more: str,
) -> NewLink:
    """Create a link as `create`; the caller has the lock of the user. `more` is stored with it."""
    check_number(len(list_live(store, identity.user_id)))
    made_with = {"source": identity.source, "key": identity.key_id, **more}
    return store_link(store, identity.user_id, kind, target, seconds, secret, made_with)


def check_number(links: int) -> None:
    """Raise LimitReachedError if a user has too many links for another one."""
    if links >= MAX_LINKS:
        details = f"A user may have {MAX_LINKS}: revoke some, or wait until they expire."
        raise LimitReachedError("Too many links", details)


def store_link(
    store: Store,
    user_id: str,
    kind: str,
    target: Mapping[str, Any],
    seconds: int,
    secret: bytes | None,
    more: Mapping[str, Any],
) -> NewLink:
    """Store a new link of a user; `more` is stored with it. Raises ExistsError as `create`."""
    token = _token(secret or secrets.token_bytes(TOKEN_BYTES))
    now, digest = now_ms(), _digest(token)
    document: dict[str, Any] = {
        "id": _id(digest),
        "userId": user_id,
        "hash": digest,
        "kind": kind,
        "target": dict(target),
        "expiresAt": now + 1000 * seconds,
        "usedAt": None,
        "createdAt": now,
        "updatedAt": now,
        **more,
    }
    store.links.create(document["id"], document)
    return _new(document, token)


def find_new(store: Store, secret: bytes) -> NewLink:
    """Return the link that was created with a secret. Raises NotFoundError."""
    token = _token(secret)
    return _new(store.links.snapshot(_id(_digest(token))).values, token)


def find(store: Store, kind: str, token: str, key_id: str, *, recent: bool = True) -> Link:
    """Return the document of a link of this kind that has not ended.

    `key_id` tells which key signs logins now; `recent` is as in `check_source`. Raises GoneError
    for one that has expired, MissingError for any other.
    """
    digest = _digest(token)
    try:
        link = store.links.snapshot(_id(digest)).values
        if not (is_sound(link) and link["kind"] == kind and compare_digest(link["hash"], digest)):
            raise missing_link()
        if link.get("key") not in (None, key_id):
            raise missing_link()
        check_live(store, link, recent=recent)
    except NotFoundError:
        raise missing_link() from None
    return link


def check_live(store: Store, link: Link, *, recent: bool = True) -> None:
    """Raise GoneError if a link has expired, MissingError if what it depends on has ended."""
    if link["expiresAt"] <= now_ms():
        raise GoneError("This link has expired", "Ask whoever gave it to you for a new one.")
    try:
        if link["kind"] in LINK_KINDS:
            check_source(store, {"sub": link["userId"], **link["source"]}, recent=recent)
        else:
            check_account(store, link["userId"], recent=recent)
        check(store, link["target"]["projectId"], link["userId"], RIGHTS[link["kind"]])
    except (NotFoundError, RightMissingError, UnauthenticatedError):
        raise missing_link() from None


def list_live(store: Store, user_id: str) -> list[Link]:
    """Return the summaries of a user's links that have not ended, newest first.

    Without invitations and reviews, which belong to projects.
    """

    def is_own(link: Link) -> bool:
        return link["userId"] == user_id and link["kind"] in LINK_KINDS

    return select_live(store, user_id, is_own)


def select_live(store: Store, key: Hashable, keep: Callable[[Link], bool]) -> list[Link]:
    """Return the summaries for which `keep` is true of links that have not expired, newest first.

    `key` says what `keep` selects.
    """
    listed, now = store.index(store.links, summarize).current(), now_ms()
    return [entry.values for entry in listed.select(key, keep) if entry.values["expiresAt"] > now]


def mark_used(store: Store, link_id: str) -> None:
    """Note that a single-use link was used; nothing if it was revoked meanwhile."""
    now = now_ms()
    with suppress(NotFoundError):
        store.links.change(link_id, lambda link: link.update(usedAt=now, updatedAt=now))


def list_own(store: Store, user_id: str, scopes: frozenset[str]) -> list[dict[str, Any]]:
    """Return a user's links that have not ended and that these scopes manage, newest first."""
    own = list_live(store, user_id)
    listed: list[dict[str, Any]] = LinkSchema(many=True).dump(
        link for link in own if scope_of(link["kind"], link["target"]) in scopes
    )
    return listed


def revoke(store: Store, identity: Identity, link_id: str) -> None:
    """Revoke a link of a user. Raises NotFoundError, MissingScopeError."""

    def check_link(link: Snapshot) -> None:
        if link.values["userId"] != identity.user_id or link.values["kind"] not in LINK_KINDS:
            raise NotFoundError(f"{LINKS}/{link_id}")
        identity.require(scope_of(link.values["kind"], link.values["target"]))

    store.links.delete(link_id, check_link)


def delete_expired(store: Store) -> None:
    """Delete the links that ended more than a day ago."""
    oldest = now_ms() - _KEPT_MS
    for entry in store.index(store.links, summarize).current().entries:
        if entry.values["expiresAt"] < oldest:
            with suppress(StorageError):  # deleted concurrently, or tried again an hour later
                store.links.delete(entry.id)


def missing_link() -> MissingError:
    """Return the error for a link that never was, was revoked, or has ended early."""
    details = "There is no such link. Check that its address is complete; it may have been revoked."
    return MissingError("Not found", details)


def _new(link: Link, token: str) -> NewLink:
    path = f"{PATHS[link['kind']]}/{token}"
    return NewLink(link["id"], path, link["target"], link["expiresAt"])


def _token(secret: bytes) -> str:
    return urlsafe_b64encode(secret[:TOKEN_BYTES]).rstrip(b"=").decode()


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _id(digest: str) -> str:
    return f"link_{digest[:24]}"
