"""Endpoints of assets."""

import os
from os.path import splitext
from typing import Any

from flask import Response, request

from access.rights import CHANGE, SEE
from generation.fetching.kinds import plan_asset
from media.lanes import LANE_TYPES
from media.limits import LANES
from media.thumbnails import THUMBNAIL_TYPES
from projects.assets import cleaned, fetched, measuring, service, uploads
from projects.assets.service import ACCEPTED, TYPES
from schemas.assets import (
    AssetFormSchema,
    AssetListSchema,
    AssetQuerySchema,
    AssetSchema,
    AssetUpdateSchema,
    AssetUsesSchema,
    EstimatedWordsSchema,
    SpokenTextSchema,
)
from schemas.file_addresses import AssetAddressSchema
from schemas.loading import load
from schemas.sound import LoudnessSchema
from storage.media.media_files import EXTENSIONS
from storage.paths import jobs_of_user
from web.api.common.received_files import (
    documents_job,
    fetching,
    file_address,
    is_for_job,
    start_download,
)
from web.blueprints import Blueprint
from web.conditional import if_match
from web.context import settings, storage_limits, storage_user_id, store, user_id
from web.creation import create_once, has_key, repeatable
from web.downloads import inline, send
from web.guard import requires
from web.lists import list_response
from web.payloads import (
    DELETED,
    DELETION,
    deleted,
    deletion,
    document_response,
    json_response,
    made,
)
from web.uploads import receive_upload
from works.voice_words import estimated_words

_FORM, _ADDRESS = AssetFormSchema(), AssetAddressSchema()

blp = Blueprint(
    "assets",
    __name__,
    url_prefix="/api/projects/<id:project_id>/assets",
    description="Assets of projects: images, videos, audio files and fonts",
)


@blp.route("", methods=["GET"])
@requires("projects:read", right=SEE)
@list_response(AssetListSchema, "assets", newest_by="updatedAt", errors=(404,))
@blp.query(AssetQuerySchema())
def list_assets(project_id: str, query: dict[str, Any]) -> Response:
    """List assets.

    The most recently updated come first.
    """
    return json_response(service.list_json(store(), project_id, query.get("type")))


@blp.route("", methods=["POST"])
@requires("projects:write", right=CHANGE)
@repeatable
@blp.response(201, AssetSchema, errors=(404,), headers=("ETag", "Location"))
@blp.file_body("file", ACCEPTED, _FORM, _ADDRESS)
@documents_job
def upload_asset(project_id: str) -> Response:
    """Upload an asset.

    Its dimensions and duration are measured; images and videos get a thumbnail.
    """
    if (body := file_address(_ADDRESS)) is not None:
        return _fetch(project_id, body)
    files = uploads.staging_files(store(), project_id)
    with receive_upload(request, files, "file", settings().max_asset_mb) as upload:
        fields = load(_FORM, uploads.parse_form(upload.fields))
        created = create_once(
            "asset",
            {**fields, "digest": upload.file.digest() if has_key() else None},
            lambda asset_id: uploads.create(store(), project_id, upload, fields, asset_id),
            store().assets(project_id).snapshot,
        )
        return made(document_response(created, 201), created.values["id"])


@blp.route("/<id:asset_id>/meta", methods=["GET"])
@requires("projects:read", right=SEE)
@blp.response(200, AssetSchema, errors=(404,), headers=("ETag",))
def get_asset(project_id: str, asset_id: str) -> Response:
    """Get the metadata of an asset."""
    return document_response(measuring.complete(store(), project_id, asset_id))


@blp.route("/<id:asset_id>/uses", methods=["GET"])
@requires("projects:read", "works:read", right=SEE)
@blp.response(200, AssetUsesSchema, errors=(404,))
def get_asset_uses(project_id: str, asset_id: str) -> Response:
    """Get the works, templates and members of the cast that use an asset.

    A deleted asset is missing there.
    """
    return json_response(service.uses_of(store(), project_id, asset_id))


@blp.route("/<id:asset_id>", methods=["PUT", "PATCH"])
@requires("projects:write", right=CHANGE)
@blp.response(200, AssetSchema, errors=(404, 412), headers=("ETag",))
@blp.json_body(AssetUpdateSchema(), required=False)
def update_asset(project_id: str, asset_id: str, body: dict[str, Any]) -> Response:
    """Update an asset.

    Fields that are not in the body keep their values. If-Match takes the ETag of `…/meta`.
    """
    return document_response(service.update(store(), project_id, asset_id, body, if_match()))


@blp.route("/<id:asset_id>", methods=["DELETE"])
@requires("projects:write", right=CHANGE)
@blp.response(204, errors=(404, 412), headers=(DELETED,))
@blp.query(DELETION)
def delete_asset(project_id: str, asset_id: str, query: dict[str, Any]) -> Response:
    """Delete an asset.

    It is kept in the trash for 30 days, to be restored. Works and templates that use it keep its
    ID. If-Match takes the ETag of `…/meta`.
    """
    return deleted(service.delete(store(), project_id, asset_id, deletion(query), if_match()))


@blp.route("/<id:asset_id>", methods=["GET", "HEAD"])
@requires("projects:read", right=SEE, query_token=True)
@blp.file_response(TYPES, errors=(404,))
def get_asset_file(project_id: str, asset_id: str) -> Response:
    """Download the file of an asset."""
    asset = service.document(store(), project_id, asset_id)
    response = send(request, service.open_file(store(), project_id, asset_id))
    stem, _ = splitext(asset["filename"])
    response.headers["Content-Disposition"] = inline(stem, EXTENSIONS[asset["mimeType"]])
    return response


@blp.route("/<id:asset_id>/thumbnail", methods=["GET", "HEAD"])
@requires("projects:read", right=SEE, query_token=True)
@blp.file_response(THUMBNAIL_TYPES, errors=(404, 503))
def get_asset_thumbnail(project_id: str, asset_id: str) -> Response:
    """Download the thumbnail of an asset.

    It is made on upload, or when it is first asked for.
    """
    file = measuring.open_thumbnail(store(), project_id, asset_id)
    return send(request, file)


@blp.route("/<id:asset_id>/filmstrip", methods=["GET", "HEAD"])
@requires("projects:read", right=SEE, query_token=True)
@blp.file_response(LANE_TYPES["filmstrip"], errors=(404, 503))
def get_asset_filmstrip(project_id: str, asset_id: str) -> Response:
    """Download frames of a video, side by side, or of an image.

    It is made when it is first asked for.
    """
    return send(request, service.open_lane(store(), project_id, asset_id, "filmstrip"))


@blp.route("/<id:asset_id>/peaks", methods=["GET", "HEAD"])
@requires("projects:read", right=SEE, query_token=True)
@blp.file_response(LANE_TYPES["peaks"], errors=(404, 503), may_be_empty=True)
def get_asset_peaks(project_id: str, asset_id: str) -> Response:
    """Download how loud the sound of a video or of audio is: a byte for each 1/50 s.

    It is made when it is first asked for.
    """
    return send(request, service.open_lane(store(), project_id, asset_id, "peaks"))


@blp.route("/<id:asset_id>/loudness", methods=["GET"])
@requires("projects:read", right=SEE)
@blp.response(200, LoudnessSchema, errors=(404, 503))
def get_asset_loudness(project_id: str, asset_id: str) -> Response:
    """Get the loudness of a video or of audio, and how long it sounds."""
    stored = service.open_lane(store(), project_id, asset_id, "loudness")
    return json_response(stored.contents())


@blp.route("/<id:asset_id>/clean", methods=["POST"])
@requires("projects:write", right=CHANGE)
@blp.response(200, AssetSchema, errors=(400, 404, 415, 503), headers=("ETag",))
def clean_asset(project_id: str, asset_id: str) -> Response:
    """Clean up a recording.

    The answer is another asset, which is made once; the recording stays as it is.
    """
    owner_id = storage_user_id()
    made = cleaned.clean(store(), storage_limits(), owner_id, project_id, asset_id)
    return document_response(made)


@blp.route("/<id:asset_id>/words", methods=["POST"])
@requires("projects:write", right=CHANGE)
@blp.response(200, EstimatedWordsSchema, errors=(404,))
@blp.json_body(SpokenTextSchema())
def estimate_asset_words(project_id: str, asset_id: str, body: dict[str, Any]) -> Response:
    """Estimate when the words of a text are said in a recording.

    They are spread over what is not silence in it. Nothing is stored.
    """
    stored = service.open_file(store(), project_id, asset_id)
    with stored.file:
        path = os.fsdecode(stored.file.name)
        return json_response({"words": estimated_words(store(), path, body["text"], LANES)})


def _fetch(project_id: str, body: dict[str, Any]) -> Response:
    """Create an asset from the file at the address in the body, or start a job that does."""
    if is_for_job(body):
        jobs = jobs_of_user(user_id())
        return start_download(jobs, body, lambda user: plan_asset(user, project_id, body))
    with fetching() as fetcher:
        created = create_once(
            "asset",
            body,
            lambda asset_id: fetched.create(fetcher, project_id, body["url"], body, asset_id),
            store().assets(project_id).snapshot,
        )
    return made(document_response(created, 201), created.values["id"])
