"""What the lines of comments.jsonl say: comments as they are now, and decisions. Pure.

Each line says one thing that happened, in the order in which it did:

    {"type": "comment", "id", "exportId", "frame", "endFrame", "time", "text", "parentId", "author"}
    {"type": "edit", "id", "text", "by"}        a comment has another text
    {"type": "resolve", "id", "by", "exportId"} a comment was dealt with, and which export shows it
    {"type": "reopen", "id", "by"}
    {"type": "delete", "id", "by"}
    {"type": "decision", "id", "exportId", "decision", "text", "author"}

and when, as `at`; those of guests also by which `link`. Lines of other types, of later versions,
are skipped. Lines about what was deleted or replaced are left out some time (compaction.py).
"""

from collections.abc import Iterable, Mapping
from types import NoneType
from typing import Any, NamedTuple

Json = dict[str, Any]
Line = Mapping[str, Any]

COMMENT, EDIT, RESOLVE, REOPEN, DELETE = "comment", "edit", "resolve", "reopen", "delete"
DECISION = "decision"
KINDS = {COMMENT, EDIT, RESOLVE, REOPEN, DELETE, DECISION}

_OF_COMMENT = ("id", "exportId", "frame", "endFrame", "time", "text", "parentId", "author")
_OF_DECISION = ("id", "exportId", "decision", "text", "author")
_OF_PERSON = ("kind", "id", "name")

_TYPES: Mapping[str, tuple[type, ...]] = {
    **dict.fromkeys(("id", "decision"), (str,)),
    **dict.fromkeys(("exportId", "parentId", "text"), (str, NoneType)),
    **dict.fromkeys(("author", "by"), (dict,)),
    **dict.fromkeys(("frame", "at"), (int,)),
    "endFrame": (int, NoneType),
    "time": (int, float),
}


class Discussion(NamedTuple):
    """The comments of a work by their ids, also deleted ones, and all decisions, oldest first.

    `gone` are the ids of comments that were deleted and left out.
    """

    comments: dict[str, Json]
    decisions: list[Json]
    gone: set[str]

    def shown(self) -> list[Json]:
        """Return the comments as clients see them: of deleted ones those that have replies."""
        answered = {each["parentId"] for each in self.comments.values() if "deleted" not in each}
        return [
            each
            for each in self.comments.values()
            if "deleted" not in each or each["id"] in answered
        ]

    def current_decisions(self) -> list[Json]:
        """Return the last decision of each person about each export, newest first."""
        last: dict[tuple[str, str, str], Json] = {}
        for each in self.decisions:
            author = each["author"]
            key = each["exportId"], author["kind"], author["id"]
            last.pop(key, None)
            last[key] = each
        return [*reversed(last.values())]


def discussion(lines: Iterable[Line]) -> Discussion:
    """Return what the lines of a work say."""
    found = Discussion({}, [], set())
    add(found, lines)
    return found


def add(found: Discussion, lines: Iterable[Line]) -> int:
    """Add what more lines say; return how many are left out.

    These are damaged, or of a comment whose line is.
    """
    left_out = 0
    for line in lines:
        try:
            _apply(found, line)
        except (KeyError, TypeError):
            left_out += 1
    return left_out


def _check_types(line: Line) -> None:
    """Raise TypeError, KeyError for a value of another type than this program writes."""
    for name, value in line.items():
        if name in _TYPES and not isinstance(value, _TYPES[name]):
            raise TypeError(name)
    for person in (line.get("author"), line.get("by")):
        if person is not None and not all(isinstance(person[key], str) for key in _OF_PERSON):
            raise TypeError("person")


def _apply(found: Discussion, line: Line) -> None:
    kind, at = line["type"], line["at"]
    if kind in KINDS:
        _check_types(line)
    if kind == COMMENT:
        new = {key: line[key] for key in _OF_COMMENT}
        found.comments[new["id"]] = {**new, "createdAt": at, "editedAt": None, "resolved": None}
    elif kind == DECISION:
        found.decisions.append({**{key: line[key] for key in _OF_DECISION}, "createdAt": at})
    elif kind == EDIT:
        found.comments[line["id"]].update(text=line["text"], editedAt=at)
    elif kind == RESOLVE:
        resolved = {"by": line["by"], "at": at, "exportId": line["exportId"]}
        found.comments[line["id"]]["resolved"] = resolved
    elif kind == REOPEN:
        found.comments[line["id"]]["resolved"] = None
    elif kind == DELETE:
        if line["id"] in found.comments:
            found.comments[line["id"]].update(text="", deleted=True)
        else:
            found.gone.add(line["id"])
