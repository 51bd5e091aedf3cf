"""Jobs: of works, and of users for AI calls outside of works."""

from collections.abc import Callable
from typing import Any, cast

from flask import Response, request

from jobs import service, waiting
from jobs.job import FINISHED, Ref, shown
from jobs.keys import keys_for
from jobs.webhooks import secret_of
from schemas.jobs import JobListQuerySchema, JobQuerySchema, JobSchema, WebhookSecretSchema
from storage.paths import jobs_of_user, jobs_of_work
from web.api import Blueprint, describe
from web.context import services, settings, store, user_id
from web.guard import requires
from web.payloads import json_response

RefOf = Callable[..., Ref]

work_jobs = Blueprint(
    "work_jobs",
    __name__,
    url_prefix="/api/projects/<id:project_id>/works/<id:work_id>/jobs",
    description="What AI does for a work",
)
user_jobs = Blueprint(
    "user_jobs", __name__, url_prefix="/api", description="AI calls that belong to no work"
)


def office() -> service.Office:
    """What starting a job takes, in the current application."""
    return services().jobs


def room() -> waiting.WaitingRoom:
    """The places for requests that wait, in this process."""
    return services().waiting_room


def job_response(ref: Ref, status: int = 200) -> Response:
    """A job as it is now."""
    job = store().collection(ref.collection).snapshot(ref.id).values
    response = json_response(shown(job), status)
    response.headers["Location"] = ref.url
    return response


def _of_work(project_id: str, work_id: str, job_id: str) -> Ref:
    return Ref(jobs_of_work(project_id, work_id), job_id)


def _of_user(user_job_id: str) -> Ref:
    return Ref(jobs_of_user(user_id()), user_job_id)


@work_jobs.route("", methods=["GET"])
@requires("works:read")
@work_jobs.answers(200, JobSchema(many=True), errors=(404,))
@work_jobs.takes_query(JobListQuerySchema())
def list_work_jobs(project_id: str, work_id: str, query: dict[str, Any]) -> Response:
    """List a work's jobs, newest first."""
    store().works(project_id).snapshot(work_id)
    jobs = service.newest(store().work_jobs(project_id, work_id), query["limit"])
    return json_response([shown(job) for job in jobs])


@user_jobs.route("/jobs", methods=["GET"])
@requires("works:read")
@user_jobs.answers(200, JobSchema(many=True))
@user_jobs.takes_query(JobListQuerySchema())
def list_user_jobs(query: dict[str, Any]) -> Response:
    """List your AI calls that belong to no work, newest first."""
    jobs = service.newest(store().user_jobs(user_id()), query["limit"])
    return json_response([shown(job) for job in jobs])


@user_jobs.route("/webhook-secret", methods=["GET"])
@requires("ai:generate")
@user_jobs.answers(200, WebhookSecretSchema)
def get_webhook_secret() -> Response:
    """Show the secret by which your receivers check webhooks (Standard Webhooks)."""
    return json_response({"secret": secret_of(store(), user_id())})


def _add_routes(blp: Blueprint, rule: str, noun: str, ref_of: RefOf) -> None:
    """Route what can be done with one job, of works and of users alike."""

    @blp.route(rule, methods=["GET"], endpoint=f"get_{noun}")
    @requires("works:read")
    @blp.answers(200, JobSchema, errors=(404, 503), headers=("Location",))
    @blp.takes_query(JobQuerySchema())
    def get(query: dict[str, Any], **ids: str) -> Response:
        """Show a job; with `wait`, once it is finished or that many seconds went by."""
        ref = ref_of(**ids)
        job = store().collection(ref.collection).snapshot(ref.id).values
        if query.get("wait") and job["state"] not in FINISHED:
            with room().place(user_id()):
                waiting.wait_for(store(), room(), ref, query["wait"])
        return job_response(ref)

    @blp.route(f"{rule}/cancel", methods=["POST"], endpoint=f"cancel_{noun}")
    @requires("ai:generate")
    @blp.answers(200, JobSchema, errors=(404, 409), headers=("Location",))
    def cancel(**ids: str) -> Response:
        """Cancel a job; what is done stays."""
        service.cancel(office(), ref_of(**ids))
        return job_response(ref_of(**ids))

    @blp.route(f"{rule}/resume", methods=["POST"], endpoint=f"resume_{noun}")
    @requires("ai:generate")
    @blp.answers(202, JobSchema, errors=(400, 404, 409, 429), headers=("Location",))
    def resume(**ids: str) -> Response:
        """Go on with a job that failed, was interrupted or cancelled; what is done stays."""
        ref = ref_of(**ids)
        job = store().collection(ref.collection).snapshot(ref.id).values
        left = [call for call in job["calls"] if call["state"] != "done"]
        keys = keys_for(left, request.headers, settings())
        service.resume(office(), ref, keys.given, keys.roles)
        return job_response(ref, 202)

    @blp.route(f"{rule}/events", methods=["GET"], endpoint=f"get_{noun}_events")
    @requires("works:read")
    @_answers_events
    @blp.answers(200, errors=(404, 503))
    def events(**ids: str) -> Response:
        """Watch a job: server-sent events until it is finished."""
        last = request.headers.get("Last-Event-ID")
        stream = waiting.events(store(), room(), ref_of(**ids), user_id(), last)
        response = Response(cast(Any, stream), content_type="text/event-stream")
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Accel-Buffering"] = "no"  # nginx passes events on as they come
        return response


def _answers_events(view: Any) -> Any:
    fields = {name: {"type": "string"} for name in ("id", "event", "data")}
    content = {"text/event-stream": {"schema": {"type": "object", "properties": fields}}}
    about = {"description": "Events, each with the job as it is in `data`", "content": content}
    return describe(view, responses={200: about})


_add_routes(work_jobs, "/<id:job_id>", "work_job", _of_work)
_add_routes(user_jobs, "/jobs/<id:user_job_id>", "user_job", _of_user)
