"""The media of works, as endpoints: upload, download and removal for each kind of slot."""

from flask import Response, request

from schemas.works import UploadedAudioSchema, UploadedSchema
from web.api import Blueprint
from web.context import settings, store
from web.downloads import send
from web.guard import requires
from web.media_types import media_type_of
from web.payloads import json_response
from web.uploads import received
from works import work_media
from works.slots import (
    AUDIO,
    AUDIO_TYPES,
    IMAGE_TYPES,
    REFERENCE,
    SCENE_INDEX_PARAMETER,
    VIDEO_TYPES,
    Slot,
    scene_image,
    scene_index_of,
    scene_video,
)

_SCENE = {"parameters": {"index": SCENE_INDEX_PARAMETER}}

blp = Blueprint(
    "media",
    __name__,
    url_prefix="/api/projects/<id:project_id>/works/<id:work_id>/media",
    description="The media of works",
)


@blp.route("/reference", methods=["POST", "PUT"])
@requires("works:write")
@blp.response(200, UploadedSchema, errors=(404,))
@blp.file_body("video", VIDEO_TYPES)
def upload_reference_video(project_id: str, work_id: str) -> Response:
    """Upload the reference video, instead of the one that may be there."""
    return json_response({"ok": True, "url": _upload(project_id, work_id, REFERENCE)})


@blp.route("/reference", methods=["GET", "HEAD"])
@requires("works:read", query_token=True)
@blp.file_response(VIDEO_TYPES, errors=(404,))
def get_reference_video(project_id: str, work_id: str) -> Response:
    """Play the reference video."""
    return _download(project_id, work_id, REFERENCE)


@blp.route("/reference", methods=["DELETE"])
@requires("works:write")
@blp.response(204, errors=(404,))
def remove_reference_video(project_id: str, work_id: str) -> Response:
    """Remove the reference video."""
    return _remove(project_id, work_id, REFERENCE)


@blp.route("/scene/<index>/image", methods=["POST", "PUT"], **_SCENE)
@requires("works:write")
@blp.response(200, UploadedSchema, errors=(400, 404))
@blp.file_body("file", IMAGE_TYPES)
def upload_scene_image(project_id: str, work_id: str, index: str) -> Response:
    """Upload the scene's image, instead of the one that may be there."""
    slot = scene_image(scene_index_of(index))
    return json_response({"ok": True, "url": _upload(project_id, work_id, slot)})


@blp.route("/scene/<index>/image", methods=["GET", "HEAD"], **_SCENE)
@requires("works:read", query_token=True)
@blp.file_response(IMAGE_TYPES, errors=(400, 404))
def get_scene_image(project_id: str, work_id: str, index: str) -> Response:
    """Show the scene's image."""
    return _download(project_id, work_id, scene_image(scene_index_of(index)))


@blp.route("/scene/<index>/image", methods=["DELETE"], **_SCENE)
@requires("works:write")
@blp.response(204, errors=(400, 404))
def remove_scene_image(project_id: str, work_id: str, index: str) -> Response:
    """Remove the scene's image."""
    return _remove(project_id, work_id, scene_image(scene_index_of(index)))


@blp.route("/scene/<index>/video", methods=["POST", "PUT"], **_SCENE)
@requires("works:write")
@blp.response(200, UploadedSchema, errors=(400, 404))
@blp.file_body("file", VIDEO_TYPES)
def upload_scene_video(project_id: str, work_id: str, index: str) -> Response:
    """Upload the scene's clip, instead of the one that may be there."""
    slot = scene_video(scene_index_of(index))
    return json_response({"ok": True, "url": _upload(project_id, work_id, slot)})


@blp.route("/scene/<index>/video", methods=["GET", "HEAD"], **_SCENE)
@requires("works:read", query_token=True)
@blp.file_response(VIDEO_TYPES, errors=(400, 404))
def get_scene_video(project_id: str, work_id: str, index: str) -> Response:
    """Play the scene's clip."""
    return _download(project_id, work_id, scene_video(scene_index_of(index)))


@blp.route("/scene/<index>/video", methods=["DELETE"], **_SCENE)
@requires("works:write")
@blp.response(204, errors=(400, 404))
def remove_scene_video(project_id: str, work_id: str, index: str) -> Response:
    """Remove the scene's clip."""
    return _remove(project_id, work_id, scene_video(scene_index_of(index)))


@blp.route("/audio", methods=["POST", "PUT"])
@requires("works:write")
@blp.response(200, UploadedAudioSchema, errors=(404,))
@blp.file_body("audio", AUDIO_TYPES)
def upload_audio(project_id: str, work_id: str) -> Response:
    """Upload the audio, instead of the one that may be there."""
    return json_response({"ok": True, "audioUrl": _upload(project_id, work_id, AUDIO)})


@blp.route("/audio", methods=["GET", "HEAD"])
@requires("works:read", query_token=True)
@blp.file_response(AUDIO_TYPES, errors=(404,))
def get_audio(project_id: str, work_id: str) -> Response:
    """Play the audio."""
    return _download(project_id, work_id, AUDIO)


@blp.route("/audio", methods=["DELETE"])
@requires("works:write")
@blp.response(204, errors=(404,))
def remove_audio(project_id: str, work_id: str) -> Response:
    """Remove the audio."""
    return _remove(project_id, work_id, AUDIO)


def _upload(project_id: str, work_id: str, slot: Slot) -> str:
    """Receive a file into a slot; return its URL."""
    files = work_media.media_of(store(), project_id, work_id)
    with received(request, files, slot.part, settings().max_upload_mb) as upload:
        media_type = media_type_of(upload.claimed, upload.file.head, slot.types)
        return work_media.place(store(), project_id, work_id, slot, upload.file, media_type)


def _download(project_id: str, work_id: str, slot: Slot) -> Response:
    files = work_media.media_of(store(), project_id, work_id)
    return send(request, files.open(slot.name, slot.types), settings().client_timeout)


def _remove(project_id: str, work_id: str, slot: Slot) -> Response:
    work_media.remove(store(), project_id, work_id, slot)
    return Response(status=204)
