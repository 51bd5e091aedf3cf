"""Requests that start a job; most of them wait for it and return its result."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import request

from access.projects import access_of
from access.rights import PAY
from jobs.creation import ReceivedFiles
from jobs.failures import unfinished_error
from jobs.model import JobRef, JobSpec
from jobs.planning import JobPlanner
from jobs.requests import job_ref, result_of, start_once, wait_for
from storage.errors import UnavailableError
from web.addresses import base_address
from web.context import services, settings, store, user_id
from web.creation import tell_repetition
from web.permission import permission
from web.provider_headers import read_choices
from web.server.client_socket import disconnect_check

PlanJob = Callable[[JobPlanner], JobSpec]


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
