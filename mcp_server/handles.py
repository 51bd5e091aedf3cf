"""Handles, by which tools name what they work on: `proj_…`, `proj_…/work_…`, `…/job_…`.

Opening one checks that it is the caller's. What is another user's does not exist.
"""

import re
from typing import NamedTuple

from errors import MissingError
from jobs.model import JobRef
from projects.service import check_owner
from storage.documents.snapshots import Snapshot
from storage.ids import ID_PATTERN
from storage.paths import jobs_of_user, jobs_of_work
from web.context import services, store, user_id

_PARTS = re.compile(f"{ID_PATTERN}(?:/{ID_PATTERN}){{0,2}}")


class WorkIds(NamedTuple):
    """The ids of a work and its project."""

    project_id: str
    work_id: str

    @property
    def handle(self) -> str:
        """The handle of the work."""
        return f"{self.project_id}/{self.work_id}"

    def snapshot(self) -> Snapshot:
        """Return the work as it is stored now. Raises NotFoundError."""
        return store().works(self.project_id).snapshot(self.work_id)


def open_project(handle: str) -> str:
    """Return the id of one of the user's projects. Raises NotFoundError, MissingError."""
    [project_id] = _split(handle, 1, "project")
    check_owner(store(), project_id, user_id())
    return project_id


def open_work(handle: str) -> WorkIds:
    """Return the ids of one of the user's works. Raises NotFoundError, MissingError."""
    return read_work(handle)[0]


def read_work(handle: str) -> tuple[WorkIds, Snapshot]:
    """Return the ids of one of the user's works, and the work as it is stored now.

    Raises as `open_work`.
    """
    ids = WorkIds(*_split(handle, 2, "work"))
    # Deleting a project deletes its works, and this one is read.
    check_owner(store(), ids.project_id, user_id(), recent=True)
    return ids, ids.snapshot()


def open_job(handle: str) -> JobRef:
    """Return one of the user's jobs. Raises NotFoundError, MissingError."""
    if "/" in handle:
        project_id, work_id, job_id = _split(handle, 3, "job")
        check_owner(store(), project_id, user_id())
        ref = JobRef(jobs_of_work(project_id, work_id), job_id)
    else:
        ref = JobRef(jobs_of_user(user_id()), *_split(handle, 1, "job"))
    services().jobs.get(ref)
    return ref


def job_handle(ref: JobRef) -> str:
    """Return the handle of a job."""
    return "/".join((*(ref.work_ids or ()), ref.id))


def _split(handle: str, count: int, kind: str) -> list[str]:
    """Return the ids in a handle. Raises MissingError for what cannot be one."""
    ids = handle.split("/")
    if len(ids) != count or not _PARTS.fullmatch(handle):
        raise MissingError("Not found", f"There is no {kind} {handle[:100]!r}.")
    return ids
