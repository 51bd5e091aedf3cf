"""Tools that read a work, and what reviewers said about it."""

from collections.abc import Mapping
from typing import Any

from flask import g
from marshmallow import validate

from access.rights import SEE
from errors import FieldsError
from export import service as exports
from mcp_server.definitions import Arguments, Result, Tool, work_field
from mcp_server.fitting import UNTRUSTED, page_of, shorten
from mcp_server.handles import open_work, read_work, work_handle
from mcp_server.timelines import check_scene
from mcp_server.work_views import scene_in_full, takes_of_scene, work_part
from schemas.json_fields import Boolean, Integer, Text
from schemas.scenes import MAX_SCENE_INDEX
from sharing.reviews import comments, decisions
from web.context import store

Json = dict[str, Any]

_PAGED = ("summary", "scenes", "captions", "takes")
_OF_SCENE = ("scenes", "takes")
_PARTS = (*_PAGED, "brief", "timeline", "style", "analysis")
_HANDLE = {"type": "string"}

_MAX_DECISIONS, _DECISION_CHARS = 10, 200


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


class ListCommentsArguments(Arguments):
    """Which comments."""

    work = work_field()
    export = Text()
    all = Boolean(metadata={"description": "Also resolved"})
    first = Integer(validate=validate.Range(0), metadata={"description": "From `next`"})


def _list_comments(arguments: Json) -> Result:
    ref, first = open_work(arguments["work"], SEE), arguments.get("first") or 0
    within = {arguments["export"]} if arguments.get("export") else None
    said = comments.list_shown(store(), ref, within)
    if within and not said:
        exports.get(store(), ref, arguments["export"])  # or there is none
    if not arguments.get("all"):
        resolved = {each["id"] for each in said if each["resolved"]}
        said = [each for each in said if not {each["id"], each["parentId"]} & resolved]
    data = {
        "work": work_handle(ref),
        **page_of("comments", [_comment(each) for each in said], first),
    }
    if first == 0:
        decided = decisions.list_current(store(), ref, within)[:_MAX_DECISIONS]
        data["decisions"] = [_decision(each) for each in decided]
    return Result(data)


def _comment(comment: Mapping[str, Any]) -> Json:
    """Return a comment; frames and times are those of its export."""
    optional = {
        "endFrame": comment["endFrame"],
        "replyTo": comment["parentId"],
        "resolved": comment["resolved"] is not None,
    }
    return {
        "comment": comment["id"],
        "export": comment["exportId"],
        "frame": comment["frame"],
        "time": comment["time"],
        **{name: value for name, value in optional.items() if value},
        **_said(comment, comment["text"]),
    }


def _decision(decision: Mapping[str, Any]) -> Json:
    text = shorten(decision["text"] or "", _DECISION_CHARS)
    return {
        "export": decision["exportId"],
        "decision": decision["decision"],
        **_said(decision, text),
    }


def _said(entry: Mapping[str, Any], text: str) -> Json:
    """Return who said something, a `guest` or a `user`, and what, which is data."""
    author = entry["author"]
    return {"by": author["kind"], UNTRUSTED: {"name": author["name"], "text": text}}


LIST_COMMENTS = Tool(
    "list_comments",
    "List comments",
    "What reviewers said about frames of exports, and decided.",
    ListCommentsArguments(),
    _list_comments,
    scopes=("works:read",),
    reads=True,
)
