"""Endpoints of review links, for those who may change the work."""

from functools import partial
from typing import Any

from flask import Response
from werkzeug.security import generate_password_hash

from access.rights import CHANGE, SEE
from schemas.reviews import (
    MadeReviewSchema,
    NewReviewSchema,
    ReviewListSchema,
    ReviewSchema,
    ReviewUpdateSchema,
)
from sharing.links import service as links
from sharing.reviews import review_links, versions
from storage.paths import WorkRef
from web.addresses import absolute
from web.blueprints import Blueprint
from web.context import store, user_id
from web.creation import create_secret_once, repeatable
from web.guard import requires
from web.lists import list_response
from web.passwords import hashing_turn
from web.payloads import json_response, made

blp = Blueprint(
    "review_links",
    __name__,
    url_prefix="/api/projects/<id:project_id>/works/<id:work_id>",
    tag="reviews",
)


@blp.route("/reviews", methods=["GET"])
@requires("works:read", right=SEE)
@list_response(ReviewListSchema, "reviews", newest_by="createdAt", errors=(404,))
def list_reviews(ref: WorkRef) -> Response:
    """List the review links of a work that have not ended, newest first."""
    store().work(ref)
    return json_response({"reviews": review_links.list_live(store(), ref)})


@blp.route("/reviews", methods=["POST"])
@requires("works:write", right=CHANGE)
@repeatable
@blp.response(201, MadeReviewSchema, errors=(404, 409), headers=("Location",))
@blp.json_body(NewReviewSchema(), required=False, is_strict=True)
def make_review(ref: WorkRef, body: dict[str, Any]) -> Response:
    """Make a link with which anybody can see an export of the work, comment and decide.

    It opens this export, or the newest one at any time, and nothing else. Only this response has
    the address. The link ends with your right to change the project.
    """
    password = body["password"]
    fields = _with_hash(body)

    def make(secret: bytes | None) -> links.NewLink:
        return review_links.make(store(), user_id(), ref, fields, secret)

    # What is stored of the request must not help to find the password.
    client_request = {**body, "password": password is not None}
    link = create_secret_once(client_request, make, partial(links.find_new, store()))
    found, known = review_links.find(store(), ref, link.id), versions.of_work(store(), ref)
    shown = review_links.to_public(store(), found, known)
    return made(json_response({**shown, "url": absolute(link.path)}, 201), link.id)


@blp.route("/reviews/<id:review_id>", methods=["PATCH"])
@requires("works:write", right=CHANGE)
@blp.response(200, ReviewSchema, errors=(404,))
@blp.json_body(ReviewUpdateSchema(), is_strict=True)
def update_review(ref: WorkRef, review_id: str, body: dict[str, Any]) -> Response:
    """Change a review link. With a new password, guests have to give it again."""
    return json_response(review_links.change(store(), ref, review_id, _with_hash(body)))


@blp.route("/reviews/<id:review_id>", methods=["DELETE"])
@requires("works:write", right=CHANGE)
@blp.response(204, errors=(404,))
def delete_review(ref: WorkRef, review_id: str) -> Response:
    """Revoke a review link: it opens nothing any more. What guests said stays."""
    review_links.revoke(store(), ref, review_id)
    return Response(status=204)


def _with_hash(body: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a body with the hash of the password, if one is given."""
    if "password" not in body:
        return body
    if body["password"] is None:
        return {**body, "passwordHash": None}
    with hashing_turn():
        return {**body, "passwordHash": generate_password_hash(body["password"])}
