"""What members and guests may say about exports, change and delete: the rules of comments.

What is said is stored by stored_discussions.py, in a file beside the work.

Who calls has checked that the author may comment here; `within` are the exports that the author
sees, None for all of the work.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from errors import FieldsError, ForbiddenError
from schemas.reviews import GUEST
from sharing.reviews import records, versions
from sharing.reviews.records import Discussion
from sharing.reviews.stored_discussions import Author, Json, Within, append, read, seen
from storage.clock import now_ms
from storage.errors import ExistsError, NotFoundError
from storage.paths import WorkRef, new_id
from storage.store import Store

_ONLY_AUTHOR = "Only its author may change the text of a comment"


def list_shown(store: Store, ref: WorkRef, within: Within) -> list[Json]:
    """Return comments in the order in which they were made."""
    return seen(read(store, ref).shown(), within)


def get(store: Store, ref: WorkRef, comment_id: str, within: Within = None) -> Json:
    """Return a comment. Raises NotFoundError."""
    return _find(read(store, ref), comment_id, within)


def add(
    store: Store,
    ref: WorkRef,
    author: Author,
    fields: Mapping[str, Any],
    known: list[Json],
    within: Within = None,
    comment_id: str | None = None,
) -> Json:
    """Make a comment about one of the known exports, newest first; return it.

    `comment_id` is its id, if that was chosen before. Raises FieldsError, LimitReachedError,
    ExistsError if there is one of this id, NotFoundError without the work.
    """
    new = comment_id or new_id("comment")

    def make(found: Discussion) -> list[Json]:
        if new in found.comments or new in found.gone:
            raise ExistsError(new)
        where = _of_thread(found, fields["parentId"], within) or _where(fields, known)
        said = {"id": new, **where, "text": fields["text"], "author": author.to_json()}
        return [{"type": records.COMMENT, **said, "at": now_ms()}]

    return append(store, ref, author, make).comments[new]


def change(
    store: Store,
    ref: WorkRef,
    comment_id: str,
    author: Author,
    fields: Mapping[str, Any],
    within: Within = None,
) -> Json:
    """Change the text of a comment, and whether it is resolved; return it.

    Guests resolve their own comments only. Raises NotFoundError, ForbiddenError, FieldsError.
    """

    def make(found: Discussion) -> Iterable[Json]:
        comment = _find(found, comment_id, within)
        about: Json = {"id": comment_id, "at": now_ms()}
        if "text" in fields and fields["text"] != comment["text"]:
            if not author.wrote(comment):
                raise ForbiddenError(_ONLY_AUTHOR)
            by = author.to_json()
            yield {"type": records.EDIT, **about, "text": fields["text"], "by": by}
        if "resolved" in fields:
            if author.kind == GUEST and not author.wrote(comment):
                raise ForbiddenError("Guests may resolve only comments of their own")
            yield from _resolving(comment, author, fields, about)

    return append(store, ref, author, make).comments[comment_id]


def delete(
    store: Store,
    ref: WorkRef,
    comment_id: str,
    author: Author,
    within: Within = None,
) -> None:
    """Delete a comment; while it has replies, it stays without its text.

    Raises NotFoundError, ForbiddenError.
    """

    def make(found: Discussion) -> Iterable[Json]:
        if not (author.wrote(_find(found, comment_id, within)) or author.is_owner):
            advice = "Its author may delete a comment, and the owner of the project."
            raise ForbiddenError("This comment is not yours", advice)
        yield {"type": records.DELETE, "id": comment_id, "by": author.to_json(), "at": now_ms()}

    append(store, ref, author, make)


def _of_thread(found: Discussion, parent_id: str | None, within: Within) -> Json | None:
    """Return where a reply is made, None for no reply. Raises FieldsError."""
    if parent_id is None:
        return None
    try:
        parent = _find(found, parent_id, within)
    except NotFoundError:
        raise FieldsError({"parentId": ["There is no such comment."]}) from None
    thread_id = parent["parentId"] or parent_id  # a reply to a reply joins its thread
    names = ("exportId", "frame", "endFrame", "time")
    return {"parentId": thread_id, **{name: parent[name] for name in names}}


def _where(fields: Mapping[str, Any], known: list[Json]) -> Json:
    """Return which frames of which export a new comment is about. Raises FieldsError."""
    export = versions.chosen(known, fields.get("exportId"))
    first, last, count = fields["frame"], fields["endFrame"], versions.frames(export)
    if first is None:
        raise FieldsError({"frame": ["Required, unless this is a reply."]})
    if first >= count:
        raise FieldsError({"frame": [f"Must be from 0 to {count - 1:,}, the export's last frame."]})
    if last is not None and not first <= last < count:
        expected = f"Must be from {first:,}, the first frame, to {count - 1:,}."
        raise FieldsError({"endFrame": [expected]})
    time = versions.rate(export).seconds(first)
    frames = {"frame": first, "endFrame": last, "time": time}
    return {"parentId": None, "exportId": export["id"], **frames}


def _resolving(
    comment: Json, author: Author, fields: Mapping[str, Any], about: Json
) -> Iterable[Json]:
    if comment["parentId"] is not None:
        raise FieldsError({"resolved": ["A reply is resolved with the comment it belongs to."]})
    if not fields["resolved"]:
        if comment["resolved"] is not None:
            yield {"type": records.REOPEN, **about, "by": author.to_json()}
    elif comment["resolved"] is None or comment["resolved"]["exportId"] != fields.get("exportId"):
        export_id = fields.get("exportId")
        yield {"type": records.RESOLVE, **about, "by": author.to_json(), "exportId": export_id}


def _find(found: Discussion, comment_id: str, within: Within) -> Json:
    comment = found.comments.get(comment_id)
    if comment is None or "deleted" in comment:
        raise NotFoundError(f"comments/{comment_id}")
    if within is not None and comment["exportId"] not in within:
        raise NotFoundError(f"comments/{comment_id}")
    return comment
