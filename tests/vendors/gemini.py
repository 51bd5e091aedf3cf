"""Gemini: content, that is texts and images. Files and clips are in modules of their own."""

import base64
import re
from typing import Any

from flask import Response, g, jsonify, request

from tests.vendors import media
from tests.vendors.answers import said
from tests.vendors.vendor import WRONG_KEY, Vendor, VendorError, asked, digest, paid, state

_STATUSES = {
    400: "INVALID_ARGUMENT",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
}
_IMAGE_SIZES = {
    "1:1": (1024, 1024),
    "2:3": (832, 1248),
    "3:2": (1248, 832),
    "3:4": (864, 1184),
    "4:3": (1184, 864),
    "9:16": (768, 1344),
    "16:9": (1344, 768),
    "21:9": (1536, 672),
}
_OLD_IMAGE = re.compile(r"gemini-(2\.5-flash-image|2\.0-)")
_USAGE = {"promptTokenCount": 90, "candidatesTokenCount": 10, "totalTokenCount": 100}


def failure(status: int, message: str, reason: str = "") -> Any:
    """Google's error body."""
    error: dict[str, Any] = {"code": status, "message": message}
    error["status"] = _STATUSES.get(status, "UNKNOWN")
    if reason:
        kind = "type.googleapis.com/google.rpc.ErrorInfo"
        error["details"] = [{"@type": kind, "reason": reason, "domain": "googleapis.com"}]
    return {"error": error}


def _authenticate() -> str:
    key = request.headers.get("x-goog-api-key") or request.args.get("key", "")
    if not key:
        message = "Method doesn't allow unregistered callers. Please use API Key."
        raise VendorError(403, failure(403, message))
    if key == WRONG_KEY:  # Google says 400 where the others say 401
        message = "API key not valid. Please pass a valid API key."
        raise VendorError(400, failure(400, message, "API_KEY_INVALID"))
    return key


def bad(message: str) -> VendorError:
    """400 with this message."""
    return VendorError(400, failure(400, message))


gemini = Vendor("gemini", _authenticate, failure)


@gemini.route("/<version>/models/<name>:generateContent", methods=["POST"])
def generate_content(version: str, name: str) -> Response:
    """Answer with a text or an image; the model's name says which."""
    if re.search(r"image|banana", name):
        return gemini.perform("image", lambda: _image(name))
    return gemini.perform("text", lambda: _answer(name))


def _answer(name: str) -> Response:
    body = asked()
    parts = _parts(body)
    prompt = _prompt(body, parts)
    seen = _seen(parts)
    config = body.get("generationConfig") or {}
    schema = config.get("responseJsonSchema") or config.get("responseSchema")
    if schema and config.get("responseMimeType") != "application/json":
        raise bad("responseSchema is only supported with responseMimeType application/json")
    paid("vision" if seen else "llm", name, prompt, pictures=seen)
    if g.rule.refuse and g.rule.refuse != "answer":
        return jsonify(promptFeedback={"blockReason": "SAFETY"}, usageMetadata=_USAGE)
    text = g.rule.answer if g.rule.answer is not None else said(schema, prompt)
    return _candidate(name, {"text": text}, "SAFETY")


def _image(name: str) -> Response:
    body = asked()
    parts = _parts(body)
    prompt = _prompt(body, parts)
    width, height = _size(name, body.get("generationConfig") or {})
    paid("image", name, prompt, pictures=_seen(parts), asked={"size": f"{width}x{height}"})
    if g.rule.refuse and g.rule.refuse != "answer":
        return jsonify(promptFeedback={"blockReason": "PROHIBITED_CONTENT"}, usageMetadata=_USAGE)
    data = base64.b64encode(media.png(width, height, prompt)).decode()
    return _candidate(name, {"inlineData": {"mimeType": "image/png", "data": data}}, "IMAGE_SAFETY")


def _candidate(name: str, part: dict[str, Any], refusal: str) -> Response:
    candidate: dict[str, Any] = {"index": 0, "finishReason": "STOP"}
    if g.rule.refuse:
        candidate["finishReason"] = refusal
    else:
        candidate["content"] = {"role": "model", "parts": [part]}
    return jsonify(candidates=[candidate], usageMetadata=_USAGE, modelVersion=name)


def _parts(body: dict[str, Any]) -> list[dict[str, Any]]:
    contents = body.get("contents")
    if not contents or not isinstance(contents, list):
        raise bad("* GenerateContentRequest.contents: contents is not specified")
    parts = [part for content in contents for part in content.get("parts", [])]
    if not parts:
        raise bad("* GenerateContentRequest.contents[0].parts: contents.parts must not be empty.")
    for part in parts:
        _check_part(part)
    return parts


def _seen(parts: list[dict[str, Any]]) -> list[str]:
    """The digests of images and videos, the addresses of files."""
    inline = [part.get("inlineData") or part.get("inline_data") for part in parts]
    named = [part.get("fileData") or part.get("file_data") for part in parts]
    try:
        digests = [digest(each["data"]) for each in inline if each]
    except ValueError:
        raise bad("Invalid value at 'contents[0].parts[0].inline_data.data': base64") from None
    return digests + [str(each.get("fileUri") or each.get("file_uri")) for each in named if each]


def _check_part(part: dict[str, Any]) -> None:
    inline = part.get("inlineData") or part.get("inline_data")
    if inline and not (inline.get("data") and (inline.get("mimeType") or inline.get("mime_type"))):
        raise bad("Unable to process input image: data and mimeType are required")
    named = part.get("fileData") or part.get("file_data")
    if named:
        _check_file(str(named.get("fileUri") or named.get("file_uri")))


def _check_file(uri: str) -> None:
    name = uri.rpartition("files/")[2]
    file = state().files.get(name)
    if file is None:
        message = f"You do not have permission to access the File {name} or it may not exist."
        raise VendorError(403, failure(403, message))
    if file.state() != "ACTIVE":
        raise bad(f"The File {name} is not in an ACTIVE state and usage is not allowed.")


def _prompt(body: dict[str, Any], parts: list[dict[str, Any]]) -> str:
    system = body.get("systemInstruction") or body.get("system_instruction") or {}
    texts = [part["text"] for part in [*system.get("parts", []), *parts] if "text" in part]
    return "\n".join(texts)


def _size(name: str, config: dict[str, Any]) -> tuple[int, int]:
    form = config.get("imageConfig") or {}
    if form and _OLD_IMAGE.match(name):
        raise bad('Invalid JSON payload received. Unknown name "imageConfig".')
    ratio = form.get("aspectRatio", "1:1")
    if ratio not in _IMAGE_SIZES:
        raise bad(f"aspect_ratio must be one of {sorted(_IMAGE_SIZES)}")
    return _IMAGE_SIZES[ratio]
