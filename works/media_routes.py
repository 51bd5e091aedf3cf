"""Endpoints that upload, download and delete the media of works."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Response, request

from media.lanes import LANE_TYPES, Kind, open_lane
from media.media_types import media_type_of
from media.thumbnails import THUMBNAIL_TYPES
from schemas.works import (
    SceneMediaQuerySchema,
    ThumbnailQuerySchema,
    UploadedAudioSchema,
    UploadedSchema,
)
from storage.media.media_files import MediaFiles
from web.api import Blueprint
from web.conditional import if_match_of_file
from web.context import settings, store
from web.downloads import send
from web.guard import requires
from web.payloads import json_response
from web.uploads import receive_upload
from works import work_media
from works.origins import UPLOADED
from works.scene_thumbnails import open_thumbnail
from works.slots import (
    AUDIO,
    AUDIO_TYPES,
    IMAGE_TYPES,
    REFERENCE,
    SCENE_INDEX_PARAMETER,
    VIDEO_TYPES,
    Slot,
    parse_scene_index,
    scene_image,
    scene_video,
)

_IMMUTABLE = "private, max-age=86400, immutable"  # what has its version in its URL

_SCENE = {"parameters": {"index": SCENE_INDEX_PARAMETER}}

blp = Blueprint(
    "media",
    __name__,
    url_prefix="/api/projects/<id:project_id>/works/<id:work_id>/media",
    description="Media of works",
)


@blp.route("/reference", methods=["POST", "PUT"])
@requires("works:write")
@blp.response(200, UploadedSchema, errors=(404, 412))
@blp.file_body("video", VIDEO_TYPES)
def upload_reference_video(project_id: str, work_id: str) -> Response:
    """Upload the reference video, replacing any existing one."""
    return json_response({"ok": True, "url": _upload(project_id, work_id, REFERENCE)})


@blp.route("/reference", methods=["GET", "HEAD"])
@requires("works:read", query_token=True)
@blp.file_response(VIDEO_TYPES, errors=(404,))
def get_reference_video(project_id: str, work_id: str) -> Response:
    """Download the reference video."""
    return _download(project_id, work_id, REFERENCE)


@blp.route("/reference", methods=["DELETE"])
@requires("works:write")
@blp.response(204, errors=(404, 412))
def remove_reference_video(project_id: str, work_id: str) -> Response:
    """Delete the reference video."""
    return _remove(project_id, work_id, REFERENCE)


@blp.route("/scene/<index>/image", methods=["POST", "PUT"], **_SCENE)
@requires("works:write")
@blp.response(200, UploadedSchema, errors=(400, 404, 412))
@blp.file_body("file", IMAGE_TYPES)
def upload_scene_image(project_id: str, work_id: str, index: str) -> Response:
    """Upload the image of a scene, replacing any existing one."""
    slot = scene_image(parse_scene_index(index))
    return json_response({"ok": True, "url": _upload(project_id, work_id, slot)})


@blp.route("/scene/<index>/image", methods=["GET", "HEAD"], **_SCENE)
@requires("works:read", query_token=True)
@blp.file_response(IMAGE_TYPES, errors=(400, 404))
def get_scene_image(project_id: str, work_id: str, index: str) -> Response:
    """Download the image of a scene."""
    return _download(project_id, work_id, scene_image(parse_scene_index(index)))


@blp.route("/scene/<index>/image", methods=["DELETE"], **_SCENE)
@requires("works:write")
@blp.response(204, errors=(400, 404, 412))
@blp.query(SceneMediaQuerySchema())
def remove_scene_image(
    project_id: str, work_id: str, index: str, query: dict[str, Any]
) -> Response:
    """Delete the image of a scene.

    Its takes are kept, unless the query says `takes=1`.
    """
    return _remove(project_id, work_id, scene_image(parse_scene_index(index)), query)


@blp.route("/scene/<index>/video", methods=["POST", "PUT"], **_SCENE)
@requires("works:write")
@blp.response(200, UploadedSchema, errors=(400, 404, 412))
@blp.file_body("file", VIDEO_TYPES)
def upload_scene_video(project_id: str, work_id: str, index: str) -> Response:
    """Upload the video of a scene, replacing any existing one."""
    slot = scene_video(parse_scene_index(index))
    return json_response({"ok": True, "url": _upload(project_id, work_id, slot)})


@blp.route("/scene/<index>/video", methods=["GET", "HEAD"], **_SCENE)
@requires("works:read", query_token=True)
@blp.file_response(VIDEO_TYPES, errors=(400, 404))
def get_scene_video(project_id: str, work_id: str, index: str) -> Response:
    """Download the video of a scene."""
    return _download(project_id, work_id, scene_video(parse_scene_index(index)))


@blp.route("/scene/<index>/video", methods=["DELETE"], **_SCENE)
@requires("works:write")
@blp.response(204, errors=(400, 404, 412))
@blp.query(SceneMediaQuerySchema())
def remove_scene_video(
    project_id: str, work_id: str, index: str, query: dict[str, Any]
) -> Response:
    """Delete the video of a scene.

    Its takes are kept, unless the query says `takes=1`.
    """
    return _remove(project_id, work_id, scene_video(parse_scene_index(index)), query)


@blp.route("/scene/<index>/thumbnail", methods=["GET", "HEAD"], **_SCENE)
@requires("works:read", query_token=True)
@blp.file_response(THUMBNAIL_TYPES, errors=(400, 404, 503))
@blp.query(ThumbnailQuerySchema())
def get_scene_thumbnail(
    project_id: str, work_id: str, index: str, query: dict[str, Any]
) -> Response:
    """Download the thumbnail of a scene.

    It shows the scene's image or clip, whichever is newer, and is made when it is first asked for.
    """
    thumbnail = open_thumbnail(store(), project_id, work_id, parse_scene_index(index))
    response = send(request, thumbnail)
    if query.get("v") == thumbnail.etag:
        response.headers["Cache-Control"] = _IMMUTABLE
    return response


@blp.route("/scene/<index>/video/filmstrip", methods=["GET", "HEAD"], **_SCENE)
@requires("works:read", query_token=True)
@blp.file_response(LANE_TYPES["filmstrip"], errors=(400, 404, 503))
def get_scene_filmstrip(project_id: str, work_id: str, index: str) -> Response:
    """Download frames of the video of a scene, side by side.

    It is made when it is first asked for.
    """
    return _lane(project_id, work_id, scene_video(parse_scene_index(index)), "filmstrip")


@blp.route("/scene/<index>/video/peaks", methods=["GET", "HEAD"], **_SCENE)
@requires("works:read", query_token=True)
@blp.file_response(LANE_TYPES["peaks"], errors=(400, 404, 503), may_be_empty=True)
def get_scene_peaks(project_id: str, work_id: str, index: str) -> Response:
    """Download how loud the sound of a scene's video is: a byte for each 1/50 s.

    It is made when it is first asked for.
    """
    return _lane(project_id, work_id, scene_video(parse_scene_index(index)), "peaks")


@blp.route("/audio", methods=["POST", "PUT"])
@requires("works:write")
@blp.response(200, UploadedAudioSchema, errors=(404, 412))
@blp.file_body("audio", AUDIO_TYPES)
def upload_audio(project_id: str, work_id: str) -> Response:
    """Upload the audio, replacing any existing file."""
    return json_response({"ok": True, "audioUrl": _upload(project_id, work_id, AUDIO)})


@blp.route("/audio", methods=["GET", "HEAD"])
@requires("works:read", query_token=True)
@blp.file_response(AUDIO_TYPES, errors=(404,))
def get_audio(project_id: str, work_id: str) -> Response:
    """Download the audio."""
    return _download(project_id, work_id, AUDIO)


@blp.route("/audio/peaks", methods=["GET", "HEAD"])
@requires("works:read", query_token=True)
@blp.file_response(LANE_TYPES["peaks"], errors=(404, 503), may_be_empty=True)
def get_audio_peaks(project_id: str, work_id: str) -> Response:
    """Download how loud the audio is: a byte for each 1/50 s.

    It is made when it is first asked for.
    """
    return _lane(project_id, work_id, AUDIO, "peaks")


@blp.route("/audio", methods=["DELETE"])
@requires("works:write")
@blp.response(204, errors=(404, 412))
def remove_audio(project_id: str, work_id: str) -> Response:
    """Delete the audio."""
    return _remove(project_id, work_id, AUDIO)


def _upload(project_id: str, work_id: str, slot: Slot) -> str:
    """Receive a file and store it in a slot. Return its URL."""
    files = work_media.media_files(store(), project_id, work_id)
    with receive_upload(request, files, slot.part, settings().max_upload_mb) as upload:
        media_type = media_type_of(upload.declared_type, upload.file.head, slot.types)
        return work_media.store_file(
            store(),
            project_id,
            work_id,
            slot,
            upload.file,
            media_type,
            UPLOADED,
            _precondition(files, slot),
        )


def _download(project_id: str, work_id: str, slot: Slot) -> Response:
    files = work_media.media_files(store(), project_id, work_id)
    return send(request, files.open(slot.name, slot.types))


def _lane(project_id: str, work_id: str, slot: Slot, kind: Kind) -> Response:
    return send(
        request, open_lane(store(), work_media.lane_media(store(), project_id, work_id, slot), kind)
    )


def _remove(
    project_id: str, work_id: str, slot: Slot, query: Mapping[str, Any] | None = None
) -> Response:
    with_takes = bool(query and query.get("takes"))
    files = work_media.media_files(store(), project_id, work_id)
    check = _precondition(files, slot)
    work_media.remove_file(store(), project_id, work_id, slot, with_takes=with_takes, check=check)
    return Response(status=204)


def _precondition(files: MediaFiles, slot: Slot) -> Callable[[], None] | None:
    """Return the check of the request's If-Match header against what is in a slot, if any."""
    check = if_match_of_file()
    return check and (lambda: check(work_media.entity_tag(files, slot)))
