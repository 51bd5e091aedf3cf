"""How texts look, texts and pictures come and go, by fields of overlays or requests. Pure."""

from collections.abc import Collection, Mapping
from typing import Any

from errors import FieldsError
from export.plan.checks import check_color, check_range
from schemas.text_looks import (
    ALIGNMENTS,
    ANIMATION_SECONDS,
    ANIMATIONS,
    LINE_HEIGHTS,
    OUTLINE_WIDTHS,
    TEXT_WIDTHS,
    WEIGHTS,
)

Overlay = Mapping[str, Any]

_RANGES = {
    "width": (TEXT_WIDTHS, "width"),
    "lineHeight": (LINE_HEIGHTS, "line_height"),
    "outlineWidth": (OUTLINE_WIDTHS, "outline_width"),
}
_CHOICES: Mapping[str, tuple[Collection[Any], str]] = {
    "fontWeight": (WEIGHTS, "weight"),
    "align": (ALIGNMENTS, "align"),
}
_COLORS = {"outlineColor": "outline_color", "backgroundColor": "background"}
_ANIMATIONS = {"animationIn": "enter", "animationOut": "leave"}


def look_of(overlay: Overlay, path: str) -> dict[str, Any]:
    """Return the fields of a Text that an overlay sets. Raises FieldsError, naming its fields."""
    look: dict[str, Any] = {}
    for key, ((low, high), name) in _RANGES.items():
        if (value := overlay.get(key)) is not None:
            check_range(f"{path}.{key}", value, low, high)
            look[name] = float(value)
    for key, (choices, name) in _CHOICES.items():
        if (value := overlay.get(key)) is not None:
            look[name] = _choice(f"{path}.{key}", value, choices)
    for key, name in _COLORS.items():
        if (value := overlay.get(key)) is not None:
            look[name] = check_color(value, f"{path}.{key}")
    if overlay.get("shadow") is not None:
        look["shadow"] = overlay["shadow"]
    return look | animations_in(overlay, path)


def animations_in(overlay: Overlay, path: str) -> dict[str, Any]:
    """Return how a Text or Picture comes and goes. Raises FieldsError, naming its fields."""
    found: dict[str, Any] = {}
    for key, name in _ANIMATIONS.items():
        if (value := overlay.get(key)) is not None:
            found |= _animation(f"{path}.{key}", value, name)
    return found


def _animation(path: str, animation: Overlay, name: str) -> dict[str, Any]:
    check_range(f"{path}.seconds", animation["seconds"], *ANIMATION_SECONDS)
    kind = _choice(f"{path}.type", animation["type"], ANIMATIONS)
    return {name: kind, f"{name}_seconds": float(animation["seconds"])}


def _choice(path: str, value: Any, choices: Collection[Any]) -> Any:
    if value not in choices:
        raise FieldsError({path: [f"Must be one of: {', '.join(map(str, choices))}."]})
    return value
