"""Request ids, CORS headers and the request log, for every response."""

import re
import time
from random import getrandbits
from typing import Any, cast

from flask import Flask, Request, Response, g, request

from settings.config import Settings
from web.context import storage_limits, storage_user_id
from web.logs import without_tokens, write_request_line
from web.unknown_fields import tell_unknown_parameters

_METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"
_EXPOSED = (
    "ETag, Link, Location, X-Request-Id, Content-Disposition, Content-Range, Accept-Ranges, "
    "Retry-After, X-Unknown-Fields, X-Warnings, Preference-Applied, X-Deleted, "
    "Idempotency-Replayed"
)
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


def register_middleware(app: Flask) -> None:
    """Register what runs before and after every request of the application."""

    def begin() -> None:
        given = request.environ.get("HTTP_X_REQUEST_ID", "")
        g.request_id = given if _REQUEST_ID.fullmatch(given) else f"{getrandbits(64):016x}"
        g.started = time.perf_counter()

    def end(response: Response) -> Response:
        # Each access through a proxy costs time, and this runs for every request.
        current = cast(Any, request)._get_current_object()  # noqa: SLF001
        context = cast(Any, g)._get_current_object()  # noqa: SLF001
        settings: Settings = app.extensions["services"].settings
        response.headers["X-Request-Id"] = context.request_id
        origin = current.environ.get("HTTP_ORIGIN")
        if current.method == "DELETE" and response.status_code == 204:
            storage_limits().note_deletion(storage_user_id())
        if current.environ.get("QUERY_STRING"):
            tell_unknown_parameters(response)
        if origin is not None:
            _allow_origin(current, response, origin, settings.cors_origins)
        if settings.log_level in ("DEBUG", "INFO"):
            write_request_line(
                settings.log_format, _log_fields(current, context, response.status_code)
            )
        return response

    app.before_request(begin)
    app.after_request(end)


def _allow_origin(
    current: Request, response: Response, origin: str, allowed: tuple[str, ...]
) -> None:
    """Add the CORS headers if the origin is allowed. `*` is safe: without credentials."""
    headers = response.headers
    if "*" in allowed:
        headers["Access-Control-Allow-Origin"] = "*"
    elif origin in allowed:
        headers["Access-Control-Allow-Origin"] = origin
        headers.add("Vary", "Origin")
    else:
        return
    headers["Access-Control-Expose-Headers"] = _EXPOSED
    if current.method == "OPTIONS":
        headers["Access-Control-Allow-Methods"] = _METHODS
        requested = current.headers.get("Access-Control-Request-Headers", "")
        headers["Access-Control-Allow-Headers"] = requested or "Authorization, Content-Type"
        headers["Access-Control-Max-Age"] = "86400"


def _log_fields(current: Request, context: Any, status: int) -> dict[str, Any]:
    return {
        "request_id": context.request_id,
        "user": _user(context),
        "method": current.method,
        "path": without_tokens(_printable(current.path)),  # no query, which may hold a token
        "status": status,
        "ms": round((time.perf_counter() - context.started) * 1000, 1),
    }


def _user(context: Any) -> str:
    """Return the id of who sent the request; "-" for guests, though they act for a user."""
    identity = context.get("identity")
    return identity.user_id if identity and not context.get("is_guest") else "-"


def _printable(path: str) -> str:
    """Return the path with unprintable characters escaped, so that it cannot forge a log line."""
    return path if path.isprintable() else path.encode("unicode_escape").decode()
