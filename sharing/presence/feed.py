"""What changes of who is in the works of some projects, for an event stream."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from sharing.presence.service import Person, Presence
from storage.documents.following import Follower
from storage.store import Store

News = dict[str, Any]  # {projectId, workId, people}


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
