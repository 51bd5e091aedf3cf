"""Paid calls, each submitted once: the only code that sends requests a provider charges for.

`_submit` sends every such request. Before it does, `_note_submission` writes the state `submitting`
to the disk, so that a crash cannot hide a request that was sent; a provider's task id is saved
before the task is first polled. A request that the provider refused as busy (429) was not started
and is sent again automatically. One that may have been started is sent again only when the job is
resumed (docs/decisions/0009).
"""

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar

from errors import NoRoomError, UpstreamError, UpstreamTimeoutError
from jobs.failures import Kind, code_of, kind_of
from jobs.job_states import end_call
from jobs.model import (
    COMPLETE,
    RESUMABLE,
    CallFailedError,
    Job,
    JobLostError,
    describe_call,
    find_call,
)
from jobs.run import JobRun
from providers.contract import Task, Usage, VideoModel, VideoRequest
from providers.errors import PictureError, ProviderBusyError, ProviderError
from storage.clock import duration_text, now_ms
from storage.errors import QuotaError, ReserveError, StorageError

T = TypeVar("T")
R = TypeVar("R")

_RETRY_SECONDS = 30.0  # if a busy provider sends no Retry-After
_MAX_POLL_SECONDS = 60.0  # between polls that fail
_UNKNOWN_POLLS = 6  # in succession that say nothing about the task, until the call is interrupted
_DOWNLOAD_ATTEMPTS = 3
_NO_TASK = (
    "It was submitted, but the id of its task is not known: it may have been paid. Resume the job"
    " to submit it again."
)


def needs_work(run: JobRun, call_id: str) -> bool:
    """Return whether a call is not done yet. Raises CallFailedError if it did not succeed."""
    call = run.call(call_id)
    if call["state"] in RESUMABLE:
        raise CallFailedError(call["error"] or call["state"])
    return call["state"] not in COMPLETE


def submit(run: JobRun, call_id: str, build: Callable[[], R], send: Callable[[R], T]) -> T:
    """Make a call whose response is the result; the caller stores it, then calls `mark_done`.

    `build` returns the request to send; it is called right before each submission, and prevents it
    by raising an exception. Raises CallFailedError if the call did not succeed.
    """
    with run.provider_place(call_id):
        return _submit(run, call_id, build, send)


def submit_and_poll(
    run: JobRun,
    call_id: str,
    model: VideoModel,
    build: Callable[[], VideoRequest],
    describe: Callable[[], Mapping[str, Any]] = dict,
) -> Task:
    """Submit a task unless it was submitted before; poll it until it has succeeded, return it.

    `build` is as in `submit`; `describe` returns fields of the call to save with the task's id.
    Raises CallFailedError if the call did not succeed.
    """
    with run.provider_place(call_id):
        if run.call(call_id)["state"] != "submitted":
            task_id = _submit(run, call_id, build, model.submit)
            fields = {"state": "submitted", "taskId": task_id, **describe()}
            try:
                run.retry_while_disk_full(lambda: run.update_call(call_id, **fields))
            except JobLostError:
                run.retry_while_disk_full(lambda: run.hand_over_task(call_id, fields))
                raise
        if run.call(call_id)["taskId"] is None:
            raise _interrupt(run, call_id, _NO_TASK, UpstreamError)
        return _poll_until_finished(run, call_id, model)


def download(run: JobRun, call_id: str, fetch: Callable[[], T]) -> T:
    """Download the output of a call, with a few attempts. Raises CallFailedError."""
    for attempt in range(1, _DOWNLOAD_ATTEMPTS + 1):
        try:
            return fetch()
        except ProviderError as exc:
            if attempt == _DOWNLOAD_ATTEMPTS:
                reason = f"It is finished, but could not be downloaded: {exc.message}"
                if run.call(call_id)["taskId"] is None:
                    reason += ". Resume the job to make it again, which is paid again."
                raise _interrupt(run, call_id, reason, kind_of(exc)) from exc
            run.sleep(run.settings.provider_poll)
    raise AssertionError("unreachable")


def mark_done(
    run: JobRun, call_id: str, usage: Usage | None = None, result: dict[str, Any] | None = None
) -> None:
    """Note that the output of a call is stored; `result` becomes the job's result, if given."""
    name = describe_call(run.retry_while_disk_full(lambda: run.call(call_id)))
    message = f"{name[0].upper()}{name[1:]} is done"

    def mutate(job: Job) -> None:
        call = find_call(job, call_id)
        call["usage"] = usage
        end_call(call, "done")
        job["result"] = result or job["result"]
        job["progress"]["message"] = message

    run.retry_while_disk_full(lambda: run.change(mutate, step=True))


def mark_call_failed(
    run: JobRun,
    call_id: str,
    error: str,
    kind: Kind,
    *,
    state: str = "failed",
    provider_status: int | None = None,
    retry_after: float | None = None,
    by_provider: bool = True,
) -> None:
    """Note that a call failed, and the kind of error for a client that waits for the job.

    `retry_after` are the seconds after which the provider is not busy any more, if it says so.
    Without `by_provider`, the response doesn't name the provider, who had no part in the failure.
    Waits while the disk is full. Raises WorkerStoppingError.
    """
    retry_at = None if retry_after is None else now_ms() + round(1000 * retry_after)

    def mutate(job: Job) -> None:
        call = find_call(job, call_id)
        end_call(call, state, error)
        failure: dict[str, Any] = {"status": code_of(kind), "retryAt": retry_at}
        if by_provider:
            failure |= {"provider": call["provider"], "providerStatus": provider_status}
        else:
            failure["error"] = error
        job["failure"] = job["failure"] or failure

    run.retry_while_disk_full(lambda: run.change(mutate, step=True))


def _submit(run: JobRun, call_id: str, build: Callable[[], R], send: Callable[[R], T]) -> T:
    """Send a paid request; while the provider refuses it as busy, wait and send it again.

    It is counted before its submission is noted: a crash in between costs one of the daily calls,
    but doesn't make it look as if it had been sent. Once there is an answer, a full disk is waited
    for: otherwise the answer would be lost. Raises TooManyError over a daily limit.
    """
    deadline = time.monotonic() + run.settings.generation_timeout
    while True:
        run.check_stop()
        _check_storage(run, call_id)
        request = build()
        run.spend(call_id)
        try:
            _note_submission(run, call_id)
        except (StorageError, OSError):
            with suppress(StorageError, OSError):
                run.give_back(call_id)
            raise
        run.check_owner()  # the note may have taken long, and the lock of the job have lapsed
        try:
            return send(request)
        except ProviderBusyError as exc:
            run.retry_while_disk_full(partial(run.give_back, call_id))
            wait = exc.retry_after if exc.retry_after is not None else _RETRY_SECONDS
            if time.monotonic() + wait > deadline:
                raise _fail(run, call_id, exc) from exc
            _note_busy(run, call_id, exc, wait)
        except ProviderError as exc:
            if not exc.was_sent:
                run.retry_while_disk_full(partial(run.give_back, call_id))
            raise _fail(run, call_id, exc) from exc
        run.sleep(wait)


def _check_storage(run: JobRun, call_id: str) -> None:
    """Raise CallFailedError if there is no room for the result: so it is not paid for in vain.

    A result that was paid for is stored, even if it exceeds the user's quota.
    """
    try:
        run.check_storage()
    except (QuotaError, ReserveError) as exc:
        reason = f"{exc} Then resume the job."
        mark_call_failed(run, call_id, reason, NoRoomError)
        raise CallFailedError(reason) from exc


def _note_submission(run: JobRun, call_id: str) -> None:
    """Write to the disk that a paid request is about to be sent, before it is."""
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


def _note_busy(run: JobRun, call_id: str, exc: ProviderBusyError, wait: float) -> None:
    message = f"{exc.provider} is busy; trying again in {duration_text(wait)}"
    fields = {"state": "waiting", "error": exc.message}
    run.retry_while_disk_full(lambda: run.update_call(call_id, message, **fields))


def _poll_until_finished(run: JobRun, call_id: str, model: VideoModel) -> Task:
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
    raise _interrupt(run, call_id, _unfinished(run, call_id, unknown, error), UpstreamTimeoutError)


def _poll(run: JobRun, call_id: str, model: VideoModel) -> Task:
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
        raise _interrupt(run, call_id, reason, UpstreamError) from exc
    if task.state in {"failed", "cancelled"}:
        reason = task.reason or f"{call['provider']} reports the task as {task.state}"
        mark_call_failed(run, call_id, reason, UpstreamError, state=task.state)
        raise CallFailedError(reason)
    if task.state == "succeeded" and not task.output:
        message = "It reports the task as finished, but returned no clip"
        raise ProviderError(call["provider"], message, status=404)
    return task


def _pause(run: JobRun, exc: ProviderError, failures: int) -> float:
    """Return the seconds until the next poll, after so many polls in succession that failed."""
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


def _fail(run: JobRun, call_id: str, exc: ProviderError) -> CallFailedError:
    if exc.uncertain:
        reason = (
            f"{exc.message}. It may have been started and paid; resume the job to send it again."
        )
        return _interrupt(run, call_id, reason, kind_of(exc), exc.status)
    reason, wait = exc.message, None
    if isinstance(exc, ProviderBusyError) and (wait := exc.retry_after):
        reason = f"{reason.rstrip('.')}. Try again in {duration_text(wait)}."
    mark_call_failed(
        run,
        call_id,
        reason,
        kind_of(exc),
        provider_status=exc.status,
        retry_after=wait,
        by_provider=not isinstance(exc, PictureError),
    )
    return CallFailedError(reason)


def _interrupt(
    run: JobRun, call_id: str, reason: str, kind: Kind, provider_status: int | None = None
) -> CallFailedError:
    mark_call_failed(
        run, call_id, reason, kind, state="interrupted", provider_status=provider_status
    )
    return CallFailedError(reason)
