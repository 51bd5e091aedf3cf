"""Requests about a review: opened by a guest's link, and what members and guests say."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, NamedTuple

from flask import Response, g, request
from werkzeug.security import check_password_hash

from accounts import throttling
from accounts.identity import Identity
from errors import WrongPasswordError
from schemas.reviews import GUEST
from sharing.links import service as links
from sharing.reviews import guests, versions
from sharing.reviews.guests import Guest, GuestRequiredError, LinkPasswordError
from sharing.reviews.stored_discussions import Author
from storage.locking.permits import current_user
from storage.paths import WorkRef
from web.context import services, storage_limits, store
from web.creation import create_once
from web.guard import public
from web.openapi_operations import JSON, View, describe, error_references
from web.passwords import client_address, failures_logged, hashing_turn
from web.permission import set_permission

GUEST_TOKEN = "X-Guest-Token"

_LINE_BYTES = 1_000  # of a comment, besides its text

Json = dict[str, Any]


class OpenedReview(NamedTuple):
    """The review that a request opens: its link, its work, who asks, and what exports it shows."""

    link: links.Link
    ref: WorkRef
    guest: Guest | None
    known: list[dict[str, Any]]  # all exports of the work, newest first
    shown: list[dict[str, Any]]  # those that the link shows

    @property
    def within(self) -> set[str]:
        """The ids of the exports that are shown."""
        return {export["id"] for export in self.shown}

    @property
    def newest_id(self) -> str | None:
        """The id of the newest export, of those that guests may be told of."""
        told = self.shown if versions.follows_newest(self.link) else self.known
        return str(told[0]["id"]) if told else None


class Reviewed(NamedTuple):
    """In `g.reviewed`: which work a guest says something about, and who."""

    ref: WorkRef
    author: Author


def for_guests(view: View) -> View:
    """Mark a view as one for guests, which opens a review link itself."""
    responses = error_references(401, 404, 410)
    return public(describe(view, parameters=[GUEST_TOKEN], responses=responses))


def keep_private(response: Response) -> Response:
    """Let no cache keep what guests see, no other page learn the link, no robot list it."""
    if response.mimetype == JSON:
        response.headers["Cache-Control"] = "no-store"
    response.headers.setdefault("Cache-Control", "no-store")  # media are asked for again each time
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def open_review(link_token: str, *, for_media: bool = False) -> OpenedReview:
    """Open the review link of the request, which then acts for its maker, without any scope.

    `for_media` also accepts `?token=` in place of the password. Raises as `guests.open_link`.
    """
    guest_token = request.headers.get(GUEST_TOKEN)
    media_token = request.args.get("token") if for_media else None
    find = partial(
        guests.open_link, store(), services().signer, link_token, guest_token, media_token
    )
    link, guest = find()
    seconds = services().settings.tuning.permission
    set_permission(partial(find, recent=False), seconds, request.environ)
    g.identity = Identity(link["userId"], frozenset())
    g.is_guest = True
    current_user.set(link["userId"])
    ref = WorkRef.named_in(link["target"])
    known = versions.of_work(store(), ref)
    return OpenedReview(link, ref, guest, known, versions.shown_by(link, known))


def open_to_write(link_token: str) -> tuple[OpenedReview, Author]:
    """Open the review link for a guest who says something; check that there is room for it.

    Raises as `open_review`, GuestRequiredError, TooManyError, QuotaError.
    """
    opened = open_review(link_token)
    if opened.guest is None:
        raise GuestRequiredError
    throttling.count_guest_write(store(), opened.guest.id, client_address())
    owner_id = store().projects.snapshot(opened.ref.project_id).user_id
    size = (request.content_length or 0) + _LINE_BYTES
    if request.method != "DELETE":
        storage_limits().count_of_guest(owner_id or "", size)
    author = Author(GUEST, *opened.guest, link_id=opened.link["id"])
    g.reviewed = Reviewed(opened.ref, author)
    return opened, author


def shown_to_guest(
    opened: OpenedReview, entries: Iterable[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Return comments or decisions as guests of an opened review see them."""
    return guests.hide_users(services().signer, opened.link, entries)


def check_password(link: links.Link, password: str | None) -> None:
    """Raise LinkPasswordError without the link's password, WrongPasswordError for another one.

    Wrong ones are counted: raises TooManyError after some.
    """
    if link["passwordHash"] is None:
        return
    if password is None:
        raise LinkPasswordError
    address, logged = client_address(), partial(failures_logged, f"review link {link['id']}")
    with logged():
        throttling.check_link_password(store(), link["id"], address)  # before waiting
    with hashing_turn(), logged():
        throttling.check_link_password(store(), link["id"], address)  # now earlier ones are counted
        if not check_password_hash(link["passwordHash"], password):
            throttling.count_wrong_link_password(store(), link["id"], address)
            raise WrongPasswordError("Wrong password", "Ask whoever gave you the link.")
    throttling.reset_wrong_link_passwords(store(), link["id"], address)


def say_once(
    prefix: str,
    ref: WorkRef,
    event: str,
    body: Json,
    say: Callable[[str], Json],
    find: Callable[[str], Json],
    guest_id: str = "",
) -> Json:
    """Say something with a new id, unless the same request has said it before; return it.

    `prefix` is that of the id, `event` tells the owner of it. Otherwise as `create_once`.
    """

    def say_and_tell(said_id: str) -> Json:
        with services().notices.telling(ref, event, said_id):
            return say(said_id)

    return create_once(prefix, body, say_and_tell, find, guest_id=guest_id)
