"""The kind of job that exports a work, and its spec from a request.

Exports run one at a time on a machine: jobs/machine_turns.py says whose turn it is.
"""

from collections.abc import Mapping
from typing import Any

from export import service
from export.assistance import assist
from export.job import export_key, find_stored, perform
from export.plan.content import content_of
from export.plan.size_limits import check_size, check_window
from export.plan.timeline import Timeline
from export.render.disk_space import DiskSpace, estimated_bytes
from export.render.preparation import segment_cache
from export.sources.openers import Location
from export.sources.stored_work import stored_timeline
from jobs.kinds import JobKind
from jobs.listing import list_newest
from jobs.model import FINISHED, JobRef, JobSpec
from jobs.planning import JobPlanner
from jobs.run import JobRun
from storage.errors import NotFoundError
from storage.ids import WorkRef
from storage.limits import StorageLimits
from storage.paths import jobs_of_work
from storage.store import Store

KIND = "export"
_PARTS = 100  # of the progress
_MAX_UNFINISHED = 20  # of a user
_ACTIVE_JOBS = 50  # of a work that are compared with a request at most
_WAITING = "Waiting: another export is running on this machine"


def plan_work_export(
    planner: JobPlanner, work: Mapping[str, Any], body: Mapping[str, Any]
) -> JobSpec:
    """Return the spec of a job that exports a work as it is stored now.

    Raises FieldsError, InvalidError, TooLargeError, MissingMediaError, ReserveError.
    """
    timeline = stored_timeline(planner.store, work, body.get("options") or {})
    where = Location(planner.store, WorkRef.of(work))
    return plan_export(planner, where, timeline, body, content_of(work))


def plan_export(
    planner: JobPlanner,
    where: Location,
    timeline: Timeline,
    client_request: Mapping[str, Any],
    content: str | None = None,
) -> JobSpec:
    """Return the spec of a job that exports a timeline; `content` is that of its work.

    Raises as `plan_work_export`.
    """
    check_size(timeline)
    check_window(timeline)
    key = export_key(where, timeline)
    store, settings = planner.store, planner.settings
    space = DiskSpace(StorageLimits(store, settings), segment_cache(store, settings))
    space.make_room(estimated_bytes(timeline))
    request = {"kind": KIND, "key": key, "timeline": timeline.to_json(), "content": content}
    return JobSpec(
        KIND,
        planner.user_id,
        request,
        [],
        client_request=client_request,
        parts=_PARTS,
    )


def running_job(where: Location, key: str) -> JobRef | None:
    """Return the unfinished job that exports the same timeline and media, if there is one."""
    collection = jobs_of_work(where.ref)
    for job in list_newest(where.store, collection, {"limit": _ACTIVE_JOBS}).items:
        if job["state"] not in FINISHED and job["request"].get("key") == key:
            return JobRef(collection, job["id"])
    return None


class _Export(JobKind):
    name = KIND
    scope = "works:write"
    max_unfinished = _MAX_UNFINISHED
    turn_message = _WAITING
    can_assist = True
    plan_for_work = staticmethod(plan_work_export)
    perform = staticmethod(perform)
    assist = staticmethod(assist)

    def find_result(self, run: JobRun) -> dict[str, Any] | None:
        return find_stored(run)

    def has_result(self, store: Store, job: Mapping[str, Any]) -> bool:
        try:
            service.get(store, WorkRef.named_in(job), job["result"]["id"])
        except NotFoundError:
            return False
        return True

    def made_export(self, _store: Store, job: Mapping[str, Any]) -> Mapping[str, Any] | None:
        result: Mapping[str, Any] | None = job["result"]
        return result if job["state"] == "succeeded" else None


KINDS = {KIND: _Export()}
