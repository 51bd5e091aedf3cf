"""Links that members of a project make for others: invitations, and reviews of a work.

They belong to the project, and not to the login that made them: they end when they expire or are
revoked, and when the user who made them loses the right to make them.
"""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from sharing.links import service
from storage.clock import later_than
from storage.documents.snapshots import Snapshot
from storage.documents.tables import Check, Mutate
from storage.errors import NotFoundError
from storage.link_documents import is_sound
from storage.paths import LINKS
from storage.store import Store


def create(
    store: Store,
    user_id: str,
    kind: str,
    target: Mapping[str, Any],
    seconds: int,
    secret: bytes | None = None,
    **more: Any,
) -> service.NewLink:
    """Create a link of this kind to a target, `{projectId, …}`; `more` is stored with it.

    The caller has checked the right to make it. `secret` is what its token is made from, random
    bytes by default. Raises LimitReachedError if the user has made `service.MAX_LINKS` of this
    kind, ExistsError if there is a link of this `secret`.
    """

    def is_own(link: service.Link) -> bool:
        return bool(link["userId"] == user_id and link["kind"] == kind)

    service.select_live(store, (user_id, kind), is_own)  # updates the index outside of the lock
    with store.users.lock(user_id):  # so that concurrent requests keep the limit
        service.check_number(len(service.select_live(store, (user_id, kind), is_own)))
        more = {"source": {}, **more}
        return service.store_link(store, user_id, kind, target, seconds, secret, more)


def list_live(store: Store, kind: str, project_id: str) -> list[service.Link]:
    """Return the documents of a project's links of a kind that have not ended, newest first."""
    found = []
    for listed in _unexpired(store, kind, project_id):
        with suppress(*service.ENDED):
            found.append(find(store, kind, listed["id"]))
    return found


def find(store: Store, kind: str, link_id: str) -> service.Link:
    """Return the document of a link of this kind that has not ended.

    Raises NotFoundError if there is none, otherwise as `service.check_live`.
    """
    link = store.links.snapshot(link_id).values
    if not is_sound(link):
        raise NotFoundError(f"{LINKS}/{link_id}")
    _check_kind(link, kind)
    service.check_live(store, link)
    return link


def change(store: Store, kind: str, link_id: str, mutate: Mutate) -> service.Link:
    """Change a link of this kind in place. Raises NotFoundError, and what `mutate` raises."""

    def mutate_link(link: dict[str, Any]) -> None:
        _check_kind(link, kind)
        mutate(link)
        link["updatedAt"] = later_than(link["updatedAt"])

    return store.links.change(link_id, mutate_link).values


def delete(store: Store, kind: str, link_id: str, check: Check | None = None) -> None:
    """Revoke a link of this kind, once: of two calls, the later one raises NotFoundError.

    `check` gets the current document first; if it raises, the link stays.
    """

    def check_link(link: Snapshot) -> None:
        _check_kind(link.values, kind)
        if check is not None:
            check(link)

    store.links.delete(link_id, check_link)


def delete_made_by(store: Store, kind: str, project_id: str, user_id: str) -> None:
    """Revoke a project's links of a kind that this user has made, also those that have ended."""
    for listed in _unexpired(store, kind, project_id):
        if listed["userId"] == user_id:
            with suppress(NotFoundError):
                delete(store, kind, listed["id"])


def _unexpired(store: Store, kind: str, project_id: str) -> list[service.Link]:
    """Return the summaries of a project's links of a kind that have not expired, newest first."""

    def is_of_project(link: service.Link) -> bool:
        return bool(link["kind"] == kind and link["target"]["projectId"] == project_id)

    return service.select_live(store, (kind, project_id), is_of_project)


def _check_kind(link: service.Link, kind: str) -> None:
    if link["kind"] != kind:
        raise NotFoundError(f"{LINKS}/{link['id']}")
