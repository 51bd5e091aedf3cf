"""Google Gemini: speech in its prebuilt voices, music (Lyria), and the words of recordings.

Its interactions are answered with what was made: asked for in the background, only Omni is
documented.
"""

import base64
import binascii
from collections.abc import Iterator, Mapping
from typing import Any

from media.languages import short_code
from providers.errors import ProviderError
from providers.gemini import contents, file_url, gemini_client, reason_of, uploaded
from providers.http import ApiClient, ApiConfig
from providers.image_encoding import to_base64
from providers.models import find_model
from providers.recordings import recognize
from providers.sound_contract import (
    Audio,
    MusicRequest,
    SpeechRequest,
    Transcript,
    TranscriptRequest,
    Voice,
    Word,
)
from providers.timed_words import check_model

_VOICES = """
Kore female firm
Puck male upbeat
Charon male informative
Zephyr female bright
Leda female youthful
Fenrir male excitable
Orus male firm
Aoede female breezy
Callirrhoe female easy-going
Autonoe female bright
Enceladus male breathy
Iapetus male clear
Umbriel male easy-going
Algieba male smooth
Despina female smooth
Erinome female clear
Algenib male gravelly
Rasalgethi male informative
Laomedeia female upbeat
Achernar female soft
Alnilam male firm
Schedar male even
Gacrux female mature
Pulcherrima female forward
Achird male friendly
Zubenelgenubi male casual
Vindemiatrix female gentle
Sadachbia male lively
Sadaltager male knowledgeable
Sulafat female warm
"""

GEMINI_VOICES = tuple(
    Voice(name, name, gender=gender, style=style)
    for name, gender, style in map(str.split, _VOICES.strip().splitlines())
)

_PATH = "/v1beta/interactions"
_SPEECH_FORMAT = {"type": "audio", "mime_type": "audio/wav", "sample_rate": 24_000}
_UNFINISHED = ("queued", "in_progress")
_MAX_SONG_SECONDS = 180.0
_MAX_RECORDING_BYTES = 64 << 20  # in memory
_MAX_INLINE_BYTES = 8 << 20  # of a recording; longer ones came back empty inline


class GeminiSpeech:
    """Role `speech`."""

    runs_tasks = False

    def __init__(self, model: str, config: ApiConfig) -> None:
        self._model = model
        self._client = gemini_client(config)
        self._entry = find_model("speech", config.provider, model)
        self.max_characters = self._entry.max_characters

    def check(self, request: SpeechRequest) -> None:
        """Raise UnspeakableError if the model cannot speak it."""
        check_model(request, self._entry)

    def voices(self) -> tuple[Voice, ...]:
        """Return the prebuilt voices, each of which speaks all languages."""
        return GEMINI_VOICES

    def voice_of(self, request: SpeechRequest) -> str:
        """Return the id of the voice that is to speak a line."""
        return request.voice or GEMINI_VOICES[0].id

    def speak(self, request: SpeechRequest) -> Audio:
        """Speak a line, which is charged."""
        text: dict[str, Any] = {"type": "text", "text": request.text}
        if style := _style(request):
            text["annotations"] = [{"type": "speech_metadata", "style": style}]
        body = {
            "model": self._model,
            "input": [{"type": "user_input", "content": [text]}],
            "response_format": _SPEECH_FORMAT,
            "generation_config": {"speech_config": [{"voice": self.voice_of(request)}]},
        }
        return _audio(self._client, self._client.post(_PATH, body))


class GeminiMusic:
    """Role `music`."""

    runs_tasks = False

    def __init__(self, model: str, config: ApiConfig) -> None:
        self._model = model
        self._client = gemini_client(config)

    def compose(self, request: MusicRequest) -> Audio:
        """Make music, which is charged; only the prompt can say how long it is to be."""
        seconds = min(request.seconds, _MAX_SONG_SECONDS)
        prompt = f"{request.prompt}\n\nLength: about {seconds:.0f} seconds."
        if request.instrumental:
            prompt += " Instrumental only, without vocals."
        body = {"model": self._model, "input": prompt, "response_format": {"type": "audio"}}
        return _audio(self._client, self._client.post(_PATH, body))


class GeminiTranscription:
    """Role `transcription`."""

    def __init__(self, model: str, config: ApiConfig) -> None:
        self._model = model
        self._client = gemini_client(config)

    def transcribe(self, request: TranscriptRequest) -> Transcript:
        """Write down what is spoken, which is charged; it cannot align a known text."""
        recording = {"type": "audio", "mime_type": request.media_type}
        if request.path.stat().st_size <= _MAX_INLINE_BYTES:
            data = to_base64(request.path.read_bytes())
            return self._transcribe(request, {**recording, "data": data})
        with uploaded(self._client, request.path, request.media_type) as uri:
            return self._transcribe(request, {**recording, "uri": uri})

    def _transcribe(self, request: TranscriptRequest, recording: Mapping[str, Any]) -> Transcript:
        mode = {"type": "verbatim", "timestamp_granularities": ["word"]}
        config: dict[str, Any] = {"mode": mode}
        if request.language:
            config["language_codes"] = [short_code(request.language)]
        body = {
            "model": self._model,
            "input": [recording],
            "generation_config": {"transcription_config": config},
        }
        answer = self._client.post(_PATH, body)
        _check_status(self._client, answer)
        found = [each for each in contents(answer) if each.get("type") == "text"]
        text = " ".join(str(each.get("text") or "").strip() for each in found)
        words = tuple(word for each in found for word in _words(each.get("annotations")))
        usage = answer.get("usage")
        return Transcript(text.strip(), request.language, words, "transcription", usage)


def _style(request: SpeechRequest) -> str:
    """Return how to speak a line; speed has no field of its own."""
    pace = f"at about {request.speed:g} times the usual pace" if request.speed != 1.0 else ""
    return ", ".join(filter(None, (request.style, pace)))


def _check_status(client: ApiClient, answer: Mapping[str, Any]) -> None:
    """Raise ProviderError if an interaction did not succeed, or is not over."""
    status = answer.get("status")
    if status in _UNFINISHED:
        message = f"It answered before it was finished, with status {status}"
        raise client.bad_response(message, uncertain=True)
    if status not in ("completed", None):
        raise client.bad_response(reason_of(answer) or f"It ended with status {status}")


def _audio(client: ApiClient, answer: Mapping[str, Any]) -> Audio:
    """Return the recording of an interaction. Raises ProviderError if there is none."""
    _check_status(client, answer)
    for content in contents(answer):
        if content.get("type") == "audio":
            data = _data(client, content)
            declared = str(content.get("mime_type") or "")
            if rate := content.get("sample_rate"):
                declared += f";rate={rate}"
            data, media_type = recognize(client, data, declared)
            return Audio(data, media_type, usage=answer.get("usage"))
    reason = reason_of(answer) or "nothing"
    raise client.bad_response(f"It made no recording, and answered: {reason}")


def _data(client: ApiClient, content: Mapping[str, Any]) -> bytes:
    if isinstance(uri := content.get("uri"), str) and not content.get("data"):
        return _downloaded(client, uri)
    try:
        return base64.b64decode(str(content.get("data") or ""), validate=True)
    except binascii.Error as exc:
        message = "The recording in the response is damaged"
        raise client.bad_response(message, uncertain=True) from exc


def _downloaded(client: ApiClient, uri: str) -> bytes:
    """Download a recording. Raises ProviderError, which is uncertain: it has been paid for."""
    data = bytearray()

    def write(chunk: bytes) -> None:
        data.extend(chunk)
        if len(data) > _MAX_RECORDING_BYTES:
            raise client.bad_response(f"It has more than {_MAX_RECORDING_BYTES >> 20} MB")

    try:
        client.download(file_url(uri), write)
    except ProviderError as exc:
        message = f"The recording is finished, but could not be downloaded: {exc.message}"
        raise client.bad_response(message, uncertain=True) from exc
    return bytes(data)


def _words(annotations: object) -> Iterator[Word]:
    """Yield the words; one without an end lasts until the next begins."""
    items = annotations if isinstance(annotations, list) else []
    infos = [i for i in items if isinstance(i, Mapping) and i.get("type") == "word_info"]
    starts = [_seconds(info.get("start_offset")) for info in infos]
    for number, (info, start) in enumerate(zip(infos, starts, strict=True)):
        text, end = info.get("text"), _seconds(info.get("end_offset"))
        if end is None:
            end = next((later for later in starts[number + 1 :] if later is not None), start)
        if isinstance(text, str) and start is not None and end is not None:
            yield Word(text.strip(), start, max(start, end))


def _seconds(offset: object) -> float | None:
    """Return the seconds of an offset such as "7s" or "0.450s"; None for anything else."""
    try:
        return float(str(offset).removesuffix("s"))
    except ValueError:
        return None
