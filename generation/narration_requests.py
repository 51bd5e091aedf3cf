"""What is spoken in a scene: by which voice, in which language, and how."""

from collections.abc import Mapping
from typing import Any

from errors import InvalidError
from media.languages import language_tag
from providers.sound_contract import SpeechRequest
from schemas.scenes import scene_number
from works.narration import Narrator, narration_texts, spaced, speaker_hashes

Work = Mapping[str, Any]


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
    said = [text or "" for text in texts.values()]
    position = list(texts).index(index)
    own = scene["narration"].get("voice")
    return SpeechRequest(
        spaced(text),
        own or _of_provider(narrator, provider).voice or "",
        "" if own else language_tag(work.get("language") or ""),
        scene["narration"].get("style") or "",
        narrator.speed or 1.0,
        "".join(said[max(0, position - 1) : position]),
        "".join(said[position + 1 : position + 2]),
        " ".join(said),
    )


def speaker_of(work: Work, narrator: Narrator, index: int, provider: str) -> str:
    """Return what the speaker of that request is recognised by."""
    return speaker_hashes(work, _of_provider(narrator, provider))[index]


def _of_provider(narrator: Narrator, provider: str) -> Narrator:
    """Return the narrator; one of another provider lends its speed alone."""
    if narrator.provider in (None, provider):
        return narrator
    return Narrator(speed=narrator.speed)
