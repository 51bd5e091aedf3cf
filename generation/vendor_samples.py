"""Samples of voices that vendors have made themselves: fetched from them, and free of charge."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from errors import MediaTypeError
from generation.voices import planned_speech
from jobs.planning import JobPlanner
from media.languages import language_code
from media.media_types import media_type_of
from outbound import fetch
from outbound.errors import OutboundError
from providers.errors import ProviderError
from providers.sound_contract import Voice
from works.slots import AUDIO_TYPES

_MAX_BYTES = 5 << 20
_SECONDS = 15.0
_HEAD_BYTES = 4096


class Sample(NamedTuple):
    """A recording of a voice."""

    data: bytes
    media_type: str


def fetch_sample(planner: JobPlanner, body: Mapping[str, Any]) -> Sample | None:
    """Return the vendor's own sample of a voice; None if there is none of what is wanted.

    Without a language, it is the voice's usual sample. Raises FieldsError, InvalidError.
    """
    if body.get("text") or body.get("speed") not in (None, 1.0):
        return None
    call = planned_speech(planner, body.get("provider"), body.get("model"))
    try:
        voices = planner.speech_model(call).voices()
    except ProviderError:
        return None  # and none of its voices can speak now
    voice = next((each for each in voices if each.id == body["voice"]), None)
    url = _url(voice, body.get("language")) if voice else None
    return _fetch(url) if url else None


def _url(voice: Voice, language: str | None) -> str | None:
    return voice.samples.get(language_code(language)) if language else voice.preview_url


def _fetch(url: str) -> Sample | None:
    try:
        fetched = fetch.get(url, max_bytes=_MAX_BYTES, seconds=_SECONDS)
        head = fetched.data[:_HEAD_BYTES]
        return Sample(fetched.data, media_type_of(fetched.content_type, head, AUDIO_TYPES))
    except (OutboundError, MediaTypeError):
        return None
