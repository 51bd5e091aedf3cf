"""What prompts are made from in these tests."""

from typing import Any

GUIDE: dict[str, Any] = {
    "tone": "calm",
    "color_palette": ["#102030", "#FFEECC"],
    "tempo": "slow",
    "camera_style": "locked-off tripod",
    "brand_voice": "plain words",
    "must_include": ["a window"],
    "must_avoid": ["holograms"],
}


def in_order(text: str, *parts: str) -> bool:
    """Whether the parts are in the text, one after the other."""
    at = 0
    for part in parts:
        found = text.find(part, at)
        assert found >= 0, f"{part!r} is missing after:\n{text[:at]}\n---\n{text[at:]}"
        at = found + len(part)
    return True
