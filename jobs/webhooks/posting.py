"""One attempt to send a message to a receiver, signed as Standard Webhooks describes it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

import orjson

from jobs.webhooks.secrets import secrets_of
from outbound import fetch
from outbound.errors import OutboundError, PrivateAddressError
from settings.config import Settings
from storage.clock import now_ms
from storage.store import Store

Json = dict[str, Any]

_TIMEOUT_SECONDS = 15.0


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
        **_signature(store, letter, int(now.timestamp()), body),
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


def _signature(store: Store, letter: Letter, now: int, body: bytes) -> dict[str, str]:
    content = f"{letter.id}.{now}.".encode() + body
    return {
        "webhook-id": letter.id,
        "webhook-timestamp": str(now),
        "webhook-signature": secrets_of(store, letter.user_id).signatures(content),
    }
