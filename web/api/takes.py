"""Endpoints of the takes of a scene: its current and earlier images, clips and voices."""

from flask import Response, request

from access.rights import CHANGE, SEE
from schemas.works import TakesSchema
from storage.paths import WorkRef
from web.blueprints import Blueprint
from web.conditional import if_match_of_file
from web.context import store
from web.downloads import send
from web.guard import requires
from web.lists import list_response
from web.payloads import json_response
from works import takes
from works.slots import (
    AUDIO_TYPES,
    IMAGE_TYPES,
    SCENE_INDEX_PARAMETER,
    VIDEO_TYPES,
    parse_scene_index,
)

_SCENE = {"parameters": {"index": SCENE_INDEX_PARAMETER}}

blp = Blueprint(
    "takes",
    __name__,
    url_prefix="/api/projects/<id:project_id>/works/<id:work_id>/media/scene/<index>/takes",
    description="Earlier images, clips and voices of scenes",
)


@blp.route("", methods=["GET"], **_SCENE)
@requires("works:read", right=SEE)
@list_response(TakesSchema, "takes", newest_by="createdAt", errors=(400, 404))
def list_takes(ref: WorkRef, index: str) -> Response:
    """List the takes of a scene, newest first.

    They are the scene's image, video and voice (`current`), and those that these replaced.
    """
    return _list(ref, parse_scene_index(index))


@blp.route("/<id:take_id>", methods=["GET", "HEAD"], **_SCENE)
@requires("works:read", right=SEE, query_token=True)
@blp.file_response((*IMAGE_TYPES, *VIDEO_TYPES, *AUDIO_TYPES), errors=(400, 404))
def get_take(ref: WorkRef, index: str, take_id: str) -> Response:
    """Download the file of a take."""
    scene = parse_scene_index(index)
    return send(request, takes.open_take(store(), ref, scene, take_id))


@blp.route("/<id:take_id>/use", methods=["POST"], **_SCENE)
@requires("works:write", right=CHANGE)
@blp.response(200, TakesSchema, errors=(400, 404))
def use_take(ref: WorkRef, index: str, take_id: str) -> Response:
    """Make a take the scene's image, video or voice; the one before becomes a take.

    Returns all takes of the scene. Nothing changes if the scene has it already.
    """
    scene = parse_scene_index(index)
    takes.use_take(store(), ref, scene, take_id)
    return _list(ref, scene)


@blp.route("/<id:take_id>", methods=["DELETE"], **_SCENE)
@requires("works:write", right=CHANGE)
@blp.response(204, errors=(400, 404, 409, 412))
def delete_take(ref: WorkRef, index: str, take_id: str) -> Response:
    """Delete a take that the scene does not have now."""
    scene = parse_scene_index(index)
    takes.delete_take(store(), ref, scene, take_id, if_match_of_file())
    return Response(status=204)


def _list(ref: WorkRef, index: int) -> Response:
    return json_response({"takes": takes.list_takes(store(), ref, index)})
