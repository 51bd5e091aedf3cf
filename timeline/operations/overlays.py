"""What lies over the clips: text, picture, layer."""

from collections.abc import Mapping, Sequence
from typing import Any

from media.colors import parse_color
from schemas.exports import MAX_PIXELS
from schemas.text_looks import ANIMATION_FIELDS, LOOK_ARGUMENTS
from timeline.edit import Edit, Operation
from timeline.frames import Number, rounded
from timeline.item_kinds import KINDS, PICTURE, TEXT, Registers
from timeline.operations.fields import changed, given_fields
from timeline.operations.registry import performs
from timeline.operations.timing import opened, timed
from timeline.refusals import refuse
from timeline.text_presets import with_preset

Overlay = dict[str, Any]

TEXT_SIZE, PICTURE_SIZE = 0.06, 0.4  # of the frame's shorter side
_PLACE = {"x": "centerX", "y": "centerY"}
_TEXT = {
    "text": "text",
    "size": "fontSize",
    "color": "fontColor",
    "font": "fontAssetId",
    **_PLACE,
    **LOOK_ARGUMENTS,
}
_COLORS = ("color", "outlineColor", "background")
_PICTURE = {
    "asset": "assetId",
    "width": "width",
    "height": "height",
    **_PLACE,
    "opacity": "opacity",
    "rotation": "rotation",
    "keepAspect": "maintainAspectRatio",
    **{name: name for name in ANIMATION_FIELDS},
}


@performs("text")
def text(edit: Edit, operation: Operation) -> None:
    """Add a text, or change what is given of one."""
    if operation.get("font") is not None:
        asset_of(edit, operation["font"], ("font",), "font")
    for name in _COLORS:
        if operation.get(name) is not None:
            _check_color(operation[name], name)
    item = opened(edit, TEXT, operation, ("text", "start", "end"))
    now = timed(edit, TEXT, item, operation)
    size = rounded(min(edit.frame_size()) * TEXT_SIZE)
    defaults = {"text": "", "fontSize": size, "fontColor": "#ffffff", "centerX": 0, "centerY": 0}
    if "preset" in operation:
        overlay = now.overlay or defaults
        shown = with_preset(overlay, operation["preset"], edit.frame_size())
        now = now._replace(overlay=shown)
    item.now = _with_overlay(now, defaults, given_fields(operation, _TEXT))


@performs("picture")
def picture(edit: Edit, operation: Operation) -> None:
    """Add a picture, or change what is given of one."""
    if "asset" in operation:
        asset_of(edit, operation["asset"], ("image",), "asset")
    item = opened(edit, PICTURE, operation, ("asset", "start", "end"))
    now = timed(edit, PICTURE, item, operation)
    given = given_fields(operation, _PICTURE)
    if ("width" in given) != ("height" in given):
        given = _with_both_sides(edit, now.overlay, given)
    item.now = _with_overlay(now, _default_picture(edit, given.get("assetId")), given)


@performs("layer")
def layer(edit: Edit, operation: Operation) -> None:
    """Put a text or picture above another one of its kind, or below all."""
    kind = next(kind for kind in KINDS if kind.name == operation["kind"])
    items = edit.items(kind)
    item, index = items.find(operation["id"]), 0
    if operation["above"] is not None:
        other = items.find(operation["above"], "above")
        if other is item:
            refuse("above", f"Must be another {kind.name}, or null for the lowest place.")
        index = items.list.index(other) + 1
    before = items.list.index(item)
    if index not in (before, before + 1):
        items.remove(item)
        items.insert(index - (index > before), item)


def asset_of(edit: Edit, asset_id: str, kinds: Sequence[str], field: str) -> Mapping[str, Any]:
    """Return what is known of an asset. Raises FieldsError for another kind."""
    assets = edit.context.assets
    if assets is None:
        return {}
    asset, wanted = assets.get(asset_id), " or ".join(kinds)
    if asset is None:
        refuse(field, f"There is no asset with this id; it must be of the type {wanted}.")
    if asset["type"] not in kinds:
        refuse(field, f"Must be an asset of the type {wanted}, not {asset['type']}.")
    return asset


def _check_color(color: str, field: str) -> None:
    try:
        parse_color(color)
    except ValueError:
        refuse(field, "Must be a colour such as #ff8800.")


def _with_overlay(now: Registers, defaults: Overlay, given: Overlay) -> Registers:
    """Return registers with what is given of their overlay; null removes a field."""
    return now._replace(overlay=changed(defaults if now.overlay is None else now.overlay, given))


def _default_picture(edit: Edit, asset_id: str | None) -> Overlay:
    width, height = _shape(edit, asset_id) or (1, 1)
    factor = min(edit.frame_size()) * PICTURE_SIZE / max(width, height)
    return {
        "width": max(1, rounded(width * factor)),
        "height": max(1, rounded(height * factor)),
        "centerX": 0,
        "centerY": 0,
        "opacity": 1,
        "rotation": 0,
        "maintainAspectRatio": True,
    }


def _shape(edit: Edit, asset_id: str | None) -> tuple[Number, Number] | None:
    """Return the size of an image, if it is known."""
    asset = (edit.context.assets or {}).get(asset_id or "") or {}
    width, height = asset.get("width"), asset.get("height")
    return (width, height) if width and height else None


def _with_both_sides(edit: Edit, overlay: Mapping[str, Any] | None, given: Overlay) -> Overlay:
    """Return fields with the side that is not given, if it follows the other."""
    before = overlay or {}
    if not {"maintainAspectRatio": True, **before, **given}["maintainAspectRatio"] and before:
        return given
    shape = _shape(edit, given.get("assetId") or before.get("assetId"))
    width, height = shape or (before.get("width", 1), before.get("height", 1))
    ratio = width / height
    if "width" in given:
        return {**given, "height": _side(given["width"] / ratio, "width")}
    return {**given, "width": _side(given["height"] * ratio, "height")}


def _side(length: float, field: str) -> int:
    if (side := max(1, rounded(length))) > MAX_PIXELS:
        refuse(field, "The other side would be too long.")
    return side
