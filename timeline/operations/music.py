"""The music: what it is and how loud, and where it is heard."""

from collections.abc import Mapping
from typing import Any

from schemas.exports import MAX_MUSIC
from timeline.edit import Edit
from timeline.frames import plain
from timeline.ids import new_id
from timeline.items import PLACE, Item
from timeline.operations.overlays import asset_of
from timeline.operations.timing import opened, timed
from timeline.refusals import refuse

Operation = Mapping[str, Any]

OWN_AUDIO = "work"


def music(edit: Edit, operation: Operation) -> None:
    """Set the music, or its volume; it is heard at the same places."""
    if "asset" in operation:
        asset = operation["asset"]
        edit.music.pop("audioUrl", None)
        if asset is not None:
            edit.music["audioUrl"] = _url(edit, asset)
    if "volume" in operation:
        edit.music["audioVolume"] = plain(operation["volume"])


def place(edit: Edit, operation: Operation) -> None:
    """Let the music be heard at a time, or change one; without any, it is under the whole video."""
    item = opened(edit, PLACE, operation, ("start", "end"))
    fields = {"trimStart": plain(operation["from"])} if "from" in operation else {}
    if item is not None:
        now = timed(edit, operation, edit.registers(PLACE, item))
        item.now = now._replace(fields={**now.fields, **fields}) if fields else now
        return
    items = edit.items(PLACE)
    if len(items.list) >= MAX_MUSIC:
        refuse("start", f"There are {len(items.list)} places; at most {MAX_MUSIC} can be exported.")
    now = timed(edit, operation)._replace(fields=fields)
    items.add(Item(operation.get("new") or new_id("music"), now=now))


def _url(edit: Edit, asset: str) -> str:
    context = edit.context
    project = f"/api/projects/{context.project_id}"
    if asset != OWN_AUDIO:
        asset_of(edit, asset, "audio", "asset")
        return f"{project}/assets/{asset}"
    if not context.has_audio:
        refuse("asset", "The work has no audio of its own: upload some first.")
    return f"{project}/works/{context.work_id}/media/audio"
