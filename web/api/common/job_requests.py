"""Requests that start a job, by which providers, and their answers: result, job, events.

Keys in headers stay in the memory of the process: data directories, backups and logs are copied and
shared, and whoever sends a key with each request did not ask for it to be kept.
"""

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple

from flask import Response, request
from werkzeug.datastructures import Headers

from access.projects import access_of
from access.rights import PAY
from errors import InvalidError
from jobs.creation import ReceivedFiles
from jobs.failures import unfinished_error
from jobs.model import FINISHED, JobRef, JobSpec, project_of, shown_to
from jobs.planning import JobPlanner
from jobs.requests import job_events, job_ref, result_of, start_once, wait_for
from providers.registry import ProviderChoice, ProviderChoices
from schemas.ai import ROLES, Role
from settings.setting_values import is_api_key
from storage.errors import UnavailableError
from web.addresses import base_address
from web.api.common.event_stream import event_response
from web.context import services, settings, store, user_id
from web.creation import tell_repetition
from web.openapi_operations import View, describe
from web.payloads import json_response
from web.permission import permission
from web.server.client_socket import disconnect_check

PlanJob = Callable[[JobPlanner], JobSpec]

Job = Mapping[str, Any]


def documents_provider_headers(*roles: Role, starts: bool = True) -> Callable[[View], View]:
    """Add the headers of these roles to a view's description on the API page.

    `starts` is whether the view starts a job.
    """
    names = [f"x-{role}-provider" for role in roles]
    if len(roles) > 1:
        names += [f"x-{role}-{name}" for role in roles for name in ("model-id", "api-key")]
    names += ["x-model-id", "x-api-key", *(["Idempotency-Key"] if starts else [])]
    return lambda view: describe(view, parameters=names)


def read_choices(headers: Headers) -> ProviderChoices:
    """Return what the headers of a request choose. Raises InvalidError for an invalid key."""

    def value(name: str) -> str | None:
        return headers.get(name, "").strip() or None

    keys = [(name, key) for name, key in headers if name.lower().endswith("api-key") and key]
    for name, key in keys:
        _check_key(name, key.strip())
    roles = {
        role: ProviderChoice(
            headers.get(f"x-{role}-provider") or None,
            headers.get(f"x-{role}-model-id") or None,
            value(f"x-{role}-api-key"),
        )
        for role in ROLES
    }
    shared_model = headers.get("x-model-id") or None
    return ProviderChoices(roles, shared_model, value("x-api-key"), brings_key=bool(keys))


def _check_key(name: str, key: str) -> None:
    if key and not is_api_key(key):
        reason = f"{name.lower()}: expected printable ASCII without spaces."
        raise InvalidError("Invalid API key", reason)


def planner(project_id: str | None = None) -> JobPlanner:
    """Return the planner of the request's jobs in a project, by default that of its address.

    Raises InvalidError for an invalid key.
    """
    project_id = project_id or (request.view_args or {}).get("project_id")
    return JobPlanner(store(), settings(), user_id(), read_choices(request.headers), project_id)


def planner_with_keys_of(project_id: str | None) -> JobPlanner:
    """Return the planner of a request that names a project for its keys, if it does.

    Those who may not pay there have their own keys alone. Raises NotFoundError for strangers, and
    as `planner`.
    """
    if project_id is None or not access_of(store(), project_id, user_id()).has(PAY):
        return planner()
    return planner(project_id)


def start_job(
    collection: str,
    scope: str,
    client_request: Mapping[str, Any],
    plan: PlanJob,
    files: ReceivedFiles | None = None,
    *,
    is_waited_for: bool = False,
) -> JobRef:
    """Start the job of this request; return the existing one if its Idempotency-Key was used.

    Keys are compared within the same user, collection and `scope`. Raises as `start_once`.
    """
    ref = job_ref(user_id(), collection, scope, request.headers.get("Idempotency-Key"))
    chosen = planner()
    is_new = start_once(
        *(services().jobs, ref, user_id(), client_request, lambda: plan(chosen), files),
        origin=base_address(),
        is_waited_for=is_waited_for,
    )
    if not is_new:
        tell_repetition()
    return ref


def run_and_wait(
    collection: str,
    scope: str,
    client_request: Mapping[str, Any],
    plan: PlanJob,
    files: ReceivedFiles | None = None,
    *,
    partial_result: bool = False,
    running: JobRef | None = None,
) -> tuple[JobRef, dict[str, Any]]:
    """Start the job, or join one that is `running`; wait for it, and return its result.

    `partial_result` also accepts the result of a job that failed in part. Raises BusyError before
    anything is paid if too many requests wait, ServiceError if the job did not succeed, and as
    `await_job`.
    """
    jobs = services().jobs
    with services().waiters.permit(user_id()):
        ref = running or start_job(
            collection, scope, client_request, plan, files, is_waited_for=True
        )
        try:
            job = await_job(ref, 2 * jobs.settings.generation_timeout)
        except UnavailableError as exc:
            raise unfinished_error("The job cannot be read now", "It continues.", ref) from exc
    return ref, result_of(jobs, ref, job, partial_result=partial_result)


def await_job(ref: JobRef, seconds: float) -> Mapping[str, Any]:
    """Return a job when it has ended, or as it is after `seconds`; a permit is held.

    Earlier if the client leaves or the service stops. Raises what a new request would get as soon
    as this one is not permitted any more; the job goes on by its own rules.
    """
    has_left, permitted = disconnect_check(request.environ), permission()
    job = wait_for(services().jobs, ref, seconds, lambda: has_left() or not permitted.holds())
    permitted.check()
    return job


class JobView(NamedTuple):
    """How a job is shown, to the caller by default, and at which URL path it is."""

    show: Callable[[Job], dict[str, Any]] | None = None
    path: Callable[[JobRef], str] = lambda ref: ref.url

    def for_caller(self) -> Callable[[Job], dict[str, Any]]:
        """Return how the job is shown to the user of the current request, for later."""
        return self.show or partial(shown_to, user_id())


JOB = JobView()


def get_job(ref: JobRef, wait: float | None, view: JobView = JOB) -> Response:
    """Return a job; with `wait`, as soon as it is finished, or after that many seconds."""
    wait_for_job(ref, wait)
    return job_response(ref, view=view)


def wait_for_job(ref: JobRef, seconds: float | None) -> bool:
    """Wait until a job has ended, at most `seconds`; return whether it has."""
    is_finished = services().jobs.get(ref)["state"] in FINISHED
    if not is_finished and seconds:
        with services().waiters.permit(user_id()):
            is_finished = await_job(ref, seconds)["state"] in FINISHED
    return is_finished


def cancel_job(ref: JobRef, view: JobView = JOB) -> Response:
    """Cancel a job, and return it."""
    services().jobs.cancel(ref)
    return job_response(ref, view=view)


def resume_job(ref: JobRef, view: JobView = JOB) -> Response:
    """Resume a job with the rights and keys of the request's user, and return it."""
    jobs = services().jobs
    chosen = planner(project_of(jobs.get(ref)))
    jobs.resume(ref, user_id(), chosen.keys(jobs.calls_left(ref)))
    return job_response(ref, 202, view)


def job_events_response(ref: JobRef, view: JobView = JOB) -> Response:
    """Return a job's changes; with `Last-Event-ID`, those since then."""
    jobs = services().jobs
    jobs.get(ref)
    version = re.fullmatch("[0-9]{1,18}", request.headers.get("Last-Event-ID", ""))
    events = job_events(jobs.reader(ref), int(version[0]) if version else -1, view.for_caller())
    return event_response(events, jobs.settings.tuning.result_poll)


def job_response(ref: JobRef, status: int = 200, view: JobView = JOB) -> Response:
    """Return a job as it is now, or with 202 as this request started it."""
    jobs = services().jobs
    job = jobs.get_started(ref) if status == 202 else jobs.get(ref)
    response = json_response(view.for_caller()(job), status)
    response.headers["Location"] = request.script_root + view.path(ref)
    return response
