"""The job document: what is to be done, how far it is, and the paid calls that it is made of.

A call goes `planned → submitting → done`, or at a vendor that works with tasks `planned →
submitting → submitted → done`. `submitting` is written to the disk before the request is sent, so
that whoever finds it after a crash knows that it may have been paid.

The functions here change a job in place; whoever calls them holds its lock and writes it.
"""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import orjson

from storage.clock import later_than, now_ms
from storage.paths import PROJECTS, USERS
from web.errors import ApiError

Job = dict[str, Any]
Call = dict[str, Any]

FINISHED = frozenset({"succeeded", "failed", "interrupted", "cancelled"})
RESUMABLE = frozenset({"failed", "interrupted", "cancelled"})  # of calls and of jobs

_AT_THE_VENDOR = frozenset({"submitted", "waiting"})
_ACTIVE = frozenset({"submitting", *_AT_THE_VENDOR})
_PRIVATE = ("requestHash", "ownKeys", "failure")
_CALL_NAMES = {"llm": "text", "vision": "analysis", "image": "image", "video": "clip"}

_NOTHING_TO_DO = "Nothing to do: all of it is made already"
_MAY_BE_PAID = (
    "The work stopped after this was submitted and before the answer was saved: it may have been"
    " paid. Resume the job to submit it again."
)


class JobCancelledError(Exception):
    """Someone cancelled the job."""


class WorkerStoppingError(Exception):
    """The process is about to end: the job stays as it is and is continued by another one."""


class CallFailedError(Exception):
    """A call ended badly, as its entry in the job says; nothing more can be made of it."""


class JobRef(NamedTuple):
    """Where a job is: its collection in the data directory, and its id."""

    collection: str
    id: str

    @property
    def url(self) -> str:
        """The path of the job in the API."""
        if self.collection.startswith(f"{USERS}/"):
            return f"/api/jobs/{self.id}"
        return f"/api/{self.collection}/{self.id}"

    @property
    def work_ids(self) -> tuple[str, str] | None:
        """The ids of the project and the work that it belongs to; None for a user's job."""
        parts = self.collection.split("/")
        return (parts[1], parts[3]) if parts[0] == PROJECTS else None


class JobSpec(NamedTuple):
    """Everything about a new job but its id, state and times.

    `own_keys` are the roles whose key came with the request; keys themselves are never stored.
    `client_request` is what the client sent, by which a repetition is recognised: by default
    `request`.
    """

    kind: str
    user_id: str
    request: Mapping[str, Any]
    calls: list[Call]
    own_keys: tuple[str, ...] = ()
    webhook_url: str | None = None
    client_request: Mapping[str, Any] | None = None


def planned_call(
    role: str, provider: str, model: str, scene_index: int | None = None, call_id: str | None = None
) -> Call:
    """Return a call that is still to be made; its id is unique in the job, such as `image-3`."""
    return {
        "id": call_id or (role if scene_index is None else f"{role}-{scene_index}"),
        "role": role,
        "provider": provider,
        "model": model,
        "sceneIndex": scene_index,
        "state": "planned",
        "taskId": None,
        "progress": None,
        "attempts": 0,
        "usage": None,
        "error": None,
        "submittedAt": None,
        "finishedAt": None,
    }


def new_job(ref: JobRef, spec: JobSpec) -> Job:
    """Return a job as it is before anything was done."""
    now = now_ms()
    project_id, work_id = ref.work_ids or (None, None)
    webhook: Job = {"url": spec.webhook_url, "state": "pending", "tries": 0, "deliveries": []}
    client_request = spec.request if spec.client_request is None else spec.client_request
    return {
        "id": ref.id,
        "kind": spec.kind,
        "userId": spec.user_id,
        "projectId": project_id,
        "workId": work_id,
        "state": "queued",
        "progress": {"done": 0, "total": len(spec.calls), "percent": 0, "message": "Queued"},
        "reason": None,
        "result": None,
        "calls": spec.calls,
        "request": dict(spec.request),
        "requestHash": request_hash(client_request),
        "ownKeys": list(spec.own_keys),
        "attempts": 0,
        "cancelRequested": False,
        "failure": None,
        "webhook": webhook if spec.webhook_url else None,
        "createdAt": now,
        "startedAt": None,
        "finishedAt": None,
        "updatedAt": now,
    }


def request_hash(request: Mapping[str, Any]) -> str:
    """Return what tells whether two requests ask for the same."""
    return hashlib.sha256(orjson.dumps(request, option=orjson.OPT_SORT_KEYS)).hexdigest()


def find_call(job: Mapping[str, Any], call_id: str) -> Call:
    """Return one call of a job."""
    found: Call = next(call for call in job["calls"] if call["id"] == call_id)
    return found


def describe_call(call: Call) -> str:
    """Return what a call makes, for people: `the clip of scene 3`, counted from 1."""
    what = f"the {_CALL_NAMES[call['role']]}"
    return what if call["sceneIndex"] is None else f"{what} of scene {call['sceneIndex'] + 1}"


def is_finalized(job: Mapping[str, Any]) -> bool:
    """Return whether nothing is left to be done: it is finished, and its webhook was delivered."""
    delivered = job["webhook"] is None or job["webhook"]["state"] != "pending"
    return job["state"] in FINISHED and delivered


def to_public(job: Mapping[str, Any]) -> dict[str, Any]:
    """Return a job as clients see it, without what only the service needs."""
    return {key: value for key, value in job.items() if key not in _PRIVATE}


def update_progress(job: Job) -> None:
    """Derive progress and state from the calls, after one of them changed."""
    calls = job["calls"]
    done = sum(1 for call in calls if call["state"] == "done")
    parts = sum(1.0 if call["state"] == "done" else call["progress"] or 0.0 for call in calls)
    percent = int(100 * parts / len(calls)) if calls else 100
    job["progress"] = {**job["progress"], "done": done, "total": len(calls), "percent": percent}
    if job["state"] not in FINISHED:
        states = {call["state"] for call in calls} & _ACTIVE
        if job["state"] != "queued":
            job["state"] = "waiting" if states and states <= _AT_THE_VENDOR else "running"
    job["updatedAt"] = later_than(job["updatedAt"])


def mark_running(job: Job) -> None:
    """Note that a process has claimed the job; what was being submitted may have been paid."""
    job["state"] = "running"
    job["attempts"] += 1
    job["startedAt"] = job["startedAt"] or now_ms()
    job["progress"]["message"] = "Running"
    for call in job["calls"]:
        if call["state"] == "submitting":
            end_call(call, "interrupted", _MAY_BE_PAID)
        elif call["state"] == "waiting":
            call["state"] = "planned"
    update_progress(job)


def end_call(call: Call, state: str, error: str | None = None) -> None:
    """Note how a call ended."""
    call.update(state=state, error=error, finishedAt=now_ms())


def mark_finished(job: Job, state: str, reason: str | None = None) -> None:
    """Note how the job ended. Calls that were under way are left to whoever resumes it."""
    for call in job["calls"]:
        if call["state"] == "submitting":
            end_call(call, "interrupted", _MAY_BE_PAID)
        elif call["state"] == "submitted":
            end_call(call, "interrupted", "Submitted; the job asks for it once it is resumed.")
        elif call["state"] == "waiting":
            call["state"] = "planned"
    update_progress(job)
    job.update(state=state, reason=reason, finishedAt=now_ms())
    job["progress"]["message"] = reason or (state.capitalize() if job["calls"] else _NOTHING_TO_DO)


def mark_completed(job: Job, result: dict[str, Any] | None = None) -> None:
    """Note that all calls have been tried; their states say how the job ended."""
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
    """Note that the job was cancelled, with all calls that are not done."""
    for call in job["calls"]:
        if call["state"] in {"planned", "waiting", "submitted"}:
            end_call(call, "cancelled")
    mark_finished(job, "cancelled")


def mark_failed(job: Job, exc: ApiError) -> None:
    """Note that the job cannot be done; a client that waits for it gets this very error."""
    job["failure"] = {"status": exc.status, "error": exc.message, "details": exc.details}
    reason = exc.message if exc.details is None else f"{exc.message}: {exc.details}"
    mark_finished(job, "failed", reason)


def reopen(job: Job, own_keys: Iterable[str]) -> None:
    """Make a finished job ready to be continued: what did not succeed is asked for again.

    A call whose task the vendor may still have is polled, not submitted again.
    """
    for call in job["calls"]:
        if call["state"] == "interrupted" and call["taskId"]:
            call.update(state="submitted", error=None, finishedAt=None)
        elif call["state"] in RESUMABLE:
            call.update(state="planned", taskId=None, progress=None, error=None, finishedAt=None)
    job.update(state="queued", reason=None, failure=None, finishedAt=None, cancelRequested=False)
    job["ownKeys"] = list(own_keys)
    job["progress"]["message"] = "Queued"
    if job["webhook"]:
        job["webhook"].update(state="pending", tries=0)
    update_progress(job)


def calls_to_resubmit(job: Mapping[str, Any]) -> list[Call]:
    """Return the calls of a finished job that would be submitted once more if it were resumed."""
    return [
        call
        for call in job["calls"]
        if call["state"] in RESUMABLE
        and call["attempts"]
        and not (call["state"] == "interrupted" and call["taskId"])
    ]


def _reason(job: Job, states: set[str]) -> str:
    wrong = [call for call in job["calls"] if call["state"] in states]
    first = f"{describe_call(wrong[0])}: {wrong[0]['error'] or 'cancelled by the vendor'}"
    others = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
    return first[0].upper() + first[1:] + others
