"""Endpoints of the cast of a project."""

from typing import Any

from flask import Response

from access.rights import CHANGE, SEE
from projects import cast as service
from schemas.cast import (
    CastListSchema,
    CastMemberSchema,
    CastUpdateSchema,
    CastUsesSchema,
    NewCastSchema,
)
from web.blueprints import Blueprint
from web.conditional import if_match
from web.context import store
from web.creation import create_once, repeatable
from web.guard import requires
from web.lists import list_response
from web.payloads import document_response, json_response, made

blp = Blueprint(
    "cast",
    __name__,
    url_prefix="/api/projects/<id:project_id>/cast",
    description="People, products, places and styles that return from scene to scene",
)


@blp.route("", methods=["GET"])
@requires("projects:read", right=SEE)
@list_response(CastListSchema, "cast", newest_by="updatedAt", errors=(404,))
def list_cast(project_id: str) -> Response:
    """List the cast.

    The most recently updated come first.
    """
    return json_response(service.list_json(store(), project_id))


@blp.route("", methods=["POST"])
@requires("projects:write", right=CHANGE)
@repeatable
@blp.response(201, CastMemberSchema, errors=(404, 409), headers=("ETag", "Location"))
@blp.json_body(NewCastSchema())
def create_cast_member(project_id: str, body: dict[str, Any]) -> Response:
    """Add a member to the cast."""
    created = create_once(
        "cast",
        body,
        lambda member_id: service.create(store(), project_id, body, member_id),
        store().cast(project_id).snapshot,
    )
    return made(document_response(created, 201), created.values["id"])


@blp.route("/<id:cast_id>", methods=["GET"])
@requires("projects:read", right=SEE)
@blp.response(200, CastMemberSchema, errors=(404,), headers=("ETag",))
def get_cast_member(project_id: str, cast_id: str) -> Response:
    """Get a member of the cast."""
    return document_response(store().cast(project_id).snapshot(cast_id))


@blp.route("/<id:cast_id>/uses", methods=["GET"])
@requires("projects:read", "works:read", right=SEE)
@blp.response(200, CastUsesSchema, errors=(404,))
def get_cast_member_uses(project_id: str, cast_id: str) -> Response:
    """Get the works whose scenes a member of the cast is in."""
    return json_response(service.uses_of(store(), project_id, cast_id))


@blp.route("/<id:cast_id>", methods=["PUT", "PATCH"])
@requires("projects:write", right=CHANGE)
@blp.response(200, CastMemberSchema, errors=(404, 409, 412), headers=("ETag",))
@blp.json_body(CastUpdateSchema(), required=False)
def update_cast_member(project_id: str, cast_id: str, body: dict[str, Any]) -> Response:
    """Update a member of the cast.

    Fields that are not in the body keep their values.
    """
    return document_response(service.update(store(), project_id, cast_id, body, if_match()))


@blp.route("/<id:cast_id>", methods=["DELETE"])
@requires("projects:write", right=CHANGE)
@blp.response(204, errors=(404, 412))
def delete_cast_member(project_id: str, cast_id: str) -> Response:
    """Delete a member of the cast.

    Scenes keep the ID, and what was made of them stays.
    """
    store().cast(project_id).delete(cast_id, if_match())
    return Response(status=204)
