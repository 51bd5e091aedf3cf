"""The trash: works, projects and assets that were deleted, kept for 30 days to be restored.

    trash/<id>/trash.json          what it is, who deleted it, and until when it is kept
    trash/<id>/works/<work id>/…   the directory of the document, as it was

Deleting renames the directory, and so does restoring: at any moment it is in one of both places. A
crash in between leaves an entry without a document, which counts as none and is removed later.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import cache, lru_cache, partial
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

from storage import link_documents, paths
from storage.clock import DAY_MS, now_ms
from storage.documents.change_log import renew_logs
from storage.documents.snapshots import Snapshot
from storage.documents.tables import Check, DocumentTable, Permit
from storage.errors import DiskFullError, NotFoundError, StorageError, UnreadableError
from storage.files.files import is_directory
from storage.files.trees import Space, list_names, space_of
from storage.leftovers import remove_unfinished
from storage.locking.locks import FileLock
from storage.paths import WorkRef, new_id, valid_id
from storage.store import MAX_OPERATION_SECONDS, Store

KEPT_MS = 30 * DAY_MS

_TEXTS = ("id", "kind", "name", "projectId", "projectName", "documentId", "ownerId", "deletedBy")
_NUMBERS = ("deletedAt", "expiresAt", "bytes")
_IDS = itemgetter("id", "projectId", "documentId", "ownerId", "deletedBy")

_OWN_INODES = 3  # of an entry: its directory, trash.json, and the collection's directory
_MAX_COUNTED = 10_000  # entries of earlier versions, whose count of inodes is kept in memory

_COLLECTIONS = {"project": paths.PROJECTS, "work": paths.WORKS, "asset": paths.ASSETS}

Entry = Mapping[str, Any]

_HOLLOW_MS = 1000 * MAX_OPERATION_SECONDS  # no document is being moved for longer
_EMPTYING = ".emptying"  # the lock of what makes room


class Deletion(NamedTuple):
    """Who deletes something, and whether it is moved to the trash or removed at once."""

    user_id: str
    permanently: bool = False


def discard(
    store: Store,
    table: DocumentTable,
    doc_id: str,
    deletion: Deletion,
    check: Check | None = None,
    permit: Permit | None = None,
) -> str:
    """Delete a project, work or asset; return the id of its entry in the trash, "" if in none.

    It is removed at once if that is wanted, or the disk is too full for an entry. `permit` is
    called under its lock first, then `check` with the current version; if one of them raises, the
    document stays. Raises NotFoundError.
    """
    if not deletion.permanently:
        with suppress(DiskFullError):
            return _move(store, table, doc_id, deletion.user_id, check, permit)
    table.delete(doc_id, check, permit)
    if table.name == paths.PROJECTS:
        remove_of_project(store, doc_id)
    else:
        link_documents.remove_of(store, f"{table.name}/{doc_id}")
    return ""


def collection_of(entry: Entry) -> str:
    """Return the path of the collection that a deleted document was in."""
    paths_of = {"work": paths.works_of, "asset": paths.assets_of}
    kind = entry["kind"]
    return paths.PROJECTS if kind == "project" else paths_of[kind](entry["projectId"])


def place_of(entry: Entry) -> str:
    """Return the path that a deleted document had."""
    return f"{collection_of(entry)}/{entry['documentId']}"


def collection_in_trash(entry: Entry) -> str:
    """Return the path of the collection in the trash that has a deleted document."""
    return f"{paths.TRASH}/{entry['id']}/{_COLLECTIONS[entry['kind']]}"


def content_of(root: str | Path, entry: Entry) -> str:
    """Return where the directory of a deleted document is, or was before it was restored."""
    return f"{root}/{collection_in_trash(entry)}/{entry['documentId']}"


def lacks_document(store: Store, entry: Entry) -> bool:
    """Return whether an entry has no document: it is being moved, or a crash prevented that."""
    return not is_directory(content_of(store.root, entry))


def all_entries(store: Store) -> list[Entry]:
    """Return all entries, the latest first; damaged ones are left out."""
    return [entry.values for entry in store.index(store.trash, _summary).current().entries]


def entries(store: Store, keep: Callable[[Entry], bool] | None = None) -> list[Entry]:
    """Return the entries that have a document and that `keep` accepts, if given; latest first."""
    return [entry for entry in filter(keep, all_entries(store)) if not lacks_document(store, entry)]


def entries_of(store: Store, project_id: str) -> list[Entry]:
    """Return the works and assets that were deleted in a project."""
    kinds = ("work", "asset")
    return entries(store, lambda each: each["projectId"] == project_id and each["kind"] in kinds)


def entries_of_owner(store: Store, user_id: str) -> list[Entry]:
    """Return the entries that are a user's."""
    of_project = cache(partial(_owner_of_project, store))
    return entries(store, lambda each: _owner(each, of_project) == user_id)


def owner_of(store: Store, entry: Entry) -> str:
    """Return whose an entry is: of a work or an asset, the owner of its project.

    That of a project that is in the trash itself is who owned it when it was deleted. It is "" for
    a project that is gone or damaged: then it is unknown.
    """
    return _owner(entry, partial(_owner_of_project, store))


def _owner(entry: Entry, of_project: Callable[[str], str]) -> str:
    return entry["ownerId"] if entry["kind"] == "project" else of_project(entry["projectId"])


def _owner_of_project(store: Store, project_id: str) -> str:
    try:
        owner_id = store.projects.snapshot(project_id).user_id or ""
    except NotFoundError:
        deleted = _deleted_project(store, project_id)
        return deleted["ownerId"] if deleted else ""
    except UnreadableError:
        return ""
    return owner_id if isinstance(owner_id, str) and valid_id(owner_id) else ""


def space_in(store: Store, entry: Entry) -> Space:
    """Return what removing an entry frees."""
    inodes = entry["inodes"]
    if inodes is None:
        inodes = _inodes_of(content_of(store.root, entry))
    return Space(entry["bytes"], inodes + _OWN_INODES)


@lru_cache(_MAX_COUNTED)
def _inodes_of(directory: str) -> int:
    """Return how many inodes a deleted document takes; kept, as nothing changes in the trash."""
    return space_of(directory).inodes


def find(store: Store, trash_id: str) -> Entry:
    """Return an entry. Raises NotFoundError, also if it lacks its document; UnreadableError."""
    entry = _summary(store.trash.snapshot(trash_id).values)
    if lacks_document(store, entry):
        raise NotFoundError(f"{paths.TRASH}/{trash_id}")
    return entry


def remove(store: Store, trash_id: str) -> None:
    """Remove an entry and what is in it for good; of a project, also what was deleted in it before.

    Raises NotFoundError, UnreadableError.
    """
    entry = _summary(store.trash.snapshot(trash_id).values)
    was_there = not lacks_document(store, entry)  # or it was restored
    store.trash.delete(trash_id)
    if entry["kind"] != "project":
        if was_there:
            link_documents.remove_of(store, place_of(entry))
    elif not _can_be_there(store, entry["projectId"]):
        remove_of_project(store, entry["projectId"])


def remove_of_project(store: Store, project_id: str) -> None:
    """Remove links to a project that is gone for good, its keys, and what was deleted in it."""
    link_documents.remove_of(store, f"{paths.PROJECTS}/{project_id}")
    with suppress(NotFoundError):
        store.provider_keys.delete(project_id)
    for entry in entries_of(store, project_id):
        with suppress(StorageError):  # removed concurrently, or removed when it expires
            store.trash.delete(entry["id"])


def restore(store: Store, trash_id: str, prepare: Callable[[Entry, str], Entry | None]) -> Entry:
    """Put a deleted document back into its place; return what its entry was.

    `prepare` is called with the entry and the directory right before. It may return the entry with
    another `documentId`, which the document gets then. Raises NotFoundError, also without the
    project of a work or an asset, and ExistsError if its place is taken.
    """
    entry = find(store, trash_id)

    def put_back(_current: Snapshot) -> None:
        nonlocal entry
        directory = content_of(store.root, find(store, trash_id))
        entry = prepare(entry, directory) or entry
        _put_back(store, entry, directory)

    store.trash.delete(trash_id, put_back)  # under its lock; it has no document then
    return entry


def _put_back(store: Store, entry: Entry, directory: str) -> None:
    """Move the directory of a deleted document to where it was. Raises as `restore`."""
    table = store.collection(collection_of(entry))
    doc_id, project_id = entry["documentId"], entry["projectId"]
    if entry["kind"] == "project":
        renew_logs(Path(directory), store.nodes)
        table.add_directory(doc_id, directory)
        return
    with store.projects.lock(project_id):  # it must not be deleted meanwhile
        table.add_directory(doc_id, directory)
    if entry["kind"] == "work":
        jobs = list_names(store.root / paths.jobs_of_work(WorkRef(project_id, doc_id)))
        store.project_log(project_id).append(f"{doc_id}/{job_id}" for job_id in jobs)


def _move(
    store: Store,
    table: DocumentTable,
    doc_id: str,
    user_id: str,
    check: Check | None,
    permit: Permit | None,
) -> str:
    """Move a document into a new entry. Raises as `discard`, and DiskFullError."""
    entry = _new_entry(store, table, doc_id, user_id)
    trash_id = entry["id"]

    def check_and_note(current: Snapshot) -> None:
        if check is not None:
            check(current)
        _note_project(store, entry, current)

    try:
        store.trash.create(trash_id, entry)
        target = content_of(store.root, entry)
        store.disk.make_subdirectory(os.path.dirname(target))
        is_project = entry["kind"] == "project"
        table.move_away(doc_id, target, check_and_note if is_project else check, permit)
        remove_unfinished(Path(target), _COLLECTIONS[entry["kind"]])
    except BaseException:
        with suppress(StorageError):
            if lacks_document(store, entry):
                store.trash.delete(trash_id)
        raise
    return str(trash_id)


def _note_project(store: Store, entry: Entry, project: Snapshot) -> None:
    """Note in its new entry whose a project is and its name, under its lock: it may just change."""
    owner_id, name = project.values["userId"], project.values["name"]
    if (owner_id, name) != (entry["ownerId"], entry["name"]):
        now = {"ownerId": owner_id, "name": name, "projectName": name}
        store.trash.change(entry["id"], lambda noted: noted.update(now))


def _new_entry(store: Store, table: DocumentTable, doc_id: str, user_id: str) -> dict[str, Any]:
    """Return the entry of a document that is to be deleted. Raises NotFoundError."""
    *parents, collection = table.name.split("/")
    kind = next(kind for kind, name in _COLLECTIONS.items() if name == collection)
    project_id = parents[1] if parents else doc_id
    project, now = store.projects.snapshot(project_id).values, now_ms()
    return {
        "id": new_id("trash"),
        "kind": kind,
        "name": _name_of(table, doc_id),
        "projectId": project_id,
        "projectName": project["name"],
        "documentId": doc_id,
        "ownerId": project["userId"],
        "deletedBy": user_id,
        "deletedAt": now,
        "expiresAt": now + KEPT_MS,
        **space_of(table.documents.directory_of(doc_id))._asdict(),
    }


def _name_of(table: DocumentTable, doc_id: str) -> str:
    """Return the name of a document, or its id if it is damaged. Raises NotFoundError."""
    try:
        return str(table.snapshot(doc_id).values["name"])
    except NotFoundError:  # which is a KeyError as well
        raise
    except (UnreadableError, KeyError):
        return doc_id


def _can_be_there(store: Store, project_id: str) -> bool:
    """Return whether there is a project, or there will be one once it is restored."""
    in_place = project_id in store.projects.documents
    return in_place or _deleted_project(store, project_id) is not None


def _deleted_project(store: Store, project_id: str) -> Entry | None:
    """Return the entry of a project that is in the trash; the latest, if it was there before."""
    listed = store.index(store.trash, _summary).current()
    for each in listed.select("projects", lambda entry: entry["kind"] == "project"):
        if each.values["projectId"] == project_id and not lacks_document(store, each.values):
            return each.values
    return None


def _summary(entry: Entry) -> dict[str, Any]:
    """Return what is known of an entry. Raises UnreadableError for a damaged one."""
    texts, numbers = ({key: entry.get(key) for key in names} for names in (_TEXTS, _NUMBERS))
    is_sound = all(isinstance(text, str) for text in texts.values())
    is_sound &= all(isinstance(number, int) for number in numbers.values())
    if not (is_sound and texts["kind"] in _COLLECTIONS and all(map(valid_id, _IDS(texts)))):
        raise UnreadableError("no entry of the trash")
    inodes = entry.get("inodes")  # entries of earlier versions have none
    numbers["inodes"] = inodes if isinstance(inodes, int) else None
    return {**texts, **numbers, "updatedAt": numbers["deletedAt"]}


def oldest_removed(
    store: Store, needed: Callable[[], Space], owner_id: str = ""
) -> Iterator[Entry]:
    """Remove entries for good, the oldest first, and yield each of them, until there is room.

    `needed` returns what has to be freed, Space() if nothing. Nothing is removed if all entries
    would not suffice: those of a user, or of all users without `owner_id`. If all that was needed
    is removed and none of it is free, the rest stays: some file systems free it later. Raises
    LockedError.
    """
    if not _found(store, owner_id):
        return
    with FileLock.acquire(store.root / paths.TRASH, _EMPTYING):  # or each of several would do it
        found, first = _found(store, owner_id), needed()
        spaces = [_space_in(store, entry, first) for entry in found]
        total = left = Space(*map(sum, zip(*spaces, strict=True)))
        for entry, space in zip(reversed(found), reversed(spaces), strict=True):
            missing = needed()
            frees_nothing = first.is_within(total.minus(left)) and first.is_within(missing)
            if missing == Space() or not missing.is_within(left) or frees_nothing:
                return
            left = left.minus(space)
            if owner_id and owner_of(store, entry) != owner_id:
                continue  # its project has just been handed over
            with suppress(NotFoundError):  # it has just been removed, or restored
                remove(store, entry["id"])
                yield entry


def _found(store: Store, owner_id: str) -> list[Entry]:
    """Return the entries of a user, or of all users, the oldest last."""
    return entries_of_owner(store, owner_id) if owner_id else entries(store)


def _space_in(store: Store, entry: Entry, needed: Space) -> Space:
    """Return what removing an entry frees; the inodes, which may have to be counted, if needed."""
    return space_in(store, entry) if needed.inodes else Space(entry["bytes"])


def delete_expired(store: Store) -> None:
    """Remove the entries whose time is over, and those without a document."""
    now = now_ms()
    for entry in all_entries(store):
        was_moved = entry["deletedAt"] < now - _HOLLOW_MS
        if entry["expiresAt"] <= now or (was_moved and lacks_document(store, entry)):
            with suppress(StorageError):  # removed concurrently, or tried again an hour later
                remove(store, entry["id"])
