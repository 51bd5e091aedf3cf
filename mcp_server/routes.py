"""The endpoint `POST /mcp`: who may call it, and its messages as HTTP requests and responses."""

from urllib.parse import urlsplit

import flask
from flask import Response, request

from errors import ForbiddenError, ServiceError, TooLargeError
from mcp_server import protocol
from mcp_server.server import SERVER
from web.context import settings
from web.guard import requires
from web.payloads import json_body, json_response

blp = flask.Blueprint("mcp", __name__)

_ENDPOINT = "mcp.receive_message"
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@blp.before_app_request
def refuse_foreign_origins() -> None:
    """Refuse requests that a foreign web page makes, before they are authenticated.

    Its preflight requests too: a browser would send the request that follows.

    The specification demands it, against DNS rebinding: so neither `CORS_ORIGINS=*` nor the name of
    the host is a permission, but an origin that the setting names, or one on this machine.
    """
    origin = request.environ.get("HTTP_ORIGIN")
    if origin is None or request.endpoint != _ENDPOINT:
        return
    try:
        host = urlsplit(origin).hostname
    except ValueError:
        host = None
    if host not in _LOOPBACK and origin not in settings().cors_origins:
        raise ForbiddenError("Foreign origin", "Add it to CORS_ORIGINS if this page may use MCP.")


@blp.route("/mcp", methods=["POST"])
@requires()
def receive_message() -> Response:
    """Answer a message of the Model Context Protocol."""
    try:
        message = json_body(stores=False)
    except TooLargeError as exc:
        reply = protocol.error_reply(_rpc_error(exc, protocol.INVALID_REQUEST), 413)
    except ServiceError as exc:
        is_json = exc.message == "Body is not a JSON object"
        code = protocol.INVALID_REQUEST if is_json else protocol.PARSE_ERROR
        reply = protocol.error_reply(_rpc_error(exc, code), 400)
    else:
        reply = protocol.reply(SERVER, message, request.headers.get)
    if reply.body is None:
        return Response(status=reply.status)
    return json_response(reply.body, reply.status)


def _rpc_error(exc: ServiceError, code: int) -> protocol.RpcError:
    return protocol.RpcError(code, f"{exc.message}: {exc.details}")
