"""The job document: the request, the progress, the paid calls; and the exceptions that end a run.

How its states change is in jobs/job_states.py.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, NamedTuple

from accounts.requests import request_hash
from schemas.jobs import FINISHED_STATES
from storage.clock import now_ms
from storage.paths import PROJECTS, USERS, WorkRef, jobs_of_work
from timeline.scene_numbers import IN_ORDER

Job = dict[str, Any]
Call = dict[str, Any]

FINISHED = frozenset(FINISHED_STATES)
RESUMABLE = frozenset({"failed", "interrupted", "cancelled"})  # of calls and of jobs
COMPLETE = frozenset({"done", "skipped"})  # states of calls that nothing is left to do for

DELETED = (
    "The work was deleted while this job was unfinished. Once it is restored, resume the job to"
    " continue: what has arrived is kept, and not paid again."
)

_PRIVATE = (
    *("requestHash", "ownKeys", "failure", "claims", "known", "resumedAt", "owner", "origin"),
    *("plannedCalls", "childrenToResume", "orderedWith", "webhookUserId", "keptKeys"),
)
_CALL_NAMES = {
    "llm": "text",
    "vision": "analysis",
    "image": "image",
    "video": "clip",
    "speech": "voice",
    "music": "music",
    "sound": "sound",
    "transcription": "transcript",
}


class JobCancelledError(Exception):
    """The job was cancelled by a request."""


class WorkerStoppingError(Exception):
    """The process is shutting down; the next process continues the job."""


class JobLostError(WorkerStoppingError):
    """Another process has taken the job over, since the lock of this one had lapsed."""


class JobDeferredError(WorkerStoppingError):
    """There is no room for the job on this node; it waits in the queue for any that has."""


class JobInterruptedError(Exception):
    """The job stops, and can be resumed; the message says why."""


class FileFailedError(Exception):
    """A file that the job needs cannot be read or written, though the data directory can."""


class CallFailedError(Exception):
    """A paid call did not succeed; its entry in the job document holds the error."""


class Webhook(NamedTuple):
    """Where a job's webhook is sent, for which events, and the base of its absolute addresses."""

    url: str
    events: list[str]
    origin: str = ""


class JobRef(NamedTuple):
    """Reference to a job: its collection in the data directory, and its id."""

    collection: str
    id: str

    @classmethod
    def in_project(cls, project_id: str, path: str) -> "JobRef":
        """Return the reference to `<work>/<job>`, as the index of a project's jobs names it."""
        work_id, job_id = path.split("/")
        return cls(jobs_of_work(WorkRef(project_id, work_id)), job_id)

    @property
    def url(self) -> str:
        """The URL path of the job."""
        if self.collection.startswith(f"{USERS}/"):
            return f"/api/jobs/{self.id}"
        return f"/api/{self.collection}/{self.id}"

    @property
    def work_ref(self) -> WorkRef | None:
        """The work of the job; None for a job that belongs to no work."""
        parts = self.collection.split("/")
        return WorkRef(parts[1], parts[3]) if parts[0] == PROJECTS else None


@dataclass(frozen=True, slots=True)
class JobSpec:
    """A new job, without its id, state and times.

    `keys` are those that came with the request, by role; they are never stored.
    `client_request` is the request as the client sent it, for recognising repetitions (default:
    `request`). `parts` is the number of parts of a job that has no calls. `child_calls` are those
    of the jobs that it will order itself. `fields` are more fields of its document.
    """

    kind: str
    user_id: str
    request: Mapping[str, Any]
    calls: list[Call]
    keys: Mapping[str, str] = field(default_factory=dict, repr=False)
    client_request: Mapping[str, Any] | None = None
    parts: int = 0
    webhook: Webhook | None = None
    metadata: Mapping[str, Any] | None = None
    child_calls: Sequence[Call] = ()
    fields: Mapping[str, Any] = field(default_factory=dict)


def planned_call(
    role: str, provider: str, model: str, scene_index: int | None = None, call_id: str | None = None
) -> Call:
    """Return a call in the state `planned`; its id is unique in the job, such as `image-3`."""
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


def project_of(job: Mapping[str, Any]) -> str | None:
    """Return the id of the project whose rights and keys a job has; None outside of projects.

    A job that describes assets belongs to its user, and names their project in its request.
    """
    found: str | None = job["projectId"] or job["request"].get("projectId")
    return found


def planned_calls(job: Mapping[str, Any]) -> list[Call]:
    """Return the calls of a job, and those that it has planned for the jobs that it orders."""
    of_children = job.get("plannedCalls", {}).values()
    return [*job["calls"], *chain.from_iterable(of_children)]


def new_job(ref: JobRef, spec: JobSpec) -> Job:
    """Return the document of a new job, in the state `queued`."""
    now = now_ms()
    project_id, work_id = ref.work_ref or (None, None)
    total = len(spec.calls) or spec.parts
    client_request = spec.request if spec.client_request is None else spec.client_request
    return {
        "id": ref.id,
        "kind": spec.kind,
        "userId": spec.user_id,
        "projectId": project_id,
        "workId": work_id,
        "state": "queued",
        "progress": {"done": 0, "total": total, "percent": 0, "message": "Queued"},
        "reason": None,
        "result": None,
        "calls": spec.calls,
        "request": dict(spec.request),
        "requestHash": request_hash(client_request),
        "ownKeys": sorted(spec.keys),
        "keptKeys": [],  # the vendors for which it uses kept keys, never the server's
        "attempts": 0,
        "owner": new_owner(),
        "cancelRequested": False,
        "failure": None,
        "claims": [],  # the scenes that this job makes, see generation/claims.py
        "known": {},  # scenes at which other jobs were interrupted before, as above
        "webhook": _webhook(spec),
        "createdAt": now,
        "startedAt": None,
        "finishedAt": None,
        "clearedAt": None,
        "updatedAt": now,
        "metadata": None if spec.metadata is None else dict(spec.metadata),
        **({"origin": spec.webhook.origin} if spec.webhook else {}),
        **spec.fields,
    }


def _webhook(spec: JobSpec) -> Job | None:
    webhook = spec.webhook
    if webhook is None:
        return None
    state: Job = {"state": "pending", "tries": 0, "deliveries": []}
    return {"url": webhook.url, "events": webhook.events, **state}


def new_owner() -> str:
    """Return a name for a run of a job, which alone may change the job from then on."""
    return secrets.token_hex(8)


def find_call(job: Mapping[str, Any], call_id: str) -> Call:
    """Return one call of a job."""
    found: Call = next(call for call in job["calls"] if call["id"] == call_id)
    return found


def ordered_at(job: Mapping[str, Any]) -> int:
    """Return when a job was ordered or last resumed, in milliseconds."""
    ordered: int = job.get("resumedAt") or job["createdAt"]
    return ordered


def describe_call(call: Call) -> str:
    """Return what a call produces, such as `the clip of scene 3`."""
    name = f"the {_CALL_NAMES[call['role']]}"
    index = call["sceneIndex"]
    return name if index is None else f"{name} of scene {number_of(call)}"


def number_of(call: Call) -> int:
    """Return what the scene of a call was called when its job was ordered."""
    number: int = call.get("sceneNumber", IN_ORDER[call["sceneIndex"]])
    return number


def is_finalized(job: Mapping[str, Any]) -> bool:
    """Return whether a job is finished and its webhook, if any, was delivered or given up."""
    pending = job["webhook"] is not None and job["webhook"]["state"] == "pending"
    return job["state"] in FINISHED and not pending


def summarize(job: Mapping[str, Any]) -> dict[str, Any]:
    """Return what lists select jobs by. Raises KeyError, TypeError for a damaged document."""
    if not (isinstance(job["createdAt"], int) and isinstance(job["state"], str)):
        raise TypeError("the state or the time of creation is invalid")
    summary = {key: job[key] for key in ("kind", "userId", "state", "createdAt", "updatedAt")}
    return {**summary, "cleared": job.get("clearedAt") is not None}


def to_public(job: Mapping[str, Any]) -> dict[str, Any]:
    """Return a job as clients see it, without the service's internal fields."""
    public = {key: value for key, value in job.items() if key not in _PRIVATE}
    return {**public, "code": (job.get("failure") or {}).get("code")}


def receiver_of(job: Mapping[str, Any]) -> str:
    """Return the id of the user whose webhook a job has: also if another one has resumed it."""
    receiver: str = job.get("webhookUserId") or job["userId"]
    return receiver


def shown_to(user_id: str, job: Mapping[str, Any]) -> dict[str, Any]:
    """Return a job as this user sees it: only the user who ordered it sees its webhook."""
    public = to_public(job)
    return public if receiver_of(job) == user_id else {**public, "webhook": None}
