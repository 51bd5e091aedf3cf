"""Keys of vendors that users keep on the server: a document for each user, in no backup.

    {"id": <user>, "userId": <user>, "keys": {"gemini": {"key": "…", "updatedAt": <ms>}}, …}

A key goes to its vendor only: whatever lists keys shows their last characters.
"""

from contextlib import suppress
from typing import Any

from providers.models import vendor_of
from storage.clock import now_ms
from storage.errors import ExistsError, NotFoundError
from storage.paths import PROVIDER_KEYS
from storage.store import Store

_SHOWN_CHARACTERS = 4
_MIN_SHOWN = 12  # characters of a key of which some are shown

Document = dict[str, Any]


def find(store: Store, user_id: str, provider: str) -> str:
    """Return the key that a user keeps for a provider's vendor; "" if there is none."""
    entry = _keys(store, user_id).get(vendor_of(provider))
    return str(entry["key"]) if entry else ""


def has_any(store: Store, user_id: str) -> bool:
    """Return whether a user keeps a key of any vendor."""
    return bool(_keys(store, user_id))


def list_keys(store: Store, user_id: str) -> list[dict[str, Any]]:
    """Return which keys a user keeps: `[{provider, last4, updatedAt}]`, by vendor.

    Of a short key nothing is shown.
    """
    return [
        {
            "provider": vendor,
            "last4": entry["key"][-_SHOWN_CHARACTERS:] if len(entry["key"]) >= _MIN_SHOWN else "",
            "updatedAt": entry["updatedAt"],
        }
        for vendor, entry in sorted(_keys(store, user_id).items())
    ]


def keep(store: Store, user_id: str, vendor: str, key: str) -> None:
    """Keep a user's key for a vendor, in place of an earlier one."""
    now = now_ms()

    def mutate(document: Document) -> None:
        document["keys"][vendor] = {"key": key, "updatedAt": now}
        document["updatedAt"] = now

    try:
        store.provider_keys.change(user_id, mutate)
    except NotFoundError:
        with suppress(ExistsError):  # created by a concurrent request
            ids = {"id": user_id, "userId": user_id}
            store.provider_keys.create(
                user_id, {**ids, "keys": {}, "createdAt": now, "updatedAt": now}
            )
        store.provider_keys.change(user_id, mutate)


def delete(store: Store, user_id: str, vendor: str) -> None:
    """Delete a user's key of a vendor. Raises NotFoundError."""

    def mutate(document: Document) -> None:
        if document["keys"].pop(vendor, None) is None:
            raise NotFoundError(f"{PROVIDER_KEYS}/{vendor}")
        document["updatedAt"] = now_ms()

    try:
        store.provider_keys.change(user_id, mutate)
    except NotFoundError:
        raise NotFoundError(f"{PROVIDER_KEYS}/{vendor}") from None


def _keys(store: Store, user_id: str) -> Document:
    try:
        keys: Document = store.provider_keys.snapshot(user_id).values["keys"]
    except NotFoundError:
        return {}
    return keys
