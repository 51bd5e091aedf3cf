"""Requests that start a job; most wait for it, and answer with its result."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import request

from jobs import waiting
from jobs.model import JobRef, JobSpec, request_hash
from jobs.provider_headers import check_key_headers
from jobs.service import Files, job_id_for
from web.context import services, user_id

BuildSpec = Callable[[], tuple[JobSpec, dict[str, str]]]  # with the keys by role


def start_job(
    collection: str,
    scope: str,
    client_request: Mapping[str, Any],
    build_spec: BuildSpec,
    files: Files | None = None,
) -> JobRef:
    """Start the job of this request, or find the one that the same Idempotency-Key started.

    A key means the same job only for the same user, collection and `scope`; `client_request` is
    what the client sent. `build_spec` is called only for a job that is to be started.
    """
    check_key_headers(request.headers)
    key = request.headers.get("Idempotency-Key")
    ref = JobRef(collection, job_id_for(user_id(), f"{collection}/{scope}", key))
    jobs = services().jobs
    if not jobs.is_repetition(ref, request_hash(client_request)):
        spec, keys = build_spec()
        jobs.start(ref, spec, keys, files)
    return ref


def run_and_wait(
    collection: str,
    scope: str,
    client_request: Mapping[str, Any],
    build_spec: BuildSpec,
    files: Files | None = None,
    *,
    partial_result: bool = False,
) -> tuple[JobRef, dict[str, Any]]:
    """Start the job and return its result. Raises BusyError, ApiError if it did not succeed.

    `partial_result` accepts what a job made that could not do all of it. The slot to wait comes
    first: a request that is refused for want of one has paid nothing.
    """
    jobs = services().jobs
    with jobs.waiters.slot(user_id()):
        ref = start_job(collection, scope, client_request, build_spec, files)
        seconds = 2 * jobs.settings.generation_timeout
        return ref, waiting.result_of(jobs, ref, seconds, partial_result=partial_result)
