"""Runway: image to video, tasks, outputs. `runway_audio` adds speech and sounds."""

import re
from datetime import UTC, datetime
from typing import Any

from flask import Response, g, jsonify, request

from tests.vendors import media
from tests.vendors.state import Task
from tests.vendors.vendor import (
    WRONG_KEY,
    Vendor,
    VendorError,
    absolute_url,
    digest,
    json_body,
    record_paid_call,
    state,
    stream,
)

VERSION = "2024-11-06"
_GEN4 = {"1280:720", "720:1280", "1104:832", "832:1104", "960:960", "1584:672"}
_VEO = {"1280:720", "720:1280", "1080:1920", "1920:1080"}
_RATIOS = {"gen4.5": _GEN4, "gen4_turbo": _GEN4, "gen3a_turbo": {"1280:768", "768:1280"}}
_RATIOS |= {"veo3.1": _VEO, "veo3.1_fast": _VEO}
_DURATIONS = {"gen4.5": range(2, 11), "gen4_turbo": range(2, 11), "gen3a_turbo": (5, 10)}
_DURATIONS |= {"veo3.1": (4, 6, 8), "veo3.1_fast": (4, 6, 8)}
_MAX_IMAGE = 5 * media.MB
_DOCS = "https://docs.dev.runwayml.com/api"


def _error_body(status: int, message: str) -> Any:
    return {"error": message, "docUrl": _DOCS}


def _authenticate() -> str:
    if request.headers.get("X-Runway-Version") != VERSION:
        message = f"Unknown or missing API version; X-Runway-Version must be {VERSION}."
        raise VendorError(400, _error_body(400, message))
    key = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    if key in {"", WRONG_KEY}:
        raise VendorError(401, _error_body(401, "The API key is missing or invalid."))
    return key


runway = Vendor("runway", _authenticate, _error_body)


def bad_request(field: str, message: str) -> VendorError:
    """Return the error for a field."""
    issue = {"code": "custom", "path": [field], "message": message}
    body = {**_error_body(400, "Validation of body failed"), "issues": [issue]}
    return VendorError(400, body)


@runway.call("POST", "/v1/image_to_video", "submit")
def image_to_video() -> Response:
    """Start a task."""
    body = json_body()
    _check(body)
    pictures = [_image_digest(body.get("promptImage"))]
    prompt = body.get("promptText", "")
    options = {name: body.get(name) for name in ("ratio", "duration", "seed")}
    task = state().new_task("runway", body["model"], prompt, g.rule, options)
    record_paid_call("video", body["model"], prompt, pictures=pictures, asked=options, task=task.id)
    return jsonify(id=task.id, estimatedCost={"credits": 25})


def _check(body: dict[str, Any]) -> None:
    name = body.get("model")
    if name not in _RATIOS:
        raise bad_request(
            "model", f"Invalid discriminator value. Expected one of: {sorted(_RATIOS)}"
        )
    if not body.get("promptText") and name == "gen4.5":
        raise bad_request("promptText", "Required")
    if len(body.get("promptText", " ").encode("utf-16-le")) // 2 not in range(1, 1001):
        raise bad_request("promptText", "String must contain between 1 and 1000 character(s)")
    ratio = body.get("ratio", "1280:768" if name == "gen3a_turbo" else None)
    if ratio not in _RATIOS[name]:
        raise bad_request("ratio", f"Invalid enum value. Expected one of: {sorted(_RATIOS[name])}")
    duration = body.get("duration", None if name == "gen4.5" else _DURATIONS[name][0])
    if duration not in _DURATIONS[name] or isinstance(duration, float):
        raise bad_request("duration", f"Expected an integer of {list(_DURATIONS[name])}")


def _image_digest(image: Any) -> str:
    if isinstance(image, list):
        if not image or image[0].get("position") != "first":
            raise bad_request("promptImage", "A first frame is required")
        image = image[0].get("uri")
    if not isinstance(image, str):
        raise bad_request("promptImage", "Required")
    if not re.match(r"https://|runway://|data:image/(png|jpeg|webp);base64,.", image):
        raise bad_request("promptImage", "Expected a HTTPS URL or a data URI of an image")
    if image.startswith("data:") and len(image) > _MAX_IMAGE:
        raise bad_request("promptImage", "The data URI must not be larger than 5MB")
    try:
        return digest(image)
    except ValueError:
        raise bad_request("promptImage", "Invalid base64") from None


@runway.call("GET", "/v1/tasks/<task_id>", "poll")
def get_task(task_id: str) -> Response:
    """Return a task."""
    task = find_task(task_id)
    with state().lock:
        task.poll()
    return jsonify(_task_json(task))


@runway.call("DELETE", "/v1/tasks/<task_id>", "cancel")
def cancel(task_id: str) -> tuple[str, int]:
    """Cancel an unfinished task; delete a finished one."""
    task = find_task(task_id)
    with state().lock:
        if task.state() in {"pending", "throttled", "running"}:
            task.cancelled = True
        else:
            del state().tasks[task_id]
    return "", 204


@runway.call("GET", "/output/<task_id>.mp4", "download", key=False)
def output(task_id: str) -> Response:
    """Return the video; the URL needs no key."""
    task = find_task(task_id)
    length, chunks = media.video(task_id, g.rule.megabytes or task.rule.megabytes)
    return stream(length, chunks, "video/mp4")


def find_task(task_id: str) -> Task:
    """Return a task. Raises VendorError."""
    task = state().tasks.get(task_id)
    if task is None or task.vendor != "runway":
        raise VendorError(404, _error_body(404, "Task not found"))
    return task


def _task_json(task: Task) -> dict[str, Any]:
    status = task.state()
    created = datetime.fromtimestamp(task.created, UTC).isoformat().replace("+00:00", "Z")
    basic = {"id": task.id, "status": status.upper(), "createdAt": created}
    match status:
        case "succeeded":
            kind = "mp3" if "seconds" in task.asked else "mp4"
            url = absolute_url(f"/runway/output/{task.id}.{kind}?_jwt=signed")
            output = [] if g.rule.empty else [url]
            return {**basic, "output": output, "cost": {"credits": 25}}
        case "failed":
            return {**basic, **_failure_json(task), "cost": {"credits": 0}}
        case "cancelled":
            return {**basic, "cost": {"credits": 0}}
        case "running":
            return {**basic, "progress": task.progress(), "estimatedCost": {"credits": 25}}
    return {**basic, "estimatedCost": {"credits": 25}}


def _failure_json(task: Task) -> dict[str, str]:
    if task.rule.refuse:
        usual = "The content did not pass moderation."
        failure = task.rule.refuse if isinstance(task.rule.refuse, str) else usual
        return {"failure": failure, "failureCode": "SAFETY.INPUT.TEXT"}
    return {"failure": task.rule.fail, "failureCode": "INTERNAL.BAD_OUTPUT.CODE01"}
