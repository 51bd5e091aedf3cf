"""The exported frame: its size and rate, and how clips fill it."""

from collections.abc import Mapping
from typing import Any

from schemas.exports import MAX_FONT_SIZE, MAX_PIXELS, MIN_SIDE
from schemas.text_looks import OUTLINE_WIDTHS
from timeline.edit import Edit, Operation
from timeline.frames import DEFAULT_FPS, plain
from timeline.item_kinds import PICTURE, TEXT
from timeline.operations.registry import performs

_NAMES = ("width", "height", "fps", "fit")
_LIMITS = {
    "centerX": (-MAX_PIXELS, MAX_PIXELS),
    "centerY": (-MAX_PIXELS, MAX_PIXELS),
    "fontSize": (1, MAX_FONT_SIZE),
    "outlineWidth": OUTLINE_WIDTHS,
    "width": (MIN_SIDE, MAX_PIXELS),
    "height": (MIN_SIDE, MAX_PIXELS),
}


@performs("format")
def set_format(edit: Edit, operation: Operation) -> None:
    """Change the frame. In another size, texts and pictures keep their place in proportion."""
    before = edit.frame_size()
    given = {name: operation[name] for name in _NAMES if name in operation}
    missing = {**edit.context.resolution, "fps": DEFAULT_FPS}
    settings = {**missing, **edit.settings, **given}
    edit.settings = {
        name: plain(value) if isinstance(value, float) else value
        for name, value in settings.items()
    }
    if (after := edit.frame_size()) != before:
        _resize(edit, before, after)


def _resize(edit: Edit, before: tuple[Any, Any], after: tuple[Any, Any]) -> None:
    """Let overlays grow with the frame's shorter side; lines of texts stay within its width."""
    factor = min(after) / min(before)
    across, down = after[0] / before[0], after[1] / before[1]
    places = {"centerX": across, "centerY": down}
    factors = {
        TEXT: {**places, "fontSize": factor, "outlineWidth": factor, "width": across},
        PICTURE: {**places, "width": factor, "height": factor},
    }
    for kind in (TEXT, PICTURE):
        for item in edit.items(kind):
            now = edit.registers(kind, item)
            if now.overlay is not None:
                item.now = now._replace(overlay=_scaled(now.overlay, factors[kind]))


def _scaled(overlay: Mapping[str, Any], factors: Mapping[str, float]) -> dict[str, Any]:
    scaled = dict(overlay)
    for name in factors.keys() & overlay.keys():
        if overlay[name] is None:
            continue
        low, high = _LIMITS[name]
        scaled[name] = plain(min(max(overlay[name] * factors[name], low), high))
    return scaled
