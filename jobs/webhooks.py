"""The end of a job: its work is updated, its webhook is sent, and it leaves the queue.

Webhooks notify a client's server, as Standard Webhooks describes. Each user has a secret, derived
from one that the service keeps; receivers verify signatures with it
(https://www.standardwebhooks.com). A webhook that was not accepted is sent again when the job's
document says that it is due, by the process that reads the queue. Until then it takes neither a
thread nor an open file.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

import orjson

from config import Settings
from errors import FieldsError
from jobs.kinds import JobKinds
from jobs.model import FINISHED, Job, is_finalized, to_public
from jobs.run import JobRun
from outbound import fetch
from outbound.addresses import parse_url, port_of, resolve
from outbound.errors import OutboundError
from storage.clock import now_ms
from storage.locking.fair_places import LocalPlaces
from storage.locking.locks import FileLock
from storage.paths import DELIVERING, WEBHOOK_SECRET
from storage.store import Store

_TIMEOUT_SECONDS = 15.0
_LOOKUP_SECONDS = 5.0
_MAX_DELIVERIES = 16  # requests to receivers at once in a process, shared by its users


class Finalizer:
    """Finalizes the jobs of a process."""

    def __init__(self, kinds: JobKinds, delays: Sequence[float]) -> None:
        """Send a webhook `delays` seconds after the job's end, or after the attempt before."""
        self._kinds = kinds
        self._delays = delays
        self.deliveries = LocalPlaces(_MAX_DELIVERIES)

    def finalize(self, run: JobRun) -> None:
        """Do what is left to do for a finished job now, unless another process does.

        Raises NotFoundError if the job was deleted, WorkerStoppingError.
        """
        directory = run.table.documents.directory_of(run.ref.id)
        lock = FileLock.try_acquire(directory, DELIVERING)
        if lock is None:
            return
        with lock:
            if not _was_sent(run.job):
                run.retry_while_disk_full(lambda: self._kinds[run.job["kind"]].finalize(run))
            self._deliver(run)
            with run.table.lock(run.ref.id):
                if is_finalized(run.job):  # not resumed in the meantime
                    run.store.queue.discard(*run.ref)

    def is_ready(self, job: Mapping[str, Any]) -> bool:
        """Return whether a job's webhook is due, and its user may have one more sent now."""
        return self._is_due(job) and self.deliveries.has_share(job["userId"])

    def _deliver(self, run: JobRun) -> None:
        """Deliver the job's webhook if it is due and its user has a share of the deliveries."""
        job = run.job
        if self._is_due(job) and self.deliveries.try_take(job["userId"]):
            try:
                self._send(run)
            finally:
                self.deliveries.give_back(job["userId"])

    def _send(self, run: JobRun) -> None:
        """Send the webhook of a job once, and note the outcome in the job."""
        job = run.job
        note = partial(
            _note_delivery,
            delivery=_attempt(run, job),
            finished_at=job["finishedAt"],
            attempts=len(self._delays),
        )
        run.retry_while_disk_full(partial(run.change, note))

    def _is_due(self, job: Mapping[str, Any]) -> bool:
        """Return whether a webhook is to be sent now: after the end, or a while after a failure.

        If the clock was set back by more than that while, it is.
        """
        if job["state"] not in FINISHED or is_finalized(job):
            return False
        webhook = job["webhook"]
        last: int = webhook["deliveries"][-1]["at"] if webhook["tries"] else job["finishedAt"]
        delay: float = self._delays[webhook["tries"]]
        return abs(now_ms() - last) >= 1000 * delay


def secret_of(store: Store, user_id: str) -> str:
    """Return a user's webhook secret, as `whsec_…`."""
    return "whsec_" + base64.b64encode(_key(store, user_id)).decode()


def check_url(url: str, settings: Settings) -> None:
    """Raise FieldsError for a `webhookUrl` that webhooks may not be sent to."""
    try:
        address = parse_url(url, any_port=True)
        private = address.host in settings.intranet_hosts
        resolve(address.host, port_of(address), _LOOKUP_SECONDS, private=private)
    except OutboundError as exc:
        raise FieldsError({"webhookUrl": [str(exc)]}) from None


def _was_sent(job: Mapping[str, Any]) -> bool:
    """Return whether a finished job's webhook was sent, accepted or not."""
    return bool(job["webhook"] and job["webhook"]["tries"])


def _attempt(run: JobRun, job: Mapping[str, Any]) -> dict[str, Any]:
    now = datetime.now(UTC)
    payload = {"type": f"job.{job['state']}", "timestamp": now.isoformat(), "data": to_public(job)}
    body = orjson.dumps(payload)
    signature = _signature_headers(run.store, job, int(now.timestamp()), body)
    headers = {"Content-Type": "application/json", **signature}
    hosts = run.settings.intranet_hosts
    try:
        url = job["webhook"]["url"]
        status = fetch.post(url, body, headers, seconds=_TIMEOUT_SECONDS, allowed_hosts=hosts)
    except OutboundError as exc:
        return {"at": now_ms(), "status": None, "error": str(exc)}
    return {"at": now_ms(), "status": status, "error": None}


def _signature_headers(
    store: Store, job: Mapping[str, Any], now: int, body: bytes
) -> dict[str, str]:
    """Return the signature headers; the id is the same at every attempt, to recognise repeats."""
    message_id = f"{job['id']}_{job['finishedAt']}"
    content = f"{message_id}.{now}.".encode() + body
    digest = hmac.new(_key(store, job["userId"]), content, hashlib.sha256).digest()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(now),
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }


def _key(store: Store, user_id: str) -> bytes:
    return hmac.new(store.secret(WEBHOOK_SECRET), user_id.encode(), hashlib.sha256).digest()


def _note_delivery(job: Job, delivery: dict[str, Any], finished_at: int, attempts: int) -> None:
    """Note an attempt in the job; if it was resumed since, its webhook state is not changed."""
    webhook = job["webhook"]
    webhook["deliveries"] = [*webhook["deliveries"], delivery]
    if job["finishedAt"] != finished_at:
        return
    tries = webhook["tries"] + 1
    accepted = delivery["status"] is not None and 200 <= delivery["status"] < 300
    state = "delivered" if accepted else "failed" if tries == attempts else "pending"
    webhook.update(state=state, tries=tries)
