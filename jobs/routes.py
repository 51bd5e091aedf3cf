"""Jobs over HTTP: those of works, and those of users for AI calls outside of works."""

import re
from typing import Any

from flask import Response, g, request

from jobs import service
from jobs.job_events import job_events
from jobs.model import COMPLETE, FINISHED, JobRef, JobSpec, to_public
from jobs.planning import JobPlanner
from jobs.requests import wait_for
from jobs.webhooks import secret_of
from schemas.jobs import (
    JobListQuerySchema,
    JobQuerySchema,
    JobSchema,
    NewJobSchema,
    WebhookSecretSchema,
)
from server.client_socket import disconnect_check
from storage.paths import jobs_of_user, jobs_of_work
from web.api import Blueprint
from web.context import services, store, user_id
from web.event_stream import describe_events, event_response
from web.guard import requires, requires_any
from web.job_requests import planner, start_job
from web.payloads import json_response
from web.provider_headers import documents_provider_headers

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
@requires_any("ai:analyze", "ai:generate", "works:write")
@work_jobs.response(202, JobSchema, errors=(404, 409, 429), headers=("Location",))
@work_jobs.json_body(NewJobSchema())
@documents_provider_headers("vision", "llm", "image", "video")
def start_work_job(project_id: str, work_id: str, body: dict[str, Any]) -> Response:
    """Start a job: analyse the reference video, write the scenario, make scenes, or export."""
    _require_scope(body["kind"])

    def plan(chosen: JobPlanner) -> JobSpec:
        work = store().works(project_id).snapshot(work_id).values
        return services().jobs.plan_for_work(chosen, work, body)

    return _job_response(start_job(jobs_of_work(project_id, work_id), "", body, plan), 202)


@work_jobs.route("", methods=["GET"])
@requires("works:read")
@work_jobs.response(200, JobSchema(many=True), errors=(404,))
@work_jobs.query(JobListQuerySchema())
def list_work_jobs(project_id: str, work_id: str, query: dict[str, Any]) -> Response:
    """List a work's jobs, newest first."""
    store().works(project_id).snapshot(work_id)
    jobs = service.list_newest(store(), jobs_of_work(project_id, work_id), query["limit"])
    return json_response([to_public(job) for job in jobs])


@work_jobs.route("/<id:job_id>", methods=["GET"])
@requires("works:read")
@work_jobs.response(200, JobSchema, errors=(404, 503), headers=("Location",))
@work_jobs.query(JobQuerySchema())
def get_work_job(project_id: str, work_id: str, job_id: str, query: dict[str, Any]) -> Response:
    """Get a job; with `wait`, as soon as it is finished, or after that many seconds."""
    return _get(_work_ref(project_id, work_id, job_id), query.get("wait"))


@work_jobs.route("/<id:job_id>/cancel", methods=["POST"])
@requires_any("ai:analyze", "ai:generate", "works:write")
@work_jobs.response(200, JobSchema, errors=(404, 409), headers=("Location",))
def cancel_work_job(project_id: str, work_id: str, job_id: str) -> Response:
    """Cancel a job; finished parts are kept."""
    ref = _work_ref(project_id, work_id, job_id)
    _require_scope(services().jobs.get(ref)["kind"])
    return _cancel(ref)


@work_jobs.route("/<id:job_id>/resume", methods=["POST"])
@requires_any("ai:analyze", "ai:generate", "works:write")
@work_jobs.response(202, JobSchema, errors=(400, 404, 409, 429), headers=("Location",))
def resume_work_job(project_id: str, work_id: str, job_id: str) -> Response:
    """Continue a job that failed, was interrupted or cancelled; finished parts are kept."""
    ref = _work_ref(project_id, work_id, job_id)
    _require_scope(services().jobs.get(ref)["kind"])
    return _resume(ref)


@work_jobs.route("/<id:job_id>/events", methods=["GET"])
@requires("works:read")
@describe_events("the current job")
@work_jobs.response(200, errors=(404, 503))
def get_work_job_events(project_id: str, work_id: str, job_id: str) -> Response:
    """Watch a job: server-sent events until it is finished."""
    return _events(_work_ref(project_id, work_id, job_id))


@user_jobs.route("/jobs/<id:user_job_id>", methods=["GET"])
@requires("works:read")
@user_jobs.response(200, JobSchema, errors=(404, 503), headers=("Location",))
@user_jobs.query(JobQuerySchema())
def get_user_job(user_job_id: str, query: dict[str, Any]) -> Response:
    """Get a job; with `wait`, as soon as it is finished, or after that many seconds."""
    return _get(_user_ref(user_job_id), query.get("wait"))


@user_jobs.route("/jobs/<id:user_job_id>/cancel", methods=["POST"])
@requires("ai:generate")
@user_jobs.response(200, JobSchema, errors=(404, 409), headers=("Location",))
def cancel_user_job(user_job_id: str) -> Response:
    """Cancel a job; finished parts are kept."""
    return _cancel(_user_ref(user_job_id))


@user_jobs.route("/jobs/<id:user_job_id>/resume", methods=["POST"])
@requires("ai:generate")
@user_jobs.response(202, JobSchema, errors=(400, 404, 409, 429), headers=("Location",))
def resume_user_job(user_job_id: str) -> Response:
    """Continue a job that failed, was interrupted or cancelled; finished parts are kept."""
    return _resume(_user_ref(user_job_id))


@user_jobs.route("/jobs/<id:user_job_id>/events", methods=["GET"])
@requires("works:read")
@describe_events("the current job")
@user_jobs.response(200, errors=(404, 503))
def get_user_job_events(user_job_id: str) -> Response:
    """Watch a job: server-sent events until it is finished."""
    return _events(_user_ref(user_job_id))


@user_jobs.route("/webhook-secret", methods=["GET"])
@requires("ai:generate")
@user_jobs.response(200, WebhookSecretSchema)
def get_webhook_secret() -> Response:
    """Get the secret with which your receivers verify webhooks (Standard Webhooks)."""
    return json_response({"secret": secret_of(store(), user_id())})


def _require_scope(kind: str) -> None:
    """Raise MissingScopeError unless jobs of this kind may be started."""
    g.identity.require(services().jobs.worker.kinds[kind].scope)


def _work_ref(project_id: str, work_id: str, job_id: str) -> JobRef:
    return JobRef(jobs_of_work(project_id, work_id), job_id)


def _user_ref(user_job_id: str) -> JobRef:
    return JobRef(jobs_of_user(user_id()), user_job_id)


def _get(ref: JobRef, wait: float | None) -> Response:
    jobs = services().jobs
    if jobs.get(ref)["state"] not in FINISHED and wait:
        with services().waiters.place(user_id()):
            wait_for(jobs, ref, wait, disconnect_check(request.environ))
    return _job_response(ref)


def _cancel(ref: JobRef) -> Response:
    services().jobs.cancel(ref)
    return _job_response(ref)


def _resume(ref: JobRef) -> Response:
    jobs = services().jobs
    open_calls = [call for call in jobs.get(ref)["calls"] if call["state"] not in COMPLETE]
    jobs.resume(ref, planner().keys(open_calls))
    return _job_response(ref, 202)


def _events(ref: JobRef) -> Response:
    """Return a job's changes; with `Last-Event-ID`, those since then."""
    jobs = services().jobs
    jobs.get(ref)
    version = re.fullmatch("[0-9]{1,18}", request.headers.get("Last-Event-ID", ""))
    events = job_events(jobs.reader(ref), int(version[0]) if version else -1)
    return event_response(events, jobs.settings.tuning.result_poll)


def _job_response(ref: JobRef, status: int = 200) -> Response:
    jobs = services().jobs
    job = jobs.get_started(ref) if status == 202 else jobs.get(ref)
    response = json_response(to_public(job), status)
    response.headers["Location"] = ref.url
    return response
