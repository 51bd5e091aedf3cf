"""Endpoints that upload, download and delete the media of works."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Response, request

from access.rights import CHANGE, SEE
from generation.fetching.kinds import plan_media
from media.lanes import LANE_TYPES, Kind
from media.media_types import media_type_of
from media.thumbnails import THUMBNAIL_TYPES
from schemas.file_addresses import FileAddressSchema
from schemas.sound import LoudnessSchema
from schemas.works import (
    SceneMediaQuerySchema,
    ThumbnailQuerySchema,
    UploadedAudioSchema,
    UploadedSchema,
)
from storage.media.media_files import MediaFiles
from storage.paths import WorkRef, jobs_of_work
from web.api.common.received_files import (
    documents_job,
    file_address,
    is_for_job,
    receive_file,
    start_download,
)
from web.blueprints import Blueprint
from web.conditional import if_match_of_file
from web.context import settings, store
from web.downloads import send
from web.guard import requires
from web.payloads import json_response
from works import work_media
from works.posters import open_thumbnail
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
from works.voices import origin_of

_IMMUTABLE = "private, max-age=86400, immutable"  # what has its version in its URL

ADDRESS = FileAddressSchema()
SCENE = {"parameters": {"index": SCENE_INDEX_PARAMETER}}

blp = Blueprint(
    "media",
    __name__,
    url_prefix="/api/projects/<id:project_id>/works/<id:work_id>/media",
    description="Media of works",
)


@blp.route("/reference", methods=["POST", "PUT"])
@requires("works:write", right=CHANGE)
@blp.response(200, UploadedSchema, errors=(404, 412))
@blp.file_body("video", VIDEO_TYPES, address=ADDRESS)
@documents_job
def upload_reference_video(ref: WorkRef) -> Response:
    """Upload the reference video, replacing any existing one."""
    return upload(ref, REFERENCE)


@blp.route("/reference", methods=["GET", "HEAD"])
@requires("works:read", right=SEE, query_token=True)
@blp.file_response(VIDEO_TYPES, errors=(404,))
def get_reference_video(ref: WorkRef) -> Response:
    """Download the reference video."""
    return download(ref, REFERENCE)


@blp.route("/reference", methods=["DELETE"])
@requires("works:write", right=CHANGE)
@blp.response(204, errors=(404, 412))
def remove_reference_video(ref: WorkRef) -> Response:
    """Delete the reference video."""
    return remove(ref, REFERENCE)


@blp.route("/scene/<index>/image", methods=["POST", "PUT"], **SCENE)
@requires("works:write", right=CHANGE)
@blp.response(200, UploadedSchema, errors=(400, 404, 412))
@blp.file_body("file", IMAGE_TYPES, address=ADDRESS)
@documents_job
def upload_scene_image(ref: WorkRef, index: str) -> Response:
    """Upload the image of a scene, replacing any existing one."""
    slot = scene_image(parse_scene_index(index))
    return upload(ref, slot)


@blp.route("/scene/<index>/image", methods=["GET", "HEAD"], **SCENE)
@requires("works:read", right=SEE, query_token=True)
@blp.file_response(IMAGE_TYPES, errors=(400, 404))
def get_scene_image(ref: WorkRef, index: str) -> Response:
    """Download the image of a scene."""
    return download(ref, scene_image(parse_scene_index(index)))


@blp.route("/scene/<index>/image", methods=["DELETE"], **SCENE)
@requires("works:write", right=CHANGE)
@blp.response(204, errors=(400, 404, 412))
@blp.query(SceneMediaQuerySchema())
def remove_scene_image(ref: WorkRef, index: str, query: dict[str, Any]) -> Response:
    """Delete the image of a scene.

    Its takes are kept, unless the query says `takes=1`.
    """
    return remove(ref, scene_image(parse_scene_index(index)), query)


@blp.route("/scene/<index>/video", methods=["POST", "PUT"], **SCENE)
@requires("works:write", right=CHANGE)
@blp.response(200, UploadedSchema, errors=(400, 404, 412))
@blp.file_body("file", VIDEO_TYPES, address=ADDRESS)
@documents_job
def upload_scene_video(ref: WorkRef, index: str) -> Response:
    """Upload the video of a scene, replacing any existing one."""
    slot = scene_video(parse_scene_index(index))
    return upload(ref, slot)


@blp.route("/scene/<index>/video", methods=["GET", "HEAD"], **SCENE)
@requires("works:read", right=SEE, query_token=True)
@blp.file_response(VIDEO_TYPES, errors=(400, 404))
def get_scene_video(ref: WorkRef, index: str) -> Response:
    """Download the video of a scene."""
    return download(ref, scene_video(parse_scene_index(index)))


@blp.route("/scene/<index>/video", methods=["DELETE"], **SCENE)
@requires("works:write", right=CHANGE)
@blp.response(204, errors=(400, 404, 412))
@blp.query(SceneMediaQuerySchema())
def remove_scene_video(ref: WorkRef, index: str, query: dict[str, Any]) -> Response:
    """Delete the video of a scene.

    Its takes are kept, unless the query says `takes=1`.
    """
    return remove(ref, scene_video(parse_scene_index(index)), query)


@blp.route("/scene/<index>/thumbnail", methods=["GET", "HEAD"], **SCENE)
@requires("works:read", right=SEE, query_token=True)
@blp.file_response(THUMBNAIL_TYPES, errors=(400, 404, 503))
@blp.query(ThumbnailQuerySchema())
def get_scene_thumbnail(ref: WorkRef, index: str, query: dict[str, Any]) -> Response:
    """Download the thumbnail of a scene.

    It shows the scene's image or clip, whichever is newer, and is made when it is first asked for.
    """
    thumbnail = open_thumbnail(store(), ref, parse_scene_index(index))
    response = send(request, thumbnail)
    if query.get("v") == thumbnail.etag:
        response.headers["Cache-Control"] = _IMMUTABLE
    return response


@blp.route("/scene/<index>/video/filmstrip", methods=["GET", "HEAD"], **SCENE)
@requires("works:read", right=SEE, query_token=True)
@blp.file_response(LANE_TYPES["filmstrip"], errors=(400, 404, 503))
def get_scene_filmstrip(ref: WorkRef, index: str) -> Response:
    """Download frames of the video of a scene, side by side.

    It is made when it is first asked for.
    """
    return lane(ref, scene_video(parse_scene_index(index)), "filmstrip")


@blp.route("/scene/<index>/video/peaks", methods=["GET", "HEAD"], **SCENE)
@requires("works:read", right=SEE, query_token=True)
@blp.file_response(LANE_TYPES["peaks"], errors=(400, 404, 503), may_be_empty=True)
def get_scene_peaks(ref: WorkRef, index: str) -> Response:
    """Download how loud the sound of a scene's video is: a byte for each 1/50 s.

    It is made when it is first asked for.
    """
    return lane(ref, scene_video(parse_scene_index(index)), "peaks")


@blp.route("/audio", methods=["POST", "PUT"])
@requires("works:write", right=CHANGE)
@blp.response(200, UploadedAudioSchema, errors=(404, 412))
@blp.file_body("audio", AUDIO_TYPES, address=ADDRESS)
@documents_job
def upload_audio(ref: WorkRef) -> Response:
    """Upload the audio, replacing any existing file."""
    return upload(ref, AUDIO, key="audioUrl")


@blp.route("/audio", methods=["GET", "HEAD"])
@requires("works:read", right=SEE, query_token=True)
@blp.file_response(AUDIO_TYPES, errors=(404,))
def get_audio(ref: WorkRef) -> Response:
    """Download the audio."""
    return download(ref, AUDIO)


@blp.route("/audio/peaks", methods=["GET", "HEAD"])
@requires("works:read", right=SEE, query_token=True)
@blp.file_response(LANE_TYPES["peaks"], errors=(404, 503), may_be_empty=True)
def get_audio_peaks(ref: WorkRef) -> Response:
    """Download how loud the audio is: a byte for each 1/50 s.

    It is made when it is first asked for.
    """
    return lane(ref, AUDIO, "peaks")


@blp.route("/audio/loudness", methods=["GET"])
@requires("works:read", right=SEE)
@blp.response(200, LoudnessSchema, errors=(404, 503))
def get_audio_loudness(ref: WorkRef) -> Response:
    """Get the loudness of the audio, and how long it sounds."""
    stored = work_media.open_lane(store(), ref, AUDIO, "loudness")
    return json_response(stored.contents())


@blp.route("/audio", methods=["DELETE"])
@requires("works:write", right=CHANGE)
@blp.response(204, errors=(404, 412))
def remove_audio(ref: WorkRef) -> Response:
    """Delete the audio."""
    return remove(ref, AUDIO)


def upload(
    ref: WorkRef,
    slot: Slot,
    *,
    key: str = "url",
    says_narration: bool | None = None,
) -> Response:
    """Receive a file and store it in a slot, or start a job that does; answer with its URL.

    `says_narration` is whether a voice says the narration of its scene; None if it has one.
    """
    files = work_media.media_files(store(), ref)
    body, check = file_address(ADDRESS), _precondition(files, slot)
    if body is not None and is_for_job(body):
        expected = _expected(files, slot, check)
        return start_download(
            jobs_of_work(ref),
            body,
            lambda user: plan_media(user, slot.path, body, says_narration, expected),
        )
    origin = origin_of(store(), ref, slot, says_narration)
    with receive_file(slot.part, slot.accepted, files, settings().max_upload_mb, body) as upload:
        media_type = media_type_of(upload.declared_type, upload.file.head, slot.accepted)
        where = (store(), ref, slot)
        url = work_media.store_file(*where, upload.file, media_type, origin, check)
    return json_response({"ok": True, key: url})


def download(ref: WorkRef, slot: Slot) -> Response:
    """Send the file of a slot."""
    files = work_media.media_files(store(), ref)
    return send(request, files.open(slot.name, slot.types))


def lane(ref: WorkRef, slot: Slot, kind: Kind) -> Response:
    """Send the filmstrip or the peaks of a slot's file."""
    return send(request, work_media.open_lane(store(), ref, slot, kind))


def remove(ref: WorkRef, slot: Slot, query: Mapping[str, Any] | None = None) -> Response:
    """Remove the file of a slot; with its takes, if the query says so."""
    with_takes = bool(query and query.get("takes"))
    files = work_media.media_files(store(), ref)
    check = _precondition(files, slot)
    work_media.remove_file(store(), ref, slot, with_takes=with_takes, check=check)
    return Response(status=204)


def _precondition(files: MediaFiles, slot: Slot) -> Callable[[], None] | None:
    """Return the check of the request's If-Match header against what is in a slot, if any."""
    check = if_match_of_file()
    return check and (lambda: check(work_media.entity_tag(files, slot)))


def _expected(files: MediaFiles, slot: Slot, check: Callable[[], None] | None) -> str | None:
    """Return the entity tag that a file is to have until it is replaced; None for any."""
    if check is None:
        return None
    check()
    return work_media.entity_tag(files, slot)
