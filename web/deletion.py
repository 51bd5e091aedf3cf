"""Responses of what deletes a project, a work or an asset: they say where it is now."""

from typing import Any

from flask import Response

from schemas.trash import DeletionQuerySchema
from storage.trash import Deletion
from web.context import storage_limits, user_id

DELETED = "X-Deleted"  # the header: the id of an entry in the trash, or PERMANENTLY
PERMANENTLY = "permanently"
DELETION = DeletionQuerySchema()


def deletion(query: dict[str, Any]) -> Deletion:
    """Return what the user asks for; on a disk that is nearly full, it is removed at once."""
    is_wanted = query.get("permanently") == 1
    return Deletion(user_id(), is_wanted or storage_limits().is_short())


def deleted(trash_id: str) -> Response:
    """Return the response when something was deleted, to an entry of the trash or to none."""
    return Response(status=204, headers={DELETED: trash_id or PERMANENTLY})
