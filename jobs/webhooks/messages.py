"""Messages of webhooks: an attempt to send any of them; what those about jobs say, and to whom.

What those about reviews say is in sharing/reviews/notices.py; how all are signed, in signatures.py.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

import orjson

from access.projects import access_of
from jobs.model import JobRef, ordered_at, project_of, receiver_of, to_public
from jobs.webhooks.signatures import signature_headers
from outbound import fetch
from outbound.addresses import OutboundError, PrivateAddressError
from schemas.lists import join
from schemas.new_jobs import PIPELINE
from schemas.webhooks import ENDED, EXPORT_READY, PROGRESS, STARTED
from settings.config import Settings
from storage.clock import now_ms
from storage.errors import NotFoundError
from storage.store import Store

Json = dict[str, Any]

_TIMEOUT_SECONDS = 15.0

Job = Mapping[str, Any]

_ADDRESSES = ("url", "posterUrl", "captionsUrl")  # of an export


class Letter(NamedTuple):
    """A message to a user's receiver: its id, the same whenever it is sent again, and its body.

    `told_at` is when happened what it tells, in milliseconds.
    """

    user_id: str
    url: str
    id: str
    type: str
    told_at: int
    body: Mapping[str, Any]


def post(store: Store, settings: Settings, letter: Letter) -> Json:
    """Send a message once; return the outcome, as a job lists deliveries.

    A disabled user is told nothing.
    """
    if store.users.snapshot(letter.user_id).values.get("disabled"):
        return refusal(letter, "Not sent: the user is disabled.")
    now = datetime.now(UTC)
    told_at = datetime.fromtimestamp(letter.told_at / 1000, UTC)
    about = {"type": letter.type, "timestamp": told_at.isoformat(timespec="milliseconds")}
    body = orjson.dumps({**about, **letter.body})
    headers = {
        "Content-Type": "application/json",
        **signature_headers(store, letter.user_id, letter.id, int(now.timestamp()), body),
    }
    try:
        status = fetch.post(
            *(letter.url, body, headers),
            seconds=_TIMEOUT_SECONDS,
            allowed_hosts=settings.intranet_hosts,
        )
    except PrivateAddressError as exc:
        return refusal(letter, str(exc.naming_setting()))
    except OutboundError as exc:
        return refusal(letter, str(exc))
    return _outcome(letter, status, None)


def refusal(letter: Letter, reason: str) -> Json:
    """Return the outcome of a message that was not sent, or that nobody answered."""
    return _outcome(letter, None, reason)


def is_accepted(outcome: Mapping[str, Any]) -> bool:
    """Return whether a message was accepted."""
    return outcome["status"] is not None and 200 <= outcome["status"] < 300


def _outcome(letter: Letter, status: int | None, error: str | None) -> Json:
    about = {"id": letter.id, "type": letter.type}
    return {"at": now_ms(), **about, "status": status, "error": error}


class Message(NamedTuple):
    """A message about a job: its id, the same whenever it is sent again; its type; its data.

    `told_at` is when happened what it tells, in milliseconds.
    """

    id: str
    type: str
    told_at: int
    data: Json
    job: Job


def ended(job: Job, data: Json) -> Message:
    """Return what is told of a job that has ended; `data` is the job as clients see it."""
    told_at = job["finishedAt"]
    return Message(f"{job['id']}_{told_at}", f"job.{job['state']}", told_at, data, job)


def export_ready(job: Job, export: Job, settings: Settings) -> Message:
    """Return what is told of the export that a job has made."""
    base = _base(job, settings)
    absolute = {name: join(base, export[name]) for name in _ADDRESSES if name in export}
    names = ("projectId", "workId", "metadata")
    about = {name: job[name] for name in names if job.get(name) is not None}
    data = {**export, **(absolute if base else {}), "jobId": job["id"], **about}
    told_at = job["finishedAt"]
    return Message(f"{job['id']}_{told_at}_export", EXPORT_READY, told_at, data, job)


def started(job: Job) -> Message:
    """Return what is told of a job that has begun, once for each order and resumption."""
    message_id = f"{job['id']}_{ordered_at(job)}_started"
    return Message(message_id, STARTED, job["updatedAt"], to_public(job), job)


def progressed(job: Job, tenth: int) -> Message:
    """Return what is told of a job of which another tenth is done."""
    message_id = f"{job['id']}_{ordered_at(job)}_{tenth}0"
    return Message(message_id, PROGRESS, job["updatedAt"], to_public(job), job)


def events_of(job: Job) -> list[str]:
    """Return the events that a job's webhook is sent for."""
    webhook = job["webhook"]
    if webhook is None:
        return []
    events: list[str] = webhook.get("events") or [ENDED]  # absent until 0.3.0
    return events


def send(store: Store, settings: Settings, ref: JobRef, message: Message) -> Json:
    """Send a message once; return the outcome, as a job lists deliveries.

    A user who may not see the job's project any more gets no message.
    """
    job, body = message.job, {"data": message.data, **_links(message.job, ref, settings)}
    address = receiver_of(job), job["webhook"]["url"]
    letter = Letter(*address, message.id, message.type, message.told_at, body)
    if not _sees_project(store, job):
        return refusal(letter, "Not sent: the project is not shared with the user any more.")
    return post(store, settings, letter)


def _sees_project(store: Store, job: Job) -> bool:
    project_id = project_of(job)
    if project_id is None or project_id not in store.projects.documents:  # a deleted one
        return True
    try:
        access_of(store, project_id, receiver_of(job))
    except NotFoundError:
        return False
    return True


def _links(job: Job, ref: JobRef, settings: Settings) -> Json:
    """Return the absolute addresses that a message has besides its data, and their base."""
    base = _base(job, settings)
    if not base:
        return {}
    makes_its_work = job["kind"] == PIPELINE and ref.work_ref is None
    path = f"/api/videos/{ref.id}" if makes_its_work else ref.url
    links = {"job": join(base, path)}
    if job["projectId"] and job["workId"]:
        links["work"] = join(base, f"/api/projects/{job['projectId']}/works/{job['workId']}")
    return {"baseUrl": base, "links": links}


def _base(job: Job, settings: Settings) -> str:
    return settings.public_url or job.get("origin") or ""
