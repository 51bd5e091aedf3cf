"""The name and the id of a project that is restored, where another project has them by now."""

from collections.abc import Mapping
from typing import Any

from projects import service as projects
from storage.clock import later_than
from storage.documents.snapshots import read_current, serialize
from storage.errors import NotFoundError, UnreadableError
from storage.files.files import is_directory
from storage.paths import PROJECTS, derived_id, document_name
from storage.project_ids import is_replaceable, replace_id
from storage.store import Store
from storage.trash import Entry
from works.free_names import free_name


def tell_apart(store: Store, entry: Entry, directory: str) -> Entry:
    """Give a project in the trash a name that its owner has no other project of; return its entry.

    If its id is taken, it gets another one as well. If a crash came after that, it keeps both.
    """
    path = f"{directory}/{document_name(PROJECTS)}"
    try:
        project = read_current(path).parse()
    except (NotFoundError, UnreadableError):  # damaged: it is restored as it is
        return entry
    new_id = _free_id(store, entry, project)
    if new_id != entry["documentId"]:
        replace_id(store.disk, directory, entry["documentId"], new_id)
        project = read_current(path).parse()
    returned = {**entry, "documentId": new_id, "projectId": new_id}
    if not isinstance(name := project.get("name"), str):
        return returned
    new_name = free_name(name, _names(store, entry["ownerId"]))
    if new_name != name:
        project.update(name=new_name, updatedAt=later_than(project["updatedAt"]))
        store.disk.replace(path, serialize(project))
    return {**returned, "name": new_name, "projectName": new_name}


def what_is_new(entry: Entry, restored: Entry) -> str | None:
    """Return what to say about a restored document: its new name and id, if it has such."""
    told = []
    if restored["name"] != entry["name"]:
        told.append(
            f'There is another project called "{entry["name"]}", so this one is now called'
            f' "{restored["name"]}".'
        )
    if restored["documentId"] != entry["documentId"]:
        told.append("Its ID was taken and is a new one: links to it from before do not open it.")
    return " ".join(told) or None


def _free_id(store: Store, entry: Entry, project: Mapping[str, Any]) -> str:
    """Return the id of a project, or another one if it is taken, or was replaced already.

    That follows from the id of its entry, which is random: after a crash, it is the same.
    """
    own, other = entry["documentId"], derived_id("proj", entry["id"])
    is_taken = is_directory(store.projects.documents.directory_of(own))
    return other if project.get("id") == other or (is_taken and is_replaceable(own)) else own


def _names(store: Store, user_id: str) -> set[str]:
    """Return the names of a user's own projects."""
    listed = projects.index(store).current().entries
    return {str(each.values["name"]) for each in listed if each.values["userId"] == user_id}
