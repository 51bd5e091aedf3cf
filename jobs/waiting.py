"""Wait for jobs over HTTP: blocking requests, `?wait=`, and server-sent events."""

import re
import time
from collections.abc import Mapping
from typing import Any

from flask import Response, request

from errors import ServiceError
from jobs.event_stream import Events, encode_event, event_response
from jobs.failures import error_of, unfinished_error
from jobs.model import FINISHED, JobRef, to_public
from jobs.service import JobService
from server.client_socket import disconnect_check
from storage.documents import DocumentReader
from storage.errors import NotFoundError, UnavailableError

_POLL_SECONDS = 0.2
_FIRST_POLL_SECONDS, _POLL_SHARE = 0.02, 0.1  # short jobs are noticed after a tenth of their time


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
    """Wait for a job and return its result. Raises ServiceError if it did not succeed.

    `partial_result` also accepts the result of a job that failed in part.
    """
    try:
        job = wait_for(jobs, ref, seconds)
    except UnavailableError as exc:
        raise unfinished_error("The job cannot be read now", "It continues.", ref) from exc
    usable = partial_result and job["state"] in FINISHED and job["result"]
    if job["state"] == "succeeded" or usable:
        result: dict[str, Any] = job["result"]
        return result
    if job["state"] not in FINISHED and jobs.waiters.stopping.is_set():
        raise _stopping(job, ref)
    raise error_of(job, ref)


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


def _stopping(job: Mapping[str, Any], ref: JobRef) -> ServiceError:
    """Return the error for a request that waited when the service was asked to stop."""
    then = "Resume it with the key" if job["ownKeys"] else "The job continues"
    advice = f"Not finished yet. {then} after the restart."
    return unfinished_error("The service is stopping", advice, ref)
