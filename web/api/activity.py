"""The endpoint of a project's activity."""

from typing import Any

from flask import Response

from access.rights import SEE
from schemas.activity import ActivityQuerySchema, ActivitySchema
from sharing.activity.listing import list_activity
from web.blueprints import Blueprint
from web.context import services, store
from web.guard import requires
from web.lists import list_response
from web.payloads import page_response

blp = Blueprint(
    "project_activity",
    __name__,
    url_prefix="/api/projects/<id:project_id>/activity",
    tag="projects",
)


@blp.route("", methods=["GET"])
@requires("projects:read", right=SEE)
@list_response(ActivitySchema, "items", has_pages=True, errors=(404,))
@blp.query(ActivityQuerySchema())
def list_project_activity(project_id: str, query: dict[str, Any]) -> Response:
    """List who did what in a project, the latest first.

    What somebody does repeatedly within ten minutes, such as saving a work, is one item with a
    `count`. Items are deleted after 90 days.
    """
    services().recorder.flush(project_id)
    page = list_activity(store(), project_id, query)
    return page_response(page.items, page.next_cursor)
