"""Runway's speech and sound effects, which are tasks as clips are."""

from typing import Any

from flask import Response, g, jsonify

from tests.vendors import audio
from tests.vendors.runway import bad_request, find_task, runway
from tests.vendors.vendor import json_body, record_paid_call, state

_SPEECH_FIELDS = {"languageCode", "seed", "similarityBoost", "speed", "stability", "style"}
_SPEECH_FIELDS |= {"useSpeakerBoost"}
# What each model takes in addition to `model`, `promptText` and `voice`.
_SPEECH = {
    "eleven_v4": _SPEECH_FIELDS | {"previousText", "nextText"},
    "eleven_v3": _SPEECH_FIELDS | {"applyTextNormalization"},
    "eleven_multilingual_v2": set(),
}
_SOUNDS = {
    "eleven_text_to_sound_v2": {"duration", "loop"},
    "mirelo_sfx_2_0": {"duration", "format", "negativePrompt", "numVariants", "seed"},
}


@runway.call("POST", "/v1/text_to_speech", "submit")
def text_to_speech() -> Response:
    """Start to speak a text."""
    body = json_body()
    model, text = _model(body, _SPEECH), body.get("promptText") or ""
    _check_fields(body, _SPEECH[model] | {"voice"})
    limit = 1000 if model == "eleven_multilingual_v2" else 10_000
    if len(text.encode("utf-16-le")) // 2 not in range(1, limit + 1):
        raise bad_request("promptText", f"String must contain between 1 and {limit} character(s)")
    voice = body.get("voice") or {}
    if voice.get("type") != "runway-preset" or voice.get("presetId") not in {"Maya", "Rachel"}:
        raise bad_request("voice.presetId", "Invalid enum value")
    speed = body.get("speed", 1.0)
    if not 0.7 <= speed <= 1.2:
        raise bad_request("speed", "Number must be between 0.7 and 1.2")
    more = {name: body[name] for name in _SPEECH[model] if name in body}
    asked = {**more, "voice": voice["presetId"], "seconds": audio.timed(text, speed).seconds}
    return _start("speech", model, text, asked)


@runway.call("POST", "/v1/sound_effect", "submit")
def sound_effect() -> Response:
    """Start to make a sound effect."""
    body = json_body()
    model, text = _model(body, _SOUNDS), body.get("promptText")
    _check_fields(body, _SOUNDS[model])
    if not text:
        raise bad_request("promptText", "Required")
    seconds = body.get("duration", None if model == "mirelo_sfx_2_0" else 2.0)
    if seconds is None or not 0.5 <= seconds <= 30:
        raise bad_request("duration", "Number must be between 0.5 and 30")
    return _start("sound", model, text, {"seconds": seconds})


@runway.call("GET", "/output/<task_id>.mp3", "download", key=False)
def audio_output(task_id: str) -> Response:
    """Return the recording; the URL needs no key."""
    task = find_task(task_id)
    timed = audio.timed(task.prompt, task.asked.get("speed", 1.0))
    seconds = task.asked["seconds"]
    spans = timed.spoken() if "voice" in task.asked else [(0.0, seconds)]
    return Response(audio.mp3(spans, seconds, task.prompt), content_type="audio/mpeg")


def _model(body: dict[str, Any], models: dict[str, Any]) -> str:
    if body.get("model") not in models:
        message = f"Invalid discriminator value. Expected one of: {sorted(models)}"
        raise bad_request("model", message)
    return str(body["model"])


def _check_fields(body: dict[str, Any], allowed: set[str]) -> None:
    if unknown := body.keys() - allowed - {"model", "promptText"}:
        raise bad_request(sorted(unknown)[0], "Unrecognized key")


def _start(role: str, model: str, prompt: str, asked: dict[str, Any]) -> Response:
    task = state().new_task("runway", model, prompt, g.rule, asked)
    record_paid_call(role, model, prompt, asked=asked, task=task.id)
    return jsonify(id=task.id, estimatedCost={"credits": 5})
