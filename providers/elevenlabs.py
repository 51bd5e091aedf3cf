"""ElevenLabs: speech with the times of its words, music and sound effects.

All calls are answered with what was made; there are no tasks, and nothing can be cancelled.
"""

import base64
import re
from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any
from urllib.parse import quote, urlencode

import orjson

from media.languages import language_code, short_code
from providers.contract import Usage
from providers.http import ApiClient, ApiConfig
from providers.models import find_model
from providers.recordings import recognize
from providers.sound_contract import Audio, MusicRequest, SoundRequest, SpeechRequest, Voice, Word
from providers.timed_words import check_model, timed_words
from providers.voice_lists import remembered, voice_for

_SPEECH_FORMAT = "mp3_44100_128"  # of all plans
_MUSIC_SECONDS = (3.0, 600.0)
_SOUND_SECONDS = (0.5, 30.0)
_MAX_VOICE_PAGES = 20  # of a hundred voices
_TAG = re.compile(r"\[[^\[\]]*\]")  # in a text: how it is to be spoken
_BRACKETS = re.compile(r"[\[\]]")
_WITH_TAGS = ("eleven_v3", "eleven_v4")
_WITHOUT_CONTEXT = ("eleven_v3",)
_WITHOUT_LANGUAGE = ("eleven_multilingual_v2",)


class ElevenLabsSpeech:
    """Role `speech`."""

    runs_tasks = False

    def __init__(self, model: str, config: ApiConfig) -> None:
        self._model = model
        self._config = config
        self._client = elevenlabs_client(config)
        self._entry = find_model("speech", config.provider, model)
        self.max_characters = self._entry.max_characters

    def check(self, request: SpeechRequest) -> None:
        """Raise UnspeakableError if the model cannot speak it."""
        check_model(request, self._entry)

    def voices(self) -> tuple[Voice, ...]:
        """Return the voices of the account, premade ones among them."""
        return remembered(self._config, lambda: list(self._voices()))

    def voice_of(self, request: SpeechRequest) -> str:
        """Return the id of the voice that is to speak a line."""
        return request.voice or self._first_voice(request.language)

    def speak(self, request: SpeechRequest) -> Audio:
        """Speak a line, which is charged."""
        voice = self.voice_of(request)
        path = f"/v1/text-to-speech/{quote(voice, safe='')}/with-timestamps"
        headers, answer = _post(self._client, path, self._body(request), _SPEECH_FORMAT)
        parsed = self._client.parse(headers, answer, paid=True)
        try:
            data = base64.b64decode(str(parsed.get("audio_base64") or ""), validate=True)
        except ValueError as exc:
            message = "The recording in the response is damaged"
            raise self._client.bad_response(message, uncertain=True) from exc
        data, media_type = recognize(self._client, data, "")
        return Audio(data, media_type, _words(parsed.get("alignment")), usage_of(headers))

    def _body(self, request: SpeechRequest) -> dict[str, Any]:
        text, style = request.text, _BRACKETS.sub("", request.style).strip()
        if style and self._model.startswith(_WITH_TAGS):
            text = f"[{style}] {text}"
        body: dict[str, Any] = {"text": text, "model_id": self._model}
        code = short_code(request.language)
        if code and not self._model.startswith(_WITHOUT_LANGUAGE):
            body["language_code"] = code
        if request.speed != 1.0:
            body["voice_settings"] = {"speed": request.speed}
        if not self._model.startswith(_WITHOUT_CONTEXT):
            around = {"previous_text": request.before, "next_text": request.after}
            body |= {name: value for name, value in around.items() if value}
        return body

    def _first_voice(self, language: str) -> str:
        voice = voice_for(language, self.voices())
        if voice is None:
            raise self._client.bad_response("The account has no voices")
        return voice.id

    def _voices(self) -> Iterator[Voice]:
        token: object = None
        for page in count(1):
            query = {"page_size": 100} | ({"next_page_token": token} if token else {})
            answer = self._client.get(f"/v2/voices?{urlencode(query)}")
            for voice in _objects(answer.get("voices")):
                if isinstance(voice.get("voice_id"), str):
                    yield _voice(voice)
            token = answer.get("next_page_token")
            if not token or not answer.get("has_more") or page == _MAX_VOICE_PAGES:
                return


class ElevenLabsMusic:
    """Role `music`."""

    runs_tasks = False

    def __init__(self, model: str, config: ApiConfig) -> None:
        self._model = model
        self._client = elevenlabs_client(config)

    def compose(self, request: MusicRequest) -> Audio:
        """Make music, which is charged."""
        body = {
            "prompt": request.prompt,
            "model_id": self._model,
            "music_length_ms": round(1000 * _within(request.seconds, _MUSIC_SECONDS)),
            "force_instrumental": request.instrumental,
        }
        return _recording(self._client, "/v1/music", body, "auto")


class ElevenLabsSound:
    """Role `sound`."""

    runs_tasks = False

    def __init__(self, model: str, config: ApiConfig) -> None:
        self._model = model
        self._client = elevenlabs_client(config)

    def make(self, request: SoundRequest) -> Audio:
        """Make a sound effect, which is charged."""
        seconds = round(_within(request.seconds, _SOUND_SECONDS), 1)
        body = {"text": request.prompt, "model_id": self._model, "duration_seconds": seconds}
        return _recording(self._client, "/v1/sound-generation", body, _SPEECH_FORMAT)


def elevenlabs_client(config: ApiConfig) -> ApiClient:
    """Return a client for the vendor's API."""
    return ApiClient(config, "xi-api-key")


def usage_of(headers: Mapping[str, str]) -> Usage | None:
    """Return what a call cost, in the vendor's credits."""
    cost, request_id = headers.get("character-cost", ""), headers.get("request-id")
    usage: Usage = {"credits": int(cost)} if re.fullmatch(r"\d{1,12}", cost) else {}
    return (usage | ({"requestId": request_id} if request_id else {})) or None


def _post(
    client: ApiClient, path: str, body: Mapping[str, Any], output_format: str
) -> tuple[Mapping[str, str], bytes]:
    headers = {"Content-Type": "application/json"}
    url = f"{path}?output_format={output_format}"
    return client.upload(url, headers, orjson.dumps(body), paid=True)


def _recording(client: ApiClient, path: str, body: Mapping[str, Any], output_format: str) -> Audio:
    headers, data = _post(client, path, body, output_format)
    declared = headers.get("content-type", "")
    if declared.startswith("application/json"):
        client.parse(headers, data, paid=True)  # raises the error that it is
    data, media_type = recognize(client, data, declared)
    return Audio(data, media_type, usage=usage_of(headers))


def _words(alignment: object) -> tuple[Word, ...]:
    """Return the words of an alignment, without tags; none if it cannot be used."""
    if not isinstance(alignment, Mapping):
        return ()
    names = ("characters", "character_start_times_seconds", "character_end_times_seconds")
    try:
        entries = list(zip(*(alignment[name] for name in names), strict=True))
        spans = [(float(start), float(end)) for text, start, end in entries for _ in text]
        text = "".join(text for text, _, _ in entries)
    except (LookupError, TypeError, ValueError):
        return ()
    return timed_words(_TAG.sub(lambda tag: " " * len(tag[0]), text), spans)


def _voice(voice: Mapping[str, Any]) -> Voice:
    labels = voice.get("labels")
    labels = labels if isinstance(labels, Mapping) else {}
    verified = _objects(voice.get("verified_languages"))
    codes = [language_code(str(each.get("language"))) for each in verified]
    samples = zip(codes, (each.get("preview_url") for each in verified), strict=True)
    styles = [labels.get(name) for name in ("descriptive", "accent", "age")]
    return Voice(
        id=str(voice["voice_id"]),
        name=str(voice.get("name") or voice["voice_id"]),
        languages=tuple(dict.fromkeys(filter(None, codes))),
        gender=str(labels["gender"]) if labels.get("gender") else None,
        style=", ".join(str(style).replace("_", " ") for style in styles if style) or None,
        preview_url=str(voice["preview_url"]) if voice.get("preview_url") else None,
        samples={code: str(url) for code, url in samples if code and url},
    )


def _objects(value: object) -> list[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def _within(value: float, limits: tuple[float, float]) -> float:
    return min(max(value, limits[0]), limits[1])
