"""Deleting a clip, text, picture, caption, or place of the music."""

from collections.abc import Mapping
from typing import Any

from timeline.edit import Edit
from timeline.items import KINDS, PLACE

Operation = Mapping[str, Any]

_KINDS = {kind.name: kind for kind in KINDS}


def delete(edit: Edit, operation: Operation) -> None:
    """Remove something. Items that are anchored to a clip stay where they are."""
    kind = _KINDS.get(operation["kind"])
    if kind is None:
        _delete_clip(edit, operation)
        return
    items = edit.items(kind)
    items.remove(items.find(operation["id"]))
    if kind is PLACE and not items.list:
        edit.music.pop("audioUrl", None)  # without places, it would be under the whole video


def _delete_clip(edit: Edit, operation: Operation) -> None:
    clips = edit.clips
    index = clips.index(operation["id"], "id")
    clips.settle(index)
    clips.settle(index + 1)
    clip = clips.list.pop(index)
    if operation.get("leaveGap") and index < len(clips.list):
        clips.list[index].gap += clip.gap + clip.length
