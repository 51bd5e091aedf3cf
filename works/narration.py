"""What is said in the scenes of a work: its text, and how a text is recognised."""

import hashlib
from collections.abc import Mapping
from typing import Any

from works.origins import Origin

HASH_DIGITS = 16


def text_hash(text: str) -> str:
    """Return what a text is recognised by, whatever its white space."""
    return hashlib.sha256(spaced(text).encode()).hexdigest()[:HASH_DIGITS]


def spaced(text: str) -> str:
    """Return a text with single spaces between its words."""
    return " ".join(text.split())


def narration_text(scene: Mapping[str, Any]) -> str | None:
    """Return what is said in a scene of a scenario; None if that is nothing."""
    text: str = (scene.get("narration") or {}).get("text") or ""
    return text if text.strip() else None


def narration_texts(work: Mapping[str, Any]) -> dict[int, str | None]:
    """Return what is said in each scene of the scenario, by index, in their order."""
    return {scene["scene_index"]: narration_text(scene) for scene in work["scenes"]}


def spoken_by(text: str) -> Origin:
    """Return what is known of a voice that says a text."""
    return {"text": text, "textHash": text_hash(text)}
