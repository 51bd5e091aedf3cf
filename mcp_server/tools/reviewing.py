"""The tool that reads what reviewers said about the exports of a work."""

from collections.abc import Mapping
from typing import Any

from marshmallow import validate

from access.rights import SEE
from export import service as exports
from mcp_server.definitions import Arguments, Result, Tool, work_field
from mcp_server.fitting import UNTRUSTED, page_of, shorten
from mcp_server.handles import open_work, work_handle
from schemas.json_fields import Boolean, Integer, Text
from sharing.reviews import comments, decisions
from web.context import store

Json = dict[str, Any]

_MAX_DECISIONS, _DECISION_CHARS = 10, 200


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
