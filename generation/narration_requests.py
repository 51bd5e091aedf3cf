"""What is spoken in a scene: by which voice, in which language, and how."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from errors import InvalidError
from media.languages import language_tag
from providers.sound_contract import SpeechRequest
from schemas.scenes import scene_number
from works.narration import narration_texts, spaced

Work = Mapping[str, Any]


class Narrator(NamedTuple):
    """Who speaks by default; None for what is not chosen."""

    provider: str | None = None
    model: str | None = None
    voice: str | None = None
    speed: float | None = None


def narrator_of(work: Work, style_guide: Mapping[str, Any] | None) -> Narrator:
    """Return the narrator of a work, else that of its project's style guide."""
    found = (work.get("sound") or {}).get("narrator") or (style_guide or {}).get("narrator") or {}
    return Narrator(**{name: found.get(name) for name in Narrator._fields})


def speech_request(work: Work, narrator: Narrator, index: int, provider: str) -> SpeechRequest:
    """Return the request for the voice of a scene. Raises InvalidError if nothing is said in it.

    Without a narrator, or with one that was changed to a voice of another provider since the job
    was ordered, the provider's first voice of the language speaks. A scene with a voice of its own
    is spoken in the language of that.
    """
    texts = narration_texts(work)
    text = texts.get(index)
    if text is None:
        number = scene_number(index)
        raise InvalidError(f"Scene {number} has no narration", "Write what is said in it.")
    scene = next(scene for scene in work["scenes"] if scene["scene_index"] == index)
    is_own = narrator.provider in (None, provider)
    said = [text or "" for text in texts.values()]
    place = list(texts).index(index)
    own = scene["narration"].get("voice")
    return SpeechRequest(
        spaced(text),
        own or (narrator.voice if is_own else None) or "",
        "" if own else language_tag(work.get("language") or ""),
        scene["narration"].get("style") or "",
        narrator.speed or 1.0,
        "".join(said[max(0, place - 1) : place]),
        "".join(said[place + 1 : place + 2]),
        " ".join(said),
    )
