"""Endpoints of links: those that need no login but a link, and the list of one's own."""

from functools import partial
from typing import Any

from flask import Response, g, request

from access.projects import access_of, check
from accounts.identity import Identity
from export import service as exports
from projects.assets.service import ACCEPTED, TYPES
from projects.assets.uploads import staging_files
from schemas.assets import AssetSchema
from schemas.links import EXPORT, MEDIA, UPLOAD, LinkListSchema, MadeLinkSchema, NewLinkSchema
from sharing.links import requests, service, uploads
from storage.locking.permits import current_user
from storage.paths import WorkRef
from web.addresses import absolute
from web.api.exports import file_response
from web.blueprints import Blueprint
from web.context import services, settings, store, user_id
from web.creation import create_secret_once, repeatable
from web.downloads import send
from web.guard import public, requires, requires_any
from web.lists import list_response
from web.openapi_operations import FORM
from web.payloads import document_response, json_response, made
from web.permission import set_permission
from web.uploads import receive_upload

blp = Blueprint(
    "links", __name__, url_prefix="/api", description="Links that open one thing without a login"
)

_NO_SCOPES: frozenset[str] = frozenset()
TOKEN_PARAMETER = {
    "link_token": {
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]{22}$"},
        "description": "The end of the link's address",
    }
}


@blp.route("/uploads/<link_token>", methods=["PUT"], parameters=TOKEN_PARAMETER)
@public
@blp.response(201, AssetSchema, errors=(404, 410), headers=("ETag", "Location"))
@blp.file_body("file", ACCEPTED)
def upload_by_link(link_token: str) -> Response:
    """Upload a file by a link, which needs no token. It becomes an asset.

    A link is for one file. Repeating the request, with the same file, returns the same asset.
    """
    link = _open(UPLOAD, link_token)
    size = None if request.mimetype == FORM else request.content_length
    uploads.check_unused(store(), link, size)
    files = staging_files(store(), link["target"]["projectId"])
    with receive_upload(request, files, "file", settings().max_asset_mb) as upload:
        asset = uploads.receive(store(), link, upload)
    collection = f"/api/projects/{link['target']['projectId']}/assets"
    return made(document_response(asset, 201), asset.values["id"], collection)


@blp.route("/downloads/<link_token>", methods=["GET", "HEAD"], parameters=TOKEN_PARAMETER)
@public
@blp.file_response(exports.TYPES, errors=(404, 410))
def download_by_link(link_token: str) -> Response:
    """Download an exported video by a link, which needs no token."""
    target = _open(EXPORT, link_token)["target"]
    return file_response(WorkRef.named_in(target), target["exportId"])


@blp.route("/files/<link_token>", methods=["GET", "HEAD"], parameters=TOKEN_PARAMETER)
@public
@blp.file_response(TYPES, errors=(404, 410))
def get_file_by_link(link_token: str) -> Response:
    """Download an asset or a media file of a work by a link, which needs no token."""
    return send(request, requests.open_media(store(), _open(MEDIA, link_token)["target"]))


@blp.route("/links", methods=["POST"])
@requires_any("works:read", "projects:read", "projects:write")
@repeatable
@blp.response(201, MadeLinkSchema, errors=(404, 409), headers=("Location",))
@blp.json_body(NewLinkSchema())
def make_link(body: dict[str, Any]) -> Response:
    """Make a link to an export, a media file, or for an upload.

    That to an export or a file of a work requires the scope `works:read`, to an asset
    `projects:read`, for an upload `projects:write`. Only this response has the address.
    """
    link = create_secret_once(
        body,
        lambda secret: requests.make(store(), g.identity, body, secret),
        partial(service.find_new, store()),
        check_right=partial(_check_right, body["kind"]),
    )
    shown = {"id": link.id, "url": absolute(link.path), "kind": body["kind"]}
    shown |= {"target": link.target, "expiresAt": link.expires_at}
    return made(json_response(shown, 201), link.id)


@blp.route("/links", methods=["GET"])
@requires()
@list_response(LinkListSchema, "links", newest_by="createdAt")
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

    It requires the scope that making it requires.
    """
    service.revoke(store(), g.identity, link_id)
    return Response(status=204)


def _check_right(kind: str, link: service.NewLink) -> None:
    """Raise NotFoundError, RightMissingError unless the user may still make such a link."""
    check(store(), link.target["projectId"], user_id(), service.RIGHTS[kind])


def _open(kind: str, token: str) -> service.Link:
    """Return the link of this token; the request then acts for its user, without any scope.

    Raises as `service.find`.
    """
    find = partial(service.find, store(), kind, token, services().signer.key_id)
    link = find()
    seconds = settings().tuning.permission
    set_permission(partial(find, recent=False), seconds, request.environ)
    g.identity = Identity(link["userId"], _NO_SCOPES)
    g.access = access_of(store(), link["target"]["projectId"], link["userId"], recent=True)
    current_user.set(link["userId"])
    return link
