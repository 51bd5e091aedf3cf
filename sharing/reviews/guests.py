"""Guests of a review link: they give a name once, and are known by a signed token.

The token is bound to the link and, if that has a password, to this password: who was let in before
the password was set or changed has to give it. There is no cookie, and nothing is stored.
"""

import hashlib
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, NamedTuple

from accounts.identity import Claims, Signer
from errors import UnauthenticatedError
from schemas.links import REVIEW
from schemas.reviews import GUEST, USER
from sharing.links import service as links
from storage.paths import new_id
from storage.store import Store

_GUEST, _MEDIA = "guest", "review_media"  # types of tokens


class LinkPasswordError(UnauthenticatedError, code="link_password_required"):
    """The link has a password, which has not been given."""

    def __init__(self) -> None:
        super().__init__("This link has a password", "Give it, with a name, to POST …/guest.")


class GuestRequiredError(UnauthenticatedError, code="guest_required"):
    """A guest has to say who it is."""

    def __init__(self) -> None:
        details = "POST …/guest with a name returns the token for the header X-Guest-Token."
        super().__init__("Say who you are first", details)


class Guest(NamedTuple):
    """Who reviews by a link."""

    id: str
    name: str

    def to_json(self) -> dict[str, str]:
        """Return the guest as the API shows it."""
        return self._asdict()


class Opened(NamedTuple):
    """A review link that was opened, and by whom, if the guest has said that."""

    link: links.Link
    guest: Guest | None


def find_link(store: Store, signer: Signer, token: str, *, recent: bool = True) -> links.Link:
    """Return a review link whose work exists. Raises as `links.find`."""
    link = links.find(store, REVIEW, token, signer.key_id, recent=recent)
    if link["target"]["workId"] not in store.works(link["target"]["projectId"]).documents:
        raise links.missing_link()
    return link


def open_link(
    store: Store,
    signer: Signer,
    token: str,
    guest_token: str | None,
    media_token: str | None,
    *,
    recent: bool = True,
) -> Opened:
    """Open a review link. Raises as `find_link`, LinkPasswordError without its password.

    `media_token` is that of an address of media.
    """
    link = find_link(store, signer, token, recent=recent)
    claims = _claims(signer, link, _GUEST, guest_token)
    if not _knows_password(link, claims):
        if not _knows_password(link, _claims(signer, link, _MEDIA, media_token)):
            raise LinkPasswordError
        claims = None
    return Opened(link, Guest(claims["sub"], claims["name"]) if claims else None)


def enter(
    signer: Signer, link: links.Link, name: str, guest_token: str | None
) -> tuple[str, Guest]:
    """Return the token of a guest who has given the link's password, if it has one.

    Who has a token of this link already stays the same guest.
    """
    known = _claims(signer, link, _GUEST, guest_token)
    guest = Guest(known["sub"] if known else new_id(GUEST), name)
    token, _ = signer.sign(_GUEST, guest.id, name=name, link=link["id"], password=_mark(link))
    return token, guest


def sign_media(signer: Signer, link: links.Link) -> str | None:
    """Return a token for the addresses of a link's media; None if they need none."""
    if link["passwordHash"] is None:
        return None
    return signer.sign(_MEDIA, GUEST, link=link["id"], password=_mark(link))[0]


def hide_users(
    signer: Signer, link: links.Link, entries: Iterable[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Return comments or decisions with ids of users that this link alone has.

    A user's id follows from the email address: guests could guess the one by the other.
    """

    @cache
    def id_here(user_id: str) -> str:
        secret = signer.derive(f"review/{link['id']}/{user_id}")
        return f"user_{secret.hex()[:24]}"

    def hidden(person: Mapping[str, Any]) -> Mapping[str, Any]:
        is_user = person["kind"] == USER
        return {**person, "id": id_here(person["id"])} if is_user else person

    found = []
    for entry in entries:
        shown = {**entry, "author": hidden(entry["author"])}
        if resolved := entry.get("resolved"):
            shown["resolved"] = {**resolved, "by": hidden(resolved["by"])}
        found.append(shown)
    return found


def _claims(signer: Signer, link: links.Link, kind: str, token: str | None) -> Claims | None:
    """Return the claims of a token that is valid, and of this link."""
    if not token:
        return None
    try:
        claims = signer.verify(token, kind)
    except UnauthenticatedError:
        return None
    return claims if claims["link"] == link["id"] else None


def _knows_password(link: links.Link, claims: Claims | None) -> bool:
    if link["passwordHash"] is None:
        return True
    return claims is not None and claims["password"] == _mark(link)


def _mark(link: links.Link) -> str:
    """Return a fingerprint of the link's password hash, which does not disclose it."""
    return hashlib.sha256((link["passwordHash"] or "").encode()).hexdigest()[:16]
