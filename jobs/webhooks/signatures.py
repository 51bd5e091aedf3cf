"""Signatures of webhooks, and the secrets that they are made with.

Webhooks are signed as Standard Webhooks describes it, with secrets that are derived from one that
the service keeps: one for each user, and after a rotation two for a day. A user's document has the
number of rotations and the time of the last one, and none of the secrets.
"""

import base64
import hmac
from collections.abc import Mapping
from typing import Any, NamedTuple

from errors import GoneError
from storage.clock import DAY_MS, now_ms
from storage.errors import NotFoundError
from storage.paths import WEBHOOK_SECRET
from storage.store import Store

_FIELD = "webhookSecret"
_MAX_NAMES = 20  # of earlier rotations: a request is repeated for a day


class Secrets(NamedTuple):
    """The key of new signatures; the key before the last rotation, and until when it is used."""

    current: bytes
    previous: bytes | None
    until: int | None

    def signatures(self, content: bytes) -> str:
        """Return the signatures of a message by all keys, as its header has them."""
        keys = [key for key in (self.current, self.previous) if key]
        return " ".join(f"v1,{_encode(hmac.digest(key, content, 'sha256'))}" for key in keys)

    def to_public(self) -> dict[str, Any]:
        """Return the secret as the API shows it."""
        until = {} if self.until is None else {"previousValidUntil": self.until}
        return {"secret": f"whsec_{_encode(self.current)}", **until}


def secrets_of(store: Store, user_id: str) -> Secrets:
    """Return the secrets that a user's webhooks are signed with now."""
    return _secrets(store, user_id, _state(store.users.snapshot(user_id).values))


def rotate(store: Store, user_id: str, name: str | None) -> Secrets:
    """Begin to sign with a new secret; the one before is used for another day.

    One from before that ends at once. `name` is that of the rotation, for `rotated`; one of a name
    is made once. Raises GoneError if there was another one since.
    """

    def mutate(user: dict[str, Any]) -> None:
        state = _state(user)
        if name is not None and state.get("name") == name:  # the same request, sent twice at once
            return
        known = [*state.get("earlier", ()), state.get("name")]
        if name is not None and name in known:
            raise GoneError("Rotated since", "The secret was rotated again after this request.")
        new = {"number": state["number"] + 1, "rotatedAt": now_ms(), "name": name}
        user[_FIELD] = {**new, "earlier": [each for each in known if each][-_MAX_NAMES:]}

    return _secrets(store, user_id, _state(store.users.change(user_id, mutate).values))


def rotated(store: Store, user_id: str, name: str) -> Secrets:
    """Return the secrets after the rotation of this name. Raises NotFoundError after another."""
    state = _state(store.users.snapshot(user_id).values)
    if state.get("name") != name:
        raise NotFoundError(name)
    return _secrets(store, user_id, state)


def signature_headers(
    store: Store, user_id: str, message_id: str, now: int, body: bytes
) -> dict[str, str]:
    """Return the headers that sign a message to a user, sent at `now` (in seconds)."""
    content = f"{message_id}.{now}.".encode() + body
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(now),
        "webhook-signature": secrets_of(store, user_id).signatures(content),
    }


def _state(user: Mapping[str, Any]) -> Mapping[str, Any]:
    state: Mapping[str, Any] = user.get(_FIELD) or {"number": 0, "rotatedAt": None}
    return state


def _secrets(store: Store, user_id: str, state: Mapping[str, Any]) -> Secrets:
    current = _key(store, user_id, state["number"])
    if state["rotatedAt"] is None or now_ms() - state["rotatedAt"] >= DAY_MS:
        return Secrets(current, None, None)
    return Secrets(current, _key(store, user_id, state["number"] - 1), state["rotatedAt"] + DAY_MS)


def _key(store: Store, user_id: str, number: int) -> bytes:
    name = f"{user_id}/{number}" if number else user_id
    return hmac.digest(store.secret(WEBHOOK_SECRET), name.encode(), "sha256")


def _encode(data: bytes) -> str:
    return base64.b64encode(data).decode()
