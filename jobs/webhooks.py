"""Telling a client's server that its job has ended, after the Standard Webhooks scheme.

Each user has a secret of their own, which follows from one that the service keeps; receivers check
the signature with it (https://www.standardwebhooks.com).
"""

import base64
import hashlib
import hmac
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

import orjson

from jobs.job import FINISHED, Job, settled, shown
from jobs.run import Run
from outbound import fetch
from outbound.errors import OutboundError
from storage.clock import now_ms
from storage.paths import WEBHOOK_SECRET
from storage.store import Store

_DELAYS = (0, 5, 30, 120, 600, 1800)  # seconds before each try
_SECONDS = 15.0


def secret_of(store: Store, user_id: str) -> str:
    """The secret by which a user's receivers check what they get, as `whsec_…`."""
    return "whsec_" + base64.b64encode(_key(store, user_id)).decode()


def deliver(run: Run) -> None:
    """Tell the job's webhook how it ended, again and again until that is heard, or given up.

    Raises StoppingError, after which another process goes on with it.
    """
    while not settled(job := run.job) and job["state"] in FINISHED:
        if _rested(run, _DELAYS[job["webhook"]["tries"]], job["finishedAt"]):
            delivery = _try(run, job)
            note = partial(_note, delivery=delivery, ended=job["finishedAt"])
            run.insist(partial(run.change, note))


def _rested(run: Run, seconds: float, ended: int) -> bool:
    """Wait before a try; False once the job was resumed, which makes that end old news."""
    until = time.monotonic() + seconds
    while run.job["finishedAt"] == ended:
        left = until - time.monotonic()
        if left <= 0:
            return True
        run.rest(left)
    return False


def _try(run: Run, job: Mapping[str, Any]) -> dict[str, Any]:
    now = datetime.now(UTC)
    payload = {"type": f"job.{job['state']}", "timestamp": now.isoformat(), "data": shown(job)}
    body = orjson.dumps(payload)
    signed = _signed(run.store, job, int(now.timestamp()), body)
    headers = {"Content-Type": "application/json", **signed}
    hosts = run.settings.intranet_hosts
    try:
        url = job["webhook"]["url"]
        status = fetch.post(url, body, headers, seconds=_SECONDS, allowed_hosts=hosts)
    except OutboundError as exc:
        return {"at": now_ms(), "status": None, "error": str(exc)}
    return {"at": now_ms(), "status": status, "error": None}


def _signed(store: Store, job: Mapping[str, Any], now: int, body: bytes) -> dict[str, str]:
    """The scheme's headers; the id is the same at every try, so that receivers know repeats."""
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


def _note(job: Job, delivery: dict[str, Any], ended: int) -> None:
    """Note a try to tell of that end of the job; it may have gone on, and be to be told again."""
    webhook = job["webhook"]
    webhook["deliveries"] = [*webhook["deliveries"], delivery]
    if job["finishedAt"] != ended:
        return
    tries = webhook["tries"] + 1
    heard = delivery["status"] is not None and 200 <= delivery["status"] < 300
    state = "delivered" if heard else "failed" if tries == len(_DELAYS) else "pending"
    webhook.update(state=state, tries=tries)
