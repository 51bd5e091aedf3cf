"""Requests that start a job; most of them wait for it and return its result."""

import hashlib
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from flask import request

from errors import ConflictError, InvalidError
from jobs import waiting
from jobs.model import JobRef, JobSpec, request_hash
from jobs.provider_headers import check_key_headers
from jobs.service import ReceivedFiles
from jobs.webhooks import check_url
from storage.ids import new_id
from web.context import services, settings, user_id

BuildSpec = Callable[[], tuple[JobSpec, dict[str, str]]]  # returns the keys by role as well

_IDEMPOTENCY_KEY = re.compile(r"[\x21-\x7e][\x20-\x7e]{0,253}[\x21-\x7e]|[\x21-\x7e]")


def start_job(
    collection: str,
    scope: str,
    client_request: Mapping[str, Any],
    build_spec: BuildSpec,
    files: ReceivedFiles | None = None,
) -> JobRef:
    """Start the job of this request; return the existing one if its Idempotency-Key was used.

    Keys are compared within the same user, collection and `scope`; `client_request` is what the
    client sent, which must be the same. `build_spec` is called only if a job is started. An
    existing job whose result was deleted is resumed.
    """
    ref = job_ref(collection, scope, request.headers.get("Idempotency-Key"))
    start_or_find(ref, client_request, build_spec, files)
    return ref


def job_ref(collection: str, scope: str, key: str | None) -> JobRef:
    """Return the reference of the user's job with this Idempotency-Key, or of a new job."""
    return JobRef(collection, _job_id(user_id(), f"{collection}/{scope}", key))


def start_or_find(
    ref: JobRef,
    client_request: Mapping[str, Any],
    build_spec: BuildSpec,
    files: ReceivedFiles | None = None,
) -> None:
    """Start a job unless the same request has started it before. Raises as `JobService.start`."""
    check_key_headers(request.headers)
    jobs = services().jobs
    if not jobs.is_repetition(ref, request_hash(client_request)):
        spec, keys = build_spec()
        if spec.webhook_url is not None:
            check_url(spec.webhook_url, settings())
        jobs.start(ref, spec, keys, files)
    elif jobs.has_lost_result(ref):
        with suppress(ConflictError):  # another request resumed it
            jobs.resume(ref, {})


def run_and_wait(
    collection: str,
    scope: str,
    client_request: Mapping[str, Any],
    build_spec: BuildSpec,
    files: ReceivedFiles | None = None,
    *,
    partial_result: bool = False,
    running: JobRef | None = None,
) -> tuple[JobRef, dict[str, Any]]:
    """Start the job, or join one that is `running`; wait for it, and return its result.

    `partial_result` also accepts the result of a job that failed in part. Raises BusyError before
    anything is paid if too many requests wait, and ServiceError if the job did not succeed.
    """
    jobs = services().jobs
    with jobs.waiters.slot(user_id()):
        ref = running or start_job(collection, scope, client_request, build_spec, files)
        seconds = 2 * jobs.settings.generation_timeout
        return ref, waiting.result_of(jobs, ref, seconds, partial_result=partial_result)


def _job_id(user_id: str, namespace: str, key: str | None) -> str:
    """Return the id for a new job: random, or derived from the Idempotency-Key.

    Keys are separate for each user and `namespace`, which says what the job is created for.

    Raises InvalidError for an invalid key.
    """
    if key is None:
        return new_id("job")
    if not _IDEMPOTENCY_KEY.fullmatch(key):
        raise InvalidError(
            "Invalid Idempotency-Key", "Expected 1 to 255 printable ASCII characters."
        )
    digest = hashlib.sha256(f"{user_id}\n{namespace}\n{key}".encode()).hexdigest()
    return f"job_{digest[:32]}"
