"""OpenAI: chat completions, images, models."""

import base64
import hashlib
import re
import time
from collections.abc import Sequence
from typing import Any

from flask import Response, g, jsonify, request

from tests.vendors import json_schema, media
from tests.vendors.generated_answers import generated_answer
from tests.vendors.state import new_id
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

_SIZES = {"1024x1024", "1024x1536", "1536x1024"}
_DALL_E_SIZES = {"1024x1024", "1024x1792", "1792x1024"}
_QUALITIES = {"auto", "low", "medium", "high"}
_MAX_EDITED = 16
_IMAGE_URL = re.compile(r"https://.+|data:image/(png|jpeg|webp|gif);base64,")
_USAGE = {
    "input_tokens": 40,
    "input_tokens_details": {"image_tokens": 0, "text_tokens": 40},
    "output_tokens": 60,
    "total_tokens": 100,
}
_ERROR_TYPES = {
    401: "authentication_error",
    429: "requests",
    500: "server_error",
    503: "server_error",
}


def _error_body(
    status: int, message: str, code: str | None = None, param: str | None = None
) -> Any:
    error_type = _ERROR_TYPES.get(status, "invalid_request_error")
    code = "rate_limit_exceeded" if status == 429 else code
    return {"error": {"message": message, "type": error_type, "param": param, "code": code}}


def _authenticate() -> str:
    key = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    if not key:
        raise VendorError(401, _error_body(401, "You didn't provide an API key."))
    if key == WRONG_KEY:
        message = "Incorrect API key provided: wrong-key."
        raise VendorError(401, _error_body(401, message, "invalid_api_key"))
    return key


openai = Vendor("openai", _authenticate, _error_body)


def _bad_request(message: str, param: str | None = None, code: str | None = None) -> VendorError:
    return VendorError(400, _error_body(400, message, code, param))


def _require(body: dict[str, Any], *names: str) -> None:
    for name in names:
        if not body.get(name):
            message = f"Missing required parameter: '{name}'."
            raise _bad_request(message, name, "missing_required_parameter")


@openai.call("GET", "/v1/models", "models")
def models() -> Response:
    """List some models."""
    names = ("gpt-6", "gpt-image-2.6-sunburst")
    data = [{"id": n, "object": "model", "created": 1, "owned_by": "openai"} for n in names]
    return jsonify(object="list", data=data)


@openai.call("GET", "/v1/models/<name>", "models")
def model(name: str) -> Response:
    """Return the model of any name."""
    return jsonify(id=name, object="model", created=1, owned_by="openai")


@openai.call("POST", "/v1/chat/completions", "text")
def complete() -> Response:
    """Complete a chat."""
    body = json_body()
    _require(body, "model", "messages")
    if "max_tokens" in body:
        message = "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."
        raise _bad_request(message, "max_tokens", "unsupported_parameter")
    parts = [part for message in body["messages"] for part in _parts(message)]
    pictures = [_image_digest(part) for part in parts if part.get("type") == "image_url"]
    prompt = "\n".join(part["text"] for part in parts if part.get("type") == "text")
    schema = _schema(body.get("response_format") or {})
    record_paid_call("vision" if pictures else "llm", body["model"], prompt, pictures=pictures)
    return jsonify(_completion(body["model"], schema, prompt))


def _completion(name: str, schema: Any, prompt: str) -> dict[str, Any]:
    text = g.rule.answer if g.rule.answer is not None else generated_answer(schema, prompt)
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
        raise _bad_request(
            f"Invalid value: '{message.get('role')}'.", "messages[0].role", "invalid_value"
        )
    content = message.get("content")
    if isinstance(content, str):
        return [{"type": "text", "text": content}]
    if not isinstance(content, list) or not content:
        raise _bad_request("Invalid type for 'messages[0].content'.", "messages", "invalid_type")
    return content


def _image_digest(part: dict[str, Any]) -> str:
    url = str(part["image_url"].get("url", ""))
    if not _IMAGE_URL.match(url):
        raise _bad_request(
            "Invalid image_url: an https or data URL of an image is expected.", "messages"
        )
    try:
        return digest(url)
    except ValueError:
        raise _bad_request("Invalid base64 image_url.", "messages", "invalid_base64") from None


def _schema(response_format: dict[str, Any]) -> Any:
    if response_format.get("type", "text") == "text":
        return None
    if response_format["type"] == "json_object":
        return {"type": "object", "properties": {"description": {"type": "string"}}}
    named = response_format.get("json_schema") or {}
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", str(named.get("name", ""))):
        raise _bad_request("Missing required parameter: 'response_format.json_schema.name'.")
    schema = named.get("schema") or {}
    problem = json_schema.openai_schema_error(schema) if named.get("strict") else ""
    if problem:
        raise _bad_request(f"Invalid schema for response_format '{named['name']}': {problem}.")
    return schema


@openai.call("POST", "/v1/images/generations", "image")
def generate_image() -> Response:
    """Generate an image from a prompt."""
    return _image_response(json_body())


@openai.call("POST", "/v1/images/edits", "image")
def edit_image() -> Response:
    """Generate an image from a prompt and images."""
    if not request.files.keys() & {"image", "image[]"}:
        raise _bad_request(
            "Missing required parameter: 'image'.", "image", "missing_required_parameter"
        )
    files = request.files.getlist("image") or request.files.getlist("image[]")
    if len(files) > _MAX_EDITED:
        raise _bad_request("Too many images: at most 16 are accepted.", "image")
    pictures = [hashlib.sha256(file.read()).hexdigest() for file in files]
    return _image_response(request.form.to_dict(), pictures)


def _image_response(body: dict[str, Any], pictures: Sequence[str] = ()) -> Response:
    _require(body, "model", "prompt")
    is_dall_e = body["model"].startswith("dall-e")
    width, height = _size(body, is_dall_e)
    _check_image_options(body, is_dall_e)
    if g.rule.refuse:
        message = "Your request was rejected by the safety system."
        raise _bad_request(
            message, code="content_policy_violation" if is_dall_e else "moderation_blocked"
        )
    size = {"size": f"{width}x{height}"}
    record_paid_call("image", body["model"], body["prompt"], pictures=pictures, asked=size)
    png = media.png(width, height, body["prompt"])
    if is_dall_e and body.get("response_format", "url") == "url":
        return jsonify(created=int(time.time()), data=[{"url": _stored_image_url(png)}])
    data = [{"b64_json": base64.b64encode(png).decode()}]
    return jsonify(created=int(time.time()), data=data, usage=_USAGE, output_format="png")


def _size(body: dict[str, Any], is_dall_e: bool) -> tuple[int, int]:
    size = str(body.get("size", "auto"))
    if size == "auto" and not is_dall_e:
        return 1024, 1024
    found = re.fullmatch(r"(\d{2,4})x(\d{2,4})", size)
    if not found or (
        size not in _DALL_E_SIZES if is_dall_e else not _is_size_of_model(body["model"], size)
    ):
        message = f"Invalid value: '{size}'. Supported values are: {sorted(_SIZES)}."
        raise _bad_request(message, "size", "invalid_value")
    return int(found[1]), int(found[2])


def _is_size_of_model(name: str, size: str) -> bool:
    """Return whether the model has this size; gpt-image-2 and 2.5 accept most multiples of 16."""
    if size in _SIZES:
        return True
    width, height = map(int, size.split("x"))
    any_size = re.match(r"gpt-image-2(\.5|-|$)", name)
    return bool(any_size) and not width % 16 and not height % 16 and 1 / 3 <= width / height <= 3


def _check_image_options(body: dict[str, Any], is_dall_e: bool) -> None:
    if len(body["prompt"]) > (4000 if is_dall_e else 32000):
        raise _bad_request(
            "Invalid 'prompt': string too long.", "prompt", "string_above_max_length"
        )
    for name in () if is_dall_e else ("response_format", "style"):
        if name in body:
            raise _bad_request(f"Unknown parameter: '{name}'.", name, "unknown_parameter")
    qualities = {"standard", "hd"} if is_dall_e else _QUALITIES
    if body.get("quality", "auto") not in qualities | {"auto"}:
        raise _bad_request(f"Invalid value: '{body['quality']}'.", "quality", "invalid_value")


def _stored_image_url(png: bytes) -> str:
    """Store the image and return its URL."""
    name = new_id()
    with state().lock:
        state().images[name] = png
    return absolute_url(f"/openai/images/{name}.png")


@openai.call("GET", "/images/<name>.png", "download", key=False)
def image(name: str) -> Response:
    """Return a generated image; the URL needs no key."""
    png = state().images.get(name)
    if png is None:
        raise VendorError(404, _error_body(404, "Not found"))
    return stream(len(png), iter([png]), "image/png")
