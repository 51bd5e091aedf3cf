"""Lists of works: summaries, searched, sorted and in pages."""

import base64
from collections.abc import Mapping
from typing import Any, NamedTuple

import orjson

from storage.index import Entry, Summary, json_array
from storage.store import Store
from web.errors import InvalidError


class Page(NamedTuple):
    """A JSON array of works, and the cursor of the next page if there is one."""

    body: bytes
    next: str | None


def list_works(store: Store, project_id: str, query: Mapping[str, Any]) -> Page:
    """The works of a project, newest first unless the query says otherwise.

    Raises InvalidError for a cursor that is not from a page with the same `sort`.
    """
    listed = store.index(store.works(project_id), summary).current()
    if not query:
        return Page(listed.body(), None)
    entries = listed.entries
    if wanted := query.get("q", "").casefold():
        entries = [entry for entry in entries if wanted in entry.values["name"].casefold()]
    sort = query.get("sort", "-updatedAt")
    entries = sorted(entries, key=lambda entry: _position(entry, sort))
    if "cursor" in query:
        after = _parsed(query["cursor"], sort)
        entries = [entry for entry in entries if _position(entry, sort) > after]
    limit = query.get("limit", len(entries))
    page = entries[:limit]
    more = _cursor(page[-1], sort) if len(entries) > limit else None
    return Page(json_array(page), more)


def summary(work: Mapping[str, Any]) -> Summary:
    """A work as it appears in lists."""
    scenes = work["generatedScenes"]
    return {
        "id": work["id"],
        "projectId": work["projectId"],
        "name": work["name"],
        "updatedAt": work["updatedAt"],
        "createdAt": work["createdAt"],
        "mode": work["mode"],
        "currentStep": work["currentStep"],
        "hasReferenceVideo": work["hasReferenceVideo"],
        "progress": {
            "scenes": len(work["scenes"]),
            "images": sum(1 for scene in scenes if "imageUrl" in scene),
            "videos": sum(1 for scene in scenes if "videoUrl" in scene),
            "errors": sum(1 for scene in scenes if scene.get("status") == "error"),
        },
    }


def _position(entry: Entry, sort: str) -> tuple[Any, int, str]:
    """Return the sort key of an entry; equal values are ordered as in the index."""
    value = entry.values[sort.removeprefix("-")]
    if isinstance(value, str):
        value = value.casefold()
    key = -value if sort.startswith("-") else value
    return (key, -entry.values["createdAt"], entry.id)


def _cursor(entry: Entry, sort: str) -> str:
    data = orjson.dumps([sort, *_position(entry, sort)])
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _parsed(cursor: str, sort: str) -> tuple[Any, int, str]:
    try:
        data = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        of_sort, value, created, doc_id = orjson.loads(data)
    except (ValueError, TypeError):
        of_sort, value, created, doc_id = None, None, None, None
    fits = isinstance(value, str if sort == "name" else int) and isinstance(created, int)
    if of_sort != sort or not fits or not isinstance(doc_id, str):
        raise InvalidError({"cursor": ["Not a cursor of this list; take it from the Link header."]})
    return value, created, doc_id
