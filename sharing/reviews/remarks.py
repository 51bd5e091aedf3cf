"""Comments as remarks on the timeline that their export was made of, for editing programs."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from export.handover.conversion import Remark
from sharing.reviews import stored_discussions, versions
from storage.paths import WorkRef
from storage.store import Store
from timeline.frames import to_frame

_OPEN, _RESOLVED = "RED", "GREEN"  # colors of markers

Json = dict[str, Any]


def remarks_of(store: Store, ref: WorkRef) -> list[Remark]:
    """Return the comments on the exports of a work that exist, each with its replies."""
    exports = {export["id"]: export for export in versions.of_work(store, ref)}
    comments = stored_discussions.read(store, ref).shown()
    return [
        _remark(comment, exports[comment["exportId"]], _replies(comment, comments))
        for comment in comments
        if comment["parentId"] is None and comment["exportId"] in exports
    ]


def _replies(comment: Json, comments: list[Json]) -> list[Json]:
    replies = (each for each in comments if each["parentId"] == comment["id"])
    return [{"text": each["text"], "author": each["author"]["name"]} for each in replies]


def _remark(comment: Json, export: Mapping[str, Any], replies: list[Json]) -> Remark:
    """Return a remark at the frames of the timeline that the export shows there.

    Its first frame is the one that begins nearest to `from`.
    """
    rate = versions.rate(export).exact
    first = to_frame(export["options"].get("from") or 0, rate)
    last_frame = comment["frame"] if comment["endFrame"] is None else comment["endFrame"]
    names = ("id", "exportId", "frame", "endFrame", "text")
    return Remark(
        Fraction(first + comment["frame"]) / rate,
        Fraction(first + last_frame + 1) / rate,
        f"{comment['author']['name']}: {comment['text']}",
        _RESOLVED if comment["resolved"] else _OPEN,
        {
            "kind": "comment",
            **{name: comment[name] for name in names},
            "author": comment["author"]["name"],
            "resolved": comment["resolved"] is not None,
            "replies": replies,
        },
    )
