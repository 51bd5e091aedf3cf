"""What lies over the clips: text, picture, layer."""

from collections.abc import Mapping
from typing import Any

from media.colors import parse_color
from timeline.edit import Edit
from timeline.frames import Number, plain, rounded
from timeline.ids import new_id
from timeline.items import KINDS, PICTURE, TEXT, Item, Kind
from timeline.operations.timing import opened, timed
from timeline.refusals import refuse

Operation = Mapping[str, Any]
Overlay = dict[str, Any]

TEXT_SIZE, PICTURE_SIZE = 0.06, 0.4  # of the frame's shorter side
_PLACE = {"x": "centerX", "y": "centerY"}
_TEXT = {"text": "text", "size": "fontSize", "color": "fontColor", "font": "fontAssetId", **_PLACE}
_PICTURE = {
    "asset": "assetId",
    "width": "width",
    "height": "height",
    **_PLACE,
    "opacity": "opacity",
    "rotation": "rotation",
    "keepAspect": "maintainAspectRatio",
}


def text(edit: Edit, operation: Operation) -> None:
    """Add a text, or change what is given of one."""
    if operation.get("font") is not None:
        asset_of(edit, operation["font"], "font", "font")
    if "color" in operation:
        _check_color(operation["color"])
    item = opened(edit, TEXT, operation, ("text", "start", "end"))
    given = _given(operation, _TEXT)
    if item is None:
        size = rounded(min(edit.frame_size()) * TEXT_SIZE)
        centre = {"centerX": 0, "centerY": 0}
        defaults = {"text": "", "fontSize": size, "fontColor": "#ffffff", **centre}
        _add(edit, TEXT, operation, {**defaults, **given})
    else:
        _change(edit, TEXT, item, operation, given)


def picture(edit: Edit, operation: Operation) -> None:
    """Add a picture, or change what is given of one."""
    asset: Mapping[str, Any] = {}
    if "asset" in operation:
        asset = asset_of(edit, operation["asset"], "image", "asset")
    item = opened(edit, PICTURE, operation, ("asset", "start", "end"))
    given = _given(operation, _PICTURE)
    if item is None:
        _add(edit, PICTURE, operation, _new_picture(edit, asset, given))
        return
    overlay = edit.registers(PICTURE, item).overlay or {}
    known = (edit.context.assets or {}).get(given.get("assetId") or overlay.get("assetId") or "")
    shape = _shape(known or {}) or _shape(overlay) or 1
    if {**overlay, **given}.get("maintainAspectRatio", True):
        given = _with_both_sides(given, shape)
    _change(edit, PICTURE, item, operation, given)


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
        items.place(index - (index > before), item)


def asset_of(edit: Edit, asset_id: str, kind: str, field: str) -> Mapping[str, Any]:
    """Return what is known of an asset. Raises FieldsError if it is of another kind, or unknown."""
    assets = edit.context.assets
    if assets is None:
        return {}
    asset = assets.get(asset_id)
    if asset is None:
        refuse(field, "There is no asset with this id.")
    if asset["type"] != kind:
        refuse(field, f"Must be an asset of the type {kind}, not {asset['type']}.")
    return asset


def _check_color(color: str) -> None:
    try:
        parse_color(color)
    except ValueError:
        refuse("color", "Must be a colour such as #ff8800.")


def _given(operation: Operation, names: Mapping[str, str]) -> Overlay:
    """Return the fields of an overlay that are given; null removes one."""
    fields = {name: operation[key] for key, name in names.items() if key in operation}
    return {
        name: plain(value) if isinstance(value, float) else value for name, value in fields.items()
    }


def _add(edit: Edit, kind: Kind, operation: Operation, overlay: Overlay) -> None:
    now = timed(edit, operation)._replace(overlay=_without_null(overlay))
    edit.items(kind).add(Item(operation.get("new") or new_id(kind.name), now=now))
    edit.check_overlays("text" if kind is TEXT else "asset")


def _change(edit: Edit, kind: Kind, item: Item, operation: Operation, given: Overlay) -> None:
    now = timed(edit, operation, edit.registers(kind, item))
    if given:
        now = now._replace(overlay=_without_null({**(now.overlay or {}), **given}))
    item.now = now


def _without_null(overlay: Overlay) -> Overlay:
    return {key: value for key, value in overlay.items() if value is not None}


def _new_picture(edit: Edit, asset: Mapping[str, Any], given: Overlay) -> Overlay:
    width, height = asset.get("width") or 1, asset.get("height") or 1
    factor = min(edit.frame_size()) * PICTURE_SIZE / max(width, height)
    sides = _with_both_sides(given, height / width)
    return {
        "width": max(1, rounded(width * factor)),
        "height": max(1, rounded(height * factor)),
        "centerX": 0,
        "centerY": 0,
        "opacity": 1,
        "rotation": 0,
        "maintainAspectRatio": True,
        **sides,
    }


def _shape(sized: Mapping[str, Any]) -> Number | None:
    """Return the height of something in widths of it; None if it has no size."""
    width, height = sized.get("width"), sized.get("height")
    return height / width if width and height else None


def _with_both_sides(given: Overlay, shape: Number) -> Overlay:
    """Return fields with the other side, if only one is given."""
    if "width" in given and "height" not in given:
        return {**given, "height": max(1, rounded(given["width"] * shape))}
    if "height" in given and "width" not in given:
        return {**given, "width": max(1, rounded(given["height"] / shape))}
    return given
