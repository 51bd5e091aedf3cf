"""The shape of a job: what is to be done, how far it is, and the paid calls that it is made of.

A call goes `planned → submitting → done`, or with a vendor that takes its time `planned →
submitting → submitted → done`. `submitting` is written to the disk before the request leaves, so
that whoever finds it after a crash knows: this may have been paid.
"""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import orjson

from storage.clock import later_than, now_ms
from storage.paths import PROJECTS, USERS

Job = dict[str, Any]
Call = dict[str, Any]

FINISHED = frozenset({"succeeded", "failed", "interrupted", "cancelled"})
STUCK = frozenset({"failed", "interrupted", "cancelled"})  # calls and jobs that can be resumed

_AT_THE_VENDOR = frozenset({"submitted", "waiting"})
_ACTIVE = frozenset({"submitting", *_AT_THE_VENDOR})


class Ref(NamedTuple):
    """Where a job is: its collection in the data directory, and its id."""

    collection: str
    id: str

    @property
    def url(self) -> str:
        """The job's address."""
        if self.collection.startswith(f"{USERS}/"):
            return f"/api/jobs/{self.id}"
        return f"/api/{self.collection}/{self.id}"

    @property
    def owners(self) -> tuple[str, str] | None:
        """The ids of the project and the work that it belongs to, if to any."""
        parts = self.collection.split("/")
        return (parts[1], parts[3]) if parts[0] == PROJECTS else None


class Order(NamedTuple):
    """What someone asked for: everything about a new job but its id, state and times.

    `own_keys` are the roles whose key came with the request; keys themselves are never stored.
    `asked` is what the client sent, by which the same request is known again: by default `request`.
    """

    kind: str
    user_id: str
    request: Mapping[str, Any]
    calls: list[Call]
    own_keys: tuple[str, ...] = ()
    webhook_url: str | None = None
    asked: Mapping[str, Any] | None = None


def planned(
    role: str, provider: str, model: str, scene_index: int | None = None, place: str | None = None
) -> Call:
    """A call that is still to be made; its id is its place in the job, such as `image-3`."""
    return {
        "id": place or (role if scene_index is None else f"{role}-{scene_index}"),
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


def new_job(ref: Ref, order: Order) -> Job:
    """A job as it is before anything was done."""
    now = now_ms()
    project_id, work_id = ref.owners or (None, None)
    webhook: Job = {"url": order.webhook_url, "state": "pending", "tries": 0, "deliveries": []}
    return {
        "id": ref.id,
        "kind": order.kind,
        "userId": order.user_id,
        "projectId": project_id,
        "workId": work_id,
        "state": "queued",
        "progress": {"done": 0, "total": len(order.calls), "percent": 0, "message": "Queued"},
        "reason": None,
        "result": None,
        "calls": order.calls,
        "request": dict(order.request),
        "requestHash": request_hash(order.request if order.asked is None else order.asked),
        "ownKeys": list(order.own_keys),
        "attempts": 0,
        "cancelRequested": False,
        "failure": None,
        "webhook": webhook if order.webhook_url else None,
        "createdAt": now,
        "startedAt": None,
        "finishedAt": None,
        "updatedAt": now,
    }


def request_hash(asked: Mapping[str, Any]) -> str:
    """What tells whether two requests ask for the same."""
    return hashlib.sha256(orjson.dumps(asked, option=orjson.OPT_SORT_KEYS)).hexdigest()


def call_of(job: Mapping[str, Any], call_id: str) -> Call:
    """One call of a job."""
    found: Call = next(call for call in job["calls"] if call["id"] == call_id)
    return found


def refresh(job: Job) -> None:
    """Bring progress, state and time in line with the calls, after one of them changed."""
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


def settled(job: Mapping[str, Any]) -> bool:
    """Whether nothing is left to be done: it ended, and whoever was to be told was told."""
    told = job["webhook"] is None or job["webhook"]["state"] != "pending"
    return job["state"] in FINISHED and told


def shown(job: Mapping[str, Any]) -> dict[str, Any]:
    """A job as clients see it: without what is only for the service itself."""
    return {key: value for key, value in job.items() if key not in _OWN}


def begin(job: Job) -> None:
    """Note that a process has taken the job up; what was being submitted may have been paid."""
    job["state"] = "running"
    job["attempts"] += 1
    job["startedAt"] = job["startedAt"] or now_ms()
    job["progress"]["message"] = "Running"
    for call in job["calls"]:
        if call["state"] == "submitting":
            end_call(call, "interrupted", _MAY_BE_PAID)
        elif call["state"] == "waiting":
            call["state"] = "planned"
    refresh(job)


def end_call(call: Call, state: str, error: str | None = None) -> None:
    """Note how a call ended."""
    call.update(state=state, error=error, finishedAt=now_ms())


def finish(job: Job, state: str, reason: str | None = None) -> None:
    """Note how the job ended. Calls that were under way are left to whoever resumes it."""
    for call in job["calls"]:
        if call["state"] == "submitting":
            end_call(call, "interrupted", _MAY_BE_PAID)
        elif call["state"] == "submitted":
            end_call(call, "interrupted", "Submitted; the job asks for it once it is resumed.")
        elif call["state"] == "waiting":
            call["state"] = "planned"
    refresh(job)
    job.update(state=state, reason=reason, finishedAt=now_ms())
    job["progress"]["message"] = reason or (state.capitalize() if job["calls"] else _NOTHING)


def reopen(job: Job, own_keys: Iterable[str]) -> None:
    """Make a finished job ready to go on: what did not succeed is asked for again.

    A call whose task the vendor may still have is asked about, not submitted again.
    """
    for call in job["calls"]:
        if call["state"] == "interrupted" and call["taskId"]:
            call.update(state="submitted", error=None, finishedAt=None)
        elif call["state"] in STUCK:
            call.update(state="planned", taskId=None, progress=None, error=None, finishedAt=None)
    job.update(state="queued", reason=None, failure=None, finishedAt=None, cancelRequested=False)
    job["ownKeys"] = list(own_keys)
    job["progress"]["message"] = "Queued"
    if job["webhook"]:
        job["webhook"].update(state="pending", tries=0)
    refresh(job)


def calls_to_pay_again(job: Mapping[str, Any]) -> list[Call]:
    """The calls of a job that ended which are to be submitted once more, should it go on."""
    return [
        call
        for call in job["calls"]
        if call["state"] in STUCK
        and call["attempts"]
        and not (call["state"] == "interrupted" and call["taskId"])
    ]


_OWN = ("requestHash", "ownKeys", "failure")

_NOTHING = "Nothing to do: all of it is made already"
_MAY_BE_PAID = (
    "The work stopped after this was submitted and before the answer was saved: it may have been"
    " paid. Resume the job to submit it again."
)
