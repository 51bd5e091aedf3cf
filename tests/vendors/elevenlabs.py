"""ElevenLabs: speech with the times of its characters. `elevenlabs_audio` adds everything else."""

import base64
import re
from typing import Any

from flask import Response, g, jsonify, request

from tests.vendors import audio
from tests.vendors.state import new_id
from tests.vendors.vendor import WRONG_KEY, Vendor, VendorError, json_body, record_paid_call, state

_CODES = {
    400: ("validation_error", "invalid_parameters"),
    401: ("authentication_error", "quota_exceeded"),
    402: ("payment_required", "insufficient_credits"),
    404: ("not_found", "voice_not_found"),
    429: ("rate_limit_error", "system_busy"),
    500: ("internal_error", "internal_error"),
    503: ("service_unavailable", "service_unavailable"),
}
_SPEECH_MODELS = {  # the characters that each takes
    "eleven_v4": 10_000,
    "eleven_v4_turbo": 10_000,
    "eleven_v3": 5000,
    "eleven_multilingual_v2": 10_000,
    "eleven_flash_v2_5": 40_000,
}
_FORMATS = re.compile(r"(mp3_(22050|24000|44100)_\d+|(pcm|wav)_(\d+)|auto)")
_BEYOND_PLAN = {"mp3_44100_192", "pcm_44100", "wav_44100", "pcm_48000", "wav_48000"}
REFUSAL = "This content goes against our terms of service."
VOICES = (
    ("JBFqnCBsd6RMkjVDRZzb", "George", "male", ("en", "de")),
    ("EXAVITQu4vr4xnSDxMaL", "Sarah", "female", ("en", "es", "tr")),
    ("onwK4e9ZLuTAKqWW03F9", "Daniel", "male", ()),
)


def _error_body(status: int, message: str) -> Any:
    kind, code = _CODES.get(status, ("internal_error", "internal_error"))
    if status == 429 and "concurrent" in message:
        code = "concurrent_limit_exceeded"
    return _detail(kind, code, message)


def _detail(kind: str, code: str, message: str, param: str | None = None) -> Any:
    detail = {"type": kind, "code": code, "message": message, "status": code}
    detail |= {"request_id": new_id()} | ({"param": param} if param else {})
    return {"detail": detail}


def _authenticate() -> str:
    key = request.headers.get("xi-api-key", "")
    if key in {"", WRONG_KEY}:
        code = "invalid_api_key" if key else "missing_api_key"
        raise VendorError(401, _detail("authentication_error", code, "Invalid API key"))
    return key


elevenlabs = Vendor("elevenlabs", _authenticate, _error_body)


def invalid(param: str, message: str, code: str = "invalid_parameters") -> VendorError:
    """Return the error for a parameter."""
    return VendorError(400, _detail("validation_error", code, message, param))


def missing(field: str) -> VendorError:
    """Return the error for a missing field of a body."""
    problem = {"type": "missing", "loc": ["body", field], "msg": "Field required", "input": {}}
    return VendorError(422, {"detail": [problem]})


def required(body: dict[str, Any], field: str) -> str:
    """Return a text of a body. Raises VendorError."""
    if not isinstance(value := body.get(field), str):
        raise missing(field)
    return value


@elevenlabs.call("POST", "/v1/text-to-speech/<voice_id>/with-timestamps", "speech")
def speak_with_timestamps(voice_id: str) -> Response:
    """Return speech as Base64, and the times of its characters."""
    data, _, timed = _speak(voice_id)
    times = {
        "characters": list(timed.text),
        "character_start_times_seconds": timed.starts,
        "character_end_times_seconds": timed.ends,
    }
    alignment = None if g.rule.empty else times
    answer = jsonify(
        audio_base64=base64.b64encode(data).decode(),
        alignment=alignment,
        normalized_alignment=alignment,
    )
    return charged(answer, len(timed.text))


@elevenlabs.call("POST", "/v1/text-to-speech/<voice_id>", "speech")
def speak(voice_id: str) -> Response:
    """Return speech."""
    data, media_type, timed = _speak(voice_id)
    return charged(Response(data, content_type=media_type), len(timed.text))


def _speak(voice_id: str) -> tuple[bytes, str, audio.Timed]:
    body = json_body()
    text, model = required(body, "text"), body.get("model_id", "eleven_multilingual_v2")
    output_format = output_format_of()
    if model not in _SPEECH_MODELS:
        raise invalid("model_id", f"A model with ID {model} does not exist", "model_not_found")
    if voice_id not in {voice[0] for voice in VOICES}:
        message = f"A voice with voice_id {voice_id} was not found."
        raise VendorError(404, _detail("not_found", "voice_not_found", message))
    if len(text) > _SPEECH_MODELS[model]:
        message = f"This request's text has {len(text)} characters and exceeds the limit."
        raise invalid("text", message, "text_too_long")
    if not text.strip():
        raise invalid("text", "The text field cannot be empty.", "empty_text")
    speed = _speed(body)
    _check_model_options(model, body)
    options = {name: body.get(name) for name in ("language_code", "previous_text", "next_text")}
    options |= {"voice": voice_id, "speed": speed, "output_format": output_format}
    record_paid_call("speech", model, text, asked=options)
    if g.rule.refuse:
        message = g.rule.refuse if isinstance(g.rule.refuse, str) else REFUSAL
        raise VendorError(403, _detail("authorization_error", "content_violation", message))
    timed = audio.timed(text, speed)
    return *encode(output_format, timed.spoken(), timed.seconds, text), timed


def _speed(body: dict[str, Any]) -> float:
    settings = body.get("voice_settings") or {}
    speed = settings.get("speed", 1.0)
    if not 0.7 <= speed <= 1.2:
        message = "The speed must be between 0.7 and 1.2."
        raise invalid("voice_settings.speed", message, "invalid_voice_settings")
    return float(speed)


def _check_model_options(model: str, body: dict[str, Any]) -> None:
    language = body.get("language_code")
    if language is not None and (model == "eleven_multilingual_v2" or len(language) != 2):
        raise invalid("language_code", f"Model {model} does not support '{language}'.")
    if model == "eleven_v3" and (body.get("previous_text") or body.get("next_text")):
        raise invalid("previous_text", "previous_text is not supported by eleven_v3.")


def output_format_of(usual: str = "mp3_44100_128") -> str:
    """Return the format that the query names. Raises VendorError."""
    name = request.args.get("output_format", usual)
    if not _FORMATS.fullmatch(name):
        raise invalid("output_format", f"Unknown format {name}", "invalid_output_format")
    if name in _BEYOND_PLAN:
        message = f"Your plan does not include {name}."
        raise VendorError(403, _detail("authorization_error", "feature_not_available", message))
    return name


def encode(name: str, spans: audio.Spans, seconds: float, label: str) -> tuple[bytes, str]:
    """Return a recording in an output format, and its media type."""
    match = _FORMATS.fullmatch(name)
    if match and match[3] == "pcm":
        return audio.pcm(spans, seconds, int(match[4])), "audio/pcm"
    if match and match[3] == "wav":
        return audio.wav(spans, seconds, label, int(match[4])), "audio/wav"
    rate = 48_000 if name == "auto" else 44_100
    return audio.mp3(spans, seconds, label, rate), "audio/mpeg"


def charged(response: Response, cost: int) -> Response:
    """Return a response with the headers that say what was charged."""
    with state().lock:
        response.headers["request-id"] = new_id()
        response.headers["character-cost"] = str(cost)
    return response
