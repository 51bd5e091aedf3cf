"""Handles, by which tools name what they work on: `proj_…`, `proj_…/work_…`, `…/job_…`.

Opening one checks the right that the tool needs. What the caller does not see does not exist.
Changes that depend on what is there are repeated if someone else changes it meanwhile.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from flask import g

from errors import MissingError, PreconditionError
from jobs.model import JobRef
from schemas.new_jobs import PIPELINE
from storage.documents.snapshots import Snapshot
from storage.documents.tables import Check
from storage.paths import ID_PATTERN, WorkRef, jobs_of_user, jobs_of_work
from web.context import services, storage_limits, storage_user_id, store, user_id
from web.permission import check_access
from works import service as works

_PARTS = re.compile(f"{ID_PATTERN}(?:/{ID_PATTERN}){{0,2}}")

_ATTEMPTS = 5

Json = dict[str, Any]


def work_handle(ref: WorkRef) -> str:
    """Return the handle of a work."""
    return "/".join(ref)


def open_project(handle: str, right: str) -> str:
    """Return the id of a project in which the user has a right.

    Raises NotFoundError, MissingError, RightMissingError.
    """
    [project_id] = _split(handle, 1, "project")
    g.access = check_access(project_id, right)
    return project_id


def open_work(handle: str, right: str) -> WorkRef:
    """Return a work in whose project the user has a right. Raises as `open_project`."""
    return read_work(handle, right)[0]


def read_work(handle: str, right: str) -> tuple[WorkRef, Snapshot]:
    """Return the reference to a work, as `open_work`, and what is stored now."""
    ref = WorkRef(*_split(handle, 2, "work"))
    # Deleting a project deletes its works, and this one is read.
    g.access = check_access(ref.project_id, right, recent=True)
    return ref, store().work(ref)


def open_job(handle: str, right: str) -> JobRef:
    """Return a job of a work in whose project the user has a right, or of the user.

    Raises as `open_project`.
    """
    if "/" in handle:
        project_id, work_id, job_id = _split(handle, 3, "job")
        g.access = check_access(project_id, right)
        ref = JobRef(jobs_of_work(WorkRef(project_id, work_id)), job_id)
    else:
        ref = JobRef(jobs_of_user(user_id()), *_split(handle, 1, "job"))
    services().jobs.get(ref)
    return ref


def job_handle(ref: JobRef) -> str:
    """Return the handle of a job."""
    return "/".join((*(ref.work_ref or ()), ref.id))


def handle_of(job: Mapping[str, Any]) -> str:
    """Return the handle of a job by its document. Only jobs of works have theirs in it.

    A video's job has a work, too, but is the user's, as it makes that; so is one that fetches an
    asset.
    """
    makes_its_work = job["kind"] == PIPELINE and "brief" in job["request"]
    is_of_work = job["workId"] is not None and not makes_its_work
    return f"{job['projectId']}/{job['workId']}/{job['id']}" if is_of_work else str(job["id"])


def _split(handle: str, count: int, kind: str) -> list[str]:
    """Return the ids in a handle. Raises MissingError for what cannot be one."""
    ids = handle.split("/")
    if len(ids) != count or not _PARTS.fullmatch(handle):
        raise MissingError("Not found", f"There is no {kind} {handle[:100]!r}.")
    return ids


def if_version(version: str | None) -> Check | None:
    """Return the check that a work is still of a version, if one is given."""
    if not version:
        return None

    def check(current: Snapshot) -> None:
        if current.etag != version.strip('"'):
            raise PreconditionError(f"The work has changed: its version is now {current.etag}")

    return check


def update(ref: WorkRef, version: str | None, fields_for: Callable[[Snapshot], Json]) -> Snapshot:
    """Update a work with the fields that `fields_for` returns for what is stored; return it.

    Without any, it stays as it is, with its version. Raises PreconditionError if it is not of the
    `version` that is given, and as `works.update`.
    """
    check = if_version(version)
    for attempt in range(_ATTEMPTS):
        current = store().work(ref)
        if check is not None:
            check(current)
        fields = fields_for(current)
        if not fields:
            return current
        try:
            saved = works.update(store(), ref, fields, if_version(current.etag))
        except PreconditionError:
            if check is not None or attempt == _ATTEMPTS - 1:
                raise
        else:
            storage_limits().count(storage_user_id(), len(saved.data))
            return saved
    raise AssertionError("unreachable")  # the last attempt returns or raises
