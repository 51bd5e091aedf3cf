"""Polls the task of a paid call, free of charge, until it is finished."""

import time
from typing import Any

from errors import UpstreamError, UpstreamTimeoutError
from jobs.call_ends import interrupt, mark_call_failed
from jobs.model import describe_call
from jobs.run import JobRun
from providers.contract import Task, TaskModel
from providers.errors import ProviderBusyError, ProviderError
from storage.clock import duration_text

_MAX_POLL_SECONDS = 60.0  # between polls that fail
_UNKNOWN_POLLS = 6  # in succession that say nothing about the task, until the call is interrupted


def poll_until_finished(run: JobRun, call_id: str, model: TaskModel[Any]) -> Task:
    """Poll a task until it has succeeded, and return it.

    Only a failure that the provider states ends the call as failed. Whatever else goes wrong, it
    ends as interrupted: the task may well be finished, and resuming the job polls it again.
    """
    deadline = time.monotonic() + run.settings.generation_timeout
    failures, unknown, error = 0, 0, ""
    while (left := deadline - time.monotonic()) > 0:
        wait = run.settings.provider_poll
        try:
            task = _poll(run, call_id, model)
            if task.output:
                return task
            failures = unknown = 0
            _save_progress(run, call_id, task)
        except ProviderError as exc:
            failures += 1
            unknown = unknown + 1 if exc.status in {400, 404, 410} else 0
            error = exc.message
            if unknown == _UNKNOWN_POLLS:
                break
            wait = _pause(run, exc, failures)
        run.sleep(min(wait, left))
    raise interrupt(run, call_id, _unfinished(run, call_id, unknown, error), UpstreamTimeoutError)


def _poll(run: JobRun, call_id: str, model: TaskModel[Any]) -> Task:
    """Return a task that has not failed, with its output if it is finished.

    Raises CallFailedError if it failed, or cannot be polled with this key; ProviderError if the
    provider could not be asked now.
    """
    call = run.call(call_id)
    try:
        task = model.poll(call["taskId"])
    except ProviderError as exc:
        if exc.status not in {401, 403}:
            raise
        reason = f"This key cannot access the task: {exc.message}"
        raise interrupt(run, call_id, reason, UpstreamError) from exc
    if task.state in {"failed", "cancelled"}:
        reason = task.reason or f"{call['provider']} reports the task as {task.state}"
        raise mark_call_failed(run, call_id, reason, UpstreamError, state=task.state)
    if task.state == "succeeded" and not task.output:
        message = "It reports the task as finished, but returned no file"
        raise ProviderError(call["provider"], message, status=404)
    return task


def _pause(run: JobRun, exc: ProviderError, failures: int) -> float:
    """Return the seconds until the next poll, after a number of failed polls in succession."""
    pause = min(run.settings.provider_poll * 2 ** min(failures, 10), _MAX_POLL_SECONDS)
    asked = exc.retry_after if isinstance(exc, ProviderBusyError) else None
    return max(run.settings.provider_poll, pause if asked is None else asked)


def _unfinished(run: JobRun, call_id: str, unknown: int, error: str) -> str:
    """Return why polling ended without a result."""
    if unknown < _UNKNOWN_POLLS:
        reason = f"Not finished after {duration_text(run.settings.generation_timeout)}"
        last = f" The last error was: {error}" if error else ""
        return f"{reason}; resume the job to continue waiting.{last}"
    name = describe_call(run.call(call_id))
    return (
        f"{error.rstrip('.')}. Resume the job to ask for the same task again, which costs nothing;"
        f" to pay for {name} anew, start another job."
    )


def _save_progress(run: JobRun, call_id: str, task: Task) -> None:
    """Save the task's progress if it grew by 5 %, since each save is a durable write."""
    call, progress = run.call(call_id), task.progress
    if progress is not None and progress >= (call["progress"] or 0) + 0.05:
        run.update_call(call_id, progress=min(progress, 1.0))
