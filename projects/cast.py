"""The cast of a project: listing, creating and changing its members.

A name is there once: scenarios and people call members by it. Names are compared in Unicode's
composed form (NFC), in which they are stored.
"""

import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from errors import DuplicateError, FieldsError, LimitReachedError
from schemas.cast import MAX_CAST
from schemas.loading import check_ids
from storage.clock import later_than, now_ms
from storage.documents.index import Entry, Summary
from storage.documents.snapshots import Snapshot
from storage.documents.tables import Check
from storage.errors import NotFoundError
from storage.paths import new_id
from storage.store import Store

Member = dict[str, Any]

_RESET: Mapping[str, Callable[[], Any]] = {
    "description": str,
    "assetIds": list,
    "voice": lambda: None,
}
_KEY_ORDER = ("id", "projectId", "name", "kind", *_RESET)


def list_json(store: Store, project_id: str) -> bytes:
    """Return the cast of a project as `{cast, count}`."""
    listing = store.index(store.cast(project_id), _summarize).current()
    return b'{"cast":%b,"count":%d}' % (listing.body(), len(listing.entries))


def create(
    store: Store, project_id: str, fields: Mapping[str, Any], member_id: str | None = None
) -> Snapshot:
    """Create a member of the cast; `member_id` is its id, if that was chosen before.

    Raises FieldsError for assets that are no images of the project, DuplicateError for a name that
    another one has, LimitReachedError for more than MAX_CAST, ExistsError.
    """
    fields = _normalized(fields)
    _check_assets(store, project_id, fields)
    now = now_ms()
    times = {"createdAt": now, "updatedAt": now}
    given = {
        key: make() if fields.get(key) is None else fields[key] for key, make in _RESET.items()
    }
    member = {"id": member_id or new_id("cast"), "projectId": project_id, **fields, **given}
    with store.projects.lock(project_id):
        others = _entries(store, project_id)
        if len(others) >= MAX_CAST:
            raise LimitReachedError("Cast complete", f"A project has at most {MAX_CAST} members.")
        _check_name(others, member["id"], fields)
        return store.cast(project_id).create(member["id"], {**_ordered(member), **times})


def update(
    store: Store,
    project_id: str,
    member_id: str,
    fields: Mapping[str, Any],
    check: Check | None = None,
) -> Snapshot:
    """Change the given fields of a member; null resets an optional one.

    Raises InvalidError for ids that are not the member's, NotFoundError, what `create` raises, and
    what `check` raises.
    """
    check_ids(fields, id=member_id, projectId=project_id)
    fields = _normalized(fields)
    _check_assets(store, project_id, fields)

    def mutate(member: Member) -> None:
        changes = {key: value for key, value in fields.items() if value is not None}
        resets = {key: make() for key, make in _RESET.items() if fields.get(key, "") is None}
        changed = _ordered({**member, **changes, **resets})
        times = {"createdAt": member["createdAt"], "updatedAt": later_than(member["updatedAt"])}
        member.clear()
        member.update({**changed, **times})

    with store.projects.lock(project_id):
        _check_name(_entries(store, project_id), member_id, fields)
        return store.cast(project_id).change(member_id, mutate, check)


def uses_of(store: Store, project_id: str, member_id: str) -> dict[str, list[dict[str, Any]]]:
    """Return the works with scenes that a member is in: `{works: [{id, name, scenes: [index]}]}`.

    Raises NotFoundError if the project has no such member.
    """
    store.cast(project_id).snapshot(member_id)
    works = store.recent_index(store.works(project_id), _summarize_uses).current().entries
    return {
        "works": [
            {"id": work.id, "name": work.values["name"], "scenes": work.values["cast"][member_id]}
            for work in works
            if member_id in work.values["cast"]
        ]
    }


def _summarize_uses(work: Mapping[str, Any]) -> Summary:
    """Return what decides whether a work uses a member. Raises KeyError for a damaged document."""
    scenes: dict[str, list[int]] = {}  # by the ids of members
    for scene in work["scenes"]:
        for member_id in scene.get("cast") or ():
            scenes.setdefault(member_id, []).append(scene["scene_index"])
    return {**{key: work[key] for key in ("name", "createdAt", "updatedAt")}, "cast": scenes}


def _entries(store: Store, project_id: str) -> list[Entry]:
    return list(store.index(store.cast(project_id), _summarize).current().entries)


def _check_name(others: list[Entry], member_id: str, fields: Mapping[str, Any]) -> None:
    """Raise DuplicateError if another member has the name."""
    name = fields.get("name")
    if any(each.id != member_id and each.values["name"] == name for each in others):
        raise DuplicateError("Name taken", f"{name!r} is in the cast of this project already.")


def _check_assets(store: Store, project_id: str, fields: Mapping[str, Any]) -> None:
    """Raise FieldsError for assets that are no images of the project, by their places."""
    errors: dict[int, list[str]] = {}
    for place, asset_id in enumerate(fields.get("assetIds") or ()):
        try:
            asset = store.assets(project_id).snapshot(asset_id).values
        except NotFoundError:
            errors[place] = [f"The project has no asset {asset_id}."]
        else:
            if asset["type"] != "image":
                errors[place] = [f"{asset['name']!r} is no image."]
    if errors:
        raise FieldsError({"assetIds": errors})


def _normalized(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields with a name in NFC, without spaces around it. Raises FieldsError."""
    if fields.get("name") is None:
        return dict(fields)
    name = unicodedata.normalize("NFC", fields["name"]).strip()
    if not name:
        raise FieldsError({"name": ["Must have a character that is no space."]})
    return {**fields, "name": name}


def _ordered(member: Mapping[str, Any]) -> Member:
    return {key: member[key] for key in _KEY_ORDER}


def _summarize(member: Mapping[str, Any]) -> Member:
    """Return a member as it appears in lists: whole. Raises KeyError for a damaged document."""
    return {**member, **{key: member[key] for key in ("name", "createdAt", "updatedAt")}}
