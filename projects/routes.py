"""Endpoints of projects; works/project_routes.py lists them."""

from typing import Any

from flask import Response

from projects import service
from schemas.projects import (
    NewProjectSchema,
    ProjectSchema,
    ProjectUpdateSchema,
)
from web.api import Blueprint
from web.conditional import if_match
from web.context import store, user_id
from web.guard import requires
from web.payloads import document_response

blp = Blueprint("projects", __name__, url_prefix="/api/projects", description="Projects")


@blp.route("", methods=["POST"])
@requires("projects:write")
@blp.response(201, ProjectSchema, headers=("ETag",))
@blp.json_body(NewProjectSchema(), required=False)
def create_project(body: dict[str, Any]) -> Response:
    """Create a project."""
    return document_response(service.create(store(), user_id(), body), 201)


@blp.route("/<id:project_id>", methods=["GET"])
@requires("projects:read")
@blp.response(200, ProjectSchema, errors=(404,), headers=("ETag",))
def get_project(project_id: str) -> Response:
    """Get a project."""
    return document_response(store().projects.snapshot(project_id))


@blp.route("/<id:project_id>", methods=["PUT", "PATCH"])
@requires("projects:write")
@blp.response(200, ProjectSchema, errors=(404, 412), headers=("ETag",))
@blp.json_body(ProjectUpdateSchema(), required=False)
def update_project(project_id: str, body: dict[str, Any]) -> Response:
    """Update a project.

    Fields that are not in the body keep their values.
    """
    return document_response(service.update(store(), project_id, body, if_match()))


@blp.route("/<id:project_id>", methods=["DELETE"])
@requires("projects:write")
@blp.response(204, errors=(404, 412))
def delete_project(project_id: str) -> Response:
    """Delete a project with its works and media."""
    service.delete(store(), project_id, if_match())
    return Response(status=204)
