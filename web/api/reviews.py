"""Endpoints of what members of a project say and decide about its works."""

from functools import partial
from typing import Any

from flask import Response, g

from access.rights import COMMENT, MANAGE, SEE
from schemas.jobs import DeliverySchema
from schemas.reviews import (
    USER,
    CommentListSchema,
    CommentSchema,
    CommentUpdateSchema,
    DecisionListSchema,
    DecisionSchema,
    NewCommentSchema,
    NewDecisionSchema,
    SaidQuerySchema,
)
from schemas.webhooks import COMMENTED, ReviewRedeliverySchema
from sharing.reviews import comments, decisions, review_links, stored_discussions, versions
from sharing.reviews.notices import event_of
from sharing.reviews.stored_discussions import Author, Within
from storage.paths import WorkRef
from web.api.common.opened_reviews import say_once
from web.api.common.sent_webhooks import sending_permit
from web.blueprints import Blueprint
from web.conditional import tagged, unchanged
from web.context import services, store, user_id
from web.creation import repeatable
from web.guard import requires
from web.lists import list_response
from web.payloads import json_response, made

blp = Blueprint(
    "reviews",
    __name__,
    url_prefix="/api/projects/<id:project_id>/works/<id:work_id>",
    description="Review links for guests, comments on exports, decisions about them",
)


@blp.route("/comments", methods=["GET"])
@requires("works:read", right=SEE)
@list_response(CommentListSchema, "comments", errors=(404,), headers=("ETag",))
@blp.query(SaidQuerySchema())
def list_comments(ref: WorkRef, query: dict[str, Any]) -> Response:
    """List the comments on the exports of a work, in the order in which they were made.

    The `ETag` changes with each comment, change of one, and decision.
    """
    store().work(ref)
    tag = stored_discussions.version_of(store(), ref)
    if unchanged(tag):
        return tagged(Response(status=304), tag)
    found = comments.list_shown(store(), ref, _within(query))
    return tagged(json_response({"comments": found}), tag)


@blp.route("/comments", methods=["POST"])
@requires("works:write", right=COMMENT)
@repeatable
@blp.response(201, CommentSchema, errors=(404, 409), headers=("Location",))
@blp.json_body(NewCommentSchema())
def make_comment(ref: WorkRef, body: dict[str, Any]) -> Response:
    """Comment on a frame or a range of frames of an export, or reply to a comment."""
    known = versions.of_work(store(), ref)
    make = partial(comments.add, store(), ref, _author(), body, known, None)
    find = partial(comments.get, store(), ref)
    said = say_once("comment", ref, COMMENTED, body, make, find)
    return made(json_response(said, 201), said["id"])


@blp.route("/comments/<id:comment_id>", methods=["PATCH"])
@requires("works:write", right=COMMENT)
@blp.response(200, CommentSchema, errors=(404, 409))
@blp.json_body(CommentUpdateSchema())
def update_comment(ref: WorkRef, comment_id: str, body: dict[str, Any]) -> Response:
    """Change the text of a comment of yours, or say whether a comment is resolved.

    With `exportId`, this export shows what was asked for.
    """
    if body.get("exportId") is not None:
        versions.chosen(versions.of_work(store(), ref), body["exportId"])
    return json_response(comments.change(store(), ref, comment_id, _author(), body))


@blp.route("/comments/<id:comment_id>", methods=["DELETE"])
@requires("works:write", right=COMMENT)
@blp.response(204, errors=(404, 409))
def delete_comment(ref: WorkRef, comment_id: str) -> Response:
    """Delete a comment of yours; the owner of the project may delete all.

    One with replies stays, without its text.
    """
    comments.delete(store(), ref, comment_id, _author())
    return Response(status=204)


@blp.route("/decisions", methods=["GET"])
@requires("works:read", right=SEE)
@list_response(DecisionListSchema, "decisions", newest_by="createdAt", errors=(404,))
@blp.query(SaidQuerySchema())
def list_decisions(ref: WorkRef, query: dict[str, Any]) -> Response:
    """List what people decided about the exports of a work last, newest first."""
    store().work(ref)
    found = decisions.list_current(store(), ref, _within(query))
    return json_response({"decisions": found})


@blp.route("/decisions", methods=["POST"])
@requires("works:write", right=COMMENT)
@repeatable
@blp.response(201, DecisionSchema, errors=(404, 409))
@blp.json_body(NewDecisionSchema())
def make_decision(ref: WorkRef, body: dict[str, Any]) -> Response:
    """Approve an export, or ask for changes; a later decision replaces an earlier one."""
    known = versions.of_work(store(), ref)
    make = partial(decisions.decide, store(), ref, _author(), body, known)
    find, event = partial(decisions.get, store(), ref), event_of(body["decision"])
    return json_response(say_once("decision", ref, event, body, make, find), 201)


@blp.route("/reviews/redeliver", methods=["POST"])
@requires("works:write", right=MANAGE)
@blp.response(200, DeliverySchema, errors=(404, 409, 429, 503))
@blp.json_body(ReviewRedeliverySchema())
def redeliver_review(ref: WorkRef, body: dict[str, Any]) -> Response:
    """Send the webhook of a comment or decision once more, and return how that went.

    It goes to the address of `PUT /api/webhook`, with the same `webhook-id` as before.
    """
    with sending_permit():
        return json_response(services().notices.redeliver(ref, body["id"]))


def _within(query: dict[str, Any]) -> Within:
    return {query["exportId"]} if "exportId" in query else None


def _author() -> Author:
    name = review_links.name_of(store(), user_id())
    return Author(USER, user_id(), name, is_owner=g.access.has(MANAGE))
