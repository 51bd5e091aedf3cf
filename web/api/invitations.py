"""Endpoints of invitations: for owners, who make them, and for those who accept them."""

from functools import partial
from typing import Any

from flask import Response

from access.rights import MANAGE
from schemas.members import (
    AcceptedInvitationSchema,
    InvitationPreviewSchema,
    MadeInvitationSchema,
    NewInvitationSchema,
    NewMemberSchema,
    ReceivedInvitationSchema,
)
from sharing.links import service as links
from sharing.members import invitations
from web.addresses import absolute
from web.api.links import TOKEN_PARAMETER
from web.blueprints import Blueprint
from web.context import store, user_id
from web.creation import create_secret_once, repeatable
from web.guard import public, requires
from web.lists import list_response
from web.payloads import json_response, made

project_blp = Blueprint(
    "project_invitations",
    __name__,
    url_prefix="/api/projects/<id:project_id>",
    description="Invitations to a project, which its owner makes",
)
blp = Blueprint(
    "invitations", __name__, url_prefix="/api/invitations", description="Invitations to accept"
)

_NAME = {
    "invitation": {
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]{22,64}$"},
        "description": "The end of the invitation's address, or its ID",
    }
}


@project_blp.route("/invitations", methods=["POST"])
@requires("projects:write", right=MANAGE)
@repeatable
@project_blp.response(201, MadeInvitationSchema, errors=(404, 409), headers=("Location",))
@project_blp.json_body(NewInvitationSchema(), is_strict=True)
def make_invitation(project_id: str, body: dict[str, Any]) -> Response:
    """Make an invitation, whose address you send to somebody: no email is sent.

    It is good once, for seven days. With `email`, only the account of that address can accept it.
    """
    return _make(project_id, body)


@project_blp.route("/members", methods=["POST"])
@requires("projects:write", right=MANAGE)
@repeatable
@project_blp.response(201, MadeInvitationSchema, errors=(404, 409), headers=("Location",))
@project_blp.json_body(NewMemberSchema(), is_strict=True)
def invite_member(project_id: str, body: dict[str, Any]) -> Response:
    """Invite the account of an email address, which finds the invitation in its list.

    The answer is the same if there is no such account yet: send it the address then.
    """
    return _make(project_id, body)


@project_blp.route("/invitations/<id:invitation_id>", methods=["DELETE"])
@requires("projects:write", right=MANAGE)
@project_blp.response(204, errors=(404,))
def delete_invitation(project_id: str, invitation_id: str) -> Response:
    """Revoke an invitation."""
    invitations.revoke(store(), project_id, invitation_id)
    return Response(status=204)


@blp.route("", methods=["GET"])
@requires("projects:read")
@list_response(ReceivedInvitationSchema, newest_by="createdAt")
def list_invitations() -> Response:
    """List the invitations of your email address that you can accept, newest first.

    Those from before you registered are not listed: they are accepted by their addresses.
    """
    return json_response(invitations.received(store(), user_id()))


@blp.route("/<invitation>", methods=["GET"], parameters=_NAME)
@requires("projects:read")
@blp.response(200, ReceivedInvitationSchema, errors=(403, 404, 410))
def get_invitation(invitation: str) -> Response:
    """Get an invitation: to which project, by whom, and what you would be there."""
    return json_response(invitations.show(store(), user_id(), invitation))


@blp.route("/<link_token>/preview", methods=["GET"], parameters=TOKEN_PARAMETER)
@public
@blp.response(200, InvitationPreviewSchema, errors=(404, 410))
def preview_invitation(link_token: str) -> Response:
    """Show whoever has the link of an invitation who invites whom to what, before the login."""
    return json_response(invitations.preview(store(), link_token))


@blp.route("/<invitation>/accept", methods=["POST"], parameters=_NAME)
@requires("projects:write")
@blp.response(200, AcceptedInvitationSchema, errors=(403, 404, 409, 410))
def accept_invitation(invitation: str) -> Response:
    """Become a member of the project of an invitation."""
    return json_response(invitations.accept(store(), user_id(), invitation))


@blp.route("/<invitation>/decline", methods=["POST"], parameters=_NAME)
@requires("projects:write")
@blp.response(204, errors=(403, 404, 410))
def decline_invitation(invitation: str) -> Response:
    """Decline an invitation, which ends it."""
    invitations.decline(store(), user_id(), invitation)
    return Response(status=204)


def _make(project_id: str, body: dict[str, Any]) -> Response:
    link = create_secret_once(
        body,
        lambda secret: invitations.invite(store(), project_id, user_id(), body, secret),
        partial(links.find_new, store()),
    )
    offer = invitations.offer_of(link.target)
    shown = {"id": link.id, "url": absolute(link.path), **offer, "expiresAt": link.expires_at}
    return made(json_response(shown, 201), link.id, f"/api/projects/{project_id}/invitations")
