"""The kind of job that exports a work, and its spec from a request."""

from collections.abc import Mapping
from typing import Any

from werkzeug.datastructures import Headers

from export import service
from export.assistance import assist
from export.job import export_key, find_stored, perform
from export.plan.from_work import timeline_of_work
from export.plan.size_limits import check_size, check_window
from export.plan.timeline import Timeline
from export.render.disk_space import DiskSpace, estimated_bytes
from export.render.preparation import segment_cache
from export.sources.openers import Location
from jobs.execution import JobKind
from jobs.model import FINISHED, JobRef, JobSpec
from jobs.service import list_newest
from storage.errors import NotFoundError
from storage.paths import jobs_of_work
from storage.store import Store
from web.context import settings, storage_limits, user_id

KIND = "export"
_PARTS = 100  # of the progress
_MAX_UNFINISHED = 20  # of a user
_ACTIVE_JOBS = 50  # of a work: so many are compared with a request
_WAITING = "Waiting: another export is running on this machine"


def work_job_spec(
    store: Store, work: Mapping[str, Any], body: Mapping[str, Any], _headers: Headers
) -> tuple[JobSpec, dict[str, str]]:
    """Return the spec of a job that exports a work as it is stored now.

    Raises FieldsError, InvalidError, TooLargeError, MissingMediaError, ReserveError.
    """
    timeline = timeline_of_work(work, body.get("options") or {})
    where = Location(store, work["projectId"], work["id"])
    return job_spec(where, timeline, body, body.get("webhookUrl")), {}


def job_spec(
    where: Location,
    timeline: Timeline,
    client_request: Mapping[str, Any],
    webhook_url: str | None = None,
) -> JobSpec:
    """Return the spec of a job that exports a timeline. Raises as `work_job_spec`."""
    check_size(timeline)
    check_window(timeline)
    key = export_key(where, timeline)
    space = DiskSpace(storage_limits(), segment_cache(where.store, settings()))
    space.make_room(estimated_bytes(timeline))
    request = {"kind": KIND, "key": key, "timeline": timeline.to_json()}
    return JobSpec(
        KIND,
        user_id(),
        request,
        [],
        webhook_url=webhook_url,
        client_request=client_request,
        parts=_PARTS,
    )


def running_job(where: Location, key: str) -> JobRef | None:
    """Return the unfinished job that exports the same timeline and media, if there is one."""
    collection = jobs_of_work(where.project_id, where.work_id)
    for job in list_newest(where.store, collection, _ACTIVE_JOBS):
        if job["state"] not in FINISHED and job["request"].get("key") == key:
            return JobRef(collection, job["id"])
    return None


def _has_result(store: Store, job: Mapping[str, Any]) -> bool:
    """Return whether the export that a job made is still stored."""
    try:
        service.get(store, job["projectId"], job["workId"], job["result"]["id"])
    except NotFoundError:
        return False
    return True


KINDS = {
    KIND: JobKind(
        perform,
        work_job_spec,
        scope="works:write",
        max_unfinished=_MAX_UNFINISHED,
        find_result=find_stored,
        has_result=_has_result,
        slot_message=_WAITING,
        assist=assist,
    )
}
