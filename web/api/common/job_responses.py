"""What endpoints of jobs answer: a job, now or when it has ended, and its events."""

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple

from flask import Response, request

from jobs.job_events import job_events
from jobs.model import FINISHED, JobRef, project_of, shown_to
from web.api.common.event_stream import event_response
from web.api.common.job_requests import await_job, planner
from web.context import services, user_id
from web.payloads import json_response

Job = Mapping[str, Any]


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
