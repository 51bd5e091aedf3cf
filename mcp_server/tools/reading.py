"""Tools that read: lists, works, and pictures of scenes and exports."""

from typing import Any

from flask import g
from marshmallow import validate

from errors import FieldsError
from mcp_server import pictures
from mcp_server.definitions import Arguments, Result, Tool
from mcp_server.handles import open_work, read_work
from mcp_server.work_views import scene_in_full, takes_of_scene, work_part
from schemas.json_fields import Array, Integer, Number, Text
from schemas.scenes import MAX_SCENE_INDEX

Json = dict[str, Any]

_PAGED = ("summary", "scenes", "captions", "takes")
_OF_SCENE = ("scenes", "takes")
_PARTS = (*_PAGED, "brief", "timeline", "style", "analysis")
_HANDLE = {"type": "string"}


class GetWorkArguments(Arguments):
    """Which work, and which part of it."""

    work = Text(required=True)
    part = Text(validate=validate.OneOf(_PARTS))
    scene = Integer(
        validate=validate.Range(0, MAX_SCENE_INDEX),
        metadata={"description": "This one alone, or its takes"},
    )
    first = Integer(validate=validate.Range(0), metadata={"description": "From `next`"})


class ViewArguments(Arguments):
    """What to look at."""

    work = Text(required=True)
    first = Integer(
        load_default=0,
        validate=validate.Range(0, MAX_SCENE_INDEX),
        metadata={"description": "First scene of the contact sheet"},
    )
    scene = Integer(
        validate=validate.Range(0, MAX_SCENE_INDEX),
        metadata={"description": "One scene: its image, and a strip of its clip"},
    )
    export = Text(metadata={"description": "Frames of this export, at the times `at`"})
    at = Array(
        Number(validate=validate.Range(0)),
        max_size=pictures.MAX_FRAMES,
        metadata={"description": f"Seconds, at most {pictures.MAX_FRAMES}"},
    )


def _get_work(arguments: Json) -> Result:
    ids, snapshot = read_work(arguments["work"])
    scene, first = arguments.get("scene"), arguments.get("first") or 0
    part = arguments.get("part") or ("summary" if scene is None else "scenes")
    _check_part(arguments, part)
    if part == "style":
        g.identity.require("projects:read")
    if part == "takes":
        return Result(takes_of_scene(ids, snapshot, arguments["scene"], first))
    if scene is not None:
        return Result(scene_in_full(ids, snapshot, scene))
    return Result(work_part(ids, snapshot, part, first))


def _check_part(arguments: Json, part: str) -> None:
    """Raise FieldsError for arguments that the part does not have, or lacks."""
    if part == "takes" and "scene" not in arguments:
        raise FieldsError({"scene": ["Required for part=takes."]})
    if part not in _OF_SCENE and "scene" in arguments:
        raise FieldsError({"scene": [f"Only for part={' or '.join(_OF_SCENE)}."]})
    if part not in _PAGED and "first" in arguments:
        raise FieldsError({"first": [f"Only for part={' or '.join(_PAGED)}."]})


def _view_scenes(arguments: Json) -> Result:
    ids = open_work(arguments["work"])
    if export := arguments.get("export"):
        shown = pictures.frames_of_export(ids, export, arguments.get("at") or [])
        return Result({"work": ids.handle, "export": export}, shown)
    if (scene := arguments.get("scene")) is not None:
        return Result({"work": ids.handle, "scene": scene}, pictures.pictures_of_scene(ids, scene))
    scenes, left_out, sheet = pictures.contact_sheet_of(ids, arguments["first"])
    following = {"next": f"More scenes from first={left_out}."} if left_out is not None else {}
    return Result({"work": ids.handle, "scenes": scenes, **following}, sheet)


GET_WORK = Tool(
    "get_work",
    "Get a work",
    "Read a work: a summary with the state of its scenes, or one part in full: brief, scenes"
    " (prompts; in their order), takes of a scene, captions, timeline, style (guide, knowledge,"
    " system prompts), analysis. Names are those that update_work takes.",
    GetWorkArguments(),
    _get_work,
    scopes=("works:read",),
    output={
        "type": "object",
        "properties": {"work": _HANDLE, "version": {"type": "string"}},
        "required": ["work", "version"],
    },
    reads=True,
)
VIEW_SCENES = Tool(
    "view_scenes",
    "View scenes",
    "See pictures: by default a contact sheet of the scenes with their numbers; one scene large,"
    " with frames of its clip; or frames of an export.",
    ViewArguments(),
    _view_scenes,
    scopes=("works:read",),
    reads=True,
)
