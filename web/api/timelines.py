"""Endpoint of the timeline of a work."""

from typing import Any

from flask import Response

from access.rights import CHANGE
from schemas.operations import OperationsBodySchema, OperationsResultSchema
from storage.paths import WorkRef
from web.blueprints import Blueprint
from web.conditional import if_match
from web.context import store
from web.guard import requires
from web.payloads import json_response
from works.operations import apply_operations

blp = Blueprint(
    "timelines",
    __name__,
    url_prefix="/api/projects/<id:project_id>/works/<id:work_id>/timeline",
    tag="works",
)


@blp.route("/operations", methods=["POST"])
@requires("works:write", right=CHANGE)
@blp.response(200, OperationsResultSchema, errors=(404, 412), headers=("ETag",))
@blp.json_body(OperationsBodySchema())
def edit_timeline(ref: WorkRef, body: dict[str, Any]) -> Response:
    """Edit the timeline of a work.

    The operations are applied in their order: all, or none if one is refused.
    """
    applied = apply_operations(store(), ref, body["operations"], if_match())
    response = json_response(applied.to_json())
    response.headers["ETag"] = f'"{applied.snapshot.etag}"'
    return response
