"""Tools that read: lists, works, and pictures of scenes and exports."""

from typing import Any

from flask import g
from marshmallow import validate

from access.rights import SEE
from errors import FieldsError
from mcp_server.definitions import Arguments, Result, Tool, work_field
from mcp_server.handles import read_work
from mcp_server.timelines import check_scene
from mcp_server.work_views import scene_in_full, takes_of_scene, work_part
from schemas.json_fields import Integer, Text
from schemas.scenes import MAX_SCENE_INDEX

Json = dict[str, Any]

_PAGED = ("summary", "scenes", "captions", "takes")
_OF_SCENE = ("scenes", "takes")
_PARTS = (*_PAGED, "brief", "timeline", "style", "analysis")
_HANDLE = {"type": "string"}


class GetWorkArguments(Arguments):
    """Which work, and which part of it."""

    work = work_field()
    part = Text(validate=validate.OneOf(_PARTS))
    scene = Integer(
        validate=validate.Range(0, MAX_SCENE_INDEX),
        metadata={"description": "This one alone, or its takes"},
    )
    first = Integer(validate=validate.Range(0), metadata={"description": "From `next`"})


def _get_work(arguments: Json) -> Result:
    ref, snapshot = read_work(arguments["work"], SEE)
    scene, first = arguments.get("scene"), arguments.get("first") or 0
    part = arguments.get("part") or ("summary" if scene is None else "scenes")
    _check_part(arguments, part)
    if part == "style":
        g.identity.require("projects:read")
    check_scene(snapshot.values, scene)
    if part == "takes":
        return Result(takes_of_scene(ref, snapshot, arguments["scene"], first))
    if scene is not None:
        return Result(scene_in_full(ref, snapshot, scene))
    return Result(work_part(ref, snapshot, part, first))


def _check_part(arguments: Json, part: str) -> None:
    """Raise FieldsError for arguments that the part does not have, or lacks."""
    if part == "takes" and "scene" not in arguments:
        raise FieldsError({"scene": ["Required for part=takes."]})
    if part not in _OF_SCENE and "scene" in arguments:
        raise FieldsError({"scene": [f"Only for part={' or '.join(_OF_SCENE)}."]})
    if part not in _PAGED and "first" in arguments:
        raise FieldsError({"first": [f"Only for part={' or '.join(_PAGED)}."]})


GET_WORK = Tool(
    "get_work",
    "Get a work",
    "Read a work: a summary with the state of its scenes, or one part in full: brief, scenes"
    " (prompts; in their order), takes of a scene, captions, timeline, style (guide, knowledge,"
    " system prompts), analysis. Names are as in update_work.",
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
