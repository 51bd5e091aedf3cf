"""Wait for jobs and their results."""

import time
from collections.abc import Callable, Mapping
from typing import Any

from errors import ServiceError
from jobs.failures import error_of, unfinished_error
from jobs.model import FINISHED, JobRef
from jobs.service import JobService
from storage.errors import UnavailableError

HasLeft = Callable[[], bool]

_POLL_SECONDS = 0.2
_FIRST_POLL_SECONDS, _POLL_SHARE = 0.02, 0.1  # short jobs are noticed after a tenth of their time


def wait_for(jobs: JobService, ref: JobRef, seconds: float, has_left: HasLeft) -> Mapping[str, Any]:
    """Return the job as soon as it is finished, or unfinished after `seconds`.

    Returns earlier if the process is stopping, or if whoever waits `has_left`. The caller holds a
    slot of the WaitLimiter.
    """
    reader, started = jobs.reader(ref), time.monotonic()
    while (job := reader.values())["state"] not in FINISHED:
        waited = time.monotonic() - started
        pause = min(max(waited * _POLL_SHARE, _FIRST_POLL_SECONDS), _POLL_SECONDS)
        if waited >= seconds or jobs.waiters.stopping.wait(pause) or has_left():
            break
    return job


def result_of(
    jobs: JobService,
    ref: JobRef,
    seconds: float,
    has_left: HasLeft,
    *,
    partial_result: bool = False,
) -> dict[str, Any]:
    """Wait for a job and return its result. Raises ServiceError if it did not succeed.

    `partial_result` also accepts the result of a job that failed in part.
    """
    try:
        job = wait_for(jobs, ref, seconds, has_left)
    except UnavailableError as exc:
        raise unfinished_error("The job cannot be read now", "It continues.", ref) from exc
    usable = partial_result and job["state"] in FINISHED and job["result"]
    if job["state"] == "succeeded" or usable:
        result: dict[str, Any] = job["result"]
        return result
    if job["state"] not in FINISHED and jobs.waiters.stopping.is_set():
        raise _stopping(job, ref)
    raise error_of(job, ref)


def _stopping(job: Mapping[str, Any], ref: JobRef) -> ServiceError:
    """Return the error for a request that waited when the service was asked to stop."""
    then = "Resume it with the key" if job["ownKeys"] else "The job continues"
    advice = f"Not finished yet. {then} after the restart."
    return unfinished_error("The service is stopping", advice, ref)
