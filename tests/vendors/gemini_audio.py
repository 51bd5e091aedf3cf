"""Gemini's speech, music and transcription: interactions that are answered at once."""

import base64
import re
from typing import Any

from flask import Response, g, jsonify

from tests.vendors import audio
from tests.vendors.gemini import VOICES
from tests.vendors.gemini_errors import invalid_request
from tests.vendors.state import new_id
from tests.vendors.vendor import json_body, record_paid_call, state

_REFUSAL = "The prompt violates the usage guidelines."
_SPEECH_TYPES = {"audio/wav", "audio/mp3", "audio/l16"}
_CLIP_SECONDS = 30
_SONG_SECONDS = 6  # of a song whose prompt names no length; real ones have minutes


def speech() -> Response:
    """Speak a text; with a style, if its annotation has one."""
    body = json_body()
    text, style = _text_and_style(body.get("input"))
    if not text.strip():
        raise invalid_request("input is required.")
    voice = _voice(body)
    form = _audio_format(body)
    media_type = form.get("mime_type")
    if media_type not in {None, *_SPEECH_TYPES}:
        raise invalid_request(f"response_format.mime_type {media_type} is not supported.")
    asked = {"voice": voice, "style": style, "mime_type": media_type}
    record_paid_call("speech", str(body["model"]), text, asked=asked)
    timed = audio.timed(text)
    content = {"type": "audio", "sample_rate": 24_000, "channels": 1}
    if media_type == "audio/wav":
        content["data"] = _base64(audio.wav(timed.spoken(), timed.seconds, text))
    elif media_type == "audio/mp3":
        content["data"] = _base64(audio.mp3(timed.spoken(), timed.seconds, text))
    else:
        content["data"] = _base64(audio.pcm(timed.spoken(), timed.seconds))
    content["mime_type"] = media_type or "audio/l16;codec=pcm;rate=24000"
    usage = _usage(len(text), round(25 * timed.seconds), "audio")
    return _completed([content], usage)


def music() -> Response:
    """Make music of the length that the prompt names, and a text with its structure."""
    body = json_body()
    prompt, model = _text_and_style(body.get("input"))[0], str(body["model"])
    if not prompt.strip():
        raise invalid_request("input is required.")
    if _audio_format(body).get("mime_type") not in {None, "audio/mp3"}:
        raise invalid_request("response_format.mime_type is not supported by this model.")
    record_paid_call("music", model, prompt)
    named = re.search(r"(\d+) seconds", prompt)
    seconds = _CLIP_SECONDS if "clip" in model else int(named[1]) if named else _SONG_SECONDS
    data = _base64(audio.mp3([(0.0, seconds)], seconds, prompt))
    song = {"type": "audio", "mime_type": "audio/mp3", "data": data}
    return _completed([{"type": "text", "text": "[0:00] Intro"}, song], {})


def transcription() -> Response:
    """Write down a recording: the text that it was made for, or the rule's `answer`."""
    body = json_body()
    config = (body.get("generation_config") or {}).get("transcription_config") or {}
    data, media_type = _recording(body.get("input"))
    text = g.rule.answer if g.rule.answer is not None else audio.label_of(data) or ""
    asked = {"media_type": media_type, "language_codes": config.get("language_codes")}
    record_paid_call("transcription", str(body["model"]), text, asked=asked)
    if not text:
        return jsonify({**_interaction(), "status": "completed", "usage": _usage(40, 0, "text")})
    try:
        seconds = audio.duration_of(data)
    except ValueError as exc:
        raise invalid_request(str(exc)) from None
    content: dict[str, Any] = {"type": "text", "text": text}
    mode = config.get("mode")
    if isinstance(mode, dict) and "word" in (mode.get("timestamp_granularities") or ()):
        content["annotations"] = [] if g.rule.empty else _annotations(text, seconds)
    return _completed([content], _usage(round(25 * seconds), len(text), "text"))


def _annotations(text: str, seconds: float) -> list[dict[str, Any]]:
    """Return the words; the end of the last one is missing."""
    timed = audio.timed(text, audio.timed(text).seconds / seconds)
    words = [
        {"type": "word_info", "text": match[0], "start_offset": _offset(start)}
        | {"end_offset": _offset(end), "start_index": match.start(), "end_index": match.end()}
        for match, (start, end) in zip(timed.matches(), timed.spoken(), strict=True)
    ]
    del words[-1]["end_offset"]
    return words


def _offset(seconds: float) -> str:
    return f"{seconds:.3f}s" if seconds % 1 else f"{seconds:.0f}s"


def _completed(content: list[dict[str, Any]], usage: dict[str, Any]) -> Response:
    if g.rule.throttled:
        return jsonify({**_interaction(), "status": "queued"})
    if g.rule.refuse:
        message = g.rule.refuse if isinstance(g.rule.refuse, str) else _REFUSAL
        if message == "answer":
            content = [{"type": "text", "text": _REFUSAL}]
        else:
            errors = [{"code": "content_blocked", "message": message}]
            return jsonify({**_interaction(), "status": "failed", "errors": errors})
    steps = [{"type": "model_output", "content": content}]
    return jsonify({**_interaction(), "status": "completed", "steps": steps, "usage": usage})


def _interaction() -> dict[str, Any]:
    at = "2026-11-28T12:00:00Z"
    model = json_body().get("model")
    return {"id": new_id(), "object": "interaction", "model": model, "created": at, "updated": at}


def _usage(inputs: int, outputs: int, modality: str) -> dict[str, Any]:
    usage = {"total_input_tokens": inputs, "total_output_tokens": outputs}
    return {**usage, "output_tokens_by_modality": [{"modality": modality, "tokens": outputs}]}


def _items(model_input: Any) -> list[dict[str, Any]]:
    """Return the contents of an interaction's input, which may be wrapped in turns."""
    if isinstance(model_input, str):
        return [{"type": "text", "text": model_input}]
    blocks = model_input if isinstance(model_input, list) else [model_input or {}]
    return [item for block in blocks for item in block.get("content", [block])]


def _text_and_style(model_input: Any) -> tuple[str, str | None]:
    texts = [item for item in _items(model_input) if item.get("type") == "text"]
    notes = [note for item in texts for note in item.get("annotations") or ()]
    styles = [note.get("style") for note in notes if note.get("type") == "speech_metadata"]
    return "\n".join(item.get("text", "") for item in texts), next(iter(styles), None)


def _voice(body: dict[str, Any]) -> str:
    config = (body.get("generation_config") or {}).get("speech_config") or []
    voices = [each.get("voice") for each in config if isinstance(each, dict)]
    voice = voices[0] if voices else "Kore"
    if voice not in VOICES and not str(voice).startswith("voice_"):
        raise invalid_request(f"Voice name {voice} is not supported.")
    return str(voice)


def _audio_format(body: dict[str, Any]) -> dict[str, Any]:
    form = body.get("response_format") or {"type": "audio"}
    forms = form if isinstance(form, list) else [form]
    if not any(each.get("type") == "audio" for each in forms):
        raise invalid_request("response_format.type must be audio.")
    return next(each for each in forms if each.get("type") == "audio")


def _recording(model_input: Any) -> tuple[bytes, str]:
    """Return the recording of a request, inline or uploaded, and its media type."""
    items = [item for item in _items(model_input) if item.get("type") == "audio"]
    if len(items) != 1 or not items[0].get("mime_type"):
        raise invalid_request("input: one audio with data or uri, and mime_type, is expected.")
    item = items[0]
    if item.get("uri"):
        file = state().files.get(str(item["uri"]).rpartition("files/")[2])
        if file is None or file.state() != "ACTIVE":
            raise invalid_request("input: the file does not exist or is not ACTIVE.")
        return file.content, str(item["mime_type"])
    try:
        return base64.b64decode(item.get("data", ""), validate=True), str(item["mime_type"])
    except ValueError:
        raise invalid_request("input: data must be base64.") from None


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
