"""Endpoints of the trash."""

from typing import Any

from flask import Response, g

from schemas.trash import RestoredItemSchema, TrashListSchema, TrashQuerySchema
from web.blueprints import Blueprint
from web.context import storage_limits, store
from web.guard import requires_any
from web.lists import list_response
from web.payloads import json_response, page_response
from works.trash import service

_WRITE = ("works:write", "projects:write")

blp = Blueprint(
    "trash",
    __name__,
    url_prefix="/api/trash",
    description="What was deleted: kept for 30 days, to be restored",
)


@blp.route("", methods=["GET"])
@requires_any("works:read", "projects:read")
@list_response(TrashListSchema, "items", has_pages=True)
@blp.query(TrashQuerySchema())
def list_trash(query: dict[str, Any]) -> Response:
    """List what was deleted and you may restore, the latest first.

    These are your projects, and the works and assets of projects that you may change. An API token
    lists works if it has the scope `works:read`, projects and assets with `projects:read`.
    """
    page = service.list_page(store(), g.identity, query)
    return page_response(page.items, page.next_cursor)


@blp.route("/<id:trash_id>/restore", methods=["POST"])
@requires_any(*_WRITE)
@blp.response(200, RestoredItemSchema, errors=(404, 409))
def restore_from_trash(trash_id: str) -> Response:
    """Restore what was deleted: it is where it was, with the same ID and all that belongs to it.

    That of a work requires the scope `works:write`, of a project or an asset `projects:write`. A
    job that was interrupted by the deletion can be resumed. If another project of its owner has the
    name of a project by now, it gets a number, such as `Videos (2)`, which `message` says. 409 if a
    work or an asset has its ID again: delete that one first.
    """
    return json_response(service.restore(store(), g.identity, trash_id))


@blp.route("/<id:trash_id>", methods=["DELETE"])
@requires_any(*_WRITE)
@blp.response(204, errors=(404,))
def remove_from_trash(trash_id: str) -> Response:
    """Remove something from the trash for good. It requires the scope that restoring it does."""
    storage_limits().note_deletion(service.remove(store(), g.identity, trash_id))
    return Response(status=204)


@blp.route("", methods=["DELETE"])
@requires_any(*_WRITE)
@blp.response(204)
def empty_trash() -> Response:
    """Remove for good all that you may restore, of the kinds that the token may delete."""
    for owner_id in service.empty(store(), g.identity):
        storage_limits().note_deletion(owner_id)
    return Response(status=204)
