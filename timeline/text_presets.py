"""Presets of texts: a size, a place and a look that suit a purpose, for the shape of the frame.

Lengths are shares of the frame: font sizes and outlines of its shorter side, the rest of the side
that they lie along. In portrait, what is at the bottom stands higher, where players of social
networks show nothing of their own. The page has the same rules
(console/static/timeline/text-presets.js).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from schemas.text_looks import LOOK_FIELDS
from timeline.frames import Number, rounded

Overlay = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Preset:
    """A preset: what depends on the frame, and the fields that do not."""

    size: float
    width: float
    x: float
    y: float  # of the text's middle, down from that of the frame
    portraitY: float
    outline: float
    fields: Mapping[str, Any]


def _animation(kind: str, seconds: float) -> dict[str, Any]:
    return {"type": kind, "seconds": seconds}


PRESETS: Mapping[str, Preset] = {
    "title": Preset(
        *(0.11, 0.84, 0, 0, 0, 0),
        {
            "fontColor": "#ffffff",
            "lineHeight": 1.1,
            "animationIn": _animation("fade", 0.5),
            "animationOut": _animation("fade", 0.5),
        },
    ),
    "lowerThird": Preset(
        *(0.05, 0.6, -0.1, 0.34, 0.22, 0),
        {
            "fontColor": "#ffffff",
            "align": "left",
            "lineHeight": 1.3,
            "shadow": False,
            "backgroundColor": "#000000b3",
            "animationIn": _animation("slideright", 0.6),
            "animationOut": _animation("fade", 0.4),
        },
    ),
    "callToAction": Preset(
        *(0.065, 0.76, 0, 0.3, 0.2, 0),
        {
            "fontColor": "#111111",
            "shadow": False,
            "backgroundColor": "#ffd60a",
            "animationIn": _animation("slideup", 0.6),
            "animationOut": _animation("fade", 0.4),
        },
    ),
    "caption": Preset(
        *(0.055, 0.8, 0, 0.36, 0.26, 0.005),
        {"fontColor": "#ffffff", "outlineColor": "#000000", "shadow": False},
    ),
}


def with_preset(overlay: Mapping[str, Any], name: str, size: tuple[Number, Number]) -> Overlay:
    """Return a text in a preset, in a frame of a size. Its words and its font stay."""
    preset = PRESETS[name]
    width, height = size
    shorter = min(width, height)
    kept = {key: value for key, value in overlay.items() if key not in LOOK_FIELDS}
    outline = {"outlineWidth": max(1, rounded(shorter * preset.outline))} if preset.outline else {}
    return {
        **kept,
        "fontSize": max(1, rounded(shorter * preset.size)),
        "width": max(1, rounded(width * preset.width)),
        "centerX": rounded(width * preset.x),
        "centerY": rounded(height * (preset.portraitY if height > width else preset.y)),
        **outline,
        **preset.fields,
    }
