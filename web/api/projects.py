"""Endpoints of projects; web/api/project_list.py lists them."""

from typing import Any

from flask import Response, g

from access.projects import Access, check
from access.rights import MANAGE, OWNER, SEE
from projects import service
from schemas.projects import (
    NewProjectSchema,
    ProjectSchema,
    ProjectUpdateSchema,
)
from storage.documents.snapshots import Snapshot
from web.blueprints import Blueprint
from web.conditional import if_match
from web.context import store, user_id
from web.creation import create_once, repeatable
from web.guard import requires
from web.payloads import DELETED, DELETION, deleted, deletion, document_response, made

blp = Blueprint("projects", __name__, url_prefix="/api/projects", description="Projects")


@blp.route("", methods=["POST"])
@requires("projects:write")
@repeatable
@blp.response(201, ProjectSchema, errors=(404,), headers=("ETag", "Location"))
@blp.json_body(NewProjectSchema(), required=False)
def create_project(body: dict[str, Any]) -> Response:
    """Create a project."""
    created = create_once(
        "proj",
        body,
        lambda project_id: service.create(store(), user_id(), body, project_id),
        store().projects.snapshot,
        check_right=lambda made: check(store(), made.values["id"], user_id(), MANAGE),
    )
    response = _response(created, Access(OWNER, True, user_id()), 201)
    return made(response, created.values["id"])


@blp.route("/<id:project_id>", methods=["GET"])
@requires("projects:read", right=SEE)
@blp.response(200, ProjectSchema, errors=(404,), headers=("ETag",))
def get_project(project_id: str) -> Response:
    """Get a project."""
    return _response(store().projects.snapshot(project_id), g.access)


@blp.route("/<id:project_id>", methods=["PUT", "PATCH"])
@requires("projects:write", right=MANAGE)
@blp.response(200, ProjectSchema, errors=(404, 412), headers=("ETag",))
@blp.json_body(ProjectUpdateSchema(), required=False)
def update_project(project_id: str, body: dict[str, Any]) -> Response:
    """Update a project.

    Fields that are not in the body keep their values. Members are changed by their own endpoints.
    """
    return _response(service.update(store(), project_id, body, if_match(g.access.shown)), g.access)


@blp.route("/<id:project_id>", methods=["DELETE"])
@requires("projects:write", right=MANAGE)
@blp.response(204, errors=(404, 412), headers=(DELETED,))
@blp.query(DELETION)
def delete_project(project_id: str, query: dict[str, Any]) -> Response:
    """Delete a project with its works and media.

    It is kept in the trash for 30 days, to be restored.
    """
    return deleted(service.delete(store(), project_id, deletion(query), if_match(g.access.shown)))


def _response(project: Snapshot, access: Access, status: int = 200) -> Response:
    """Return the response with a project, and with what the user is in it."""
    response = document_response(project, status, access.shown)
    response.vary.add("Authorization")
    return response
