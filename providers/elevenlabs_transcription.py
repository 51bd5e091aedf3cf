"""ElevenLabs: the words of a recording and their times, of a known text as well."""

from collections.abc import Iterator, Mapping
from typing import Any

from media.languages import language_code
from providers.elevenlabs import elevenlabs_client, usage_of
from providers.http import ApiConfig
from providers.multipart import Form, FormFile
from providers.sound_contract import Transcript, TranscriptRequest, Word
from providers.timed_words import timed_words


class ElevenLabsTranscription:
    """Role `transcription`."""

    def __init__(self, model: str, config: ApiConfig) -> None:
        self._model = model
        self._client = elevenlabs_client(config)

    def transcribe(self, request: TranscriptRequest) -> Transcript:
        """Write down what is spoken, which is charged; find the times of a known text."""
        return self._align(request, request.text) if request.text else self._transcribe(request)

    def _align(self, request: TranscriptRequest, text: str) -> Transcript:
        headers, answer = self._post("/v1/forced-alignment", request, {"text": text})
        words = _aligned(answer)
        return Transcript(text, request.language, words, "alignment", usage_of(headers))

    def _transcribe(self, request: TranscriptRequest) -> Transcript:
        fields = {"model_id": self._model, "timestamps_granularity": "word"}
        fields |= {"tag_audio_events": "false"}
        if request.language:
            fields["language_code"] = request.language
        headers, answer = self._post("/v1/speech-to-text", request, fields)
        language = language_code(str(answer.get("language_code") or "")) or request.language
        usage = (usage_of(headers) or {}) | _seconds(answer)
        text = str(answer.get("text") or "").strip()
        words = tuple(_words(answer.get("words"), kind="word"))
        return Transcript(text, language, words, "transcription", usage or None)

    def _post(
        self, path: str, request: TranscriptRequest, fields: Mapping[str, str]
    ) -> tuple[Mapping[str, str], dict[str, Any]]:
        form = Form(fields, [FormFile("file", "recording", request.media_type, request.path)])
        sent, body = self._client.upload(path, form.headers, form.chunks, paid=True)
        return sent, self._client.parse(sent, body, paid=True)


def _aligned(answer: Mapping[str, Any]) -> tuple[Word, ...]:
    """Return the words of an alignment: of its characters, which also know where words end."""
    characters = list(_words(answer.get("characters")))
    if not characters:
        return tuple(word for word in _words(answer.get("words")) if word.text.strip())
    spans = [(each.start, each.end) for each in characters for _ in each.text]
    return timed_words("".join(each.text for each in characters), spans)


def _words(value: object, kind: str | None = None) -> Iterator[Word]:
    """Yield words that have times; of a transcript those of a kind only, without spaces."""
    for item in value if isinstance(value, list) else ():
        if not isinstance(item, Mapping) or (kind and item.get("type") != kind):
            continue
        text, start, end = item.get("text"), item.get("start"), item.get("end")
        if (
            isinstance(text, str)
            and isinstance(start, int | float)
            and isinstance(end, int | float)
        ):
            yield Word(text.strip() if kind else text, float(start), float(end))


def _seconds(answer: Mapping[str, Any]) -> dict[str, float]:
    seconds = answer.get("audio_duration_secs")
    return {"seconds": float(seconds)} if isinstance(seconds, int | float) else {}
