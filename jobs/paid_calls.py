"""Paid calls, each submitted once: the only code that sends anything a vendor charges for.

Before a request is sent, its call is `submitting` on the disk; a vendor's task id is saved before
the first poll. What a vendor refused was not started and may be sent again, by itself (429, after
the time that the vendor names) or by a person; what may have been started, by a person only.
"""

import time
from collections.abc import Callable
from typing import Any, TypeVar

from jobs.model import RESUMABLE, CallFailedError, Job, describe_call, end_call, find_call
from jobs.run import JobRun
from providers.contract import Task, Usage, VideoModel, VideoRequest
from providers.errors import ProviderBusyError, ProviderError, ProviderTimeoutError
from storage.clock import now_ms

T = TypeVar("T")

_RETRY_SECONDS = 30.0  # where a busy vendor does not say when to come again
_DOWNLOAD_ATTEMPTS = 3


def is_open(run: JobRun, call_id: str) -> bool:
    """Return whether a call is still to be made. Raises CallFailedError if it ended badly."""
    call = run.call(call_id)
    if call["state"] in RESUMABLE:
        raise CallFailedError(call["error"] or call["state"])
    return bool(call["state"] != "done")


def submit(run: JobRun, call_id: str, send: Callable[[], T]) -> T:
    """Make a call that is answered at once; `mark_done` follows when its answer is stored.

    Raises CallFailedError once the call ended badly.
    """
    with run.provider_slot(call_id):
        return _submit(run, call_id, send)


def submit_and_poll(
    run: JobRun, call_id: str, model: VideoModel, build_request: Callable[[], VideoRequest]
) -> Task:
    """Submit a clip, or poll the one that was submitted before; return its finished task.

    Raises CallFailedError once the call ended badly.
    """
    with run.provider_slot(call_id):
        if run.call(call_id)["taskId"] is None:
            request = build_request()
            task_id = _submit(run, call_id, lambda: model.submit(request))
            run.retry_while_disk_full(
                lambda: run.update_call(call_id, state="submitted", taskId=task_id)
            )
        return _poll_until_finished(run, call_id, model)


def download(run: JobRun, call_id: str, fetch: Callable[[], T]) -> T:
    """Download what a finished task made, with a few attempts."""
    for attempt in range(1, _DOWNLOAD_ATTEMPTS + 1):
        try:
            return fetch()
        except ProviderError as exc:
            if attempt == _DOWNLOAD_ATTEMPTS:
                reason = f"It is finished, but could not be downloaded: {exc.message}"
                raise _interrupt(run, call_id, reason, _status(exc)) from exc
            run.sleep(run.settings.provider_poll)
    raise AssertionError


def mark_done(
    run: JobRun, call_id: str, usage: Usage | None = None, result: dict[str, Any] | None = None
) -> None:
    """Note that what a call made is stored; `result` is the job's, where the call is all of it."""
    about = describe_call(run.call(call_id))
    message = f"{about[0].upper()}{about[1:]} is done"

    def mutate(job: Job) -> None:
        call = find_call(job, call_id)
        call["usage"] = usage
        end_call(call, "done")
        job["result"] = result or job["result"]
        job["progress"]["message"] = message

    run.retry_while_disk_full(lambda: run.change(mutate))


def mark_failed(
    run: JobRun,
    call_id: str,
    error: str,
    status: int,
    *,
    state: str = "failed",
    provider_status: int | None = None,
) -> None:
    """Note that a call ended badly, and the status for a client that waits for it."""

    def mutate(job: Job) -> None:
        call = find_call(job, call_id)
        end_call(call, state, error)
        failure = {"status": status, "provider": call["provider"], "said": provider_status}
        job["failure"] = job["failure"] or failure

    run.change(mutate)


def _submit(run: JobRun, call_id: str, send: Callable[[], T]) -> T:
    """Send a paid request; wait and send it again for as long as the vendor refuses it as busy."""
    deadline = time.monotonic() + run.settings.generation_timeout
    while True:
        run.check_stop()
        _note_submission(run, call_id)
        try:
            return send()
        except ProviderBusyError as exc:
            wait = exc.retry_after if exc.retry_after is not None else _RETRY_SECONDS
            if time.monotonic() + wait > deadline:
                raise _fail(run, call_id, exc) from exc
            message = f"{exc.provider} is busy; trying again in {wait:.0f} s"
            run.update_call(call_id, message, state="waiting", error=exc.message)
        except ProviderError as exc:
            raise _fail(run, call_id, exc) from exc
        run.sleep(wait)


def _note_submission(run: JobRun, call_id: str) -> None:
    """Write to the disk that a request is about to be sent."""
    call = run.call(call_id)
    run.update_call(
        call_id,
        f"Making {describe_call(call)} with {call['provider']}",
        state="submitting",
        attempts=call["attempts"] + 1,
        submittedAt=now_ms(),
        finishedAt=None,
        error=None,
    )


def _poll_until_finished(run: JobRun, call_id: str, model: VideoModel) -> Task:
    call = run.call(call_id)
    task_id: str = call["taskId"]
    deadline = time.monotonic() + run.settings.generation_timeout
    while time.monotonic() < deadline:
        task = _poll(run, call_id, model, task_id)
        if task is not None and task.state == "succeeded":
            return task
        if task is not None and task.state in {"failed", "cancelled"}:
            reason = task.reason or f"{call['provider']} reports it as {task.state}"
            mark_failed(run, call_id, reason, 502, state=task.state)
            raise CallFailedError(reason)
        _save_progress(run, call_id, task)
        run.sleep(run.settings.provider_poll)
    minutes = run.settings.generation_timeout / 60
    reason = f"Not finished after {minutes:.3g} minutes; resume the job to go on asking for it."
    raise _interrupt(run, call_id, reason, 504)


def _poll(run: JobRun, call_id: str, model: VideoModel, task_id: str) -> Task | None:
    """Return how far the task is; None if that could not be learned now."""
    try:
        return model.poll(task_id)
    except ProviderError as exc:
        if exc.status in {401, 403}:
            reason = f"The task cannot be asked about with this key: {exc.message}"
            raise _interrupt(run, call_id, reason, 502) from exc
        if exc.status in {400, 404, 410}:
            mark_failed(run, call_id, exc.message, 502)
            raise CallFailedError(exc.message) from exc
        return None


def _save_progress(run: JobRun, call_id: str, task: Task | None) -> None:
    """Save the task's progress where it grew by 5 %: each time is a write to the disk."""
    call = run.call(call_id)
    progress = task.progress if task else None
    if progress is not None and progress >= (call["progress"] or 0) + 0.05:
        run.update_call(call_id, progress=min(progress, 1.0))


def _fail(run: JobRun, call_id: str, exc: ProviderError) -> CallFailedError:
    if exc.uncertain:
        reason = (
            f"{exc.message}. It may have been started and paid; resume the job to send it again."
        )
        return _interrupt(run, call_id, reason, _status(exc), exc.status)
    mark_failed(run, call_id, exc.message, _status(exc), provider_status=exc.status)
    return CallFailedError(exc.message)


def _interrupt(
    run: JobRun, call_id: str, reason: str, status: int, provider_status: int | None = None
) -> CallFailedError:
    mark_failed(run, call_id, reason, status, state="interrupted", provider_status=provider_status)
    return CallFailedError(reason)


def _status(exc: ProviderError) -> int:
    if isinstance(exc, ProviderBusyError):
        return 429
    return 504 if isinstance(exc, ProviderTimeoutError) else 502
