"""Endpoints of links: those that need no login but a link, and the list of one's own."""

from flask import Response, g, request

from accounts.identity import Identity
from assets.service import TYPES
from assets.uploads import staging_files
from export.routes import video_response
from export.service import VIDEO_TYPE
from links import service, uploads
from schemas.assets import AssetSchema
from schemas.links import EXPORT, UPLOAD, LinkListSchema
from storage.locking.fair_places import current_user
from web.api import FORM, Blueprint
from web.context import settings, store, user_id
from web.guard import public, requires
from web.payloads import document_response, json_response
from web.uploads import receive_upload

blp = Blueprint(
    "links", __name__, url_prefix="/api", description="Links that open one thing without a login"
)

_NO_SCOPES: frozenset[str] = frozenset()
_TOKEN = {"link_token": {"schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]{22}$"}}}


@blp.route("/uploads/<link_token>", methods=["PUT"], parameters=_TOKEN)
@public
@blp.response(201, AssetSchema, errors=(404, 410), headers=("ETag",))
@blp.file_body("file", TYPES)
def upload_by_link(link_token: str) -> Response:
    """Upload a file by a link, which needs no token. It becomes an asset.

    A link is for one file. Repeating the request, with the same file, returns the same asset.
    """
    link = _open(UPLOAD, link_token)
    size = None if request.mimetype == FORM else request.content_length
    uploads.check_unused(store(), link, size)
    files = staging_files(store(), link["target"]["projectId"])
    with receive_upload(request, files, "file", settings().max_asset_mb) as upload:
        return document_response(uploads.receive(store(), link, upload), 201)


@blp.route("/downloads/<link_token>", methods=["GET", "HEAD"], parameters=_TOKEN)
@public
@blp.file_response((VIDEO_TYPE,), errors=(404, 410))
def download_by_link(link_token: str) -> Response:
    """Download an exported video by a link, which needs no token."""
    target = _open(EXPORT, link_token)["target"]
    return video_response(target["projectId"], target["workId"], target["exportId"])


@blp.route("/links", methods=["GET"])
@requires()
@blp.response(200, LinkListSchema)
def list_links() -> Response:
    """List your links that have not ended, newest first.

    With an API token, those that its scopes allow to revoke.
    """
    return json_response({"links": service.list_own(store(), user_id(), g.identity.scopes)})


@blp.route("/links/<id:link_id>", methods=["DELETE"])
@requires()
@blp.response(204, errors=(403, 404))
def delete_link(link_id: str) -> Response:
    """Revoke a link: its address opens nothing any more.

    That of an upload requires the scope `projects:write`, that of an export `works:read`.
    """
    service.revoke(store(), g.identity, link_id)
    return Response(status=204)


def _open(kind: str, token: str) -> service.Link:
    """Return the link of this token; the request then acts for its user, without any scope.

    Raises as `service.find`.
    """
    link = service.find(store(), kind, token)
    g.identity = Identity(link["userId"], _NO_SCOPES)
    current_user.set(link["userId"])
    return link
