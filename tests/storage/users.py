"""Helpers for lists of users, each with a number that tests change and compare."""

from pathlib import Path
from typing import Any

from storage.documents.index import Index, Listing
from storage.store import Store

STABLE_AFTER = 0.06  # seconds after which a file's modification time is trusted


def create_users(store: Store, *doc_ids: str) -> None:
    """Create users whose number is 0."""
    for doc_id in doc_ids:
        store.users.create(doc_id, {"updatedAt": 1, "number": 0})


def set_number(store: Store, doc_id: str, number: int) -> None:
    """Change a user's number through a store."""
    store.users.change(doc_id, lambda user: user.update(number=number))


def user_file(store: Store, doc_id: str) -> Path:
    """Return the file of a user's document, to be changed without the store."""
    return Path(store.users.documents.path_of(doc_id))


def summarize(user: Any) -> dict[str, Any]:
    """Return a user's values for the list; the function that `Store.index` takes."""
    times = {key: user[key] for key in ("updatedAt", "createdAt") if key in user}
    return {**times, "number": user["number"]}


def users_index(store: Store) -> Index:
    """Return a store's index of users."""
    return store.index(store.users, summarize)


def numbers(listing: Listing) -> dict[str, int]:
    """Return the numbers of the listed users by id, in the list's order."""
    return {entry.id: entry.values["number"] for entry in listing.entries}
