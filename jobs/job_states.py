"""How the states of a job and of its paid calls change.

A call goes `planned → submitting → done`, or at a provider that works with tasks `planned →
submitting → submitted → done`; `waiting` is a call that the provider refused as busy, or that waits
for a permit or for another job that makes the same scene. `skipped` is a call whose output was
there before it was submitted. `submitting` is written to the disk before the request is sent
(`_note_submission` in jobs/paid_calls.py). When a process dies, the next one calls `begin_attempt`:
a call that it finds `submitting` may have been paid, and is not sent again before the job is
resumed. One of the built-in provider costs nothing, and is sent again at once.

These functions change a job document in place; the caller holds its lock and writes it.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from errors import JobStateError, ServiceError, in_words
from jobs.failures import failure_of
from jobs.model import (
    COMPLETE,
    FINISHED,
    RESUMABLE,
    Call,
    Job,
    describe_call,
    find_call,
    new_owner,
)
from providers.models import DEMO
from storage.clock import later_than, now_ms

_WAITING = frozenset({"submitted", "waiting"})
_WITHOUT_ANSWER = frozenset({"failed", *COMPLETE})  # what was kept is used, or of no use
_ACTIVE = frozenset({"submitting", *_WAITING})

_NOTHING_TO_DO = "Nothing to do: everything is already there"
_MAY_BE_PAID = (
    "The service stopped after this was submitted and before the answer was saved: it may have been"
    " paid. Resume the job to submit it again."
)
IN_PROGRESS = "Submitted to the provider; resume the job to wait for the result."


def update_progress(job: Job) -> None:
    """Update the job's progress and state from its calls, after one of them changed.

    A job without calls that has parts reports its progress itself (`report_part`).
    """
    calls = job["calls"]
    if calls or not job["progress"]["total"]:
        done = sum(1 for call in calls if call["state"] in COMPLETE)
        parts = sum(1.0 if call["state"] in COMPLETE else call["progress"] or 0.0 for call in calls)
        percent = int(100 * parts / len(calls)) if calls else 100
        job["progress"] = {**job["progress"], "done": done, "total": len(calls), "percent": percent}
    if job["state"] not in {"queued", *FINISHED}:
        active = {call["state"] for call in calls} & _ACTIVE
        job["state"] = "waiting" if active and active <= _WAITING else "running"
    job["updatedAt"] = later_than(job["updatedAt"])


def report_part(job: Job, fraction: float, message: str) -> None:
    """Note how far a job without calls is, from 0 to 1; it never goes back."""
    progress = job["progress"]
    percent = max(progress["percent"], int(100 * fraction))
    done = max(progress["done"], int(progress["total"] * fraction))
    progress.update(done=done, percent=percent, message=message)


def wait_for_permit(job: Job, message: str) -> None:
    """Note that the job waits for others to end before it runs."""
    job["state"] = "queued"
    job["progress"]["message"] = message


def run_again(job: Job) -> None:
    """Note that the job runs again after it has waited for others."""
    job["state"] = "running"
    job["progress"]["message"] = "Running"


def begin_attempt(job: Job) -> None:
    """Note that a process has claimed the job: a new one, or one whose process died.

    A call that was being submitted by the process before becomes `interrupted`, as it may have been
    paid, and `planned` if it is free. One whose task id is saved stays `submitted`, and is polled.
    """
    job["state"] = "running"
    job["attempts"] += 1
    job["startedAt"] = job["startedAt"] or now_ms()
    job["progress"]["message"] = "Running"
    for call in job["calls"]:
        if (call["state"], call["provider"]) == ("submitting", DEMO):
            call["state"] = "planned"
    _reset_unsubmitted_calls(job)
    update_progress(job)


def change_call(call_id: str, message: str | None, fields: Mapping[str, Any], job: Job) -> None:
    """Change fields of a call, and the progress message if one is given."""
    find_call(job, call_id).update(fields)
    if message:
        job["progress"]["message"] = message


def end_call(call: Call, state: str, error: str | None = None) -> None:
    """Note how a call ended."""
    call.update(state=state, error=error, finishedAt=now_ms())
    if state in _WITHOUT_ANSWER:
        call.pop("answered", None)


def mark_finished(job: Job, state: str, reason: str | None = None) -> None:
    """Note how the job ended. Calls in progress become `interrupted`: the job can be resumed."""
    _reset_unsubmitted_calls(job)
    for call in job["calls"]:
        if call["state"] == "submitted":
            end_call(call, "interrupted", IN_PROGRESS)
    update_progress(job)
    job.update(state=state, reason=reason, finishedAt=now_ms())
    progress = job["progress"]
    if state == "succeeded":
        progress.update(done=progress["total"], percent=100)
    progress["message"] = reason or (state.capitalize() if progress["total"] else _NOTHING_TO_DO)


def mark_completed(job: Job, result: dict[str, Any] | None = None) -> None:
    """Note that all calls have ended; the outcome of the job follows from their states."""
    states = {call["state"] for call in job["calls"]}
    if result is not None:
        job["result"] = result
    if "interrupted" in states:
        mark_finished(job, "interrupted", _reason(job, {"interrupted", "failed", "cancelled"}))
    elif states & {"failed", "cancelled"}:
        mark_finished(job, "failed", _reason(job, {"failed", "cancelled"}))
    else:
        mark_finished(job, "succeeded")


def mark_cancelled(job: Job) -> None:
    """Note that the job was cancelled, and with it the calls that had not ended.

    One that was being submitted becomes `interrupted`: it may have been paid.
    """
    for call in job["calls"]:
        if call["state"] in {"planned", "waiting", "submitted"}:
            end_call(call, "cancelled")
    mark_finished(job, "cancelled")


def mark_failed(job: Job, exc: ServiceError) -> None:
    """Note that the job failed with an error, which a client that waits for it gets as well."""
    job["failure"] = failure_of(exc)
    mark_finished(job, "failed", in_words(exc))


def clear(job: Job) -> None:
    """Take a finished job off the list of all jobs. Raises ConflictError for one that goes on."""
    if job["state"] not in FINISHED:
        raise JobStateError("The job is not finished", f"Its state is {job['state']}.")
    job["clearedAt"] = job["updatedAt"] = later_than(job["updatedAt"])


def reopen(job: Job, header_keys: Iterable[str]) -> None:
    """Queue a finished job again, with all calls that did not succeed.

    One that had succeeded begins anew.

    A call whose task the provider may still have is polled, not submitted again.
    """
    if job["state"] == "succeeded":
        job["result"] = None
        job["progress"].update(done=0, percent=0)
    for call in job["calls"]:
        if _has_task(call):
            call.update(state="submitted", error=None, finishedAt=None)
        elif call["state"] in RESUMABLE:
            call.update(state="planned", taskId=None, progress=None, error=None, finishedAt=None)
            call.pop("madeBy", None)
    job.update(state="queued", reason=None, failure=None, finishedAt=None, cancelRequested=False)
    job["ownKeys"] = list(header_keys)
    job["owner"] = new_owner()
    job["claims"] = []
    job["resumedAt"] = now_ms()
    job["clearedAt"] = None
    job["progress"]["message"] = "Queued"
    if job["webhook"]:
        job["webhook"].update(state="pending", tries=0)
    update_progress(job)


def calls_to_submit(calls: Iterable[Call]) -> list[Call]:
    """Return the calls of a finished job that resuming it would submit."""
    open_calls = (call for call in calls if call["state"] not in COMPLETE)
    return [call for call in open_calls if not (_has_task(call) or call.get("answered"))]


def _has_task(call: Call) -> bool:
    """Return whether resuming the job polls the call's task, instead of submitting it again."""
    return bool(call["state"] == "interrupted" and call["taskId"])


def _reset_unsubmitted_calls(job: Job) -> None:
    """Interrupt the calls that were being submitted; those that waited become `planned` again."""
    for call in job["calls"]:
        if call["state"] == "submitting":
            end_call(call, "interrupted", _MAY_BE_PAID)
        elif call["state"] == "waiting":
            call["state"] = "planned"


def _reason(job: Job, states: set[str]) -> str:
    """Return the error of the first call in one of these states, and how many more there are."""
    failed = [call for call in job["calls"] if call["state"] in states]
    first = f"{describe_call(failed[0])}: {failed[0]['error'] or 'cancelled by the provider'}"
    others = f" (and {len(failed) - 1} more)" if len(failed) > 1 else ""
    return first[0].upper() + first[1:] + others
