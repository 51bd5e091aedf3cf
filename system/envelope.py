"""What every answer carries: a request id, CORS headers, and a line in the log."""

import logging
import re
import secrets
import time

from flask import Flask, Response, g, request

from config import Settings

_log = logging.getLogger("vidworks.request")

_METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"
_EXPOSED = "ETag, Link, X-Request-Id, Content-Range, Accept-Ranges, Retry-After"
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


def register_envelope(app: Flask, settings: Settings) -> None:
    """Wrap every request of the application."""
    origins = frozenset(settings.cors_origins)

    def begin() -> None:
        g.started = time.perf_counter()
        given = request.environ.get("HTTP_X_REQUEST_ID", "")
        g.request_id = given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(8)

    def end(response: Response) -> Response:
        headers = response.headers
        headers["X-Request-Id"] = g.request_id
        origin = request.environ.get("HTTP_ORIGIN")
        if origin is not None:
            _allow(response, origin, origins)
        if _log.isEnabledFor(logging.INFO):
            _write_line(response)
        return response

    app.before_request(begin)
    app.after_request(end)


def _allow(response: Response, origin: str, origins: frozenset[str]) -> None:
    """Answer a browser that asks from another origin. No cookies are used, so `*` is harmless."""
    headers = response.headers
    if "*" in origins:
        headers["Access-Control-Allow-Origin"] = "*"
    elif origin in origins:
        headers["Access-Control-Allow-Origin"] = origin
        headers.add("Vary", "Origin")
    else:
        return
    headers["Access-Control-Expose-Headers"] = _EXPOSED
    if request.method == "OPTIONS":
        headers["Access-Control-Allow-Methods"] = _METHODS
        asked = request.headers.get("Access-Control-Request-Headers", "")
        headers["Access-Control-Allow-Headers"] = asked or "Authorization, Content-Type"
        headers["Access-Control-Max-Age"] = "86400"


def _write_line(response: Response) -> None:
    access = g.get("access")
    fields = {
        "request_id": g.request_id,
        "user": access.user_id if access else "-",
        "method": request.method,
        "path": _printable(request.path),  # without the query, which may hold a token
        "status": response.status_code,
        "ms": round((time.perf_counter() - g.started) * 1000, 1),
    }
    _log.info(
        "%(method)s %(path)s %(status)s %(ms)s ms user=%(user)s id=%(request_id)s",
        fields,
        extra=fields,
    )


def _printable(path: str) -> str:
    """The path, unable to forge a line of the log."""
    return path if path.isprintable() else path.encode("unicode_escape").decode()
