"""Endpoints of assets."""

from os.path import splitext
from typing import Any

from flask import Response, request

from assets import measuring, service, uploads, uses
from assets.service import TYPES
from media.lanes import LANE_TYPES
from media.thumbnails import THUMBNAIL_TYPES
from schemas.assets import (
    AssetFormSchema,
    AssetListSchema,
    AssetQuerySchema,
    AssetSchema,
    AssetUpdateSchema,
    AssetUsesSchema,
)
from schemas.loading import load
from storage.media.media_files import EXTENSIONS
from web.api import Blueprint
from web.conditional import if_match
from web.context import settings, store
from web.downloads import send
from web.file_names import inline
from web.guard import requires
from web.payloads import document_response, json_response
from web.uploads import receive_upload

_FORM = AssetFormSchema()

blp = Blueprint(
    "assets",
    __name__,
    url_prefix="/api/projects/<id:project_id>/assets",
    description="Assets of projects: images, videos, audio files and fonts",
)


@blp.route("", methods=["GET"])
@requires("projects:read")
@blp.response(200, AssetListSchema, errors=(404,))
@blp.query(AssetQuerySchema())
def list_assets(project_id: str, query: dict[str, Any]) -> Response:
    """List assets.

    The most recently updated come first.
    """
    return json_response(service.list_json(store(), project_id, query.get("type")))


@blp.route("", methods=["POST"])
@requires("projects:write")
@blp.response(201, AssetSchema, errors=(404,), headers=("ETag",))
@blp.file_body("file", TYPES, _FORM)
def upload_asset(project_id: str) -> Response:
    """Upload an asset.

    Its dimensions and duration are measured; images and videos get a thumbnail.
    """
    files = uploads.staging_files(store(), project_id)
    with receive_upload(request, files, "file", settings().max_asset_mb) as upload:
        fields = load(_FORM, uploads.parse_form(upload.fields))
        return document_response(uploads.create(store(), project_id, upload, fields), 201)


@blp.route("/<id:asset_id>/meta", methods=["GET"])
@requires("projects:read")
@blp.response(200, AssetSchema, errors=(404,), headers=("ETag",))
def get_asset(project_id: str, asset_id: str) -> Response:
    """Get the metadata of an asset."""
    return document_response(measuring.complete(store(), project_id, asset_id))


@blp.route("/<id:asset_id>/uses", methods=["GET"])
@requires("projects:read", "works:read")
@blp.response(200, AssetUsesSchema, errors=(404,))
def get_asset_uses(project_id: str, asset_id: str) -> Response:
    """Get the works and templates that use an asset.

    A deleted asset is missing there.
    """
    return json_response(uses.uses_of(store(), project_id, asset_id))


@blp.route("/<id:asset_id>", methods=["PUT", "PATCH"])
@requires("projects:write")
@blp.response(200, AssetSchema, errors=(404, 412), headers=("ETag",))
@blp.json_body(AssetUpdateSchema(), required=False)
def update_asset(project_id: str, asset_id: str, body: dict[str, Any]) -> Response:
    """Update an asset.

    Fields that are not in the body keep their values. If-Match takes the ETag of `…/meta`.
    """
    return document_response(service.update(store(), project_id, asset_id, body, if_match()))


@blp.route("/<id:asset_id>", methods=["DELETE"])
@requires("projects:write")
@blp.response(204, errors=(404, 412))
def delete_asset(project_id: str, asset_id: str) -> Response:
    """Delete an asset.

    Works and templates that use it keep its ID. If-Match takes the ETag of `…/meta`.
    """
    service.delete(store(), project_id, asset_id, if_match())
    return Response(status=204)


@blp.route("/<id:asset_id>", methods=["GET", "HEAD"])
@requires("projects:read", query_token=True)
@blp.file_response(TYPES, errors=(404,))
def get_asset_file(project_id: str, asset_id: str) -> Response:
    """Download the file of an asset."""
    asset = service.document(store(), project_id, asset_id)
    response = send(request, service.open_file(store(), project_id, asset_id))
    stem, _ = splitext(asset["filename"])
    response.headers["Content-Disposition"] = inline(stem, EXTENSIONS[asset["mimeType"]])
    return response


@blp.route("/<id:asset_id>/thumbnail", methods=["GET", "HEAD"])
@requires("projects:read", query_token=True)
@blp.file_response(THUMBNAIL_TYPES, errors=(404, 503))
def get_asset_thumbnail(project_id: str, asset_id: str) -> Response:
    """Download the thumbnail of an asset.

    It is made on upload, or when it is first asked for.
    """
    file = measuring.open_thumbnail(store(), project_id, asset_id)
    return send(request, file)


@blp.route("/<id:asset_id>/filmstrip", methods=["GET", "HEAD"])
@requires("projects:read", query_token=True)
@blp.file_response(LANE_TYPES["filmstrip"], errors=(404, 503))
def get_asset_filmstrip(project_id: str, asset_id: str) -> Response:
    """Download frames of a video, side by side, or of an image.

    It is made when it is first asked for.
    """
    return send(request, service.open_lane(store(), project_id, asset_id, "filmstrip"))


@blp.route("/<id:asset_id>/peaks", methods=["GET", "HEAD"])
@requires("projects:read", query_token=True)
@blp.file_response(LANE_TYPES["peaks"], errors=(404, 503), may_be_empty=True)
def get_asset_peaks(project_id: str, asset_id: str) -> Response:
    """Download how loud the sound of a video or of audio is: a byte for each 1/50 s.

    It is made when it is first asked for.
    """
    return send(request, service.open_lane(store(), project_id, asset_id, "peaks"))
