"""What changes of the invitations that a user has received, for an event stream."""

from collections.abc import Iterator
from typing import Any

from sharing.members import invitations
from storage.documents.change_log import Position
from storage.store import Store

News = dict[str, Any]  # {invitationId}, with `deleted` if it can't be accepted any more


class InvitationFeed:
    """The invitations that a user can accept without their links, as one reader has seen them."""

    def __init__(self, store: Store, user_id: str) -> None:
        self._store = store
        self._user_id = user_id
        self._position: Position | None = None  # in the change log of links
        self._seen: set[str] = set()

    def changes(self) -> Iterator[News]:
        """Yield those that are new, or that ended, since the last call; at first all.

        One that expires ends with the next change of any link.
        """
        position = self._store.links.change_log.position()
        if position == self._position:
            return
        self._position = position
        received = invitations.received(self._store, self._user_id)
        before, self._seen = self._seen, {each["id"] for each in received}
        yield from ({"invitationId": each} for each in sorted(self._seen - before))
        ended = sorted(before - self._seen)
        yield from ({"invitationId": each, "deleted": True} for each in ended)
