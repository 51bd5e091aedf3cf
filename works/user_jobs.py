"""Listing the jobs that a user sees, of all works and of none: by an index, page by page."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from typing import Any, NamedTuple

from access.names import UserNames
from errors import ConflictError
from jobs import job_states
from jobs.model import JobRef, shown_to, summarize
from projects import service as projects
from schemas.lists import Page, decode_cursor, encode_cursor
from storage.documents.index import Entry
from storage.errors import NotFoundError, UnreadableError
from storage.paths import jobs_of_user
from storage.store import Store
from works import listing

_Position = tuple[int, str, str]  # newest first: minus the time of creation; the id; its collection
_CURSOR = (int, str, str)

MAX_CLEARED = 500  # jobs at once


class Cleared(NamedTuple):
    """How many jobs were taken off the list, and how many more are to be."""

    cleared: int
    remaining: int


def list_all(store: Store, user_id: str, query: Mapping[str, Any]) -> Page:
    """List the jobs in all projects that a user sees, newest first.

    They have `projectName`, `workName` and `userName`. Only those of the page are read. `query`:
    {limit, state?, mine?, cursor?}, see AllJobsQuerySchema. Raises FieldsError for a cursor that is
    malformed.
    """
    states = set(query["state"].split(",")) if "state" in query else None
    found = _positions(store, user_id, states, only_own=bool(query.get("mine")))
    if "cursor" in query:
        after = tuple(decode_cursor(query["cursor"], _CURSOR, "a list of all jobs"))
        found = (position for position in found if position > after)
    names = _Names(store, user_id)
    jobs: list[Mapping[str, Any]] = []
    last: _Position | None = None
    for position in sorted(found):
        if len(jobs) == query["limit"]:
            return Page(jobs, encode_cursor(*last) if last else None)
        # Deleted meanwhile, or with its work since the last scan.
        with suppress(NotFoundError, UnreadableError):
            job = store.collection(position[2]).snapshot(position[1]).values
            jobs.append({**shown_to(user_id, job), **names.of(job)})
            last = position
    return Page(jobs, None)


def clear(store: Store, user_id: str, states: Collection[str]) -> Cleared:
    """Take a user's own finished jobs in these states off the list, the newest first; delete none.

    Their documents stay: takes name what made them, and Idempotency-Keys are known by them. Each is
    written, so that one call takes MAX_CLEARED at most.
    """
    found = sorted(_positions(store, user_id, set(states), only_own=True))
    cleared = 0
    for _, job_id, collection in found[:MAX_CLEARED]:
        # Deleted or resumed meanwhile, or damaged.
        with suppress(NotFoundError, UnreadableError, ConflictError):
            store.collection(collection).change(job_id, job_states.clear)
            cleared += 1
    return Cleared(cleared, len(found[MAX_CLEARED:]))


def _positions(
    store: Store, user_id: str, states: set[str] | None, *, only_own: bool
) -> Iterator[_Position]:
    """Yield where the jobs in these states, or in any, are in the list; in no order.

    Those that were cleared are not in it, and with `only_own` those that others ordered.
    """

    def position(entry: Entry, ref: JobRef) -> _Position:
        return -entry.values["createdAt"], ref.id, ref.collection

    def selected(entries: list[Entry]) -> Iterator[Entry]:
        listed = (each for each in entries if not each.values["cleared"])
        if only_own:
            listed = (each for each in listed if each.values["userId"] == user_id)
        return (each for each in listed if states is None or each.values["state"] in states)

    own = jobs_of_user(user_id)
    for entry in selected(store.index(store.user_jobs(user_id), summarize).current().entries):
        yield position(entry, JobRef(own, entry.id))
    for project in projects.visible(store, user_id):
        jobs = store.project_jobs(project.id, summarize).current()
        for entry in selected(jobs.entries):
            yield position(entry, JobRef.in_project(project.id, entry.id))


class _Names:
    """The names of projects, works and users in a list of jobs, each looked up once."""

    def __init__(self, store: Store, user_id: str) -> None:
        self._store = store
        listed = projects.visible(store, user_id)
        self._projects = {project.id: project.values["name"] for project in listed}
        self._works: dict[str, dict[str, str]] = {}
        self._users = UserNames(store)

    def of(self, job: Mapping[str, Any]) -> dict[str, str | None]:
        """Return {projectName, workName, userName} of a job; null where there is none."""
        project_id, work_id = job["projectId"] or "", job["workId"] or ""
        project_name = self._projects.get(project_id)
        work_name = self._works_of(project_id).get(work_id) if project_name is not None else None
        user_name = self._users.of(job["userId"])
        return {"projectName": project_name, "workName": work_name, "userName": user_name}

    def _works_of(self, project_id: str) -> dict[str, str]:
        if project_id not in self._works:
            works = listing.index(self._store, project_id).current()
            self._works[project_id] = {each.id: each.values["name"] for each in works.entries}
        return self._works[project_id]
