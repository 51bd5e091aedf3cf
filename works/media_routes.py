"""The media of works: four kinds of slots, each with the same verbs."""

from collections.abc import Callable
from typing import Any

from flask import Response, request

from api import BODY_ERRORS, Blueprint, describe, json_response, settings, store
from guard import requires
from schemas.works import UploadedAudioSchema, UploadedSchema
from transfer.downloads import send
from transfer.recognise import type_of
from transfer.uploads import received
from works import media as service
from works.slots import (
    AUDIO,
    AUDIO_TYPES,
    IMAGE_TYPES,
    REFERENCE,
    VIDEO_TYPES,
    Slot,
    scene_image,
    scene_index,
    scene_video,
)

_BINARY = {"schema": {"type": "string", "format": "binary"}}

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

    @blp.route(rule, methods=["POST", "PUT"], endpoint=f"upload_{name}")
    @requires("works:write")
    @blp.answers(200, UploadedAudioSchema if part == "audio" else UploadedSchema)
    def upload(project_id: str, work_id: str, **where: str) -> Response:
        return _upload(project_id, work_id, slot_of(**where))

    @blp.route(rule, methods=["GET", "HEAD"], endpoint=f"get_{name}")
    @requires("works:read", query_token=True)
    @blp.answers(200)
    def download(project_id: str, work_id: str, **where: str) -> Response:
        return _download(project_id, work_id, slot_of(**where))

    @blp.route(rule, methods=["DELETE"], endpoint=f"remove_{name}")
    @requires("works:write")
    @blp.answers(204)
    def remove(project_id: str, work_id: str, **where: str) -> Response:
        return _remove(project_id, work_id, slot_of(**where))

    _describe(upload, f"Upload the {what}, instead of the one that may be there", 415, *BODY_ERRORS)
    describe(upload, requestBody={"required": True, "content": _upload_content(part, types)})
    _describe(download, f"Play or show the {what}; ranges and conditional requests work", 416)
    describe(download, responses=_download_responses(types))
    _describe(remove, f"Remove the {what}")


def _describe(view: Callable[..., Any], summary: str, *errors: int) -> None:
    describe(view, summary=summary)
    describe(view, responses={code: f"Error{code}" for code in (400, 404, *errors)})


def _upload_content(part: str, types: tuple[str, ...]) -> dict[str, Any]:
    form = {"type": "object", "required": [part], "properties": {part: _BINARY["schema"]}}
    encoding = {part: {"contentType": ", ".join(types)}}
    raw = dict.fromkeys((*types, "application/octet-stream"), _BINARY)
    return {"multipart/form-data": {"schema": form, "encoding": encoding}, **raw}


def _download_responses(types: tuple[str, ...]) -> dict[int, Any]:
    content = dict.fromkeys(types, _BINARY)
    return {
        200: {"description": "The file", "content": content},
        206: {"description": "The part of the file that was asked for", "content": content},
        304: {"description": "Unchanged since the client got it"},
    }


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
