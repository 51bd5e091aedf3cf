"""The Model Context Protocol over HTTP, without sessions; knows no tool, and no HTTP library.

Two eras share one path. Revision 2026-07-28 is stateless: each request carries its protocol version
and the client's capabilities in `params._meta`, and headers that repeat parts of the body. Clients
of 2025-06-18 and 2025-11-25 open with `initialize`; they get no session id, so each of their
requests stands for itself as well. Shapes and error codes are those of the package `mcp-types`,
with which the tests validate all answers.
"""

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

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

STATELESS_VERSIONS = ("2026-07-28",)
SESSION_VERSIONS = ("2025-06-18", "2025-11-25")  # oldest first
VERSIONS = (*SESSION_VERSIONS, *STATELESS_VERSIONS)

PARSE_ERROR, INVALID_REQUEST, METHOD_NOT_FOUND = -32700, -32600, -32601
INVALID_PARAMS, INTERNAL_ERROR = -32602, -32603
RESOURCE_NOT_FOUND = -32002  # until 2025-11-25; INVALID_PARAMS since
HEADER_MISMATCH, MISSING_CAPABILITY, UNSUPPORTED_VERSION = -32020, -32021, -32022

_SERVER_INFO = f"{META}/serverInfo"
_STATUSES = {METHOD_NOT_FOUND: 404, INTERNAL_ERROR: 500}  # others: 400
_SINGLE_MESSAGE = "Expected a single JSON-RPC request or notification; batches are not accepted."


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


class RpcError(Exception):
    """A JSON-RPC error."""

    def __init__(self, code: int, message: str, data: Any = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.data = data


class Request(NamedTuple):
    """The params of a request, and what the client declares with it.

    That is its extensions, and whether it `elicits`: asks its user what a result requires.
    """

    params: Json
    extensions: frozenset[str] = frozenset()
    elicits: bool = False


class Method(NamedTuple):
    """A method: takes a request and returns the result.

    `ttl_ms` is how long clients may keep the result, for methods whose results say so. A method of
    an `extension` is there only for clients that declare it.
    """

    handle: Callable[[Request], Json]
    ttl_ms: int | None = None
    extension: str | None = None


@dataclass(frozen=True, slots=True)
class Server:
    """What the protocol serves: its name and version, its capabilities, and its methods.

    `extensions` are those of the stateless revision, with their settings.
    """

    info: Mapping[str, Any]
    capabilities: Mapping[str, Any]
    instructions: str
    methods: Mapping[str, Method]
    extensions: Mapping[str, Any] = field(default_factory=dict)


class Reply(NamedTuple):
    """A response: its status, and its body unless it has none."""

    status: int
    body: Json | None = None


def reply(server: Server, message: Any, header: Header) -> Reply:
    """Return the response to a parsed message."""
    version = trimmed(header, VERSION_HEADER)
    if version_of(message) in STATELESS_VERSIONS:  # also where the header says another one
        stateless = True
    else:
        stateless = version not in SESSION_VERSIONS if version else VERSION in meta_of(message)
    if isinstance(message, dict) and "id" not in message:
        return _reply_to_notification(message, version)
    if isinstance(message, dict) and not stateless and _is_response(message):
        return Reply(202)  # nothing was asked
    try:
        method, params = _parse(message)
    except RpcError as exc:
        return error_reply(exc, 400)
    try:
        if stateless:
            result = _stateless_result(server, method, params, header)
        else:
            result = _session_result(server, method, params)
    except RpcError as exc:
        status = _STATUSES.get(exc.code, 400) if stateless else 200
        return error_reply(exc, status, message["id"])
    return Reply(200, {"jsonrpc": "2.0", "id": message["id"], "result": result})


def error_reply(exc: RpcError, status: int, message_id: str | int | None = None) -> Reply:
    """Return the response for an error."""
    error = {"code": exc.code, "message": exc.message}
    if exc.data is not None:
        error["data"] = exc.data
    return Reply(status, {"jsonrpc": "2.0", "id": message_id, "error": error})


def _reply_to_notification(message: Json, version: str | None) -> Reply:
    """Accept a notification: none needs to be acted on, since no state is kept between requests."""
    if message.get("jsonrpc") != "2.0" or not isinstance(message.get("method"), str):
        return error_reply(RpcError(INVALID_REQUEST, _SINGLE_MESSAGE), 400)
    if version and version not in VERSIONS:
        return error_reply(_unsupported(version), 400)
    return Reply(202)


def _is_response(message: Json) -> bool:
    return "method" not in message and ("result" in message or "error" in message)


def _parse(message: Any) -> tuple[str, Json]:
    """Return the method and the params of a request. Raises RpcError."""
    if not isinstance(message, dict) or message.get("jsonrpc") != "2.0":
        raise RpcError(INVALID_REQUEST, _SINGLE_MESSAGE)
    method, message_id, params = message.get("method"), message["id"], message.get("params")
    if isinstance(message_id, bool) or not isinstance(message_id, str | int):
        raise RpcError(INVALID_REQUEST, "`id` must be a string or an integer.")
    if not isinstance(method, str):
        raise RpcError(INVALID_REQUEST, "`method` must be a string.")
    if params is not None and not isinstance(params, dict):
        raise RpcError(INVALID_REQUEST, "`params` must be an object.")
    return method, params or {}


def _stateless_result(server: Server, method: str, params: Json, header: Header) -> Json:
    _check_envelope(method, params, header)
    capabilities = params["_meta"][CAPABILITIES]
    declared = capabilities.get("extensions")
    extensions = frozenset(declared) if isinstance(declared, dict) else frozenset()
    if method == "server/discover":
        found = Method(lambda _: _discovery(server), 0)
    else:
        found = _find(server, method)
    if found.extension and found.extension not in extensions:
        needed: Json = {"requiredCapabilities": {"extensions": {found.extension: {}}}}
        raise RpcError(MISSING_CAPABILITY, "Missing required client capability", needed)
    request = Request(_without_meta(params), extensions, _elicits(capabilities))
    result = {"resultType": "complete", **found.handle(request)}
    result["_meta"] = {**result.get("_meta", {}), _SERVER_INFO: dict(server.info)}
    if found.ttl_ms is not None:
        result |= {"ttlMs": found.ttl_ms, "cacheScope": "private"}
    return result


def _session_result(server: Server, method: str, params: Json) -> Json:
    if method == "ping":
        return {}
    if method == "initialize":
        return _initialization(server, params)
    try:
        return _find(server, method, extensions=False).handle(Request(_without_meta(params)))
    except ResourceNotFoundError as exc:
        raise RpcError(RESOURCE_NOT_FOUND, exc.message, exc.data) from exc


class ResourceNotFoundError(RpcError):
    """There is no such resource, or it is another user's."""

    def __init__(self, uri: str) -> None:
        super().__init__(INVALID_PARAMS, "Resource not found", {"uri": uri})


def _find(server: Server, method: str, *, extensions: bool = True) -> Method:
    """Return a method; without `extensions`, only one of the protocol itself. Raises RpcError."""
    found = server.methods.get(method)
    if found is None or (found.extension and not extensions):
        raise RpcError(METHOD_NOT_FOUND, f"There is no method {method[:100]}.")
    return found


def _without_meta(params: Json) -> Json:
    return {key: value for key, value in params.items() if key != "_meta"}


def _elicits(capabilities: Json) -> bool:
    """Return whether a client shows forms to its user; before modes had names, all were forms."""
    modes = capabilities.get("elicitation")
    return isinstance(modes, dict) and (not modes or "form" in modes)


def _discovery(server: Server) -> Json:
    extensions = {"extensions": dict(server.extensions)} if server.extensions else {}
    return {
        "supportedVersions": list(VERSIONS),
        "capabilities": {**server.capabilities, **extensions},
        "instructions": server.instructions,
    }


def _initialization(server: Server, params: Json) -> Json:
    """Agree on the client's version if it is served, or else propose the newest one."""
    wanted = params.get("protocolVersion")
    if not isinstance(wanted, str):
        raise RpcError(INVALID_PARAMS, "`protocolVersion` must be a string.")
    return {
        "protocolVersion": wanted if wanted in SESSION_VERSIONS else SESSION_VERSIONS[-1],
        "capabilities": dict(server.capabilities),
        "serverInfo": dict(server.info),
        "instructions": server.instructions,
    }


def _check_envelope(method: str, params: Json, header: Header) -> None:
    """Check what a request of the stateless revision says of itself. Raises RpcError."""
    meta = params.get("_meta")
    wanted, named = trimmed(header, VERSION_HEADER), meta_of({"params": params}).get(VERSION)
    if wanted not in VERSIONS and named not in VERSIONS and None in (wanted, named):
        raise _unsupported(wanted or named)  # said once, so that nothing can disagree with it
    if not isinstance(meta, dict) or VERSION not in meta or CAPABILITIES not in meta:
        raise RpcError(INVALID_PARAMS, f"`params._meta` must have {VERSION} and {CAPABILITIES}.")
    if not isinstance(meta[CAPABILITIES], dict):
        raise RpcError(INVALID_PARAMS, f"{CAPABILITIES} must be an object.")
    name = params.get(NAMED.get(method, ""))
    expected = {VERSION_HEADER: meta[VERSION], METHOD_HEADER: method}
    for key, value in expected.items():
        if trimmed(header, key) != value:
            raise RpcError(HEADER_MISMATCH, f"The header {key} differs from the body.")
    if name is not None and decode_header(trimmed(header, NAME_HEADER)) != name:
        raise RpcError(HEADER_MISMATCH, "The header Mcp-Name differs from the body.")
    if meta[VERSION] not in STATELESS_VERSIONS:
        raise _unsupported(meta[VERSION])


def _unsupported(version: Any) -> RpcError:
    data = {"supported": list(VERSIONS), "requested": str(version)[:100]}
    return RpcError(UNSUPPORTED_VERSION, "Unsupported protocol version", data)
