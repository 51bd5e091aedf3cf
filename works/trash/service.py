"""Who may see, restore and remove what was deleted, how it is listed, and what its jobs do then."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from access import projects as access
from access.errors import RightMissingError
from access.names import UserNames
from access.rights import CHANGE
from accounts.identity import Identity
from errors import DuplicateError
from jobs.interrupting import interrupt
from jobs.model import DELETED, Job, JobRef, is_finalized
from schemas.lists import Page, decode_cursor, encode_cursor
from storage import trash
from storage.documents.project_jobs import ProjectJobs
from storage.documents.snapshots import read_current
from storage.errors import ExistsError, NotFoundError, UnreadableError
from storage.files.trees import list_names
from storage.locking.locks import FileLock
from storage.paths import JOBS, RUNNING, TRASH, WORKS, WorkRef, jobs_of_work, valid_id
from storage.store import Store
from storage.trash import Entry
from works.trash.returned_projects import tell_apart, what_is_new

# Where the documents of jobs are in the directory of what was deleted.
_JOB_DOCUMENTS = {"work": f"{JOBS}/*/job.json", "project": f"{WORKS}/*/{JOBS}/*/job.json"}

Item = dict[str, Any]

_TAKEN = "There is a {} with this ID again: delete that one, then restore this one."

_CURSOR = (int, str)  # when an entry was deleted, and its id


def stop_lost_jobs(store: Store, entry: Entry, directory: str) -> None:
    """Interrupt the unfinished jobs in a directory of the trash, except those that still run.

    If it is restored after seconds, a run may not have noticed yet that the job was away.
    """
    if entry["kind"] in _JOB_DOCUMENTS:
        for path in Path(directory).glob(_JOB_DOCUMENTS[entry["kind"]]):
            if (lock := FileLock.try_acquire(path.parent, RUNNING)) is not None:
                with lock:
                    interrupt(store.disk, str(path), DELETED, sends_webhook=True)


def put_into_queue(store: Store, entry: Entry) -> None:
    """Put the jobs that are not finalized back into the queue, after their work was restored.

    The queue has dropped those whose documents were missing when it looked at them. Those that
    have ended since the deletion are among them.
    """
    for ref in _jobs_of(store, entry):
        path = store.collection(ref.collection).documents.path_of(ref.id)
        with suppress(NotFoundError, UnreadableError):
            if _is_to_finalize(read_current(path).parse(), entry):
                store.queue.add(*ref)


def _is_to_finalize(job: Job, entry: Entry) -> bool:
    return not is_finalized(job) or (job["finishedAt"] or 0) >= entry["deletedAt"]


def _jobs_of(store: Store, entry: Entry) -> Iterator[JobRef]:
    """Yield the jobs of a restored work or project."""
    if entry["kind"] == "work":
        collection = jobs_of_work(WorkRef(entry["projectId"], entry["documentId"]))
        jobs = filter(valid_id, list_names(store.root / collection))
        yield from map(partial(JobRef, collection), jobs)
    if entry["kind"] == "project":
        for name in ProjectJobs(store.root, entry["projectId"]).names():
            if all(map(valid_id, name.split("/"))):
                yield JobRef.in_project(entry["projectId"], name)


def scope_of(kind: str, action: str) -> str:
    """Return the scope that lists (`read`) or changes (`write`) entries of a kind."""
    return f"works:{action}" if kind == "work" else f"projects:{action}"


def list_page(store: Store, identity: Identity, query: Mapping[str, Any]) -> Page:
    """Return what was deleted and the user may restore, the latest first.

    With an API token, of the kinds that it may list. Raises FieldsError for an invalid cursor.
    """
    mine = _of_user(store, identity, "read")
    if "cursor" in query:
        after = tuple(decode_cursor(query["cursor"], _CURSOR, "the trash"))
        mine = (entry for entry in mine if _position(entry) < after)
    page, names = [*islice(mine, query["limit"])], UserNames(store)
    has_more = next(mine, None) is not None
    return Page(
        [_item(names, entry) for entry in page],
        encode_cursor(*_position(page[-1])) if has_more else None,
    )


def restore(store: Store, identity: Identity, trash_id: str) -> Item:
    """Put a deleted document back, and return its entry, with a `message` on what is new in it.

    Raises NotFoundError, RightMissingError, MissingScopeError, DuplicateError if a work or an asset
    has its id again.
    """
    found, names = _find(store, identity, trash_id), UserNames(store)
    names.of(found["deletedBy"])  # what can fail comes first
    try:
        entry = trash.restore(store, trash_id, partial(_prepare, store))
    except ExistsError:
        raise DuplicateError("Already exists", _TAKEN.format(found["kind"])) from None
    put_into_queue(store, entry)
    return {**_item(names, entry), "message": what_is_new(found, entry)}


def _prepare(store: Store, entry: Entry, directory: str) -> Entry:
    """Prepare the directory of a document that is restored right after; return its entry."""
    stop_lost_jobs(store, entry, directory)
    return tell_apart(store, entry, directory) if entry["kind"] == "project" else entry


def remove(store: Store, identity: Identity, trash_id: str) -> str:
    """Remove an entry for good; return whose it was. Raises as `restore`."""
    entry = _find(store, identity, trash_id)
    owner_id = trash.owner_of(store, entry)
    trash.remove(store, trash_id)
    return owner_id


def empty(store: Store, identity: Identity) -> set[str]:
    """Remove all that the user may remove; return whose it was."""
    mine = [*_of_user(store, identity, "write")]
    owners = {trash.owner_of(store, entry) for entry in mine}
    for entry in mine:
        with suppress(NotFoundError):  # removed concurrently, or with its project
            trash.remove(store, entry["id"])
    return owners


def _of_user(store: Store, identity: Identity, action: str) -> Iterator[Entry]:
    """Yield the entries that the user may restore, of kinds that the scopes include; latest first.

    Only what is taken is looked for on the disk.
    """
    projects: dict[str, bool] = {}

    def is_allowed(entry: Entry) -> bool:
        if scope_of(entry["kind"], action) not in identity.scopes:
            return False
        if entry["kind"] == "project":
            return bool(entry["ownerId"] == identity.user_id)
        key = entry["projectId"]
        if key not in projects:
            projects[key] = _may_change(store, entry, identity.user_id)
        return projects[key]

    mine = sorted(filter(is_allowed, trash.all_entries(store)), key=_position, reverse=True)
    return (entry for entry in mine if not trash.lacks_document(store, entry))


def _find(store: Store, identity: Identity, trash_id: str) -> Entry:
    """Return an entry that the user may change.

    Raises NotFoundError, RightMissingError, MissingScopeError.
    """
    entry = trash.find(store, trash_id)
    _check(store, entry, identity.user_id)
    identity.require(scope_of(entry["kind"], "write"))
    return entry


def _may_change(store: Store, entry: Entry, user_id: str) -> bool:
    """Return whether a user may restore and remove an entry."""
    try:
        _check(store, entry, user_id)
    except (NotFoundError, RightMissingError, UnreadableError):
        return False
    return True


def _check(store: Store, entry: Entry, user_id: str) -> None:
    """Check that a user owns a deleted project, or may change that of a work or an asset.

    Raises NotFoundError for strangers, also if that project is gone or in the trash itself, and
    RightMissingError for members without the right.
    """
    if entry["kind"] != "project":
        access.check(store, entry["projectId"], user_id, CHANGE)
    elif entry["ownerId"] != user_id:
        raise NotFoundError(f"{TRASH}/{entry['id']}")


def _position(entry: Entry) -> tuple[int, str]:
    return entry["deletedAt"], entry["id"]


def _item(names: UserNames, entry: Entry) -> Item:
    """Return an entry as clients see it."""
    shown = ("id", "kind", "name", "projectId", "projectName", "documentId")
    return {
        **{key: entry[key] for key in shown},
        "deletedBy": {"userId": entry["deletedBy"], "name": names.of(entry["deletedBy"]) or ""},
        **{key: entry[key] for key in ("deletedAt", "expiresAt", "bytes")},
    }
