"""What is said in the scenes of a work, and by whom: how a text and a speaker are recognised."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from media.languages import language_tag
from storage.store import Store
from works.origins import Origin

HASH_DIGITS = 16
TEXT, VOICE = "text", "voice"  # what may have changed since a voice was made


class Narrator(NamedTuple):
    """Who speaks by default; None for what is not chosen."""

    provider: str | None = None
    model: str | None = None
    voice: str | None = None
    speed: float | None = None


def narrator_of(work: Mapping[str, Any], style_guide: Mapping[str, Any] | None) -> Narrator:
    """Return the narrator of a work, else that of its project's style guide."""
    found = (work.get("sound") or {}).get("narrator") or (style_guide or {}).get("narrator") or {}
    return Narrator(**{name: found.get(name) for name in Narrator._fields})


def narrator_in(store: Store, work: Mapping[str, Any]) -> Narrator:
    """Return the narrator of a stored work. Raises NotFoundError without its project."""
    project = store.projects.snapshot(work["projectId"]).values
    return narrator_of(work, project["styleGuide"])


def text_hash(text: str) -> str:
    """Return what a text is recognised by, whatever its white space."""
    return _hash(spaced(text))


def speaker_hashes(work: Mapping[str, Any], narrator: Narrator) -> dict[int, str]:
    """Return what the speaker of each scene is recognised by, by the index of the scene.

    That is the voice that is asked for, its speed and style; without one, the provider that is to
    choose it, and the language.
    """
    language = language_tag(work.get("language") or "")
    found = {}
    for scene in work["scenes"]:
        narration = scene.get("narration") or {}
        voice = narration.get("voice") or narrator.voice
        speaker = [voice] if voice else [narrator.provider, language]
        how = [narration.get("style") or "", float(narrator.speed or 1)]
        found[scene["scene_index"]] = _hash(json.dumps([*speaker, *how]))
    return found


def changed_since(
    spoken: str | None, speaker: str | None, text: str | None, wanted: str | None
) -> list[str] | None:
    """Return what has changed since a voice was made: TEXT, VOICE; None if that is unknown.

    `spoken` and `speaker` are the hashes of what it says and who speaks; `text` and `wanted` what
    is to be said now, and the hash of who is to speak. A recording has no speaker that could
    change, and of voices that earlier versions made, nobody knows it: their text alone counts.
    """
    if spoken is None:
        return None
    is_said = text is not None and spoken == text_hash(text)
    is_speaker = speaker is None or wanted is None or speaker == wanted
    return [*([] if is_said else [TEXT]), *([] if is_speaker else [VOICE])]


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


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:HASH_DIGITS]
