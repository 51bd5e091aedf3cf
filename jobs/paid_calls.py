"""Paid calls, each submitted once: the only code that sends requests a provider charges for.

`_submit` sends every such request. Before it does, `_note_submission` writes the state `submitting`
to the disk, so that a crash cannot hide a request that was sent; a provider's task id is saved
before the task is first polled. A request that the provider refused as busy (429) was not started
and is sent again automatically. One that may have been started is sent again only when the job is
resumed (docs/decisions/0009).
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any, Generic, TypeVar, cast

from errors import ConflictError, ForbiddenError, NoRoomError, UpstreamError
from jobs import kept_answers
from jobs.call_ends import interrupt, mark_call_failed
from jobs.failures import kind_of
from jobs.model import (
    COMPLETE,
    DELETED,
    RESUMABLE,
    Call,
    CallFailedError,
    JobInterruptedError,
    JobLostError,
    WorkerStoppingError,
    describe_call,
)
from jobs.polling import poll_until_finished
from jobs.run import JobRun
from providers.contract import Task, TaskModel
from providers.errors import NoCreditError, PictureError, ProviderBusyError, ProviderError
from providers.models import DEMO
from storage.clock import duration_text, now_ms
from storage.errors import NotFoundError, QuotaError, ReserveError, StorageError

T = TypeVar("T")
R = TypeVar("R")
Connect = Callable[[], Callable[[R], T]]
Finished = tuple[TaskModel[Any], Task]

_RETRY_SECONDS = 30.0  # if a busy provider sends no Retry-After
_DOWNLOAD_ATTEMPTS = 3
_NO_TASK = (
    "It was submitted, but the id of its task is not known: it may have been paid. Resume the job"
    " to submit it again."
)
_ARRIVED = (
    "What this was made for was deleted before it arrived, so it is kept with the job. Once that is"
    " restored, resume the job to use it: it is not paid again."
)
_NO_RIGHT = (
    "Whoever started this job may no longer start paid calls. Somebody who may can resume the job."
)


def needs_work(run: JobRun, call_id: str) -> bool:
    """Return whether a call is not done yet. Raises CallFailedError if it did not succeed."""
    call = run.call(call_id)
    if call["state"] in RESUMABLE:
        raise CallFailedError(call["error"] or call["state"])
    return call["state"] not in COMPLETE


def submit(run: JobRun, call_id: str, build: Callable[[], R], connect: Connect[R, T]) -> T:
    """Make a call whose response is the result; the caller stores it, then calls `mark_done`.

    It does so within `keeping`. `build` returns the request to send, and `connect` the method of a
    model that sends it, with the key that the job may use now; they are called right before each
    submission, and prevent it by raising an exception. What was kept is returned without sending
    anything. Raises CallFailedError if the call did not succeed.
    """
    if run.call(call_id).get("answered"):
        run.check_stop()
        if (kept := kept_answers.read(run, call_id)) is not None:
            return cast(T, kept)
    with run.provider_permit(call_id):
        return _submit(run, call_id, build, connect)


def submit_and_poll(
    run: JobRun,
    call_id: str,
    model: TaskModel[R],
    build: Callable[[], R],
    describe: Callable[[], Mapping[str, Any]] = dict,
) -> Finished:
    """Submit a task unless it was submitted before; poll it until it has succeeded.

    Return it, and the model that downloads it: `model`, or one with the key that was valid when it
    was submitted. `build` is as in `submit`; `describe` returns fields of the call to save with the
    task's id. Raises CallFailedError if the call did not succeed.
    """

    def connect() -> Callable[[R], str]:
        nonlocal model
        model = run.task_model(call_id)
        return model.submit

    with run.provider_permit(call_id):
        if run.call(call_id)["state"] != "submitted":
            task_id = _submit(run, call_id, build, connect)
            fields = {"state": "submitted", "taskId": task_id, **describe()}
            try:
                run.note_answer(call_id, **fields)
            except JobLostError:
                run.retry_while_disk_full(lambda: run.hand_over_task(call_id, fields))
                raise
        if run.call(call_id)["taskId"] is None:
            raise interrupt(run, call_id, _NO_TASK, UpstreamError)
        return model, poll_until_finished(run, call_id, model)


class Kept(Generic[T]):
    """An answer as it is kept: a later form of it, such as one that was downloaded, may be set."""

    def __init__(self, answer: T) -> None:
        self.answer = answer


@contextmanager
def keeping(run: JobRun, call_id: str, answer: T, **fields: Any) -> Iterator[Kept[T]]:
    """Keep the answer to a call with the job if it cannot be stored, since its work was deleted.

    `fields` are those of the call that are needed then, if they are known. Raises
    JobInterruptedError if it is kept, NotFoundError if the job is gone for good.
    """
    kept = Kept(answer)
    try:
        yield kept
    except WorkerStoppingError:
        raise
    except Exception as exc:
        is_missing = isinstance(exc, (NotFoundError, FileNotFoundError, ConflictError))
        if not (is_missing or run.held.is_away()):  # it may have been restored since
            raise
        run.retry_while_disk_full(lambda: kept_answers.write(run, call_id, kept.answer))
        noted: dict[str, Any] = {name: value for name, value in fields.items() if value}
        noted |= {"state": "interrupted", "finishedAt": now_ms(), "error": _ARRIVED}
        run.note_answer(call_id, answered=True, **noted)
        raise JobInterruptedError(DELETED) from exc


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
                raise interrupt(run, call_id, reason, kind_of(exc)) from exc
            run.sleep(run.settings.provider_poll)
    raise AssertionError("unreachable")


def _submit(run: JobRun, call_id: str, build: Callable[[], R], connect: Connect[R, T]) -> T:
    """Send a paid request; while the provider refuses it as busy, wait and send it again.

    It is counted before its submission is noted: a crash in between costs one of the daily calls,
    but doesn't make it look as if it had been sent. Once there is an answer, a full disk is waited
    for: otherwise the answer would be lost. Raises TooManyError over a daily limit.
    """
    deadline = time.monotonic() + run.settings.generation_timeout
    while True:
        run.check_stop()
        _check_credit(run, call_id)
        _check_payment(run, call_id)
        _check_storage(run, call_id)
        request, send = build(), connect()
        before = run.call(call_id)
        run.spend(call_id)
        try:
            _note_submission(run, call_id)
        except (StorageError, OSError):
            with suppress(StorageError, OSError):
                run.give_back(call_id)
                _note_unsent(run, call_id, before)
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
            if isinstance(exc, NoCreditError):
                run.without_credit[_account(run, call_id)] = exc
            if not exc.was_sent:
                run.retry_while_disk_full(partial(run.give_back, call_id))
            raise _fail(run, call_id, exc) from exc
        run.sleep(wait)


def _check_credit(run: JobRun, call_id: str) -> None:
    """Raise CallFailedError if the provider has refused another of the job's calls for its money.

    That is known as long as the job runs: a job that is resumed asks the provider again.
    """
    if refused := run.without_credit.get(_account(run, call_id)):
        raise _fail(run, call_id, refused)


def _account(run: JobRun, call_id: str) -> str:
    """Return what a job's calls with one key have in common."""
    call = run.call(call_id)
    return f"{call['provider']} {call['role']}"


def _check_storage(run: JobRun, call_id: str) -> None:
    """Raise CallFailedError if there is no room for the result: so it is not paid for in vain.

    A result that was paid for is stored, even if it exceeds the user's quota.
    """
    try:
        run.check_storage()
    except (QuotaError, ReserveError) as exc:
        reason = f"{exc} Then resume the job."
        raise mark_call_failed(run, call_id, reason, NoRoomError) from exc


def _check_payment(run: JobRun, call_id: str) -> None:
    """Raise CallFailedError if the user lost the right to pay since the job was ordered."""
    if run.call(call_id)["provider"] == DEMO:
        return
    try:
        run.check_payment()
    except (ForbiddenError, NotFoundError) as exc:
        raise mark_call_failed(run, call_id, _NO_RIGHT, ForbiddenError, by_provider=False) from exc


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


def _note_unsent(run: JobRun, call_id: str, before: Call) -> None:
    """Undo `_note_submission`, which may have been written although it failed.

    Such as if the work was deleted at this moment.
    """
    if run.call(call_id)["state"] == "submitting":
        fields = {name: before[name] for name in ("attempts", "submittedAt", "finishedAt", "error")}
        run.note_answer(call_id, state="planned", **fields)


def _note_busy(run: JobRun, call_id: str, exc: ProviderBusyError, wait: float) -> None:
    message = f"{exc.provider} is busy; trying again in {duration_text(wait)}"
    fields = {"state": "waiting", "error": exc.message}
    run.note_answer(call_id, message, **fields)


def _fail(run: JobRun, call_id: str, exc: ProviderError) -> CallFailedError:
    if exc.uncertain:
        reason = (
            f"{exc.message}. It may have been started and paid; resume the job to send it again."
        )
        return interrupt(run, call_id, reason, kind_of(exc), exc.status)
    reason, wait = exc.message, None
    if isinstance(exc, ProviderBusyError) and (wait := exc.retry_after):
        reason = f"{reason.rstrip('.')}. Try again in {duration_text(wait)}."
    return mark_call_failed(
        run,
        call_id,
        reason,
        kind_of(exc),
        provider_status=exc.status,
        retry_after=wait,
        by_provider=not isinstance(exc, PictureError),
    )
