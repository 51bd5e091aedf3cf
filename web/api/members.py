"""Endpoints of a project's members."""

from typing import Any

from flask import Response

from access.rights import MANAGE, SEE
from schemas.members import MemberSchema, MembersSchema, MemberUpdateSchema, NewOwnerSchema
from sharing.members import invitations, service
from web.blueprints import Blueprint
from web.context import storage_limits, store, user_id
from web.guard import requires
from web.lists import list_response
from web.payloads import json_response

blp = Blueprint(
    "members",
    __name__,
    url_prefix="/api/projects/<id:project_id>",
    description="Members of a project: their roles, leaving, handing over",
)


@blp.route("/members", methods=["GET"])
@requires("projects:read", right=SEE)
@list_response(MembersSchema, "members", errors=(404,))
def list_members(project_id: str) -> Response:
    """List the owner and the members of a project, and to the owner the invitations, too."""
    return _members(project_id)


@blp.route("/members/<id:member_id>", methods=["PATCH"])
@requires("projects:write", right=MANAGE)
@blp.response(200, MemberSchema, errors=(404, 409))
@blp.json_body(MemberUpdateSchema())
def update_member(project_id: str, member_id: str, body: dict[str, Any]) -> Response:
    """Give a member another role, or an editor the right to pay."""
    return json_response(service.change_member(store(), project_id, user_id(), member_id, body))


@blp.route("/members/<id:member_id>", methods=["DELETE"])
@requires("projects:write", right=MANAGE)
@blp.response(204, errors=(404, 409))
def remove_member(project_id: str, member_id: str) -> Response:
    """Remove a member, who loses access within a second."""
    service.remove_member(store(), project_id, user_id(), member_id)
    return Response(status=204)


@blp.route("/members/leave", methods=["POST"])
@requires("projects:write", right=SEE)
@blp.response(204, errors=(404, 409))
def leave(project_id: str) -> Response:
    """Leave a project that another user owns."""
    service.leave(store(), project_id, user_id())
    return Response(status=204)


@blp.route("/owner", methods=["POST"])
@requires("projects:write", right=MANAGE)
@blp.response(200, MembersSchema, errors=(404, 507))
@blp.json_body(NewOwnerSchema())
def hand_over(project_id: str, body: dict[str, Any]) -> Response:
    """Hand the project over to a member, who becomes its owner.

    You become an editor who may pay. What the project stores counts for its new owner.
    """
    service.hand_over(store(), storage_limits(), project_id, user_id(), body["userId"])
    return _members(project_id)


def _members(project_id: str) -> Response:
    listed = service.list_members(store(), project_id)
    if listed["owner"]["userId"] == user_id():
        listed["invitations"] = invitations.pending(store(), project_id)
    return json_response(listed)
