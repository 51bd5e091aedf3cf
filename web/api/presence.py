"""The endpoints of presence: heartbeats of those who have a work open."""

from typing import Any

from flask import Response

from access.rights import SEE
from schemas.activity import HeartbeatSchema, PeopleSchema, TabQuerySchema
from sharing.presence.service import Presence
from storage.paths import WorkRef
from web.blueprints import Blueprint
from web.context import settings, store, user_id
from web.guard import requires
from web.payloads import json_response

blp = Blueprint(
    "presence",
    __name__,
    url_prefix="/api/projects/<id:project_id>/works/<id:work_id>/presence",
    tag="works",
)


@blp.route("", methods=["PUT"])
@requires("works:read", right=SEE)
@blp.response(200, PeopleSchema, errors=(404,))
@blp.json_body(HeartbeatSchema(), stores=False)
def enter_work(ref: WorkRef, body: dict[str, Any]) -> Response:
    """Say that you have a work open, and what you edit; get who else has.

    Repeat it every 15 seconds, and when you edit something else: you are gone 40 seconds after the
    last one. Each change is an event `presence` (`GET /api/events`).
    """
    people = _presence().enter(ref, user_id(), body)
    return json_response({"people": people})


@blp.route("", methods=["DELETE"])
@requires("works:read", right=SEE)
@blp.response(204, errors=(404,))
@blp.query(TabQuerySchema())
def leave_work(ref: WorkRef, query: dict[str, Any]) -> Response:
    """Say that you have closed a work."""
    _presence().leave(ref, user_id(), query.get("tab"))
    return Response(status=204)


def _presence() -> Presence:
    return Presence(store(), settings().tuning.presence)
