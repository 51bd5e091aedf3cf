"""Works."""

from typing import Any
from urllib.parse import urlencode

from flask import Response, request

from schemas.works import (
    NewWorkSchema,
    WorkQuerySchema,
    WorkSchema,
    WorkSummarySchema,
    WorkUpdateSchema,
)
from web.api import Blueprint
from web.context import store
from web.guard import requires
from web.payloads import document_response, json_response
from works import listing, service

blp = Blueprint(
    "works", __name__, url_prefix="/api/projects/<id:project_id>/works", description="Works"
)


@blp.route("", methods=["GET"])
@requires("works:read")
@blp.response(200, WorkSummarySchema(many=True), errors=(404,), headers=("Link",))
@blp.query(WorkQuerySchema())
def list_works(project_id: str, query: dict[str, Any]) -> Response:
    """List works, newest first; the next page, if any, is in the Link header."""
    page = listing.list_works(store(), project_id, query)
    response = json_response(page.body)
    if page.next is not None:
        following = urlencode({**request.args.to_dict(), "cursor": page.next})
        response.headers["Link"] = f'<{request.path}?{following}>; rel="next"'
    return response


@blp.route("", methods=["POST"])
@requires("works:write")
@blp.response(201, WorkSchema, errors=(404,), headers=("ETag",))
@blp.json_body(NewWorkSchema(), required=False)
def create_work(project_id: str, body: dict[str, Any]) -> Response:
    """Make a work; every field may be left out."""
    return document_response(service.create(store(), project_id, body), 201)


@blp.route("/<id:work_id>", methods=["GET"])
@requires("works:read")
@blp.response(200, WorkSchema, errors=(404,), headers=("ETag",))
def get_work(project_id: str, work_id: str) -> Response:
    """Show a work; its ETag is what If-Match takes."""
    return document_response(store().works(project_id).snapshot(work_id))


@blp.route("/<id:work_id>", methods=["PUT", "PATCH"])
@requires("works:write")
@blp.response(200, WorkSchema, errors=(404, 412), headers=("ETag",))
@blp.json_body(WorkUpdateSchema(), required=False, validate=False)
def update_work(project_id: str, work_id: str, body: dict[str, Any]) -> Response:
    """Change the fields given and keep the rest; with If-Match only if nobody else did."""
    expected = request.headers.get("If-Match")
    return document_response(service.update(store(), project_id, work_id, body, expected))


@blp.route("/<id:work_id>", methods=["DELETE"])
@requires("works:write")
@blp.response(204, errors=(404, 412))
def delete_work(project_id: str, work_id: str) -> Response:
    """Delete a work with its media."""
    service.delete(store(), project_id, work_id, request.headers.get("If-Match"))
    return Response(status=204)
