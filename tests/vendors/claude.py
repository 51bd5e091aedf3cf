"""Claude: messages, with images, structured outputs and tools."""

from typing import Any

from flask import Response, g, jsonify, request

from tests.vendors import json_schema
from tests.vendors.generated_answers import generated_answer
from tests.vendors.state import new_id
from tests.vendors.vendor import WRONG_KEY, Vendor, VendorError, digest, json_body, record_paid_call

VERSIONS = {"2023-06-01", "2026-10-21"}
_IMAGE_TYPES = {"image/png", "image/jpeg", "image/gif", "image/webp"}
_MAX_IMAGE = 10 * 1024 * 1024
_ERROR_TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    404: "not_found_error",
    429: "rate_limit_error",
    529: "overloaded_error",
}


def _error_body(status: int, message: str) -> Any:
    error = {"type": _ERROR_TYPES.get(status, "api_error"), "message": message}
    return {"type": "error", "error": error, "request_id": f"req_{new_id()}"}


def _authenticate() -> str:
    # The API accepts x-api-key; version 2 of the SDK sends the key as a bearer token as well.
    bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
    key = request.headers.get("x-api-key") or bearer
    if key in {"", WRONG_KEY}:
        message = "invalid x-api-key" if key else "x-api-key header is required"
        raise VendorError(401, _error_body(401, message))
    if request.headers.get("anthropic-version") not in VERSIONS:
        raise _bad_request("anthropic-version: header is required")
    return key


def _bad_request(message: str) -> VendorError:
    return VendorError(400, _error_body(400, message))


claude = Vendor("claude", _authenticate, _error_body)


@claude.call("GET", "/v1/models", "models")
def models() -> Response:
    """List one model."""
    model = {"type": "model", "id": "claude-opus-5-5", "display_name": "Claude Opus 5.5"}
    model["created_at"] = "2026-09-01T00:00:00Z"
    return jsonify(data=[model], has_more=False, first_id=model["id"], last_id=model["id"])


@claude.call("POST", "/v1/messages", "text")
def create_message() -> Response:
    """Return the model's message."""
    body = json_body()
    for name in ("model", "max_tokens", "messages"):
        if not body.get(name):
            raise _bad_request(f"{name}: Field required")
    blocks = [block for message in body["messages"] for block in _blocks(message)]
    pictures = [_image_digest(block) for block in blocks if block.get("type") == "image"]
    prompt = "\n".join(_texts(body.get("system")) + _texts(blocks))
    schema, tool = _schema(body)
    record_paid_call("vision" if pictures else "llm", body["model"], prompt, pictures=pictures)
    return jsonify(_message(body["model"], schema, prompt, tool))


def _message(model: str, schema: Any, prompt: str, tool: str) -> dict[str, Any]:
    message: dict[str, Any] = {"id": f"msg_{new_id()}", "type": "message", "role": "assistant"}
    message |= {"model": model}
    message |= {"stop_sequence": None, "usage": {"input_tokens": 90, "output_tokens": 10}}
    if g.rule.refuse:
        details = {"type": "refusal", "category": "general_harms", "explanation": "Not this."}
        return {**message, "content": [], "stop_reason": "refusal", "stop_details": details}
    text = g.rule.answer if g.rule.answer is not None else generated_answer(schema, prompt)
    if tool and g.rule.answer is None:
        block = {"type": "tool_use", "id": f"toolu_{new_id()}", "name": tool}
        tool_use = {**block, "input": request.json_module.loads(text)}
        return {**message, "content": [tool_use], "stop_reason": "tool_use"}
    return {**message, "content": [{"type": "text", "text": text}], "stop_reason": "end_turn"}


def _blocks(message: dict[str, Any]) -> list[dict[str, Any]]:
    if message.get("role") not in {"user", "assistant"}:
        raise _bad_request("messages.0.role: Input should be 'user' or 'assistant'")
    content = message.get("content")
    if isinstance(content, str) and content:
        return [{"type": "text", "text": content}]
    if not isinstance(content, list) or not content:
        raise _bad_request("messages.0.content: Field required")
    return content


def _texts(blocks: Any) -> list[str]:
    if isinstance(blocks, str):
        return [blocks]
    return [block["text"] for block in blocks or [] if block.get("type") == "text"]


def _image_digest(block: dict[str, Any]) -> str:
    source = block.get("source", {})
    if source.get("type") == "url":
        return str(source["url"])
    if source.get("media_type") not in _IMAGE_TYPES:
        raise _bad_request(
            "messages.0.content.0.image.source.base64.media_type: not an image's type"
        )
    if len(source.get("data", "")) > _MAX_IMAGE:
        raise _bad_request(
            "messages.0.content.0.image.source.base64: image exceeds the maximum size"
        )
    try:
        return digest(source["data"])
    except (ValueError, KeyError):
        raise _bad_request(
            "messages.0.content.0.image.source.base64.data: Invalid base64"
        ) from None


def _schema(body: dict[str, Any]) -> tuple[Any, str]:
    """Return the schema of the answer, and the name of the tool if it belongs to one."""
    output_format = (body.get("output_config") or {}).get("format")
    if output_format:
        if output_format.get("type") != "json_schema" or not isinstance(
            output_format.get("schema"), dict
        ):
            raise _bad_request("output_config.format.schema: Field required")
        _check_schema(output_format["schema"], "output_config.format.schema")
        return output_format["schema"], ""
    choice = (body.get("tool_choice") or {}).get("name")
    for tool in body.get("tools", []):
        if tool.get("strict"):
            _check_schema(tool["input_schema"], "tools.0.input_schema")
        if tool["name"] == choice:
            return tool["input_schema"], choice
    return None, ""


def _check_schema(schema: dict[str, Any], where: str) -> None:
    problem = json_schema.claude_schema_error(schema)
    if problem:
        raise _bad_request(f"{where}: {problem}")
