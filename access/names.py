"""The names of users, as those who share a project with them see them."""

from storage.errors import NotFoundError, UnreadableError
from storage.store import Store


class UserNames:
    """Looks up the names of users, each once: make one for each list."""

    def __init__(self, store: Store) -> None:
        self._users = store.users.documents
        self._names: dict[str, str | None] = {}

    def of(self, user_id: str) -> str | None:
        """Return the name of a user; None if there is no such account (any more)."""
        if user_id not in self._names:
            self._names[user_id] = self._read(user_id)
        return self._names[user_id]

    def _read(self, user_id: str) -> str | None:
        try:
            return str(self._users.recent_snapshot(user_id).values["name"])
        except (NotFoundError, UnreadableError):
            return None
