"""Overlays as requests and works describe them become texts and pictures of a timeline. Pure."""

from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import Any

from errors import FieldsError
from export.plan.checks import check_color, check_range
from export.plan.timeline import Picture, Text
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
Read = Callable[[Any, str], Any]  # of a value and its path; raises FieldsError


def text_of(overlay: Overlay, times: tuple[float, float], path: str) -> Text:
    """Return a text that is shown from its first time to its second.

    Null is like what is left out. Raises FieldsError, naming fields below `path`.
    """
    return Text(
        overlay["text"],
        times[0],
        times[1],
        float(overlay.get("fontSize") or 48),
        check_color(overlay.get("fontColor") or "#000000", f"{path}.fontColor"),
        **_place(overlay),
        font_asset=overlay.get("fontAssetId"),
        **_look(overlay, path),
        **_animations(overlay, path),
    )


def picture_of(overlay: Overlay, times: tuple[float, float], path: str) -> Picture:
    """Return a picture, as `text_of`."""
    opacity, aspect = overlay.get("opacity"), overlay.get("maintainAspectRatio")
    return Picture(
        overlay["assetId"],
        times[0],
        times[1],
        float(overlay["width"]),
        float(overlay["height"]),
        **_place(overlay),
        opacity=1.0 if opacity is None else float(opacity),
        rotation=float(overlay.get("rotation") or 0),
        keep_aspect=True if aspect is None else aspect,
        **_animations(overlay, path),
    )


def _place(overlay: Overlay) -> dict[str, Any]:
    """Return where an overlay is: a centre comes before a top left corner, and is the default."""
    centre = (overlay.get("centerX"), overlay.get("centerY"))
    corner = (overlay.get("x"), overlay.get("y"))
    if centre == (None, None) and corner != (None, None):
        return {"left": float(corner[0] or 0), "top": float(corner[1] or 0)}
    return {"center_x": float(centre[0] or 0), "center_y": float(centre[1] or 0)}


def _number(limits: tuple[float, float], value: float, path: str) -> float:
    check_range(path, value, *limits)
    return float(value)


def _choice(choices: Collection[Any], value: Any, path: str) -> Any:
    if value not in choices:
        raise FieldsError({path: [f"Must be one of: {', '.join(map(str, choices))}."]})
    return value


def _any(value: Any, _path: str) -> Any:
    return value


_LOOKS: Mapping[str, tuple[str, Read]] = {  # fields of a Text, by those of overlays
    "width": ("width", partial(_number, TEXT_WIDTHS)),
    "lineHeight": ("line_height", partial(_number, LINE_HEIGHTS)),
    "outlineWidth": ("outline_width", partial(_number, OUTLINE_WIDTHS)),
    "fontWeight": ("weight", partial(_choice, WEIGHTS)),
    "align": ("align", partial(_choice, ALIGNMENTS)),
    "outlineColor": ("outline_color", check_color),
    "backgroundColor": ("background", check_color),
    "shadow": ("shadow", _any),
}
_ANIMATIONS = {"animationIn": "enter", "animationOut": "leave"}

LOOKS = frozenset(name for name, _ in _LOOKS.values())  # of a Text, beyond its size and colour


def _look(overlay: Overlay, path: str) -> dict[str, Any]:
    return {
        name: read(overlay[key], f"{path}.{key}")
        for key, (name, read) in _LOOKS.items()
        if overlay.get(key) is not None
    }


def _animations(overlay: Overlay, path: str) -> dict[str, Any]:
    """Return how a Text or Picture comes and goes."""
    found: dict[str, Any] = {}
    for key, name in _ANIMATIONS.items():
        if (animation := overlay.get(key)) is not None:
            seconds = _number(ANIMATION_SECONDS, animation["seconds"], f"{path}.{key}.seconds")
            kind = _choice(ANIMATIONS, animation["type"], f"{path}.{key}.type")
            found |= {name: kind, f"{name}_seconds": seconds}
    return found
