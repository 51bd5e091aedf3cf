"""Users with a number each, and lists of them: something small to change and to look at."""

from pathlib import Path
from typing import Any

from storage.index import Index, Listing
from storage.store import Store


def make(store: Store, *doc_ids: str) -> None:
    for doc_id in doc_ids:
        store.users.create(doc_id, {"updatedAt": 1, "number": 0})


def put(store: Store, doc_id: str, number: int) -> None:
    store.users.change(doc_id, lambda user: user.update(number=number))


def file_of(store: Store, doc_id: str) -> Path:
    return Path(store.users.documents.path_of(doc_id))


def summary(user: Any) -> dict[str, Any]:
    times = {key: user[key] for key in ("updatedAt", "createdAt") if key in user}
    return {**times, "number": user["number"]}


def listing(store: Store) -> Index:
    return store.index(store.users, summary)


def numbers(listed: Listing) -> dict[str, int]:
    """What a list shows, in its order."""
    return {entry.id: entry.values["number"] for entry in listed.entries}
