"""Jobs over HTTP: those of works, and those of users for AI calls outside of works."""

from collections.abc import Mapping
from typing import Any

from flask import Response, g

from access.rights import CHANGE, SEE
from jobs.model import JobRef, JobSpec, shown_to
from jobs.planning import JobPlanner
from jobs.requests import list_newest
from schemas.ai import ROLES
from schemas.jobs import JobListQuerySchema, JobQuerySchema, JobSchema
from schemas.new_jobs import NewJobSchema
from storage.paths import WorkRef, jobs_of_user, jobs_of_work
from web.api.common.event_stream import describe_events
from web.api.common.job_requests import (
    cancel_job,
    documents_provider_headers,
    get_job,
    job_events_response,
    job_response,
    resume_job,
    start_job,
)
from web.blueprints import Blueprint
from web.context import services, store, user_id
from web.guard import requires, requires_any
from web.lists import list_response
from web.payloads import json_response, link_next

work_jobs = Blueprint(
    "work_jobs",
    __name__,
    url_prefix="/api/projects/<id:project_id>/works/<id:work_id>/jobs",
    description="Work in the background: what AI does for a work, and its exports",
)
user_jobs = Blueprint(
    "user_jobs", __name__, url_prefix="/api", description="AI calls that belong to no work"
)


@work_jobs.route("", methods=["POST"])
@requires_any("ai:analyze", "ai:generate", "works:write", right=CHANGE)
@work_jobs.response(202, JobSchema, errors=(404, 409, 429), headers=("Location",))
@work_jobs.json_body(NewJobSchema())
@documents_provider_headers(*ROLES)
def start_work_job(ref: WorkRef, body: dict[str, Any]) -> Response:
    """Start a job: its kind says what for, such as `scenario`, `scenes`, `narration`, `export`."""
    _require_scopes(body["kind"], body)

    def plan(chosen: JobPlanner) -> JobSpec:
        work = store().work(ref).values
        return services().jobs.plan_for_work(chosen, work, body)

    return job_response(start_job(jobs_of_work(ref), "", body, plan), 202)


@work_jobs.route("", methods=["GET"])
@requires("works:read", right=SEE)
@list_response(JobSchema, has_pages=True, errors=(404,))
@work_jobs.query(JobListQuerySchema())
def list_work_jobs(ref: WorkRef, query: dict[str, Any]) -> Response:
    """List a work's jobs, newest first."""
    store().work(ref)
    page = list_newest(store(), jobs_of_work(ref), query)
    shown = [shown_to(user_id(), job) for job in page.items]
    return link_next(json_response(shown), page.next_cursor)


@work_jobs.route("/<id:job_id>", methods=["GET"])
@requires("works:read", right=SEE)
@work_jobs.response(200, JobSchema, errors=(404, 503), headers=("Location",))
@work_jobs.query(JobQuerySchema())
def get_work_job(ref: WorkRef, job_id: str, query: dict[str, Any]) -> Response:
    """Get a job; with `wait`, as soon as it is finished, or after that many seconds."""
    return get_job(_job_ref(ref, job_id), query.get("wait"))


@work_jobs.route("/<id:job_id>/cancel", methods=["POST"])
@requires_any("ai:analyze", "ai:generate", "works:write", right=CHANGE)
@work_jobs.response(200, JobSchema, errors=(404, 409), headers=("Location",))
def cancel_work_job(ref: WorkRef, job_id: str) -> Response:
    """Cancel a job; finished parts are kept."""
    job_ref = _job_ref(ref, job_id)
    _require_scopes_of(job_ref)
    return cancel_job(job_ref)


@work_jobs.route("/<id:job_id>/resume", methods=["POST"])
@requires_any("ai:analyze", "ai:generate", "works:write", right=CHANGE)
@work_jobs.response(202, JobSchema, errors=(400, 404, 409, 429), headers=("Location",))
def resume_work_job(ref: WorkRef, job_id: str) -> Response:
    """Continue a job that failed, was interrupted or cancelled; finished parts are kept."""
    job_ref = _job_ref(ref, job_id)
    _require_scopes_of(job_ref)
    return resume_job(job_ref)


@work_jobs.route("/<id:job_id>/events", methods=["GET"])
@requires("works:read", right=SEE)
@describe_events("the current job")
@work_jobs.response(200, errors=(404, 503))
def get_work_job_events(ref: WorkRef, job_id: str) -> Response:
    """Watch a job: server-sent events until it is finished."""
    return job_events_response(_job_ref(ref, job_id))


@user_jobs.route("/jobs/<id:user_job_id>", methods=["GET"])
@requires("works:read")
@user_jobs.response(200, JobSchema, errors=(404, 503), headers=("Location",))
@user_jobs.query(JobQuerySchema())
def get_user_job(user_job_id: str, query: dict[str, Any]) -> Response:
    """Get a job; with `wait`, as soon as it is finished, or after that many seconds."""
    return get_job(_user_ref(user_job_id), query.get("wait"))


@user_jobs.route("/jobs/<id:user_job_id>/cancel", methods=["POST"])
@requires_any("ai:generate", "works:write")
@user_jobs.response(200, JobSchema, errors=(404, 409), headers=("Location",))
def cancel_user_job(user_job_id: str) -> Response:
    """Cancel a job; finished parts are kept."""
    ref = _user_ref(user_job_id)
    _require_scopes_of(ref)
    return cancel_job(ref)


@user_jobs.route("/jobs/<id:user_job_id>/resume", methods=["POST"])
@requires_any("ai:generate", "works:write")
@user_jobs.response(202, JobSchema, errors=(400, 404, 409, 429), headers=("Location",))
def resume_user_job(user_job_id: str) -> Response:
    """Continue a job that failed, was interrupted or cancelled; finished parts are kept."""
    ref = _user_ref(user_job_id)
    _require_scopes_of(ref)
    return resume_job(ref)


@user_jobs.route("/jobs/<id:user_job_id>/events", methods=["GET"])
@requires("works:read")
@describe_events("the current job")
@user_jobs.response(200, errors=(404, 503))
def get_user_job_events(user_job_id: str) -> Response:
    """Watch a job: server-sent events until it is finished."""
    return job_events_response(_user_ref(user_job_id))


def _require_scopes(kind: str, order: Mapping[str, Any]) -> None:
    """Raise MissingScopeError unless jobs of this kind may be started."""
    g.identity.require(*sorted(services().jobs.worker.kinds[kind].scopes(order)))


def _require_scopes_of(ref: JobRef) -> None:
    """Raise MissingScopeError unless a job like this one may be started."""
    job = services().jobs.get(ref)
    _require_scopes(job["kind"], job["request"])


def _job_ref(ref: WorkRef, job_id: str) -> JobRef:
    return JobRef(jobs_of_work(ref), job_id)


def _user_ref(user_job_id: str) -> JobRef:
    return JobRef(jobs_of_user(user_id()), user_job_id)
