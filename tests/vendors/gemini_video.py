"""Gemini's clips: Veo (long-running operations) and Omni (interactions)."""

import base64
import re
from datetime import UTC, datetime
from typing import Any

from flask import Response, g, jsonify

from tests.vendors import media
from tests.vendors.gemini import bad, failure, gemini
from tests.vendors.state import Task
from tests.vendors.vendor import VendorError, address, asked, digest, paid, state

_RATIOS = {"16:9", "9:16"}
_VEO_SECONDS = (4, 6, 8)
_OMNI_SECONDS = range(3, 16)
_REFUSAL = "The prompt violates the usage guidelines."


@gemini.call("POST", "/<version>/<path:parent>/<name>:predictLongRunning", "submit")
def predict(version: str, parent: str, name: str) -> Response:
    """Start a clip of Veo's. Vertex has the same call under another parent."""
    body = asked()
    instance: dict[str, Any] = next(iter(body.get("instances") or []), {})
    given = body.get("parameters") or {}
    if not instance.get("prompt") and not instance.get("image"):
        raise bad("`prompt` or `image` is expected in instances[0]")
    pictures = _veo_image(instance.get("image"))
    square = name.startswith(("veo-2", "veo-3.0"))
    if given.get("aspectRatio", "16:9") not in _RATIOS | ({"1:1"} if square else set()):
        raise bad(f"aspectRatio must be one of {sorted(_RATIOS)}")
    if int(given.get("durationSeconds", 8)) not in _VEO_SECONDS:
        raise bad(f"durationSeconds must be one of {list(_VEO_SECONDS)}")
    task = _started(name, instance.get("prompt", ""), pictures, given)
    return jsonify(name=f"models/{name}/operations/{task.id}")


def _veo_image(image: Any) -> list[str]:
    if image is None:
        return []
    inline = image.get("inlineData") or {"data": image.get("bytesBase64Encoded"), **image}
    if not inline.get("data") or not inline.get("mimeType"):
        raise bad("instances[0].image: bytesBase64Encoded and mimeType are expected")
    return [digest(inline["data"])]


@gemini.call("GET", "/<version>/models/<name>/operations/<task_id>", "poll")
def operation(version: str, name: str, task_id: str) -> Response:
    """How far a clip of Veo's is."""
    task = _polled(task_id)
    shown: dict[str, Any] = {"name": f"models/{name}/operations/{task_id}"}
    response: dict[str, Any]
    match task.state():
        case "succeeded":
            response = {"generatedSamples": [{"video": {"uri": _uri(version, task_id)}}]}
        case "failed" if task.rule.refuse:
            response = {"raiMediaFilteredCount": 1, "raiMediaFilteredReasons": [_REFUSAL]}
        case "failed":
            return jsonify(
                {**shown, "done": True, "error": {"code": 13, "message": task.rule.fail}}
            )
        case "cancelled":
            error = {"code": 1, "message": "The operation was cancelled."}
            return jsonify({**shown, "done": True, "error": error})
        case _:
            return jsonify(shown)
    kind = "type.googleapis.com/google.ai.generativelanguage.v1beta.PredictLongRunningResponse"
    answer = {"@type": kind, "generateVideoResponse": response}
    return jsonify({**shown, "done": True, "response": answer})


@gemini.call("POST", "/<version>/interactions", "submit")
def interact(version: str) -> Response:
    """Start a clip of Omni's."""
    body = asked()
    for name in ("model", "input"):
        if not body.get(name):
            raise _refused(f"{name} is required.")
    form = _video_format(body)
    _check_omni(form)
    asked_for = {**form, "background": bool(body.get("background"))}
    prompt, pictures = _said_in(body["input"])
    task = _started(str(body["model"]), prompt, pictures, asked_for)
    if not asked_for["background"]:
        task.polls = task.rule.throttled + task.rule.polls + 1
    return jsonify(_interaction(task, version))


@gemini.call("GET", "/<version>/interactions/<task_id>", "poll")
def interaction(version: str, task_id: str) -> Response:
    """How far a clip of Omni's is."""
    return jsonify(_interaction(_polled(task_id), version))


@gemini.call("POST", "/<version>/interactions/<task_id>/cancel", "cancel")
def cancel(version: str, task_id: str) -> Response:
    """Cancel a clip of Omni's."""
    task = _find(task_id)
    with state().lock:
        task.cancelled = task.state() in {"pending", "running"}
    return jsonify(_interaction(task, version))


def _refused(message: str) -> VendorError:
    return VendorError(400, {"error": {"code": "invalid_request", "message": message}})


def _video_format(body: dict[str, Any]) -> dict[str, Any]:
    forms = body.get("response_format") or {}
    forms = forms if isinstance(forms, list) else [forms]
    return next((form for form in forms if form.get("type", "video") == "video"), {})


def _check_omni(form: dict[str, Any]) -> None:
    if form.get("aspect_ratio", "16:9") not in _RATIOS:
        raise _refused(f"response_format.aspect_ratio must be one of {sorted(_RATIOS)}.")
    seconds = re.fullmatch(r"(\d+)(\.0+)?s", str(form.get("duration", "5s")))
    if not seconds or int(seconds[1]) not in _OMNI_SECONDS:
        raise _refused("response_format.duration must be from 3s to 15s.")
    if form.get("delivery", "inline") not in {"inline", "uri"}:
        raise _refused("response_format.delivery must be inline or uri.")


def _said_in(given: Any) -> tuple[str, list[str]]:
    if isinstance(given, str):
        return given, []
    blocks = given if isinstance(given, list) else [given]
    inner = [part for block in blocks for part in block.get("content", [block])]
    images = [part for part in inner if part.get("type") == "image"]
    try:
        pictures = [digest(part.get("data") or part["uri"]) for part in images]
    except (KeyError, ValueError):
        raise _refused("input: an image needs data (base64) or uri.") from None
    return "\n".join(part["text"] for part in inner if part.get("type") == "text"), pictures


def _interaction(task: Task, version: str) -> dict[str, Any]:
    names = {"pending": "in_progress", "throttled": "queued", "running": "in_progress"}
    names["succeeded"] = "completed"
    at = datetime.fromtimestamp(task.created, UTC).isoformat().replace("+00:00", "Z")
    shown = {"id": task.id, "object": "interaction", "model": task.model}
    shown |= {"status": names.get(task.state(), task.state()), "created": at, "updated": at}
    match task.state():
        case "succeeded":
            step = {"type": "model_output", "content": [_video(task, version)]}
            usage = {"total_input_tokens": 90, "total_output_tokens": 10, "total_tokens": 100}
            return {**shown, "steps": [step], "usage": usage}
        case "failed":
            code = "content_blocked" if task.rule.refuse else "internal"
            message = _REFUSAL if task.rule.refuse else task.rule.fail
            return {**shown, "errors": [{"code": code, "message": message}]}
    return shown


def _video(task: Task, version: str) -> dict[str, str]:
    delivery = task.rule.deliver or task.asked.get("delivery", "inline")
    video = {"type": "video", "mime_type": "video/mp4"}
    if delivery == "uri":
        return {**video, "uri": _uri(version, task.id)}
    clip = media.whole_clip(task.id, task.rule.megabytes)
    return {**video, "data": base64.b64encode(clip).decode()}


def _started(name: str, prompt: str, pictures: list[str], given: dict[str, Any]) -> Task:
    task = state().new_task("gemini", name, prompt, g.rule, given)
    paid("video", name, prompt, pictures=pictures, asked=given, task=task.id)
    return task


def _polled(task_id: str) -> Task:
    task = _find(task_id)
    with state().lock:
        task.poll()
    return task


def _find(task_id: str) -> Task:
    task = state().tasks.get(task_id)
    if task is None or task.vendor != "gemini":
        raise VendorError(404, failure(404, f"{task_id} was not found."))
    return task


def _uri(version: str, task_id: str) -> str:
    return address(f"/gemini/{version}/files/{task_id}:download?alt=media")
