"""Who is in a work at the moment, and what they edit; forgotten soon after the last heartbeat.

Each work that somebody has open has a document in the collection `presence`, with its tabs. It is
not synchronized to the disk and in no backup (decision 36).
"""

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from operator import itemgetter
from typing import Any

from access.projects import access_of
from storage.clock import later_than, now_ms
from storage.documents.index import Follower
from storage.documents.snapshots import Snapshot
from storage.errors import ExistsError, NotFoundError, StorageError, UnreadableError
from storage.paths import WorkRef
from storage.store import Store

Tab = dict[str, Any]  # {userId, tab, editing, changedAt, seenAt}
Person = dict[str, Any]  # {userId, name, editing, tabs}
Change = Callable[[list[Tab]], list[Tab]]

MAX_TABS = 20  # of a user in a work; a further one replaces the one not heard of for longest
_SEEN, _CHANGED = itemgetter("seenAt"), itemgetter("changedAt")
_KEPT_MS = 60 * 60 * 1000
_ATTEMPTS = 3  # the document may be created or deleted by others meanwhile

News = dict[str, Any]  # {projectId, workId, people}


class Presence:
    """The people in works; `seconds` is how long somebody is there without a heartbeat."""

    def __init__(self, store: Store, seconds: float) -> None:
        self._store = store
        self._milliseconds = int(1000 * seconds)

    def enter(self, ref: WorkRef, user_id: str, heartbeat: Mapping[str, Any]) -> list[Person]:
        """Note the heartbeat {tab, editing} of a user; return who is in the work.

        Raises NotFoundError if there is no such work. If it cannot be written, such as on a full or
        read-only disk, nobody sees the user.
        """
        self._store.work(ref)

        def change(tabs: list[Tab]) -> list[Tab]:
            return _with_heartbeat(tabs, user_id, heartbeat)

        self._change(ref, change)
        return self.people_in(ref)

    def leave(self, ref: WorkRef, user_id: str, tab: str | None) -> None:
        """Forget a tab of a user, or all of them."""

        def is_meant(each: Tab) -> bool:
            return each["userId"] == user_id and tab in {None, each["tab"]}

        def change(tabs: list[Tab]) -> list[Tab]:
            return [each for each in tabs if not is_meant(each)]

        if self._tabs(presence_id(ref)):
            self._change(ref, change)

    def people_in(self, ref: WorkRef) -> list[Person]:
        """Return who is in a work, those who came first before the others."""
        return self.people(ref.project_id, self._tabs(presence_id(ref)))

    def people(self, project_id: str, tabs: Sequence[Tab]) -> list[Person]:
        """Return who has a work of a project open in one of these tabs, and may still see it."""
        by_user: dict[str, list[Tab]] = {}
        for tab in self._present(tabs):
            by_user.setdefault(tab["userId"], []).append(tab)
        people = (self._person(project_id, user_id, each) for user_id, each in by_user.items())
        return [person for person in people if person is not None]

    def _tabs(self, document_id: str) -> list[Tab]:
        with suppress(NotFoundError, UnreadableError):
            tabs: list[Tab] = self._store.presence.snapshot(document_id).values["tabs"]
            return tabs
        return []

    def _present(self, tabs: Sequence[Tab]) -> list[Tab]:
        now = now_ms()  # the clock may have been set back since: hence `abs`
        return [tab for tab in tabs if abs(now - tab["seenAt"]) < self._milliseconds]

    def _person(self, project_id: str, user_id: str, tabs: Sequence[Tab]) -> Person | None:
        try:
            access_of(self._store, project_id, user_id, recent=True)
            user = self._store.users.documents.recent_snapshot(user_id).values
        except (NotFoundError, UnreadableError):
            return None
        if user.get("disabled"):
            return None
        edited = [tab for tab in tabs if tab["editing"] is not None]
        editing = max(edited, key=_CHANGED)["editing"] if edited else None
        return {"userId": user_id, "name": user["name"], "editing": editing, "tabs": len(tabs)}

    def _change(self, ref: WorkRef, change: Change) -> None:
        """Change the tabs of a work, without those that have expired, if that is possible."""
        document_id = presence_id(ref)

        def mutate(document: dict[str, Any]) -> None:
            document["tabs"] = change(self._present(document["tabs"]))
            document["updatedAt"] = later_than(document["updatedAt"])

        new = {"id": document_id, "projectId": ref.project_id, "workId": ref.work_id}
        with suppress(StorageError):
            for _ in range(_ATTEMPTS):
                with suppress(NotFoundError):
                    self._store.presence.change(document_id, mutate)
                    return
                with suppress(ExistsError):
                    tabs = {"tabs": change([]), "updatedAt": now_ms()}
                    self._store.presence.create(document_id, {**new, **tabs})
                    return


def delete_expired(store: Store) -> None:
    """Delete what is known of works that nobody has had open for an hour."""

    def check(document: Snapshot) -> None:
        with suppress(UnreadableError):  # damaged: deleted as well
            if document.values["updatedAt"] > now_ms() - _KEPT_MS:
                raise NotFoundError(document.values["id"])

    for document_id in list(store.presence.documents):
        with suppress(StorageError, KeyError, TypeError):  # deleted concurrently, or damaged
            store.presence.delete(document_id, check)


def _with_heartbeat(tabs: list[Tab], user_id: str, heartbeat: Mapping[str, Any]) -> list[Tab]:
    """Return the tabs with the one that sent a heartbeat: in its old place, or at the end."""
    own, now = (user_id, heartbeat["tab"]), now_ms()
    before = next((tab for tab in tabs if (tab["userId"], tab["tab"]) == own), None)
    mine = sorted((each for each in tabs if each["userId"] == user_id), key=_SEEN)
    changed_at = later_than(max(map(_CHANGED, mine), default=0))  # in the same millisecond as well
    tab = {"userId": user_id, **heartbeat, "changedAt": changed_at, "seenAt": now}
    if before is not None:
        if before["editing"] == tab["editing"]:
            tab["changedAt"] = before["changedAt"]
        return [tab if each is before else each for each in tabs]
    surplus = mine[: max(0, len(mine) - MAX_TABS + 1)]
    return [*(each for each in tabs if each not in surplus), tab]


def presence_id(ref: WorkRef) -> str:
    """Return the id of the document that says who is in a work."""
    return hashlib.sha256(f"{ref.project_id}/{ref.work_id}".encode()).hexdigest()[:32]


class PresenceFeed:
    """The people in works as one reader has seen them."""

    def __init__(self, store: Store, seconds: float) -> None:
        self._presence = Presence(store, seconds)
        self._follower = Follower(store.index(store.presence, _summary))
        self._seen: dict[str, list[Person]] = {}  # by the document's id, where somebody is

    def changes(self, project_ids: Collection[str]) -> Iterator[News]:
        """Yield the works of these projects in which the people, or what they edit, have changed.

        At first those in which somebody is. Somebody is gone without a change, after a time.
        """
        self._follower.changes()
        for document_id, entry in self._follower.entries.items():
            values = entry.values
            if values["projectId"] in project_ids:
                people = self._presence.people(values["projectId"], values["tabs"])
                if people != self._seen.pop(document_id, []):
                    yield {**_ids(values), "people": people}
                if people:
                    self._seen[document_id] = people


def _ids(values: Mapping[str, Any]) -> News:
    return {"projectId": values["projectId"], "workId": values["workId"]}


def _summary(document: Mapping[str, Any]) -> dict[str, Any]:
    return {key: document[key] for key in ("projectId", "workId", "tabs", "updatedAt")}
