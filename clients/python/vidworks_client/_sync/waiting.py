"""Waiting for jobs to end."""

import time
from collections.abc import Callable
from typing import TypeVar

from vidworks_client._sync.io import sleep
from vidworks_client._sync.transport import Transport
from vidworks_client.errors import WaitTimeoutError, job_error
from vidworks_client.models import AnyJob, Job, Video
from vidworks_client.reading import read

J = TypeVar("J", Job, Video)

_STEP_SECONDS = 20  # that a request waits for the end, unless someone wants to see the progress
_SHORT_STEP_SECONDS = 1
_SHORTEST_STEP_SECONDS = 0.5  # between requests, should the service answer at once


def wait_for(
    transport: Transport,
    job: J,
    timeout: float | None,
    on_progress: Callable[[J], None] | None,
) -> J:
    """Return a job once it has succeeded.

    Raises JobError if it ends otherwise, WaitTimeoutError, and as `Transport.send`.
    """
    deadline = None if timeout is None else time.monotonic() + timeout
    while True:
        if on_progress is not None:
            on_progress(job)
        if job.is_finished:
            break
        step = _STEP_SECONDS if on_progress is None else _SHORT_STEP_SECONDS
        if deadline is not None:
            left = deadline - time.monotonic()
            if left <= 0:
                raise WaitTimeoutError(job)
            step = max(1, min(step, int(left)))
        asked = time.monotonic()
        answer = transport.json("GET", job.path, params={"wait": step})
        job = read(type(job), answer)
        if not job.is_finished:
            sleep(max(0.0, asked + _SHORTEST_STEP_SECONDS - time.monotonic()))
    if job.state != "succeeded":
        raise job_error(job)
    return job


def path_of(job: AnyJob | str, default: str) -> str:
    """Return the address of a job, or of one that is given by its ID or address."""
    if isinstance(job, Job | Video):
        return job.path
    text = job if isinstance(job, str) else job.id
    return text if "/" in text else f"{default}/{text}"
