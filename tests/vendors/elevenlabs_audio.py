"""ElevenLabs: music, sound effects, alignment, transcription, and the list of voices."""

from typing import Any

from flask import Response, g, jsonify, request

from tests.vendors import audio
from tests.vendors.elevenlabs import (
    REFUSAL,
    VOICES,
    charged,
    elevenlabs,
    encode,
    invalid,
    missing,
    output_format_of,
    required,
)
from tests.vendors.state import new_id
from tests.vendors.vendor import json_body, record_paid_call

_MUSIC_MODELS = {"music_v1", "music_v2", "music_v2_5"}
_SOUND_MODELS = {"eleven_text_to_sound_v2", "eleven_text_to_sound_v3"}
_PAGE_SIZE = 2  # smaller than the real one, so that there are several pages


@elevenlabs.call("POST", "/v1/music", "music")
def compose() -> Response:
    """Return music for a prompt."""
    body = json_body()
    prompt, model = required(body, "prompt"), body.get("model_id", "music_v1")
    output_format, length = output_format_of("auto"), body.get("music_length_ms", 30_000)
    if model not in _MUSIC_MODELS:
        raise invalid("model_id", f"Unknown model {model}", "unsupported_model")
    if not isinstance(length, int) or not 3000 <= length <= 600_000:
        raise invalid("music_length_ms", "Must be between 3000 and 600000.")
    if body.get("seed") is not None:
        raise invalid("seed", "Cannot be used in conjunction with prompt.")
    asked = {"music_length_ms": length, "output_format": output_format}
    asked["force_instrumental"] = body.get("force_instrumental", False)
    return _generated("music", model, prompt, asked, length / 1000)


@elevenlabs.call("POST", "/v1/sound-generation", "sound")
def make_sound() -> Response:
    """Return a sound effect for a text."""
    body = json_body()
    prompt, model = required(body, "text"), body.get("model_id", "eleven_text_to_sound_v2")
    output_format, seconds = output_format_of(), body.get("duration_seconds")
    if model not in _SOUND_MODELS:
        raise invalid("model_id", f"Unknown model {model}", "unsupported_model")
    if seconds is not None and not 0.5 <= seconds <= 30:
        raise invalid("duration_seconds", "Must be between 0.5 and 30.")
    asked = {"duration_seconds": seconds, "output_format": output_format}
    return _generated("sound", model, prompt, asked, seconds or 2.0)


def _generated(
    role: str, model: str, prompt: str, asked: dict[str, Any], seconds: float
) -> Response:
    record_paid_call(role, model, prompt, asked=asked)
    if g.rule.refuse:
        message = g.rule.refuse if isinstance(g.rule.refuse, str) else REFUSAL
        raise invalid("prompt", message, "bad_prompt")
    data, media_type = encode(asked["output_format"], [(0.0, seconds)], seconds, prompt)
    return charged(Response(data, content_type=media_type), round(100 * seconds))


@elevenlabs.call("POST", "/v1/forced-alignment", "transcription")
def align() -> Response:
    """Return when the words of a known text are spoken in a recording."""
    data, text = _uploaded(), request.form.get("text")
    if not text:
        raise missing("text")
    record_paid_call("transcription", "forced-alignment", text, asked=_file_name())
    timed = _scaled(text, audio.duration_of(data))
    words = [{**word, "loss": 0.1} for word in _words(timed)]
    spans = zip(text, timed.starts, timed.ends, strict=True)
    characters = [{"text": text, "start": start, "end": end} for text, start, end in spans]
    return charged(jsonify(words=words, characters=characters, loss=0.1), 10)


@elevenlabs.call("POST", "/v1/speech-to-text", "transcription")
def transcribe() -> Response:
    """Return what is said in a recording: the text that it was made for, or the rule's `answer`."""
    model, data = request.form.get("model_id"), _uploaded()
    if model is None:
        raise missing("model_id")
    if model not in {"scribe_v1", "scribe_v2", "scribe_v3"}:
        raise invalid("model_id", f"'{model}' is not a valid model_id.", "unsupported_model")
    text = g.rule.answer if g.rule.answer is not None else audio.label_of(data) or ""
    language = request.form.get("language_code")
    record_paid_call("transcription", model, text, asked={**_file_name(), "language": language})
    seconds = audio.duration_of(data)
    answer = {"language_code": "eng", "language_probability": 0.9, "text": text}
    answer |= {"transcription_id": new_id(), "audio_duration_secs": seconds}
    if request.form.get("timestamps_granularity") == "none" or g.rule.empty:
        return charged(jsonify({**answer, "words": []}), 10)
    return charged(jsonify({**answer, "words": _typed_words(text, seconds)}), 10)


def _uploaded() -> bytes:
    file = request.files.get("file")
    if file is None:
        raise missing("file")
    data = file.read()
    try:
        audio.duration_of(data)
    except ValueError as exc:
        raise invalid("file", str(exc), "invalid_audio") from None
    return data


def _file_name() -> dict[str, Any]:
    file = request.files["file"]
    return {"filename": file.filename, "media_type": file.mimetype}


def _scaled(text: str, seconds: float) -> audio.Timed:
    """Return when the characters of a text are spoken in a recording of this length."""
    return audio.timed(text, audio.timed(text).seconds / seconds)


def _words(timed: audio.Timed) -> list[dict[str, Any]]:
    spans = zip(timed.matches(), timed.spoken(), strict=True)
    return [{"text": match[0], "start": start, "end": end} for match, (start, end) in spans]


def _typed_words(text: str, seconds: float) -> list[dict[str, Any]]:
    """Return the words as a transcription lists them: with the spaces in between."""
    found: list[dict[str, Any]] = []
    for word in _words(_scaled(text, seconds)):
        if found:
            gap = {"text": " ", "start": found[-1]["end"], "end": word["start"]}
            found.append({**gap, "type": "spacing", "logprob": 0.0})
        found.append({**word, "type": "word", "speaker_id": "speaker_0", "logprob": -0.1})
    return found


@elevenlabs.call("GET", "/v2/voices", "voices")
def voices() -> Response:
    """Return a page of the voices."""
    first = int(request.args.get("next_page_token") or 0)
    size = min(int(request.args.get("page_size") or 10), _PAGE_SIZE)
    page, more = VOICES[first : first + size], first + size < len(VOICES)
    return jsonify(
        voices=[_voice(*voice) for voice in page],
        has_more=more,
        total_count=len(VOICES),
        next_page_token=str(first + size) if more else None,
    )


def _voice(voice_id: str, name: str, gender: str, languages: tuple[str, ...]) -> dict[str, Any]:
    verified = [
        {"language": language, "model_id": model, "accent": "standard"}
        | {"preview_url": f"https://storage.example/{voice_id}-{language}.mp3"}
        for language in languages
        for model in ("eleven_multilingual_v2", "eleven_v4")
    ]
    labels = {"gender": gender, "accent": "british", "descriptive": "warm", "language": "en"}
    url = f"https://storage.example/{voice_id}.mp3"
    voice = {"voice_id": voice_id, "name": name, "category": "premade", "labels": labels}
    return {**voice, "preview_url": url, "verified_languages": verified}
