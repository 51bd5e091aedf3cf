"""Gemini: texts and images. `gemini_files` and `gemini_video` add files and videos."""

import base64
import re
from typing import Any

from flask import Response, g, jsonify, request

from tests.vendors import media
from tests.vendors.generated_answers import generated_answer
from tests.vendors.vendor import (
    WRONG_KEY,
    Vendor,
    VendorError,
    digest,
    json_body,
    record_paid_call,
    state,
)

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
_WITHOUT_IMAGE_CONFIG = re.compile(r"gemini-(2\.5-flash-image|2\.0-)")
VOICES = {
    *("Achernar", "Achird", "Algenib", "Algieba", "Alnilam", "Aoede", "Autonoe", "Callirrhoe"),
    *("Charon", "Despina", "Enceladus", "Erinome", "Fenrir", "Gacrux", "Iapetus", "Kore"),
    *("Laomedeia", "Leda", "Orus", "Puck", "Pulcherrima", "Rasalgethi", "Sadachbia", "Sadaltager"),
    *("Schedar", "Sulafat", "Umbriel", "Vindemiatrix", "Zephyr", "Zubenelgenubi"),
}
_USAGE = {"promptTokenCount": 90, "candidatesTokenCount": 10, "totalTokenCount": 100}


def error_body(status: int, message: str, reason: str = "") -> Any:
    """Return Google's error body."""
    error: dict[str, Any] = {"code": status, "message": message}
    error["status"] = _STATUSES.get(status, "UNKNOWN")
    if reason:
        type_url = "type.googleapis.com/google.rpc.ErrorInfo"
        error["details"] = [{"@type": type_url, "reason": reason, "domain": "googleapis.com"}]
    return {"error": error}


def _authenticate() -> str:
    key = request.headers.get("x-goog-api-key") or request.args.get("key", "")
    if not key:
        message = "Method doesn't allow unregistered callers. Please use API Key."
        raise VendorError(403, error_body(403, message))
    if key == WRONG_KEY:  # Google responds 400, the other vendors 401
        message = "API key not valid. Please pass a valid API key."
        body = error_body(400, message, "API_KEY_INVALID")
        raise VendorError(400, [body] if request.path.endswith("/interactions") else body)
    return key


def bad_request(message: str) -> VendorError:
    """Return an error 400 with this message."""
    return VendorError(400, error_body(400, message))


gemini = Vendor("gemini", _authenticate, error_body)


@gemini.route("/<version>/models/<name>:generateContent", methods=["POST"])
def generate_content(version: str, name: str) -> Response:
    """Return a text or an image, depending on the model."""
    if re.search(r"image|banana", name):
        return gemini.perform("image", lambda: _image_response(name))
    return gemini.perform("text", lambda: _text_response(name))


def _text_response(name: str) -> Response:
    body = json_body()
    parts = _parts(body)
    prompt = _prompt(body, parts)
    media_digests = _media_digests(parts)
    config = body.get("generationConfig") or {}
    schema = config.get("responseJsonSchema") or config.get("responseSchema")
    if schema and config.get("responseMimeType") != "application/json":
        raise bad_request("responseSchema is only supported with responseMimeType application/json")
    record_paid_call("vision" if media_digests else "llm", name, prompt, pictures=media_digests)
    if g.rule.refuse and g.rule.refuse != "answer":
        return jsonify(promptFeedback={"blockReason": "SAFETY"}, usageMetadata=_USAGE)
    text = g.rule.answer if g.rule.answer is not None else generated_answer(schema, prompt)
    return _candidate_response(name, {"text": text}, "SAFETY")


def _image_response(name: str) -> Response:
    body = json_body()
    parts = _parts(body)
    prompt = _prompt(body, parts)
    width, height = _size(name, body.get("generationConfig") or {})
    record_paid_call(
        "image", name, prompt, pictures=_media_digests(parts), asked={"size": f"{width}x{height}"}
    )
    if g.rule.refuse and g.rule.refuse != "answer":
        return jsonify(promptFeedback={"blockReason": "PROHIBITED_CONTENT"}, usageMetadata=_USAGE)
    data = base64.b64encode(media.png(width, height, prompt)).decode()
    return _candidate_response(
        name, {"inlineData": {"mimeType": "image/png", "data": data}}, "IMAGE_SAFETY"
    )


def _candidate_response(name: str, part: dict[str, Any], refusal: str) -> Response:
    candidate: dict[str, Any] = {"index": 0, "finishReason": "STOP"}
    if g.rule.refuse:
        candidate["finishReason"] = refusal
    else:
        candidate["content"] = {"role": "model", "parts": [part]}
    return jsonify(candidates=[candidate], usageMetadata=_USAGE, modelVersion=name)


def _parts(body: dict[str, Any]) -> list[dict[str, Any]]:
    contents = body.get("contents")
    if not contents or not isinstance(contents, list):
        raise bad_request("* GenerateContentRequest.contents: contents is not specified")
    parts = [part for content in contents for part in content.get("parts", [])]
    if not parts:
        raise bad_request(
            "* GenerateContentRequest.contents[0].parts: contents.parts must not be empty."
        )
    for part in parts:
        _check_part(part)
    return parts


def _media_digests(parts: list[dict[str, Any]]) -> list[str]:
    """Return the digests of images and videos, and the URIs of files."""
    inline = [part.get("inlineData") or part.get("inline_data") for part in parts]
    files = [part.get("fileData") or part.get("file_data") for part in parts]
    try:
        digests = [digest(each["data"]) for each in inline if each]
    except ValueError:
        raise bad_request(
            "Invalid value at 'contents[0].parts[0].inline_data.data': base64"
        ) from None
    return digests + [str(each.get("fileUri") or each.get("file_uri")) for each in files if each]


def _check_part(part: dict[str, Any]) -> None:
    inline = part.get("inlineData") or part.get("inline_data")
    if inline and not (inline.get("data") and (inline.get("mimeType") or inline.get("mime_type"))):
        raise bad_request("Unable to process input image: data and mimeType are required")
    file = part.get("fileData") or part.get("file_data")
    if file:
        _check_file(str(file.get("fileUri") or file.get("file_uri")))


def _check_file(uri: str) -> None:
    name = uri.rpartition("files/")[2]
    file = state().files.get(name)
    if file is None:
        message = f"You do not have permission to access the File {name} or it may not exist."
        raise VendorError(403, error_body(403, message))
    if file.state() != "ACTIVE":
        raise bad_request(f"The File {name} is not in an ACTIVE state and usage is not allowed.")


def _prompt(body: dict[str, Any], parts: list[dict[str, Any]]) -> str:
    system = body.get("systemInstruction") or body.get("system_instruction") or {}
    texts = [part["text"] for part in [*system.get("parts", []), *parts] if "text" in part]
    return "\n".join(texts)


def _size(name: str, config: dict[str, Any]) -> tuple[int, int]:
    image_config = config.get("imageConfig") or {}
    if image_config and _WITHOUT_IMAGE_CONFIG.match(name):
        raise bad_request('Invalid JSON payload received. Unknown name "imageConfig".')
    ratio = image_config.get("aspectRatio", "1:1")
    if ratio not in _IMAGE_SIZES:
        raise bad_request(f"aspect_ratio must be one of {sorted(_IMAGE_SIZES)}")
    return _IMAGE_SIZES[ratio]
