"""What the endpoints of projects do: create, list with the user's role, change, delete."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import orjson

from access.projects import access_by
from access.projects import check as check_right
from access.rights import MANAGE
from projects.presets import preset
from schemas.loading import check_ids
from storage.clock import later_than, now_ms
from storage.documents.index import Entry, Index, Summary
from storage.documents.snapshots import Snapshot
from storage.documents.tables import Check
from storage.paths import new_id
from storage.project_members import members_by_id
from storage.store import Store
from storage.trash import Deletion, discard

Project = dict[str, Any]

_LISTED = ("id", "userId", "name", "updatedAt")


def create(
    store: Store, user_id: str, fields: Mapping[str, Any], project_id: str | None = None
) -> Snapshot:
    """Create a project from the given fields and the preset of its type.

    `project_id` is its id, if that was chosen before. Raises ExistsError if there is such a one.
    """
    given = {key: value for key, value in fields.items() if value is not None}
    if "styleGuide" in given:
        given["styleGuide"] = _with_narrator(given["styleGuide"], {})
    now = now_ms()
    project_type = given.get("projectType", "blank")
    project = {
        "id": project_id or new_id("proj"),
        "userId": user_id,
        "name": "Untitled project",
        "projectType": project_type,
        **preset(project_type),
        **given,
        "createdAt": now,
        "updatedAt": now,
    }
    return store.projects.create(project["id"], project)


def update(
    store: Store, project_id: str, fields: Mapping[str, Any], check: Check | None = None
) -> Snapshot:
    """Change the given fields, keep the rest; null restores the preset's value.

    Raises InvalidError for another id, NotFoundError, and what `check` raises.
    """
    check_ids(fields, id=project_id)

    def mutate(project: Project) -> None:
        project_type = fields.get("projectType") or project["projectType"]
        style_guide = project["styleGuide"]
        defaults = {**preset(project_type), "name": project["name"], "projectType": project_type}
        for key, value in fields.items():
            project[key] = defaults[key] if value is None else value
        if fields.get("styleGuide") is not None:
            project["styleGuide"] = _with_narrator(fields["styleGuide"], style_guide)
        project["id"] = project_id
        project["updatedAt"] = later_than(project["updatedAt"])

    return store.projects.change(project_id, mutate, check)


def _with_narrator(given: Mapping[str, Any], stored: Mapping[str, Any]) -> dict[str, Any]:
    """Return a style guide whose narrator stays if it is left out; null removes it."""
    narrator = given.get("narrator") if "narrator" in given else stored.get("narrator")
    guide = {key: value for key, value in given.items() if key != "narrator"}
    return guide if narrator is None else {**guide, "narrator": narrator}


def delete(store: Store, project_id: str, deletion: Deletion, check: Check | None = None) -> str:
    """Delete a project and everything in it; return the id of its entry in the trash, or "".

    Raises NotFoundError, RightMissingError unless the user owns it then, and what `check` raises.
    """
    permit = partial(check_right, store, project_id, deletion.user_id, MANAGE)
    trash_id = discard(store, store.projects, project_id, deletion, check, permit)
    store.evict_project(project_id)
    store.previews.remove(f"{project_id}.")
    return trash_id


def visible(store: Store, user_id: str) -> list[Entry]:
    """Return the projects that a user owns or is a member of, newest first.

    Each is {id, userId, name, updatedAt, role}, for editors also with `mayPay`.
    """
    return index(store).current().choose(user_id, _seen_by(user_id))


def index(store: Store) -> Index:
    """Return the index of all users' projects, with their members."""
    return store.index(store.projects, _summary)


def _summary(project: Mapping[str, Any]) -> Summary:
    return {**{key: project[key] for key in _LISTED}, "members": members_by_id(project)}


def _seen_by(user_id: str) -> Callable[[Entry], Entry | None]:
    def see(entry: Entry) -> Entry | None:
        listed = entry.values
        access = access_by(listed["userId"], listed["members"], user_id)
        if access is None:
            return None
        values = {**{key: listed[key] for key in _LISTED}, **access.shown}
        return replace(entry, values=values, data=orjson.dumps(values))

    return see
