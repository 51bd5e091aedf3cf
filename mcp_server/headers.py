"""What a message says of itself in `params._meta`, and the headers that repeat it."""

import base64
import binascii
from collections.abc import Callable
from typing import Any

Json = dict[str, Any]
Header = Callable[[str], str | None]  # returns a header of the request by its name

VERSION_HEADER, METHOD_HEADER, NAME_HEADER = "MCP-Protocol-Version", "Mcp-Method", "Mcp-Name"
META = "io.modelcontextprotocol"  # the prefix of keys in `_meta`
VERSION, CAPABILITIES = f"{META}/protocolVersion", f"{META}/clientCapabilities"

NAMED = {  # what the header Mcp-Name repeats
    "tools/call": "name",
    "prompts/get": "name",
    "resources/read": "uri",
    "tasks/get": "taskId",
    "tasks/update": "taskId",
    "tasks/cancel": "taskId",
}
_BASE64_START, _BASE64_END = "=?base64?", "?="


def meta_of(message: Any) -> Json:
    """Return what a message says of itself in `params._meta`: nothing if it is malformed."""
    params = message.get("params") if isinstance(message, dict) else None
    meta = params.get("_meta") if isinstance(params, dict) else None
    return meta if isinstance(meta, dict) else {}


def version_of(message: Any) -> str | None:
    """Return the protocol version that a message of the stateless revision states."""
    version = meta_of(message).get(VERSION)
    return version if isinstance(version, str) else None


def name_of(message: Json) -> str | None:
    """Return what the header Mcp-Name repeats of a message; None if it has no such header."""
    params = message.get("params")
    key = NAMED.get(str(message.get("method")))
    name = params.get(key) if key and isinstance(params, dict) else None
    return name if isinstance(name, str) else None


def encode_header(value: str) -> str:
    """Return a value as it goes into a header: in base64 unless it is plain."""
    is_plain = value.isascii() and value.isprintable() and value == value.strip()
    if is_plain and not value.startswith(_BASE64_START):
        return value
    return f"{_BASE64_START}{base64.b64encode(value.encode()).decode()}{_BASE64_END}"


def trimmed(header: Header, name: str) -> str | None:
    """Return a header without the white space that may surround its value (RFC 9110, 5.5)."""
    value = header(name)
    return None if value is None else value.strip(" \t")


def decode_header(value: str | None) -> str | None:
    """Return the value of a header, which may be in base64: None if it is malformed."""
    if value is None or not (value.startswith(_BASE64_START) and value.endswith(_BASE64_END)):
        return value
    encoded = value[len(_BASE64_START) : -len(_BASE64_END)]
    try:
        decoded = base64.b64decode(encoded, validate=True)
        return decoded.decode() if base64.b64encode(decoded).decode() == encoded else None
    except (binascii.Error, ValueError):
        return None
