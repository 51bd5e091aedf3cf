"""Review links: who made them for which export, until when, and what guests may do."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from access.names import UserNames
from errors import FieldsError
from schemas.links import REVIEW
from schemas.reviews import LATEST
from sharing.links import project_links
from sharing.links import service as links
from sharing.reviews import versions
from storage.clock import DAY_MS, now_ms
from storage.errors import NotFoundError
from storage.paths import LINKS, WorkRef
from storage.store import Store

Json = dict[str, Any]

MAX_DAYS = 365
_DEFAULT_DAYS = 30
_CHANGEABLE = ("name", "mayDownload", "passwordHash", "expiresAt")


def make(
    store: Store, user_id: str, ref: WorkRef, fields: Mapping[str, Any], secret: bytes | None = None
) -> links.NewLink:
    """Make a review link; `passwordHash` of the fields is None without a password.

    Raises FieldsError, LimitReachedError, NotFoundError, and ExistsError as `project_links.create`.
    """
    before = {*store.exports(ref).documents}  # also those that cannot be read
    known, export_id = versions.of_work(store, ref), fields["exportId"]
    export = versions.chosen(known, None if export_id == LATEST else export_id)
    expires_at = fields.get("expiresAt", now_ms() + _DEFAULT_DAYS * DAY_MS)
    check_expiry(expires_at)
    target = {"projectId": ref.project_id, "workId": ref.work_id, "exportId": export_id}
    more = {name: fields[name] for name in _CHANGEABLE if name != "expiresAt"}
    if export_id == LATEST:
        more["hiddenExports"] = sorted(before - {export["id"]})
    seconds = -(-(expires_at - now_ms()) // 1000)
    return project_links.create(store, user_id, REVIEW, target, seconds, secret, **more)


def check_expiry(expires_at: int) -> None:
    """Raise FieldsError for a time that a link may not end at."""
    if not 0 < expires_at - now_ms() <= MAX_DAYS * DAY_MS:
        expected = f"Must be in the future, and at most {MAX_DAYS} days from now, in milliseconds."
        raise FieldsError({"expiresAt": [expected]})


def list_live(store: Store, ref: WorkRef) -> list[Json]:
    """Return the review links of a work that have not ended, newest first."""
    found = project_links.list_live(store, REVIEW, ref.project_id)
    known = versions.of_work(store, ref)
    own = (link for link in found if link["target"]["workId"] == ref.work_id)
    return [to_public(store, link, known) for link in own]


def find(store: Store, ref: WorkRef, review_id: str) -> links.Link:
    """Return a review link of a work that has not ended. Raises NotFoundError."""
    with suppress(*links.ENDED):
        link = project_links.find(store, REVIEW, review_id)
        target = link["target"]
        if WorkRef.named_in(target) == ref:
            return link
    raise NotFoundError(f"{LINKS}/{review_id}")


def change(store: Store, ref: WorkRef, review_id: str, fields: Mapping[str, Any]) -> Json:
    """Change a review link; return it. Raises NotFoundError, FieldsError."""
    find(store, ref, review_id)
    if "expiresAt" in fields:
        check_expiry(fields["expiresAt"])
    changed = {name: fields[name] for name in _CHANGEABLE if name in fields}
    link = project_links.change(store, REVIEW, review_id, lambda each: each.update(changed))
    return to_public(store, link, versions.of_work(store, ref))


def revoke(store: Store, ref: WorkRef, review_id: str) -> None:
    """Revoke a review link: it opens nothing any more. Raises NotFoundError."""
    find(store, ref, review_id)
    project_links.delete(store, REVIEW, review_id)


def to_public(store: Store, link: links.Link, known: Sequence[Json]) -> Json:
    """Return a review link as members see it; `known` are the exports of its work."""
    names = ("id", "name", "mayDownload", "expiresAt", "createdAt", "updatedAt")
    return {
        **{name: link[name] for name in names},
        "exportId": link["target"]["exportId"],
        "hasExport": bool(versions.shown_by(link, known)),
        "hasPassword": link["passwordHash"] is not None,
        "createdBy": {"userId": link["userId"], "name": name_of(store, link["userId"])},
    }


def name_of(store: Store, user_id: str) -> str:
    """Return the name of a user; empty for one that does not exist any more."""
    return UserNames(store).of(user_id) or ""
