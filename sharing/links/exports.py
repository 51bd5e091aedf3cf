"""Links to exported videos: each session and API token has one link per video at a time.

Clients that poll a job or list exports ask for the same link again and again. All processes return
the same one until half of its time has passed or it is revoked: its token is derived from a random
salt, which is stored, and the secret that signs logins.
"""

import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, NamedTuple

from accounts.identity import Identity
from schemas.links import EXPORT
from sharing.links import service
from storage.clock import now_ms
from storage.errors import NotFoundError
from storage.store import Store


class ExportIds(NamedTuple):
    """The ids of an export, its work and its project."""

    project_id: str
    work_id: str
    export_id: str


class ExportLinks(NamedTuple):
    """The links to exports, which are valid for some seconds.

    `derive` makes a secret from a name (`accounts/identity.py`).
    """

    store: Store
    derive: Callable[[str], bytes]
    seconds: int

    def make(self, identity: Identity, ids: ExportIds) -> service.NewLink:
        """Return a link to an export, valid for at least half of the seconds.

        Raises ConflictError if the user has too many links.
        """
        names = ("projectId", "workId", "exportId")
        target = dict(zip(names, ids, strict=True))
        found = self._find(identity, target)
        if found is not None:
            return found
        with self.store.users.lock(identity.user_id):  # a concurrent request finds this one
            return self._find(identity, target) or self._create(identity, target)

    def _find(self, identity: Identity, target: Mapping[str, Any]) -> service.NewLink | None:
        """Return the link that was made before, if it may be given out again."""
        for listed in service.list_live(self.store, identity.user_id):
            if listed["kind"] != EXPORT or listed["target"] != target:
                continue
            with suppress(NotFoundError):  # it was just revoked, or the secret has changed
                link = self.store.links.snapshot(listed["id"]).values
                if "salt" in link and self._may_be_reused(link, identity):
                    return service.find_new(self.store, self._secret(link["salt"]))
        return None

    def _may_be_reused(self, link: service.Link, identity: Identity) -> bool:
        left: int = link["expiresAt"] - now_ms()
        return left >= 500 * self.seconds and identity.source == link["source"]

    def _create(self, identity: Identity, target: Mapping[str, Any]) -> service.NewLink:
        salt = secrets.token_hex(16)
        secret = self._secret(salt)
        return service.add(self.store, identity, EXPORT, target, self.seconds, secret, salt=salt)

    def _secret(self, salt: str) -> bytes:
        return self.derive(f"link/{salt}")
