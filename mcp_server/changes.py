"""Changes of works that depend on what is there, repeated if someone else changes it meanwhile."""

from collections.abc import Callable
from typing import Any

from errors import PreconditionError
from storage.documents.snapshots import Snapshot
from storage.documents.tables import Check
from storage.ids import WorkRef
from web.context import storage_limits, storage_user_id, store
from works import service as works

_ATTEMPTS = 5

Json = dict[str, Any]


def if_version(version: str | None) -> Check | None:
    """Return the check that a work is still of a version, if one is given."""
    if not version:
        return None

    def check(current: Snapshot) -> None:
        if current.etag != version.strip('"'):
            raise PreconditionError(f"The work has changed: its version is now {current.etag}")

    return check


def update(ref: WorkRef, version: str | None, fields_for: Callable[[Snapshot], Json]) -> Snapshot:
    """Update a work with the fields that `fields_for` returns for what is stored; return it.

    Without any, it stays as it is, with its version. Raises PreconditionError if it is not of the
    `version` that is given, and as `works.update`.
    """
    check = if_version(version)
    for attempt in range(_ATTEMPTS):
        current = store().work(ref)
        if check is not None:
            check(current)
        fields = fields_for(current)
        if not fields:
            return current
        try:
            saved = works.update(store(), ref, fields, if_version(current.etag))
        except PreconditionError:
            if check is not None or attempt == _ATTEMPTS - 1:
                raise
        else:
            storage_limits().count(storage_user_id(), len(saved.data))
            return saved
    raise AssertionError("unreachable")  # the last attempt returns or raises
