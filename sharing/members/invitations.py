"""Invitations to a project: links that are good once, for seven days (docs/decisions/0033).

One with an email address is for the account of that address alone. Whoever registers an address
need not own it, so only an account that was there before finds the invitation without its link.
"""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from accounts.users import id_of
from errors import DuplicateError, ForbiddenError, GoneError
from schemas.links import INVITATION
from sharing.links import project_links
from sharing.links import service as links
from sharing.members import service
from storage.errors import NotFoundError
from storage.store import Store

SECONDS = 7 * 86_400

Json = dict[str, Any]
Link = Mapping[str, Any]


def invite(
    store: Store,
    project_id: str,
    owner_id: str,
    body: Mapping[str, Any],
    secret: bytes | None = None,
) -> links.NewLink:
    """Create an invitation, in place of earlier ones for the same email address.

    It does not look whether the address has an account, so that the caller can't find that out.
    Raises FieldsError if others than editors are to pay, DuplicateError for a member's address,
    LimitReachedError.
    """
    role, may_pay, email = body["role"], body["mayPay"], body.get("email")
    service.check_payment(role, may_pay)
    invitee = id_of(email) if email else None
    if invitee is not None:
        service.check_is_new(store.projects.snapshot(project_id).values, invitee)
    earlier = [each["id"] for each in _pending(store, project_id) if _is_for(each, invitee)]
    target = {
        "projectId": project_id,
        "role": role,
        "mayPay": may_pay,
        "email": email,
        "userId": invitee,
    }
    link = project_links.create(store, owner_id, INVITATION, target, SECONDS, secret)
    for link_id in earlier:
        with suppress(NotFoundError):
            project_links.delete(store, INVITATION, link_id)
    return link


def pending(store: Store, project_id: str) -> list[Json]:
    """Return the invitations to a project that can still be accepted, newest first."""
    return [_public(each) for each in _pending(store, project_id)]


def offer_of(target: Mapping[str, Any]) -> Json:
    """Return what an invitation offers, and to which email address; `target` is its link's."""
    return {key: target[key] for key in ("role", "mayPay", "email")}


def revoke(store: Store, project_id: str, link_id: str) -> None:
    """Revoke an invitation to a project. Raises MissingError."""

    def check(link: Any) -> None:
        if link.values["target"]["projectId"] != project_id:
            raise links.missing_link()

    try:
        project_links.delete(store, INVITATION, link_id, check)
    except NotFoundError:
        raise links.missing_link() from None


def received(store: Store, user_id: str) -> list[Json]:
    """Return the invitations that a user can accept without their links, newest first."""

    def is_for_user(link: Link) -> bool:
        return bool(link["kind"] == INVITATION and link["target"]["userId"] == user_id)

    found = []
    for listed in links.select_live(store, (INVITATION, user_id), is_for_user):
        with suppress(*links.ENDED):
            found.append(show(store, user_id, listed["id"]))
    return found


def show(store: Store, user_id: str, name: str) -> Json:
    """Return an invitation as its invitee sees it; `name` is its token or its id.

    Raises as `_find`.
    """
    link = _find(store, user_id, name)
    project = store.projects.snapshot(link["target"]["projectId"]).values
    return {
        **_public(link),
        "projectName": project["name"],
        "invitedBy": service.person(store, link["userId"]),
    }


def preview(store: Store, token: str) -> Json:
    """Return what an invitation shows before a login.

    Raises MissingError, GoneError.
    """
    link = links.find(store, INVITATION, token, "")
    if link["usedAt"] is not None:
        raise _used()
    target = link["target"]
    return {
        **offer_of(target),
        "expiresAt": link["expiresAt"],
        "projectName": store.projects.snapshot(target["projectId"]).values["name"],
        "invitedBy": {"name": service.person(store, link["userId"])["name"]},
    }


def accept(store: Store, user_id: str, name: str) -> Json:
    """Make a user the member that an invitation is for; `name` is its token or its id.

    In three steps: the user claims the link, becomes a member, and the link is marked as used. If
    that is interrupted, only the same user can repeat it. Raises DuplicateError for a member, and
    as `_find`, and as `service.add_member`.
    """
    link = _find(store, user_id, name)
    target = link["target"]
    project_id, is_repeated = target["projectId"], link.get("claimedBy") == user_id
    if not is_repeated:
        service.check_is_new(store.projects.snapshot(project_id).values, user_id)
        project_links.change(store, INVITATION, link["id"], lambda link: _claim(link, user_id))
    given = (target["role"], target["mayPay"])
    try:
        service.add_member(store, project_id, link["userId"], user_id, *given)
    except DuplicateError:
        if not is_repeated:
            raise
    links.mark_used(store, link["id"])
    return {"projectId": project_id, "role": given[0], "mayPay": given[1]}


def decline(store: Store, user_id: str, name: str) -> None:
    """Use up an invitation without accepting it. Raises as `_find`."""
    links.mark_used(store, _find(store, user_id, name)["id"])


def _pending(store: Store, project_id: str) -> list[Link]:
    live = project_links.list_live(store, INVITATION, project_id)
    return [each for each in live if each["usedAt"] is None]


def _is_for(link: Link, invitee: str | None) -> bool:
    return invitee is not None and link["target"]["userId"] == invitee


def _claim(link: Json, user_id: str) -> None:
    _check_unused(link, user_id)
    link["claimedBy"] = user_id


def _check_unused(link: Link, user_id: str) -> None:
    """Raise GoneError if an invitation was used, or claimed by another user."""
    if link["usedAt"] is not None or link.get("claimedBy") not in (None, user_id):
        raise _used()


def _find(store: Store, user_id: str, name: str) -> Link:
    """Return the link of an invitation that a user may accept; `name` is its token or its id.

    Raises MissingError, GoneError if it has expired or was used, ForbiddenError for the link of an
    invitation for another account.
    """
    link = _of_account(store, user_id, name) or links.find(store, INVITATION, name, "")
    _check_unused(link, user_id)
    if link["target"]["userId"] not in (None, user_id):
        advice = "Log in with the account whose email address was invited, or ask for another one."
        raise ForbiddenError("This invitation is for another account", advice)
    return link


def _of_account(store: Store, user_id: str, link_id: str) -> Link | None:
    """Return an invitation by its id, if it is for a user whose account was there before it."""
    try:
        link = project_links.find(store, INVITATION, link_id)
        registered = store.users.snapshot(user_id).values["createdAt"]
    except links.ENDED:
        return None
    is_for_user = link["target"]["userId"] == user_id and registered < link["createdAt"]
    return link if is_for_user else None


def _public(link: Link) -> Json:
    own = {key: link[key] for key in ("id", "expiresAt", "createdAt")}
    return {**own, **offer_of(link["target"])}


def _used() -> GoneError:
    details = "An invitation is good once. Ask whoever gave it to you for another one."
    return GoneError("This invitation was accepted or declined", details)
