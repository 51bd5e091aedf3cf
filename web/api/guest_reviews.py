"""Endpoints for guests, who have nothing but a review link (docs/decisions/0034).

Each view opens the link first, with `open_review`; nothing else is checked before.
"""

from functools import partial
from typing import Any

from flask import Response, request

from schemas.reviews import (
    CommentListSchema,
    CommentSchema,
    CommentUpdateSchema,
    DecisionSchema,
    MadeGuestSchema,
    NewCommentSchema,
    NewDecisionSchema,
    NewGuestSchema,
    OpenedReviewSchema,
    VersionQuerySchema,
)
from schemas.webhooks import COMMENTED
from sharing.reviews import comments, decisions, guests, stored_discussions, versions
from sharing.reviews.notices import event_of
from web.api.common.opened_reviews import (
    GUEST_TOKEN,
    OpenedReview,
    check_password,
    for_guests,
    keep_private,
    open_review,
    open_to_write,
    say_once,
    shown_to_guest,
)
from web.api.links import TOKEN_PARAMETER
from web.blueprints import Blueprint
from web.conditional import tagged, unchanged
from web.context import services, store
from web.creation import repeatable
from web.lists import list_response
from web.payloads import json_response, made

blp = Blueprint("guest_reviews", __name__, url_prefix="/api/review/<link_token>", tag="reviews")
blp.after_request(keep_private)


@blp.route("/guest", methods=["POST"], parameters=TOKEN_PARAMETER)
@for_guests
@blp.response(201, MadeGuestSchema, errors=(429,))
@blp.json_body(NewGuestSchema(), stores=False)
def make_guest(link_token: str, body: dict[str, Any]) -> Response:
    """Say who you are, and give the link's password, if it has one.

    The token of the response goes into the header `X-Guest-Token`. Who sends it here stays the same
    guest, with another name.
    """
    link = guests.find_link(store(), services().signer, link_token)
    check_password(link, body["password"])
    given = request.headers.get(GUEST_TOKEN)
    token, guest = guests.enter(services().signer, link, body["name"], given)
    return json_response({"guestToken": token, "guest": guest.to_json()}, 201)


@blp.route("", methods=["GET"], parameters=TOKEN_PARAMETER)
@for_guests
@blp.response(200, OpenedReviewSchema)
@blp.query(VersionQuerySchema())
def get_review(link_token: str, query: dict[str, Any]) -> Response:
    """Open a review link: the export that it shows, and what was decided about it.

    With a password, the addresses of media are good for 15 minutes: get new ones then. While
    everything that a link to `latest` has shown is deleted, `version` is null.
    """
    opened, signer = open_review(link_token), services().signer
    token = guests.sign_media(signer, opened.link)
    url, media_query = f"/api/review/{link_token}", f"&token={token}" if token else ""
    shown = opened.within
    listed = [
        versions.to_public(export, len(opened.known) - index, url, media_query)
        for index, export in enumerate(opened.known)
        if export["id"] in shown
    ]
    wanted = _wanted(opened, query.get("exportId"))
    work = store().work(opened.ref).values
    return json_response(
        {
            "name": work["name"],
            "version": next((each for each in listed if each["exportId"] == wanted), None),
            "versions": listed,
            "newerExport": wanted != opened.newest_id,
            "mayDownload": opened.link["mayDownload"],
            "hasPassword": opened.link["passwordHash"] is not None,
            "expiresAt": opened.link["expiresAt"],
            "guest": opened.guest.to_json() if opened.guest else None,
            "decisions": shown_to_guest(
                opened, decisions.list_current(store(), opened.ref, opened.within)
            ),
        }
    )


@blp.route("/comments", methods=["GET"], parameters=TOKEN_PARAMETER)
@for_guests
@list_response(CommentListSchema, "comments", headers=("ETag",))
def list_review_comments(link_token: str) -> Response:
    """List the comments on the exports that a review shows, in their order.

    The `ETag` changes with each comment, change of one, decision and export: ask every few seconds
    with `If-None-Match`.
    """
    opened = open_review(link_token)
    shown = "-".join(sorted(opened.within))
    tag = f"{stored_discussions.version_of(store(), opened.ref)}-{shown}"
    if unchanged(tag):
        return tagged(Response(status=304), tag)
    listed = comments.list_shown(store(), opened.ref, opened.within)
    return tagged(json_response({"comments": shown_to_guest(opened, listed)}), tag)


@blp.route("/comments", methods=["POST"], parameters=TOKEN_PARAMETER)
@for_guests
@repeatable
@blp.response(201, CommentSchema, errors=(429,), headers=("Location",))
@blp.json_body(NewCommentSchema())
def make_review_comment(link_token: str, body: dict[str, Any]) -> Response:
    """Comment on a frame or a range of frames of the export, or reply to a comment."""
    opened, author = open_to_write(link_token)
    ref, within = opened.ref, opened.within
    make = partial(comments.add, store(), ref, author, body, opened.shown, within)
    find = partial(comments.get, store(), ref, within=within)
    said = say_once("comment", ref, COMMENTED, body, make, find, author.id)
    return made(json_response(shown_to_guest(opened, [said])[0], 201), said["id"])


@blp.route("/comments/<id:comment_id>", methods=["PATCH"], parameters=TOKEN_PARAMETER)
@for_guests
@blp.response(200, CommentSchema, errors=(403, 409, 429))
@blp.json_body(CommentUpdateSchema())
def update_review_comment(link_token: str, comment_id: str, body: dict[str, Any]) -> Response:
    """Change a comment of yours, or say whether it is resolved."""
    opened, author = open_to_write(link_token)
    if body.get("exportId") is not None:
        versions.chosen(opened.shown, body["exportId"])
    changed = comments.change(store(), opened.ref, comment_id, author, body, opened.within)
    return json_response(shown_to_guest(opened, [changed])[0])


@blp.route("/comments/<id:comment_id>", methods=["DELETE"], parameters=TOKEN_PARAMETER)
@for_guests
@blp.response(204, errors=(403, 409, 429))
def delete_review_comment(link_token: str, comment_id: str) -> Response:
    """Delete a comment of yours; one with replies stays, without its text."""
    opened, author = open_to_write(link_token)
    comments.delete(store(), opened.ref, comment_id, author, opened.within)
    return Response(status=204)


@blp.route("/decision", methods=["POST"], parameters=TOKEN_PARAMETER)
@for_guests
@repeatable
@blp.response(201, DecisionSchema, errors=(429,))
@blp.json_body(NewDecisionSchema())
def make_review_decision(link_token: str, body: dict[str, Any]) -> Response:
    """Approve the export, or ask for changes; a later decision replaces an earlier one."""
    opened, author = open_to_write(link_token)
    ref = opened.ref
    make = partial(decisions.decide, store(), ref, author, body, opened.shown)
    find = partial(decisions.get, store(), ref, within=opened.within)
    event = event_of(body["decision"])
    return json_response(say_once("decision", ref, event, body, make, find, author.id), 201)


def _wanted(opened: OpenedReview, export_id: str | None) -> str | None:
    """Return the id of the export that is asked for, None while there is none. Raises MissingError.

    A link to the newest one waits for the next one.
    """
    if export_id is None and not opened.shown and versions.follows_newest(opened.link):
        return None
    return str(versions.check_shown(opened.shown, export_id)["id"])
