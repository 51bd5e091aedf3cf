"""Paid calls, each submitted once: the only code that sends anything a vendor charges for.

Before a request leaves, the call is `submitting` on the disk; a vendor's task id is saved before it
is asked about for the first time. What a vendor refused was not started and may be sent again by
itself (429, when it says to wait) or by a person; what may have been started, by a person only.
"""

import time
from collections.abc import Callable
from typing import Any, TypeVar

from jobs.errors import CallFailedError
from jobs.job import STUCK, Call, Job, call_of, end_call
from jobs.run import Run
from providers.contract import Task, Usage, VideoModel, VideoOrder
from providers.errors import ProviderBusyError, ProviderError, ProviderTimeoutError
from storage.clock import now_ms

T = TypeVar("T")

_WAIT_SECONDS = 30.0  # for a vendor that says it is busy, and not for how long
_DOWNLOADS = 3
_NAMES = {"llm": "text", "vision": "analysis", "image": "image", "video": "clip"}


def is_open(run: Run, call_id: str) -> bool:
    """Whether a call is still to be made. Raises CallFailedError if it ended badly before."""
    call = run.call(call_id)
    if call["state"] in STUCK:
        raise CallFailedError(call["error"] or call["state"])
    return bool(call["state"] != "done")


def ask(run: Run, call_id: str, send: Callable[[], T]) -> T:
    """Make a call that is answered at once; `done` is to be said when the answer is kept.

    Raises CallFailedError once the call ended badly.
    """
    with run.place_at(call_id):
        return _submit(run, call_id, send)


def done(
    run: Run, call_id: str, usage: Usage | None = None, result: dict[str, Any] | None = None
) -> None:
    """Note that what a call made is kept; `result` is the job's, where the call is all of it."""
    about = describe(run.call(call_id))
    message = f"{about[0].upper()}{about[1:]} is done"

    def change(job: Job) -> None:
        call = call_of(job, call_id)
        call["usage"] = usage
        end_call(call, "done")
        job["result"] = result or job["result"]
        job["progress"]["message"] = message

    run.insist(lambda: run.change(change))


def follow(run: Run, call_id: str, model: VideoModel, order: Callable[[], VideoOrder]) -> Task:
    """Have a clip made, or ask about the one that is being made; returns it once it is finished.

    Raises CallFailedError once the call ended badly.
    """
    with run.place_at(call_id):
        if run.call(call_id)["taskId"] is None:
            ready = order()
            task_id = _submit(run, call_id, lambda: model.submit(ready))
            run.insist(lambda: run.note(call_id, state="submitted", taskId=task_id))
        return _finished(run, call_id, model)


def fetch(run: Run, call_id: str, download: Callable[[], T]) -> T:
    """Download what a finished task made, trying again where the connection breaks."""
    for attempt in range(1, _DOWNLOADS + 1):
        try:
            return download()
        except ProviderError as exc:
            if attempt == _DOWNLOADS:
                reason = f"It is finished, but could not be downloaded: {exc.message}"
                raise _interrupted(run, call_id, reason, _status(exc)) from exc
            run.pause(run.settings.provider_poll)
    raise AssertionError


def describe(call: Call) -> str:
    """What a call makes, for people: `the clip of scene 3`; scenes count from 1 for them."""
    what = f"the {_NAMES[call['role']]}"
    return what if call["sceneIndex"] is None else f"{what} of scene {call['sceneIndex'] + 1}"


def fail(
    run: Run,
    call_id: str,
    error: str,
    status: int,
    *,
    state: str = "failed",
    vendors_status: int | None = None,
) -> None:
    """Note that a call ended badly, and the status for a client that waits for it."""

    def change(job: Job) -> None:
        call = call_of(job, call_id)
        end_call(call, state, error)
        failure = {"status": status, "provider": call["provider"], "said": vendors_status}
        job["failure"] = job["failure"] or failure

    run.change(change)


def _submit(run: Run, call_id: str, send: Callable[[], T]) -> T:
    """Send a paid request; wait and send it again as long as the vendor says that it is busy."""
    deadline = time.monotonic() + run.settings.generation_timeout
    while True:
        run.check()
        _note_submission(run, call_id)
        try:
            return send()
        except ProviderBusyError as exc:
            wait = exc.retry_after if exc.retry_after is not None else _WAIT_SECONDS
            if time.monotonic() + wait > deadline:
                raise _failed(run, call_id, exc) from exc
            message = f"{exc.vendor} is busy; again in {wait:.0f} s"
            run.note(call_id, message, state="waiting", error=exc.message)
        except ProviderError as exc:
            raise _failed(run, call_id, exc) from exc
        run.pause(wait)


def _note_submission(run: Run, call_id: str) -> None:
    call = run.call(call_id)
    run.note(
        call_id,
        f"Making {describe(call)} with {call['provider']}",
        state="submitting",
        attempts=call["attempts"] + 1,
        submittedAt=now_ms(),
        finishedAt=None,
        error=None,
    )


def _finished(run: Run, call_id: str, model: VideoModel) -> Task:
    call = run.call(call_id)
    task_id: str = call["taskId"]
    deadline = time.monotonic() + run.settings.generation_timeout
    while time.monotonic() < deadline:
        task = _poll(run, call_id, model, task_id)
        if task is not None and task.state == "succeeded":
            return task
        if task is not None and task.state in {"failed", "cancelled"}:
            reason = task.reason or f"{call['provider']} reports it as {task.state}"
            fail(run, call_id, reason, 502, state=task.state)
            raise CallFailedError(reason)
        _note_progress(run, call_id, task)
        run.pause(run.settings.provider_poll)
    minutes = run.settings.generation_timeout / 60
    reason = f"Not finished after {minutes:.3g} minutes; resume the job to go on asking for it."
    raise _interrupted(run, call_id, reason, 504)


def _poll(run: Run, call_id: str, model: VideoModel, task_id: str) -> Task | None:
    """How far the task is; None if that could not be learned now."""
    try:
        return model.poll(task_id)
    except ProviderError as exc:
        if exc.status in {401, 403}:
            reason = f"The task cannot be asked about with this key: {exc.message}"
            raise _interrupted(run, call_id, reason, 502) from exc
        if exc.status in {400, 404, 410}:
            fail(run, call_id, exc.message, 502)
            raise CallFailedError(exc.message) from exc
        return None


def _note_progress(run: Run, call_id: str, task: Task | None) -> None:
    """Tell of progress when there is some: each telling is a write to the disk."""
    call = run.call(call_id)
    progress = task.progress if task else None
    if progress is not None and progress >= (call["progress"] or 0) + 0.05:
        run.note(call_id, progress=min(progress, 1.0))


def _failed(run: Run, call_id: str, exc: ProviderError) -> CallFailedError:
    if exc.uncertain:
        reason = (
            f"{exc.message}. It may have been started and paid; resume the job to send it again."
        )
        return _interrupted(run, call_id, reason, _status(exc), exc.status)
    fail(run, call_id, exc.message, _status(exc), vendors_status=exc.status)
    return CallFailedError(exc.message)


def _interrupted(
    run: Run, call_id: str, reason: str, status: int, vendors_status: int | None = None
) -> CallFailedError:
    fail(run, call_id, reason, status, state="interrupted", vendors_status=vendors_status)
    return CallFailedError(reason)


def _status(exc: ProviderError) -> int:
    if isinstance(exc, ProviderBusyError):
        return 429
    return 504 if isinstance(exc, ProviderTimeoutError) else 502
