"""Runway: clips from an image, tasks, outputs."""

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
    address,
    asked,
    digest,
    paid,
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


def _failure(status: int, message: str) -> Any:
    return {"error": message, "docUrl": _DOCS}


def _authenticate() -> str:
    if request.headers.get("X-Runway-Version") != VERSION:
        message = f"Unknown or missing API version; X-Runway-Version must be {VERSION}."
        raise VendorError(400, _failure(400, message))
    key = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    if key in {"", WRONG_KEY}:
        raise VendorError(401, _failure(401, "The API key is missing or invalid."))
    return key


runway = Vendor("runway", _authenticate, _failure)


def _bad(field: str, message: str) -> VendorError:
    issue = {"code": "custom", "path": [field], "message": message}
    body = {**_failure(400, "Validation of body failed"), "issues": [issue]}
    return VendorError(400, body)


@runway.call("POST", "/v1/image_to_video", "submit")
def image_to_video() -> Response:
    """Start a task."""
    body = asked()
    _check(body)
    pictures = [_picture(body.get("promptImage"))]
    prompt = body.get("promptText", "")
    wanted = {name: body.get(name) for name in ("ratio", "duration", "seed")}
    task = state().new_task("runway", body["model"], prompt, g.rule, wanted)
    paid("video", body["model"], prompt, pictures=pictures, asked=wanted, task=task.id)
    return jsonify(id=task.id, estimatedCost={"credits": 25})


def _check(body: dict[str, Any]) -> None:
    name = body.get("model")
    if name not in _RATIOS:
        raise _bad("model", f"Invalid discriminator value. Expected one of: {sorted(_RATIOS)}")
    if not body.get("promptText") and name == "gen4.5":
        raise _bad("promptText", "Required")
    if len(body.get("promptText", " ").encode("utf-16-le")) // 2 not in range(1, 1001):
        raise _bad("promptText", "String must contain between 1 and 1000 character(s)")
    ratio = body.get("ratio", "1280:768" if name == "gen3a_turbo" else None)
    if ratio not in _RATIOS[name]:
        raise _bad("ratio", f"Invalid enum value. Expected one of: {sorted(_RATIOS[name])}")
    duration = body.get("duration", None if name == "gen4.5" else _DURATIONS[name][0])
    if duration not in _DURATIONS[name] or isinstance(duration, float):
        raise _bad("duration", f"Expected an integer of {list(_DURATIONS[name])}")


def _picture(image: Any) -> str:
    if isinstance(image, list):
        if not image or image[0].get("position") != "first":
            raise _bad("promptImage", "A first frame is required")
        image = image[0].get("uri")
    if not isinstance(image, str):
        raise _bad("promptImage", "Required")
    if not re.match(r"https://|runway://|data:image/(png|jpeg|webp);base64,.", image):
        raise _bad("promptImage", "Expected a HTTPS URL or a data URI of an image")
    if image.startswith("data:") and len(image) > _MAX_IMAGE:
        raise _bad("promptImage", "The data URI must not be larger than 5MB")
    try:
        return digest(image)
    except ValueError:
        raise _bad("promptImage", "Invalid base64") from None


@runway.call("GET", "/v1/tasks/<task_id>", "poll")
def task(task_id: str) -> Response:
    """How far a task is."""
    found = _find(task_id)
    with state().lock:
        found.poll()
    return jsonify(_shown(found))


@runway.call("DELETE", "/v1/tasks/<task_id>", "cancel")
def cancel(task_id: str) -> tuple[str, int]:
    """Cancel a task that is under way; delete one that is not."""
    found = _find(task_id)
    with state().lock:
        if found.state() in {"pending", "throttled", "running"}:
            found.cancelled = True
        else:
            del state().tasks[task_id]
    return "", 204


@runway.call("GET", "/output/<task_id>.mp4", "download", key=False)
def output(task_id: str) -> Response:
    """The clip; anyone may have it who knows the address."""
    found = _find(task_id)
    length, chunks = media.clip(task_id, g.rule.megabytes or found.rule.megabytes)
    return stream(length, chunks, "video/mp4")


def _find(task_id: str) -> Task:
    found = state().tasks.get(task_id)
    if found is None or found.vendor != "runway":
        raise VendorError(404, _failure(404, "Task not found"))
    return found


def _shown(found: Task) -> dict[str, Any]:
    status = found.state()
    created = datetime.fromtimestamp(found.created, UTC).isoformat().replace("+00:00", "Z")
    shown = {"id": found.id, "status": status.upper(), "createdAt": created}
    match status:
        case "succeeded":
            clip = address(f"/runway/output/{found.id}.mp4?_jwt=signed")
            return {**shown, "output": [clip], "cost": {"credits": 25}}
        case "failed":
            return {**shown, **_failed(found), "cost": {"credits": 0}}
        case "cancelled":
            return {**shown, "cost": {"credits": 0}}
        case "running":
            return {**shown, "progress": found.progress(), "estimatedCost": {"credits": 25}}
    return {**shown, "estimatedCost": {"credits": 25}}


def _failed(found: Task) -> dict[str, str]:
    if found.rule.refuse:
        failure = "The content did not pass moderation."
        return {"failure": failure, "failureCode": "SAFETY.INPUT.TEXT"}
    return {"failure": found.rule.fail, "failureCode": "INTERNAL.BAD_OUTPUT.CODE01"}
