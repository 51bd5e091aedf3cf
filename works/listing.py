"""Listing works: summaries with search, sorting and pagination."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from schemas.lists import decode_cursor, encode_cursor, invalid_cursor
from storage.documents.index import Entry, Index, Summary, json_array
from storage.paths import WorkRef
from storage.store import Store
from works.generated_scenes import REMOVED
from works.posters import clips_of, cover_url, poster_url

_Position = tuple[Any, int, str]


class Page(NamedTuple):
    """A JSON array of works, and the cursor of the next page if there is one."""

    body: bytes
    next_cursor: str | None


def list_works(store: Store, project_id: str, query: Mapping[str, Any]) -> Page:
    """List the works of a project, by default those changed last first.

    `query`: {q?, sort?, cursor?, limit?}, see WorkQuerySchema. Raises FieldsError for a cursor
    that is malformed or comes from a list with another `sort`.
    """
    listing = index(store, project_id).current()
    if not query:
        return Page(listing.body(), None)
    entries = listing.entries
    if text := query.get("q", "").casefold():
        entries = [entry for entry in entries if text in entry.values["name"].casefold()]
    sort = query.get("sort", "-updatedAt")
    entries = sorted(entries, key=lambda entry: _position(entry, sort))
    if "cursor" in query:
        after = _parse_cursor(query["cursor"], sort)
        entries = [entry for entry in entries if _position(entry, sort) > after]
    limit = query.get("limit", len(entries))
    page = entries[:limit]
    next_cursor = encode_cursor(sort, *_position(page[-1], sort)) if len(entries) > limit else None
    return Page(json_array(page), next_cursor)


def index(store: Store, project_id: str) -> Index:
    """Return the index of a project's works as they appear in lists."""
    return store.index(store.works(project_id), _Summarize(store, project_id))


@dataclass(frozen=True, slots=True)
class _Summarize:
    """Makes the summaries of a project's works; equal for the same project."""

    store: Store
    project_id: str

    def __call__(self, work: Mapping[str, Any]) -> Summary:
        """Return a work as it appears in lists. Raises KeyError, TypeError for a damaged one."""
        summary = _summarize(work)
        if clips := clips_of(work):
            summary["clips"] = len(clips)
        ref = WorkRef(self.project_id, work["id"])
        if poster := cover_url(self.store, work) or poster_url(self.store, ref, work):
            summary |= {"posterUrl": poster, "size": _size_of(work)}
        return summary


def _summarize(work: Mapping[str, Any]) -> Summary:
    planned = {scene["scene_index"] for scene in work["scenes"]}
    made = work["generatedScenes"]
    scenes = [
        each for each in made if (each["sceneIndex"] in planned if planned else REMOVED not in each)
    ]
    photos = _count_photos(work)
    if not isinstance(work["name"], str):
        raise TypeError("the name is not a string")
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
            **({"photos": photos} if photos else {}),
        },
    }


def _size_of(work: Mapping[str, Any]) -> dict[str, int]:
    """Return the size of the frame: that of the brief, until something is on the timeline."""
    state = work["editorState"]
    tracks = state.get("editorData") or {}
    settings = (state.get("exportSettings") or {}) if any(tracks.values()) else {}
    return {side: settings.get(side) or work["resolution"][side] for side in ("width", "height")}


def _count_photos(work: Mapping[str, Any]) -> int:
    """Return how many scenes show a photo that moves by itself, and so need no clip."""
    if work.get("assetUsageMode") != "direct" or not work.get("selectedAssetIds"):
        return 0
    clips = {made["sceneIndex"] for made in work["generatedScenes"] if "videoUrl" in made}
    moving = (scene["scene_index"] for scene in work["scenes"] if scene.get("motion"))
    return sum(1 for index in moving if index not in clips)


def _position(entry: Entry, sort: str) -> _Position:
    """Return the sort key of an entry. It is unique: ties are ordered as in the storage index."""
    value = entry.values[sort.removeprefix("-")]
    if isinstance(value, str):
        value = value.casefold()
    key = -value if sort.startswith("-") else value
    return key, -entry.values["createdAt"], entry.id


def _parse_cursor(cursor: str, sort: str) -> _Position:
    source = "a list with the same sort"
    types = (str, str if sort == "name" else int, int, str)
    cursor_sort, value, created, work_id = decode_cursor(cursor, types, source)
    if cursor_sort != sort:
        raise invalid_cursor(source)
    return value, created, work_id
