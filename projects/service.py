"""What the endpoints of projects do: create, list, change, delete, and check the owner."""

from collections.abc import Mapping
from typing import Any

from projects.presets import preset
from schemas.loading import check_ids
from storage.clock import later_than, now_ms
from storage.documents.index import Entry, Index
from storage.documents.snapshots import Snapshot
from storage.documents.tables import Check
from storage.errors import NotFoundError
from storage.ids import new_id
from storage.paths import PROJECTS
from storage.store import Store

Project = dict[str, Any]

_SUMMARY = ("id", "userId", "name", "updatedAt")


def create(store: Store, user_id: str, fields: Mapping[str, Any]) -> Snapshot:
    """Create a project from the given fields and the preset of its type."""
    given = {key: value for key, value in fields.items() if value is not None}
    now = now_ms()
    project_type = given.get("projectType", "blank")
    project = {
        "id": new_id("proj"),
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
        defaults = {**preset(project_type), "name": project["name"], "projectType": project_type}
        for key, value in fields.items():
            project[key] = defaults[key] if value is None else value
        project["id"] = project_id
        project["updatedAt"] = later_than(project["updatedAt"])

    return store.projects.change(project_id, mutate, check)


def delete(store: Store, project_id: str, check: Check | None = None) -> None:
    """Delete a project and everything in it. Raises NotFoundError, and what `check` raises."""
    store.projects.delete(project_id, check)
    store.evict_project(project_id)
    store.previews.remove(f"{project_id}.")


def check_owner(store: Store, project_id: str, user_id: str, *, recent: bool = False) -> None:
    """Raise NotFoundError unless the project exists and belongs to the user.

    `recent` accepts a cached copy that is up to one second old, for callers that notice a deleted
    project themselves; a project's owner never changes.
    """
    documents = store.projects.documents
    project = documents.recent_snapshot(project_id) if recent else documents.snapshot(project_id)
    if project.user_id != user_id:
        raise NotFoundError(f"{PROJECTS}/{project_id}")


def own(store: Store, user_id: str) -> list[Entry]:
    """Return the user's projects as they appear in lists, newest first."""
    listed = index(store).current()
    return listed.select(user_id, lambda summary: bool(summary["userId"] == user_id))


def index(store: Store) -> Index:
    """Return the index of all users' projects: {id, userId, name, updatedAt}."""
    return store.index(store.projects, _summary)


def _summary(project: Mapping[str, Any]) -> dict[str, Any]:
    return {key: project[key] for key in _SUMMARY}
