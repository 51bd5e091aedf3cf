"""Endpoints of the files that a review link shows to guests."""

from typing import Any

from flask import Response, request

from errors import ForbiddenError
from export import service as exports
from export.plan import captions
from schemas.reviews import VersionQuerySchema, VideoQuerySchema
from sharing.reviews import versions
from storage.errors import NotFoundError
from web.api.common.opened_reviews import for_guests, keep_private, open_review
from web.api.links import TOKEN_PARAMETER
from web.blueprints import Blueprint
from web.context import store
from web.downloads import as_private_file, attachment, inline, send

blp = Blueprint("guest_media", __name__, url_prefix="/api/review/<link_token>", tag="reviews")
blp.after_request(keep_private)


@blp.route("/video", methods=["GET", "HEAD"], parameters=TOKEN_PARAMETER)
@for_guests
@blp.file_response((exports.VIDEO_TYPE,), errors=(403,))
@blp.query(VideoQuerySchema())
def get_review_video(link_token: str, query: dict[str, Any]) -> Response:
    """Watch the video of a review, or save it, if the link permits that."""
    opened = open_review(link_token, for_media=True)
    if query["download"] and not opened.link["mayDownload"]:
        raise ForbiddenError("This link permits no downloads", "Ask whoever gave it to you.")
    export = versions.check_shown(opened.shown, query.get("exportId"))
    work = store().work(opened.ref).values
    response = send(request, exports.open_file(store(), opened.ref, export["id"]))
    name = exports.file_name(work["name"], export)
    as_named = attachment if query["download"] else inline
    response.headers["Content-Disposition"] = as_named(name, exports.extension_of(export))
    return response


@blp.route("/poster", methods=["GET", "HEAD"], parameters=TOKEN_PARAMETER)
@for_guests
@blp.file_response((exports.POSTER_TYPE,))
@blp.query(VersionQuerySchema())
def get_review_poster(link_token: str, query: dict[str, Any]) -> Response:
    """Download a picture of the video of a review."""
    opened = open_review(link_token, for_media=True)
    export = versions.check_shown(opened.shown, query.get("exportId"))
    return send(request, exports.open_poster(store(), opened.ref, export["id"]))


@blp.route("/captions.vtt", methods=["GET"], parameters=TOKEN_PARAMETER)
@for_guests
@blp.file_response(("text/vtt",), ranges=False)
@blp.query(VersionQuerySchema())
def get_review_captions(link_token: str, query: dict[str, Any]) -> Response:
    """Download the captions of the video of a review as WebVTT."""
    opened = open_review(link_token, for_media=True)
    export_id = versions.check_shown(opened.shown, query.get("exportId"))["id"]
    cues = exports.get(store(), opened.ref, export_id)["cues"]
    if not cues:
        raise NotFoundError(f"captions of {export_id}")
    vtt = Response(captions.to_vtt(cues), content_type="text/vtt; charset=utf-8")
    return as_private_file(vtt)
