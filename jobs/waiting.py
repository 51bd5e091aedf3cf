"""Wait for jobs over HTTP: blocking requests, `?wait=`, and server-sent events."""

import math
import re
import time
from collections.abc import Mapping
from typing import Any

from flask import Response, request

from jobs.event_stream import Events, encode_event, event_response
from jobs.model import FINISHED, JobRef, to_public
from jobs.service import JobService
from storage.clock import DAY_MS, now_ms
from storage.documents import DocumentReader
from storage.errors import NotFoundError, UnavailableError
from web.client_socket import disconnect_check
from web.errors import ApiError

_POLL_SECONDS = 0.2
_FIRST_POLL_SECONDS, _POLL_SHARE = 0.02, 0.1  # short jobs are noticed after a tenth of their time
_RETRY_SECONDS = 30  # of a busy provider that names no time

_MESSAGES = {
    429: "The provider is busy",
    502: "The provider failed",
    504: "The provider did not answer in time",
    507: "There is no room for the result",
}


def wait_for(jobs: JobService, ref: JobRef, seconds: float) -> Mapping[str, Any]:
    """Return the job as soon as it is finished, or unfinished after `seconds`.

    Returns earlier if the process is stopping, or if the client of the current request has
    disconnected. The caller holds a slot of the WaitLimiter.
    """
    reader, started = jobs.reader(ref), time.monotonic()
    has_left = disconnect_check(request.environ)
    while (job := reader.values())["state"] not in FINISHED:
        waited = time.monotonic() - started
        pause = min(max(waited * _POLL_SHARE, _FIRST_POLL_SECONDS), _POLL_SECONDS)
        if waited >= seconds or jobs.waiters.stopping.wait(pause) or has_left():
            break
    return job


def result_of(
    jobs: JobService, ref: JobRef, seconds: float, *, partial_result: bool = False
) -> dict[str, Any]:
    """Wait for a job and return its result. Raises ApiError if it did not succeed.

    `partial_result` also accepts the result of a job that failed in part.
    """
    try:
        job = wait_for(jobs, ref, seconds)
    except UnavailableError as exc:
        raise _continuing("The job cannot be read now", "It continues.", ref) from exc
    usable = partial_result and job["state"] in FINISHED and job["result"]
    if job["state"] == "succeeded" or usable:
        result: dict[str, Any] = job["result"]
        return result
    if job["state"] not in FINISHED and jobs.waiters.stopping.is_set():
        raise _stopping(job, ref)
    raise _failure(job, ref)


def watch(jobs: JobService, ref: JobRef, user_id: str, last_event_id: str | None) -> Response:
    """Return a job's changes as server-sent events, until it is finished.

    Each event holds the whole job; its id is `updatedAt`, so that a client that reconnects with
    `Last-Event-ID` gets newer versions only. Raises NotFoundError and BusyError.
    """
    jobs.get(ref)
    version = re.fullmatch("[0-9]{1,18}", last_event_id or "")
    events = _changes(jobs.reader(ref), int(version[0]) if version else -1)
    return event_response(jobs.waiters, user_id, events, _POLL_SECONDS)


def _changes(reader: DocumentReader, seen: int) -> Events:
    while True:
        try:
            job = reader.values()
        except NotFoundError:
            yield encode_event("deleted", {}) + b"\n"
            return
        if job["updatedAt"] > seen:
            seen = job["updatedAt"]
            yield b"id: %d\n%b\n" % (seen, encode_event("job", to_public(job)))
        if job["state"] in FINISHED:
            return
        yield None


def _stopping(job: Mapping[str, Any], ref: JobRef) -> ApiError:
    """Return the error for a request that waited when the service was asked to stop."""
    then = "Resume it with the key" if job["ownKeys"] else "The job continues"
    message = f"Not finished yet. {then} after the restart."
    return _continuing("The service is stopping", message, ref)


def _continuing(error_text: str, message: str, ref: JobRef) -> ApiError:
    """Return the error for a job that goes on: not a 503, upon which clients repeat the order."""
    error = ApiError(error_text, {"message": message, "job": ref.url})
    error.status = 504
    return error


def _failure(job: Mapping[str, Any], ref: JobRef) -> ApiError:
    """Return the error for a job without a usable result; its details include the job's URL."""
    failure = job["failure"] or {}
    unfinished = job["state"] not in FINISHED
    status = 504 if unfinished else _status(job["state"], failure)
    reason = "Not finished yet; the job continues." if unfinished else job["reason"]
    details = {"message": reason, "job": ref.url}
    if "provider" in failure:
        provider_status = failure.get("providerStatus", failure.get("said"))  # until 0.2.0
        details = {"provider": failure["provider"], "status": provider_status, **details}
    default = f"The job was {job['state']}" if status == 409 else "The job failed"
    message = failure.get("error") or _MESSAGES.get(status, default)
    error = ApiError(message, failure.get("details") or details)
    error.status = status
    error.headers = {"Retry-After": str(_retry_after(failure))} if status == 429 else {}
    return error


def _retry_after(failure: Mapping[str, Any]) -> int:
    """Return the seconds until the time that a failure names, from one to a day."""
    retry_at: int | None = failure.get("retryAt")
    if retry_at is None:
        return _RETRY_SECONDS
    return min(max(math.ceil((retry_at - now_ms()) / 1000), 1), DAY_MS // 1000)


def _status(state: str, failure: Mapping[str, Any]) -> int:
    """Return the provider's failure as a status; else 409 for a job to be resumed, or 500."""
    if state == "cancelled":
        return 409
    return int(failure.get("status") or (409 if state == "interrupted" else 500))
