"""Deleting a clip, or what is on a timeline beside clips."""

from timeline.edit import Edit, Operation
from timeline.item_kinds import KINDS, PLACE, VOICE
from timeline.operations.registry import performs
from timeline.operations.voices import silence
from timeline.refusals import refuse

_KINDS = {kind.name: kind for kind in KINDS}


@performs("delete")
def delete(edit: Edit, operation: Operation) -> None:
    """Remove something. Items that are anchored to a clip stay where they are."""
    kind = _KINDS.get(operation["kind"])
    if kind is None:
        _delete_clip(edit, operation)
        return
    if "leaveGap" in operation:
        refuse("leaveGap", "Is for clips alone.")
    if kind is VOICE:
        silence(edit, operation["id"])
        return
    items = edit.items(kind)
    items.remove(items.find(operation["id"]))
    if kind is PLACE and not items.list:
        edit.music.pop("audioUrl", None)  # without places, it would be under the whole video


def _delete_clip(edit: Edit, operation: Operation) -> None:
    clips = edit.clips
    index = clips.index(operation["id"], "id")
    clip = clips.list.pop(index)
    if operation.get("leaveGap") and index < len(clips.list):
        clips.list[index].gap += clip.gap + clip.length
