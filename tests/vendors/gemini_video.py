"""Gemini's videos: Veo (long-running operations) and Omni (interactions)."""

import base64
import re
from datetime import UTC, datetime
from typing import Any

from flask import Response, g, jsonify

from tests.vendors import gemini_audio, media
from tests.vendors.gemini import bad_request, error_body, gemini
from tests.vendors.gemini_errors import invalid_request
from tests.vendors.state import Task
from tests.vendors.vendor import (
    VendorError,
    absolute_url,
    digest,
    json_body,
    record_paid_call,
    state,
)

_RATIOS = {"16:9", "9:16"}
_VEO_SECONDS = (4, 6, 8)
_OMNI_SECONDS = range(3, 16)
# What is answered at once: patterns of models, kinds of requests, views.
_AT_ONCE = (
    (r"-tts\b", "speech", gemini_audio.speech),
    (r"^lyria-", "music", gemini_audio.music),
    (r"-transcribe\b", "transcription", gemini_audio.transcription),
)
_REFUSAL = "The prompt violates the usage guidelines."


@gemini.call("POST", "/<version>/<path:parent>/<name>:predictLongRunning", "submit")
def start_veo(version: str, parent: str, name: str) -> Response:
    """Start a video with Veo. Vertex has the same method under another parent."""
    body = json_body()
    instance: dict[str, Any] = next(iter(body.get("instances") or []), {})
    parameters = body.get("parameters") or {}
    if not instance.get("prompt") and not instance.get("image"):
        raise bad_request("`prompt` or `image` is expected in instances[0]")
    pictures = _veo_image_digests(instance.get("image"))
    square = name.startswith(("veo-2", "veo-3.0"))
    if parameters.get("aspectRatio", "16:9") not in _RATIOS | ({"1:1"} if square else set()):
        raise bad_request(f"aspectRatio must be one of {sorted(_RATIOS)}")
    if int(parameters.get("durationSeconds", 8)) not in _VEO_SECONDS:
        raise bad_request(f"durationSeconds must be one of {list(_VEO_SECONDS)}")
    task = _start_task(name, instance.get("prompt", ""), pictures, parameters)
    return jsonify(name=f"models/{name}/operations/{task.id}")


def _veo_image_digests(image: Any) -> list[str]:
    if image is None:
        return []
    inline = image.get("inlineData") or {"data": image.get("bytesBase64Encoded"), **image}
    if not inline.get("data") or not inline.get("mimeType"):
        raise bad_request("instances[0].image: bytesBase64Encoded and mimeType are expected")
    return [digest(inline["data"])]


@gemini.call("GET", "/<version>/models/<name>/operations/<task_id>", "poll")
def get_operation(version: str, name: str, task_id: str) -> Response:
    """Return the operation of a Veo video."""
    task = _poll_task(task_id)
    operation: dict[str, Any] = {"name": f"models/{name}/operations/{task_id}"}
    response: dict[str, Any]
    match task.state():
        case "succeeded":
            sample = {"video": {"uri": _video_uri(version, task_id)}}
            response = {"generatedSamples": [] if g.rule.empty else [sample]}
        case "failed" if task.rule.refuse:
            response = {"raiMediaFilteredCount": 1, "raiMediaFilteredReasons": [_refusal(task)]}
        case "failed":
            return jsonify(
                {**operation, "done": True, "error": {"code": 13, "message": task.rule.fail}}
            )
        case "cancelled":
            error = {"code": 1, "message": "The operation was cancelled."}
            return jsonify({**operation, "done": True, "error": error})
        case _:
            return jsonify(operation)
    type_url = "type.googleapis.com/google.ai.generativelanguage.v1beta.PredictLongRunningResponse"
    answer = {"@type": type_url, "generateVideoResponse": response}
    return jsonify({**operation, "done": True, "response": answer})


@gemini.route("/<version>/interactions", methods=["POST"])
def create_interaction(version: str) -> Response:
    """Start a video with Omni, or answer at once, depending on the model."""
    model = str(json_body().get("model"))
    for pattern, kind, view in _AT_ONCE:
        if re.search(pattern, model):
            return gemini.perform(kind, view)
    return gemini.perform("submit", lambda: _start_omni(version))


def _start_omni(version: str) -> Response:
    body = json_body()
    for name in ("model", "input"):
        if not body.get(name):
            raise invalid_request(f"{name} is required.")
    video_format = _video_format(body)
    _check_omni_format(video_format)
    options = {**video_format, "background": bool(body.get("background"))}
    prompt, pictures = _prompt_and_images(body["input"])
    task = _start_task(str(body["model"]), prompt, pictures, options)
    if not options["background"]:
        task.polls = task.rule.throttled + task.rule.polls + 1
    return jsonify(_interaction_json(task, version))


@gemini.call("GET", "/<version>/interactions/<task_id>", "poll")
def get_interaction(version: str, task_id: str) -> Response:
    """Return the interaction of an Omni video."""
    return jsonify(_interaction_json(_poll_task(task_id), version))


@gemini.call("POST", "/<version>/interactions/<task_id>/cancel", "cancel")
def cancel(version: str, task_id: str) -> Response:
    """Cancel a video of Omni."""
    task = _find_task(task_id)
    with state().lock:
        task.cancelled = task.state() in {"pending", "running"}
    return jsonify(_interaction_json(task, version))


def _video_format(body: dict[str, Any]) -> dict[str, Any]:
    formats = body.get("response_format") or {}
    formats = formats if isinstance(formats, list) else [formats]
    return next((each for each in formats if each.get("type", "video") == "video"), {})


def _check_omni_format(video_format: dict[str, Any]) -> None:
    if video_format.get("aspect_ratio", "16:9") not in _RATIOS:
        raise invalid_request(f"response_format.aspect_ratio must be one of {sorted(_RATIOS)}.")
    seconds = re.fullmatch(r"(\d+)(\.0+)?s", str(video_format.get("duration", "5s")))
    if not seconds or int(seconds[1]) not in _OMNI_SECONDS:
        raise invalid_request("response_format.duration must be from 3s to 15s.")
    if video_format.get("delivery", "inline") not in {"inline", "uri"}:
        raise invalid_request("response_format.delivery must be inline or uri.")


def _prompt_and_images(model_input: Any) -> tuple[str, list[str]]:
    if isinstance(model_input, str):
        return model_input, []
    blocks = model_input if isinstance(model_input, list) else [model_input]
    inner = [part for block in blocks for part in block.get("content", [block])]
    images = [part for part in inner if part.get("type") == "image"]
    try:
        pictures = [digest(part.get("data") or part["uri"]) for part in images]
    except (KeyError, ValueError):
        raise invalid_request("input: an image needs data (base64) or uri.") from None
    return "\n".join(part["text"] for part in inner if part.get("type") == "text"), pictures


def _interaction_json(task: Task, version: str) -> dict[str, Any]:
    names = {"pending": "in_progress", "throttled": "queued", "running": "in_progress"}
    names["succeeded"] = "completed"
    at = datetime.fromtimestamp(task.created, UTC).isoformat().replace("+00:00", "Z")
    interaction = {"id": task.id, "object": "interaction", "model": task.model}
    interaction |= {"status": names.get(task.state(), task.state()), "created": at, "updated": at}
    match task.state():
        case "succeeded":
            content = [] if g.rule.empty else [_omni_video(task, version)]
            step = {"type": "model_output", "content": content}
            usage = {"total_input_tokens": 90, "total_output_tokens": 10, "total_tokens": 100}
            return {**interaction, "steps": [step], "usage": usage}
        case "failed":
            code = "content_blocked" if task.rule.refuse else "internal"
            message = _refusal(task) if task.rule.refuse else task.rule.fail
            return {**interaction, "errors": [{"code": code, "message": message}]}
    return interaction


def _refusal(task: Task) -> str:
    return task.rule.refuse if isinstance(task.rule.refuse, str) else _REFUSAL


def _omni_video(task: Task, version: str) -> dict[str, str]:
    delivery = task.rule.deliver or task.asked.get("delivery", "inline")
    video = {"type": "video", "mime_type": "video/mp4"}
    if delivery == "uri":
        return {**video, "uri": _video_uri(version, task.id)}
    content = media.whole_video(task.id, task.rule.megabytes)
    return {**video, "data": base64.b64encode(content).decode()}


def _start_task(name: str, prompt: str, pictures: list[str], parameters: dict[str, Any]) -> Task:
    task = state().new_task("gemini", name, prompt, g.rule, parameters)
    record_paid_call("video", name, prompt, pictures=pictures, asked=parameters, task=task.id)
    return task


def _poll_task(task_id: str) -> Task:
    task = _find_task(task_id)
    with state().lock:
        task.poll()
    return task


def _find_task(task_id: str) -> Task:
    task = state().tasks.get(task_id)
    if task is None or task.vendor != "gemini":
        raise VendorError(404, error_body(404, f"{task_id} was not found."))
    return task


def _video_uri(version: str, task_id: str) -> str:
    return absolute_url(f"/gemini/{version}/files/{task_id}:download?alt=media")
