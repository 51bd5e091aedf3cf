"""OpenAI: chat completions, images, models."""

import base64
import hashlib
import re
import time
from collections.abc import Sequence
from typing import Any

from flask import Response, g, jsonify, request

from tests.vendors import json_schema, media
from tests.vendors.answers import said
from tests.vendors.state import new_id
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

_SIZES = {"1024x1024", "1024x1536", "1536x1024"}
_OLD_SIZES = {"1024x1024", "1024x1792", "1792x1024"}
_QUALITIES = {"auto", "low", "medium", "high"}
_PICTURE = re.compile(r"https://.+|data:image/(png|jpeg|webp|gif);base64,")
_USAGE = {
    "input_tokens": 40,
    "input_tokens_details": {"image_tokens": 0, "text_tokens": 40},
    "output_tokens": 60,
    "total_tokens": 100,
}
_TYPES = {401: "authentication_error", 429: "requests", 500: "server_error", 503: "server_error"}


def _failure(status: int, message: str, code: str | None = None, param: str | None = None) -> Any:
    kind = _TYPES.get(status, "invalid_request_error")
    code = "rate_limit_exceeded" if status == 429 else code
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


def _authenticate() -> str:
    key = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    if not key:
        raise VendorError(401, _failure(401, "You didn't provide an API key."))
    if key == WRONG_KEY:
        message = "Incorrect API key provided: wrong-key."
        raise VendorError(401, _failure(401, message, "invalid_api_key"))
    return key


openai = Vendor("openai", _authenticate, _failure)


def _bad(message: str, param: str | None = None, code: str | None = None) -> VendorError:
    return VendorError(400, _failure(400, message, code, param))


def _require(body: dict[str, Any], *names: str) -> None:
    for name in names:
        if not body.get(name):
            message = f"Missing required parameter: '{name}'."
            raise _bad(message, name, "missing_required_parameter")


@openai.call("GET", "/v1/models", "models")
def models() -> Response:
    """Some of the models."""
    names = ("gpt-6", "gpt-image-2.6-sunburst")
    data = [{"id": n, "object": "model", "created": 1, "owned_by": "openai"} for n in names]
    return jsonify(object="list", data=data)


@openai.call("GET", "/v1/models/<name>", "models")
def model(name: str) -> Response:
    """One of them, whichever."""
    return jsonify(id=name, object="model", created=1, owned_by="openai")


@openai.call("POST", "/v1/chat/completions", "text")
def complete() -> Response:
    """Answer a chat."""
    body = asked()
    _require(body, "model", "messages")
    if "max_tokens" in body:
        message = "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."
        raise _bad(message, "max_tokens", "unsupported_parameter")
    parts = [part for message in body["messages"] for part in _parts(message)]
    pictures = [_picture(part) for part in parts if part.get("type") == "image_url"]
    prompt = "\n".join(part["text"] for part in parts if part.get("type") == "text")
    schema = _schema(body.get("response_format") or {})
    paid("vision" if pictures else "llm", body["model"], prompt, pictures=pictures)
    return jsonify(_completion(body["model"], schema, prompt))


def _completion(name: str, schema: Any, prompt: str) -> dict[str, Any]:
    text = g.rule.answer if g.rule.answer is not None else said(schema, prompt)
    message = {"role": "assistant", "content": text, "refusal": None}
    if g.rule.refuse:
        message |= {"content": None, "refusal": "I'm sorry, I can't help with that."}
    return {
        "id": f"chatcmpl-{new_id()}",
        "object": "chat.completion",
        "model": name,
        "created": int(time.time()),
        "choices": [{"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}],
        "usage": {"prompt_tokens": 90, "completion_tokens": 10, "total_tokens": 100},
    }


def _parts(message: dict[str, Any]) -> list[dict[str, Any]]:
    if message.get("role") not in {"system", "developer", "user", "assistant"}:
        raise _bad(f"Invalid value: '{message.get('role')}'.", "messages[0].role", "invalid_value")
    content = message.get("content")
    if isinstance(content, str):
        return [{"type": "text", "text": content}]
    if not isinstance(content, list) or not content:
        raise _bad("Invalid type for 'messages[0].content'.", "messages", "invalid_type")
    return content


def _picture(part: dict[str, Any]) -> str:
    url = str(part["image_url"].get("url", ""))
    if not _PICTURE.match(url):
        raise _bad("Invalid image_url: an https or data URL of an image is expected.", "messages")
    try:
        return digest(url)
    except ValueError:
        raise _bad("Invalid base64 image_url.", "messages", "invalid_base64") from None


def _schema(response_format: dict[str, Any]) -> Any:
    if response_format.get("type", "text") == "text":
        return None
    if response_format["type"] == "json_object":
        return {"type": "object", "properties": {"description": {"type": "string"}}}
    shape = response_format.get("json_schema") or {}
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", str(shape.get("name", ""))):
        raise _bad("Missing required parameter: 'response_format.json_schema.name'.")
    schema = shape.get("schema") or {}
    wrong = json_schema.strict(schema) if shape.get("strict") else ""
    if wrong:
        raise _bad(f"Invalid schema for response_format '{shape['name']}': {wrong}.")
    return schema


@openai.call("POST", "/v1/images/generations", "image")
def generate_image() -> Response:
    """Make images of a prompt."""
    return _images(asked())


@openai.call("POST", "/v1/images/edits", "image")
def edit_image() -> Response:
    """Make images of a prompt and images."""
    if not request.files:
        raise _bad("Missing required parameter: 'image'.", "image", "missing_required_parameter")
    pictures = [hashlib.sha256(file.read()).hexdigest() for file in request.files.values()]
    return _images(request.form.to_dict(), pictures)


def _images(body: dict[str, Any], pictures: Sequence[str] = ()) -> Response:
    _require(body, "model", "prompt")
    old = body["model"].startswith("dall-e")
    width, height = _size(body, old)
    _check_image(body, old)
    if g.rule.refuse:
        message = "Your request was rejected by the safety system."
        raise _bad(message, code="content_policy_violation" if old else "moderation_blocked")
    size = {"size": f"{width}x{height}"}
    paid("image", body["model"], body["prompt"], pictures=pictures, asked=size)
    png = media.png(width, height, body["prompt"])
    if old and body.get("response_format", "url") == "url":
        return jsonify(created=int(time.time()), data=[{"url": _published(png)}])
    data = [{"b64_json": base64.b64encode(png).decode()}]
    return jsonify(created=int(time.time()), data=data, usage=_USAGE, output_format="png")


def _size(body: dict[str, Any], old: bool) -> tuple[int, int]:
    size = str(body.get("size", "auto"))
    if size == "auto" and not old:
        return 1024, 1024
    found = re.fullmatch(r"(\d{2,4})x(\d{2,4})", size)
    if not found or (size not in _OLD_SIZES if old else not _allowed(body["model"], size)):
        message = f"Invalid value: '{size}'. Supported values are: {sorted(_SIZES)}."
        raise _bad(message, "size", "invalid_value")
    return int(found[1]), int(found[2])


def _allowed(name: str, size: str) -> bool:
    """The standard sizes, and for gpt-image-2 and 2.5 nearly any in steps of 16."""
    if size in _SIZES:
        return True
    width, height = map(int, size.split("x"))
    free = re.match(r"gpt-image-2(\.5|-|$)", name)
    return bool(free) and not width % 16 and not height % 16 and 1 / 3 <= width / height <= 3


def _check_image(body: dict[str, Any], old: bool) -> None:
    if len(body["prompt"]) > (4000 if old else 32000):
        raise _bad("Invalid 'prompt': string too long.", "prompt", "string_above_max_length")
    for name in () if old else ("response_format", "style"):
        if name in body:
            raise _bad(f"Unknown parameter: '{name}'.", name, "unknown_parameter")
    qualities = {"standard", "hd"} if old else _QUALITIES
    if body.get("quality", "auto") not in qualities | {"auto"}:
        raise _bad(f"Invalid value: '{body['quality']}'.", "quality", "invalid_value")


def _published(png: bytes) -> str:
    name = new_id()
    with state().lock:
        state().images[name] = png
    return address(f"/openai/made/{name}.png")


@openai.call("GET", "/made/<name>.png", "download", key=False)
def made(name: str) -> Response:
    """An image that was made; anyone may have it who knows the address."""
    png = state().images.get(name)
    if png is None:
        raise VendorError(404, _failure(404, "Not found"))
    return stream(len(png), iter([png]), "image/png")
