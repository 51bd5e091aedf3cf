"""Keys of vendors that are kept on the server, for a user or for a project, in no backup.

    {"id": <user or project>, "userId": <user>, "keys": {"gemini": {"key": "…", "updatedAt": <ms>}}}

A key goes to its vendor only: whatever lists keys shows their last characters. The keys of a
project are those that its owner put there (`userId`): handing it over ends their use at once, and
deletes them.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from access.projects import access_of
from access.rights import PAY
from providers.models import vendor_of
from providers.offers import Caller
from storage.clock import now_ms
from storage.documents.snapshots import Snapshot
from storage.errors import ExistsError, NotFoundError
from storage.paths import PROVIDER_KEYS
from storage.store import Store

_SHOWN_CHARACTERS = 4
_MIN_SHOWN = 12  # characters of a key of which some are shown

Document = dict[str, Any]


class Keeper(NamedTuple):
    """Whom keys are kept for, a user or a project, and the user who put them there."""

    id: str
    user_id: str

    @property
    def is_project(self) -> bool:
        """Whether the keys are a project's."""
        return self.id != self.user_id


def keeper(user_id: str) -> Keeper:
    """Return the keeper of a user's own keys."""
    return Keeper(user_id, user_id)


def keepers_of(store: Store, user_id: str, project_id: str | None) -> tuple[Keeper, ...]:
    """Return whose keys a user's calls in a project may use: the user's own come first.

    The project's are for those who may pay there. A project that does not exist has none: that of
    videos is created with the first one.
    """
    own = keeper(user_id)
    if project_id is not None:
        with suppress(NotFoundError):
            access = access_of(store, project_id, user_id)
            if access.has(PAY):
                return own, Keeper(project_id, access.owner_id)
    return (own,)


def holder(store: Store, keepers: Iterable[Keeper], provider: str) -> Keeper | None:
    """Return the first keeper who has a key for a provider's vendor; None if nobody has."""
    vendor = vendor_of(provider)
    return next((each for each in keepers if vendor in _keys(store, each)), None)


def find(store: Store, keepers: Iterable[Keeper], provider: str) -> str:
    """Return the key of the first keeper who has one for a provider's vendor; "" if nobody has."""
    vendor = vendor_of(provider)
    found = (_keys(store, each).get(vendor) for each in keepers)
    return next((str(entry["key"]) for entry in found if entry), "")


def vendors_of(
    store: Store,
    keepers: Sequence[Keeper],
    calls: Iterable[Mapping[str, Any]],
    roles: Iterable[str],
) -> set[str]:
    """Return the vendors whose kept keys calls use; those of `roles` use the request's keys."""
    keyed = set(roles)
    providers = {call["provider"] for call in calls if call["role"] not in keyed}
    return {vendor_of(each) for each in providers if find(store, keepers, each)}


def caller(store: Store, user_id: str, project_id: str | None = None) -> Caller:
    """Return the user, and whose keys decide which providers are on offer in a project."""
    user = store.users.snapshot(user_id).values
    kept = (_keys(store, each) for each in keepers_of(store, user_id, project_id))
    return Caller(user["email"], frozenset().union(*kept), user.get("selfRegistered", False))


def list_keys(store: Store, keeper: Keeper) -> list[dict[str, Any]]:
    """Return which keys are kept for a keeper: `[{provider, last4, updatedAt}]`, by vendor.

    Of a short key nothing is shown.
    """
    return [
        {
            "provider": vendor,
            "last4": entry["key"][-_SHOWN_CHARACTERS:] if len(entry["key"]) >= _MIN_SHOWN else "",
            "updatedAt": entry["updatedAt"],
        }
        for vendor, entry in sorted(_keys(store, keeper).items())
    ]


def keep(store: Store, keeper: Keeper, vendor: str, key: str) -> None:
    """Keep a key for a vendor, in place of an earlier one, and of all that others put there."""
    now = now_ms()

    def mutate(document: Document) -> None:
        if document["userId"] != keeper.user_id:
            document.update(userId=keeper.user_id, keys={})
        document["keys"][vendor] = {"key": key, "updatedAt": now}
        document["updatedAt"] = now

    try:
        store.provider_keys.change(keeper.id, mutate)
    except NotFoundError:
        with suppress(ExistsError):  # created by a concurrent request
            ids = {"id": keeper.id, "userId": keeper.user_id}
            store.provider_keys.create(
                keeper.id, {**ids, "keys": {}, "createdAt": now, "updatedAt": now}
            )
        store.provider_keys.change(keeper.id, mutate)


def delete(store: Store, keeper: Keeper, vendor: str) -> None:
    """Delete a kept key of a vendor. Raises NotFoundError."""

    def mutate(document: Document) -> None:
        is_theirs = document["userId"] == keeper.user_id
        if not is_theirs or document["keys"].pop(vendor, None) is None:
            raise NotFoundError(f"{PROVIDER_KEYS}/{vendor}")
        document["updatedAt"] = now_ms()

    try:
        store.provider_keys.change(keeper.id, mutate)
    except NotFoundError:
        raise NotFoundError(f"{PROVIDER_KEYS}/{vendor}") from None


def delete_all(store: Store, keeper: Keeper) -> None:
    """Delete all keys that a keeper's user put there; those that another user put there stay."""

    def check(document: Snapshot) -> None:
        if document.values["userId"] != keeper.user_id:
            raise NotFoundError(f"{PROVIDER_KEYS}/{keeper.id}")

    with suppress(NotFoundError):
        store.provider_keys.delete(keeper.id, check)


def _keys(store: Store, keeper: Keeper) -> Document:
    try:
        document = store.provider_keys.snapshot(keeper.id).values
    except NotFoundError:
        return {}
    keys: Document = document["keys"] if document["userId"] == keeper.user_id else {}
    return keys
