"""Sounds: audio assets that are heard at times of the timeline."""

from timeline.edit import Edit, Operation
from timeline.item_kinds import SOUND
from timeline.operations.fields import changed, given_fields
from timeline.operations.overlays import asset_of
from timeline.operations.registry import performs
from timeline.operations.timing import opened, timed

_FIELDS = {
    "asset": "assetId",
    **{name: name for name in ("trimStart", "volume", "fadeIn", "fadeOut", "voice")},
}


@performs("sound")
def sound(edit: Edit, operation: Operation) -> None:
    """Let a sound be heard, or change what is given of one; by default until it ends."""
    if "asset" in operation:
        asset_of(edit, operation["asset"], ("audio",), "asset")
    operation = _with_end(edit, operation)
    item = opened(edit, SOUND, operation, ("asset", "start", "end"), "sound")
    now = timed(edit, SOUND, item, operation)
    given = given_fields(operation, _FIELDS)
    if "voice" in given:
        given["voice"] = given["voice"] or None  # sounds of earlier versions have no such field
    item.now = now._replace(fields=changed(now.fields, given))


def _with_end(edit: Edit, operation: Operation) -> Operation:
    """Return an operation that adds a sound with its end, if the length of the asset is known."""
    if "sound" in operation or "end" in operation or not {"asset", "start"} <= operation.keys():
        return operation
    seconds = edit.context.seconds_of({"assetId": operation["asset"]})
    if seconds is None:
        return operation
    rest = max(seconds - (operation.get("trimStart") or 0), 0)
    return {**operation, "end": operation["start"] + rest}
