"""Links to exported videos.

Only the hash of a link's token is stored, so nobody can look up the address of one. The same video
is asked for again and again, by clients that poll its job or list the exports of a work; so each
process remembers the links that it made, and gives them out again while half of their time is left.
"""

from collections import OrderedDict
from collections.abc import Hashable
from typing import NamedTuple

from accounts.identity import Identity
from links import service
from schemas.links import EXPORT
from storage.clock import now_ms
from storage.store import Store

_MAX_REMEMBERED = 10_000

_made: OrderedDict[Hashable, service.NewLink] = OrderedDict()


class ExportIds(NamedTuple):
    """The ids of an export, its work and its project."""

    project_id: str
    work_id: str
    export_id: str


def make(store: Store, identity: Identity, ids: ExportIds, seconds: int) -> service.NewLink:
    """Return a link to an export, valid for at most so many seconds and at least for half of them.

    Raises ConflictError if the user has too many links.
    """
    key = (store.root, identity.user_id, *identity.source.items(), *ids)
    link = _made.get(key)
    if link is None or not _may_be_reused(store, link, seconds):
        names = ("projectId", "workId", "exportId")
        target = dict(zip(names, ids, strict=True))
        link = service.create(store, identity, EXPORT, target, seconds)
        _remember(key, link)
    return link


def _may_be_reused(store: Store, link: service.NewLink, seconds: int) -> bool:
    """Return whether half of its time is left, and nobody has revoked it."""
    return link.expires_at - now_ms() >= 500 * seconds and service.is_live(store, link.id)


def _remember(key: Hashable, link: service.NewLink) -> None:
    _made.pop(key, None)
    _made[key] = link
    if len(_made) > _MAX_REMEMBERED:
        _made.popitem(last=False)
