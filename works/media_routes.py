"""The media of works: four kinds of slots, each with the same verbs."""

from collections.abc import Callable

from flask import Response, request

from schemas.works import UploadedAudioSchema, UploadedSchema
from web.api import Blueprint, View, answers_file, describe, takes_file
from web.context import settings, store
from web.downloads import send
from web.guard import requires
from web.media_types import type_of
from web.payloads import json_response
from web.uploads import received
from works import media as service
from works.slots import (
    AUDIO,
    AUDIO_TYPES,
    IMAGE_TYPES,
    REFERENCE,
    SCENE_INDEX,
    VIDEO_TYPES,
    Slot,
    scene_image,
    scene_index,
    scene_video,
)

_INDEX = {
    "name": "index",
    "in": "path",
    "description": "The scene's number, from 0",
    "schema": {"type": "string", "pattern": f"^{SCENE_INDEX}$"},
}

blp = Blueprint(
    "media",
    __name__,
    url_prefix="/api/projects/<id:project_id>/works/<id:work_id>/media",
    description="The media of works",
)


def _upload(project_id: str, work_id: str, slot: Slot) -> Response:
    media = service.media_of(store(), project_id, work_id)
    with received(request, media, slot.part, settings().max_upload_mb) as upload:
        kind = type_of(upload.claimed, upload.file.head, slot.types)
        url = service.place(store(), project_id, work_id, slot, upload.file, kind)
    return json_response({"ok": True, "audioUrl" if slot == AUDIO else "url": url})


def _download(project_id: str, work_id: str, slot: Slot) -> Response:
    media = service.media_of(store(), project_id, work_id)
    return send(request, media.open(slot.name, slot.types), settings().client_timeout)


def _remove(project_id: str, work_id: str, slot: Slot) -> Response:
    service.remove(store(), project_id, work_id, slot)
    return Response(status=204)


def _add_routes(
    what: str, rule: str, slot_of: Callable[..., Slot], part: str, types: tuple[str, ...]
) -> None:
    """Route one kind of slot: upload it, serve it, remove it."""
    name = what.replace(" ", "_")
    about = {"parameters": [_INDEX]} if "<index>" in rule else {}
    wrong = (400, 404) if about else (404,)

    @blp.route(rule, methods=["POST", "PUT"], endpoint=f"upload_{name}", **about)
    @requires("works:write")
    @blp.answers(200, UploadedAudioSchema if part == "audio" else UploadedSchema, errors=wrong)
    @takes_file(part, types)
    @_summary(f"Upload the {what}, instead of the one that may be there")
    def upload(project_id: str, work_id: str, **where: str) -> Response:
        return _upload(project_id, work_id, slot_of(**where))

    @blp.route(rule, methods=["GET", "HEAD"], endpoint=f"get_{name}", **about)
    @requires("works:read", query_token=True)
    @blp.answers(200, errors=wrong)
    @answers_file(types)
    @_summary(f"Play or show the {what}")
    def download(project_id: str, work_id: str, **where: str) -> Response:
        return _download(project_id, work_id, slot_of(**where))

    @blp.route(rule, methods=["DELETE"], endpoint=f"remove_{name}", **about)
    @requires("works:write")
    @blp.answers(204, errors=wrong)
    @_summary(f"Remove the {what}")
    def remove(project_id: str, work_id: str, **where: str) -> Response:
        return _remove(project_id, work_id, slot_of(**where))


def _summary(text: str) -> Callable[[View], View]:
    return lambda view: describe(view, summary=text)


_SCENE = "/scene/<index>"

_add_routes("reference video", "/reference", lambda: REFERENCE, "video", VIDEO_TYPES)
_add_routes(
    "scene image",
    f"{_SCENE}/image",
    lambda index: scene_image(scene_index(index)),
    "file",
    IMAGE_TYPES,
)
_add_routes(
    "scene video",
    f"{_SCENE}/video",
    lambda index: scene_video(scene_index(index)),
    "file",
    VIDEO_TYPES,
)
_add_routes("audio", "/audio", lambda: AUDIO, "audio", AUDIO_TYPES)
