"""Lists of projects: those that a user sees, each with the user's role in it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import orjson

from access.projects import access_by
from storage.documents.index import Entry, Index, Summary
from storage.documents.snapshots import members_by_id
from storage.store import Store

_LISTED = ("id", "userId", "name", "updatedAt")


def visible(store: Store, user_id: str) -> list[Entry]:
    """Return the projects that a user owns or is a member of, newest first.

    Each is {id, userId, name, updatedAt, role}, for editors also with `mayPay`.
    """
    return index(store).current().choose(user_id, _seen_by(user_id))


def index(store: Store) -> Index:
    """Return the index of all users' projects, with their members."""
    return store.index(store.projects, _summary)


def _summary(project: Mapping[str, Any]) -> Summary:
    return {**{key: project[key] for key in _LISTED}, "members": members_by_id(project)}


def _seen_by(user_id: str) -> Callable[[Entry], Entry | None]:
    def see(entry: Entry) -> Entry | None:
        listed = entry.values
        access = access_by(listed["userId"], listed["members"], user_id)
        if access is None:
            return None
        values = {**{key: listed[key] for key in _LISTED}, **access.shown}
        return replace(entry, values=values, data=orjson.dumps(values))

    return see
