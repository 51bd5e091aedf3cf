"""The kind of job that exports a work, and its spec from a request."""

from collections.abc import Mapping
from typing import Any

from werkzeug.datastructures import Headers

from export.from_work import timeline_of_work
from export.job import export_key, machine_slot, perform
from export.options import check_size, estimated_bytes
from export.sources import Location
from export.timeline import Timeline
from jobs.execution import JobKind
from jobs.model import JobSpec
from storage.store import Store
from web.context import storage_limits, user_id

KIND = "export"
_PARTS = 100  # of the progress


def work_job_spec(
    store: Store, work: Mapping[str, Any], body: Mapping[str, Any], _headers: Headers
) -> tuple[JobSpec, dict[str, str]]:
    """Return the spec of a job that exports a work as it is stored now.

    Raises InvalidError, TooLargeError, MissingMediaError, ReserveError.
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
    key = export_key(where, timeline)
    storage_limits().check_free(estimated_bytes(timeline))
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


KINDS = {KIND: JobKind(perform, work_job_spec, scope="works:write", slot=machine_slot)}
