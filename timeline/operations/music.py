"""The music: what it is, how loud, whether it is repeated, and where it is heard."""

from timeline.edit import Edit, Operation
from timeline.item_kinds import PLACE
from timeline.operations.fields import changed, given_fields
from timeline.operations.overlays import asset_of
from timeline.operations.registry import performs
from timeline.operations.timing import opened, timed
from timeline.refusals import refuse

OWN_AUDIO = "work"
_MUSIC_FIELDS = {"volume": "audioVolume", "level": "audioLevel"}
_PLACE_FIELDS = {"from": "trimStart", "fadeIn": "fadeIn", "fadeOut": "fadeOut"}


@performs("music")
def music(edit: Edit, operation: Operation) -> None:
    """Set the music, how loud it is, or whether it is repeated; it is heard at the same places."""
    given = given_fields(operation, _MUSIC_FIELDS)
    if "asset" in operation:
        asset = operation["asset"]
        given["audioUrl"] = None if asset is None else _url(edit, asset)
    if "loop" in operation:
        given["audioLoop"] = operation["loop"] or None
    edit.music = changed(edit.music, given)


@performs("place")
def place(edit: Edit, operation: Operation) -> None:
    """Let the music be heard at a time, or change one; without any, it is under the whole video."""
    item = opened(edit, PLACE, operation, ("start", "end"))
    now = timed(edit, PLACE, item, operation)
    item.now = now._replace(fields=changed(now.fields, given_fields(operation, _PLACE_FIELDS)))


def _url(edit: Edit, asset: str) -> str:
    context = edit.context
    project = f"/api/projects/{context.project_id}"
    if asset != OWN_AUDIO:
        asset_of(edit, asset, ("audio",), "asset")
        return f"{project}/assets/{asset}"
    if not context.has_audio:
        refuse("asset", "The work has no audio of its own: upload some first.")
    return f"{project}/works/{context.work_id}/media/audio"
