"""Input and checks of the tests of prompts."""

from typing import Any

STYLE_GUIDE: dict[str, Any] = {
    "tone": "calm",
    "color_palette": ["#102030", "#FFEECC"],
    "tempo": "slow",
    "camera_style": "locked-off tripod",
    "brand_voice": "plain words",
    "must_include": ["a window"],
    "must_avoid": ["holograms"],
}


def contains_in_order(text: str, *parts: str) -> bool:
    """Assert that the text contains the parts in this order; return True."""
    end = 0
    for part in parts:
        start = text.find(part, end)
        assert start >= 0, f"{part!r} is missing after:\n{text[:end]}\n---\n{text[end:]}"
        end = start + len(part)
    return True
