"""Limits of exports: an operation that makes a timeline larger stays within them."""

from collections.abc import Mapping
from typing import Any

from schemas.editor import MAX_CAPTIONS
from schemas.exports import (
    MAX_CLIPS,
    MAX_EXPORT_OVERLAYS,
    MAX_MUSIC,
    MAX_SECONDS,
    MAX_SOUNDS,
)
from timeline.edit import Edit
from timeline.item_kinds import CAPTION, PICTURE, PLACE, SOUND, TEXT, Kind
from timeline.refusals import refuse

# The argument to name, by the operation.
_FIELDS = {
    "insert": "scene",
    "arrange": "clips",
    "split": "clip",
    "text": "text",
    "picture": "asset",
    "caption": "text",
    "captions": "captions",
    "place": "start",
    "sound": "start",
    "clip": "speed",
    "revert": "changes",
}
_ITEMS: tuple[tuple[tuple[Kind, ...], int, str], ...] = (
    ((TEXT, PICTURE), MAX_EXPORT_OVERLAYS, "texts and pictures"),
    ((PLACE,), MAX_MUSIC, "places of the music"),
    ((SOUND,), MAX_SOUNDS, "sounds"),
    ((CAPTION,), MAX_CAPTIONS, "captions"),
)


def check_limits(edit: Edit, operation: Mapping[str, Any]) -> None:
    """Raise FieldsError if an operation made a timeline larger than can be exported."""
    field = _FIELDS.get(operation["op"], "op")
    if operation["op"] == "insert" and "asset" in operation:
        field = "asset"
    counted = {items.kind: len(items.list) for items in edit.edited_items()}
    for kinds, limit, what in _ITEMS:
        before = sum(edit.stored_count(kind) for kind in kinds)
        after = sum(counted.get(kind, edit.stored_count(kind)) for kind in kinds)
        _check(before, after, limit, what, field)
    if edit.edits_clips:
        clips, rate = edit.stored_clips, edit.rate
        _check(len(clips.before), len(clips.list), MAX_CLIPS, "clips", field)
        end = clips.end()
        if end > max(rate.frame(MAX_SECONDS), clips.end_before):
            name = "seconds" if "seconds" in operation else field
            refuse(name, f"The video would be longer than {MAX_SECONDS // 60} minutes.")


def _check(before: int, after: int, limit: int, what: str, field: str) -> None:
    if after > max(limit, before):
        refuse(field, f"There would be {after:,} {what}; at most {limit:,} can be exported.")
