"""Claude: messages, with images, structured outputs and tools."""

from typing import Any

from flask import Response, g, jsonify, request

from tests.vendors import json_schema
from tests.vendors.answers import said
from tests.vendors.state import new_id
from tests.vendors.vendor import WRONG_KEY, Vendor, VendorError, asked, digest, paid

VERSIONS = {"2023-06-01", "2026-10-21"}
_PICTURES = {"image/png", "image/jpeg", "image/gif", "image/webp"}
_MAX_PICTURE = 10 * 1024 * 1024
_TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    404: "not_found_error",
    429: "rate_limit_error",
    529: "overloaded_error",
}


def _failure(status: int, message: str) -> Any:
    error = {"type": _TYPES.get(status, "api_error"), "message": message}
    return {"type": "error", "error": error, "request_id": f"req_{new_id()}"}


def _authenticate() -> str:
    # The API has always taken x-api-key; its SDK 2 sends the same key as a bearer token.
    bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
    key = request.headers.get("x-api-key") or bearer
    if key in {"", WRONG_KEY}:
        message = "invalid x-api-key" if key else "x-api-key header is required"
        raise VendorError(401, _failure(401, message))
    if request.headers.get("anthropic-version") not in VERSIONS:
        raise _bad("anthropic-version: header is required")
    return key


def _bad(message: str) -> VendorError:
    return VendorError(400, _failure(400, message))


claude = Vendor("claude", _authenticate, _failure)


@claude.call("GET", "/v1/models", "models")
def models() -> Response:
    """One of the models."""
    shown = {"type": "model", "id": "claude-opus-5-5", "display_name": "Claude Opus 5.5"}
    shown["created_at"] = "2026-09-01T00:00:00Z"
    return jsonify(data=[shown], has_more=False, first_id=shown["id"], last_id=shown["id"])


@claude.call("POST", "/v1/messages", "text")
def answer() -> Response:
    """Answer a message."""
    body = asked()
    for name in ("model", "max_tokens", "messages"):
        if not body.get(name):
            raise _bad(f"{name}: Field required")
    blocks = [block for message in body["messages"] for block in _blocks(message)]
    pictures = [_picture(block) for block in blocks if block.get("type") == "image"]
    prompt = "\n".join(_text(body.get("system")) + _text(blocks))
    schema, tool = _schema(body)
    paid("vision" if pictures else "llm", body["model"], prompt, pictures=pictures)
    return jsonify(_message(body["model"], schema, prompt, tool))


def _message(model: str, schema: Any, prompt: str, tool: str) -> dict[str, Any]:
    message: dict[str, Any] = {"id": f"msg_{new_id()}", "type": "message", "role": "assistant"}
    message |= {"model": model}
    message |= {"stop_sequence": None, "usage": {"input_tokens": 90, "output_tokens": 10}}
    if g.rule.refuse:
        details = {"type": "refusal", "category": "general_harms", "explanation": "Not this."}
        return {**message, "content": [], "stop_reason": "refusal", "stop_details": details}
    text = g.rule.answer if g.rule.answer is not None else said(schema, prompt)
    if tool and g.rule.answer is None:
        block = {"type": "tool_use", "id": f"toolu_{new_id()}", "name": tool}
        used = {**block, "input": request.json_module.loads(text)}
        return {**message, "content": [used], "stop_reason": "tool_use"}
    return {**message, "content": [{"type": "text", "text": text}], "stop_reason": "end_turn"}


def _blocks(message: dict[str, Any]) -> list[dict[str, Any]]:
    if message.get("role") not in {"user", "assistant"}:
        raise _bad("messages.0.role: Input should be 'user' or 'assistant'")
    content = message.get("content")
    if isinstance(content, str) and content:
        return [{"type": "text", "text": content}]
    if not isinstance(content, list) or not content:
        raise _bad("messages.0.content: Field required")
    return content


def _text(blocks: Any) -> list[str]:
    if isinstance(blocks, str):
        return [blocks]
    return [block["text"] for block in blocks or [] if block.get("type") == "text"]


def _picture(block: dict[str, Any]) -> str:
    source = block.get("source", {})
    if source.get("type") == "url":
        return str(source["url"])
    if source.get("media_type") not in _PICTURES:
        raise _bad("messages.0.content.0.image.source.base64.media_type: not an image's type")
    if len(source.get("data", "")) > _MAX_PICTURE:
        raise _bad("messages.0.content.0.image.source.base64: image exceeds the maximum size")
    try:
        return digest(source["data"])
    except (ValueError, KeyError):
        raise _bad("messages.0.content.0.image.source.base64.data: Invalid base64") from None


def _schema(body: dict[str, Any]) -> tuple[Any, str]:
    """The schema of the answer, and the name of the tool if that takes it."""
    form = (body.get("output_config") or {}).get("format")
    if form:
        if form.get("type") != "json_schema" or not isinstance(form.get("schema"), dict):
            raise _bad("output_config.format.schema: Field required")
        _check(form["schema"], "output_config.format.schema")
        return form["schema"], ""
    choice = (body.get("tool_choice") or {}).get("name")
    for tool in body.get("tools", []):
        if tool.get("strict"):
            _check(tool["input_schema"], "tools.0.input_schema")
        if tool["name"] == choice:
            return tool["input_schema"], choice
    return None, ""


def _check(schema: dict[str, Any], where: str) -> None:
    wrong = json_schema.plain(schema)
    if wrong:
        raise _bad(f"{where}: {wrong}")
