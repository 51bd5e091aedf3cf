"""Stored exports: finding, listing, opening and deleting them."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from export.plan.from_work import content_of
from export.plan.targets import FORMATS, MP4, format_of
from schemas.exports import StoredExportSchema
from schemas.json_fields import without_limits
from storage import link_documents
from storage.clock import later_than, now_ms
from storage.documents.index import Summary
from storage.documents.snapshots import Snapshot
from storage.documents.tables import FileCheck
from storage.errors import NotFoundError, UnreadableError
from storage.media.media_files import EXTENSIONS, StoredFile
from storage.paths import WorkRef
from storage.store import Store

Export = Mapping[str, Any]

VIDEO, POSTER = "video", "poster"  # media slots
VIDEO_TYPE, POSTER_TYPE = FORMATS[MP4].media_type, "image/jpeg"
TYPES = tuple(known.media_type for known in FORMATS.values())  # of the file that is exported
VIDEO_FILE, POSTER_FILE = f"{VIDEO}.{EXTENSIONS[VIDEO_TYPE]}", f"{POSTER}.{EXTENSIONS[POSTER_TYPE]}"
# The names of an export's media files.
FILES = frozenset({POSTER_FILE, *(f"{VIDEO}.{EXTENSIONS[each]}" for each in TYPES)})
SHAPES = ((9, 16), (16, 9), (1, 1), (4, 5), (4, 3), (3, 4), (21, 9))  # in use
_TOLERANCE = 0.02  # of a shape: sides are even numbers of pixels

_SCHEMA = without_limits(StoredExportSchema())
_WITHOUT_CUES = StoredExportSchema(exclude=("cues",))  # which there can be thousands of
_PUBLIC = ("id", "width", "height", "fps", "duration", "size", "options", "jobId", "createdAt")


def list_newest(store: Store, ref: WorkRef) -> list[dict[str, Any]]:
    """Return a work's exports, newest first; damaged ones are skipped. Raises NotFoundError."""
    store.work(ref)
    return [{**listed["public"]} for listed in _newest(store, ref)]


def list_compared(store: Store, ref: WorkRef) -> list[dict[str, Any]]:
    """Return the same, with `isCurrent`: whether the work would look like it, if that is known."""
    content = content_of(store.work(ref).values)
    found = _newest(store, ref)
    return [{**listed["public"], **_current(listed, content)} for listed in found]


def next_time(store: Store, ref: WorkRef) -> int:
    """Return when a new export is made: later than the others, even if a clock was set back."""
    newest = _newest(store, ref)
    return later_than(newest[0]["createdAt"]) if newest else now_ms()


def note_content(store: Store, export: Export, content: str | None) -> None:
    """Note that an export looks like its work, which has changed without that being seen."""
    if content is None or export.get("content") == content:
        return

    def note(values: dict[str, Any]) -> None:
        values["content"] = content

    with suppress(NotFoundError):  # deleted meanwhile
        store.exports(WorkRef.named_in(export)).change(export["id"], note)


def get(store: Store, ref: WorkRef, export_id: str) -> Export:
    """Return an export's document. Raises NotFoundError, UnreadableError."""
    export = store.exports(ref).snapshot(export_id).values
    if _SCHEMA.validate(export):
        raise UnreadableError(export_id)
    return export


def find(store: Store, ref: WorkRef, key: str) -> Export | None:
    """Return the newest export with this key: of the same timeline, media and options.

    One whose video is missing or has another size does not count.
    """
    table = store.exports(ref)
    for listed in _newest(store, ref):
        if listed["key"] == key:
            with suppress(NotFoundError, UnreadableError):
                export = table.snapshot(listed["public"]["id"]).values
                if _has_video(store, export):
                    return export
    return None


def open_file(store: Store, ref: WorkRef, export_id: str) -> StoredFile:
    """Open an export's file, of any format, for reading. Raises NotFoundError."""
    return _open(store, ref, export_id, VIDEO, *TYPES)


def is_video(export: Export) -> bool:
    """Return whether an export is an MP4, which everything plays: all others are made of one."""
    return format_of(export["options"]) == MP4


def open_poster(store: Store, ref: WorkRef, export_id: str) -> StoredFile:
    """Open an export's poster for reading. Raises NotFoundError."""
    return _open(store, ref, export_id, POSTER, POSTER_TYPE)


def shape_of(width: int, height: int) -> str | None:
    """Return the usual shape that a frame has, such as `9:16`; None for an unusual one."""
    for across, down in SHAPES:
        if abs(width * down / (height * across) - 1) < _TOLERANCE:
            return f"{across}:{down}"
    return None


def file_name(work_name: str, export: Export) -> str:
    """Return the name of an export's file: exports of other sizes and drafts have other names."""
    width, height = export["width"], export["height"]
    shape = (shape_of(width, height) or "").replace(":", "x")
    draft = "draft" if export["options"].get("quality") == "draft" else ""
    parts = (work_name, shape, f"{width}x{height}", draft)
    return " ".join(part for part in parts if part)


def extension_of(export: Export) -> str:
    """Return the extension of an export's file."""
    return EXTENSIONS[type_of(export)]


def type_of(export: Export) -> str:
    """Return the media type of an export's file."""
    return FORMATS[format_of(export["options"])].media_type


def delete(store: Store, ref: WorkRef, export_id: str, check: FileCheck | None = None) -> None:
    """Delete an export and its files. Raises NotFoundError.

    `check` gets the entity tag of its video first; if it raises, the export stays.
    """

    def check_video(_export: Snapshot) -> None:
        if check is not None:
            check(_video_tag(store, ref, export_id))

    table = store.exports(ref)
    table.delete(export_id, check_video)
    link_documents.remove_of(store, f"{table.name}/{export_id}")


def to_public(export: Export) -> dict[str, Any]:
    """Return an export as clients see it, with its URLs."""
    url = f"/api/projects/{export['projectId']}/works/{export['workId']}/exports/{export['id']}"
    public = {key: export[key] for key in _PUBLIC}
    public["options"] = {**export["options"], "format": format_of(export["options"])}
    public |= {"warnings": export["warnings"]} if export.get("warnings") else {}
    captions = {"captionsUrl": f"{url}/captions.vtt"} if export["cues"] else {}
    return {"id": export["id"], "url": url, "posterUrl": f"{url}/poster", **captions, **public}


def _newest(store: Store, ref: WorkRef) -> list[Summary]:
    index = store.recent_index(store.exports(ref), _summarize)
    return [entry.values for entry in index.current().entries]


def _summarize(export: Export) -> Summary:
    """Return what lists have of an export. Raises UnreadableError if it lacks a field."""
    if not isinstance(export.get("cues"), list) or _WITHOUT_CUES.validate(export):
        raise UnreadableError("no export")
    created = {"createdAt": export["createdAt"], "updatedAt": export["createdAt"]}
    kept = {"key": export["key"], "content": export.get("content")}
    return {"public": to_public(export), **kept, **created}


def _current(listed: Summary, content: str) -> dict[str, bool]:
    known = listed["content"]
    return {} if known is None else {"isCurrent": known == content}


def _open(store: Store, ref: WorkRef, export_id: str, slot: str, *types: str) -> StoredFile:
    table = store.exports(ref)
    table.snapshot(export_id)
    return store.media(table, export_id).open(slot, types)


def _video_tag(store: Store, ref: WorkRef, export_id: str) -> str | None:
    try:
        stored = open_file(store, ref, export_id)
    except NotFoundError:
        return None
    stored.file.close()
    return stored.etag


def _has_video(store: Store, export: Export) -> bool:
    try:
        stored = open_file(store, WorkRef.named_in(export), export["id"])
    except (NotFoundError, UnreadableError):
        return False
    with stored.file:
        return bool(stored.size == export["size"])
