"""What every answer carries: a request id, CORS headers, and a line in the log."""

import re
import time
from random import getrandbits
from typing import Any, cast

from flask import Flask, Request, Response, g, request

from config import Settings
from system.logs import RequestLog

_METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"
_EXPOSED = "ETag, Link, X-Request-Id, Content-Range, Accept-Ranges, Retry-After"
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


def register_envelope(app: Flask, settings: Settings) -> None:
    """Wrap every request of the application."""
    origins = frozenset(settings.cors_origins)
    log = RequestLog(settings)

    def begin() -> None:
        given = request.environ.get("HTTP_X_REQUEST_ID", "")
        g.request_id = given if _REQUEST_ID.fullmatch(given) else f"{getrandbits(64):016x}"
        g.started = time.perf_counter()

    def end(response: Response) -> Response:
        # Each use of a proxy costs time, and this runs for every request.
        asked, about = cast(Any, request)._get_current_object(), cast(Any, g)._get_current_object()  # noqa: SLF001
        response.headers["X-Request-Id"] = about.request_id
        origin = asked.environ.get("HTTP_ORIGIN")
        if origin is not None:
            _allow(asked, response, origin, origins)
        if log.wanted:
            log.write(_about(asked, about, response.status_code))
        return response

    app.before_request(begin)
    app.after_request(end)


def _allow(asked: Request, response: Response, origin: str, origins: frozenset[str]) -> None:
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
    if asked.method == "OPTIONS":
        headers["Access-Control-Allow-Methods"] = _METHODS
        wanted = asked.headers.get("Access-Control-Request-Headers", "")
        headers["Access-Control-Allow-Headers"] = wanted or "Authorization, Content-Type"
        headers["Access-Control-Max-Age"] = "86400"


def _about(asked: Request, about: Any, status: int) -> dict[str, Any]:
    """What the log says of a request."""
    access = about.get("access")
    return {
        "request_id": about.request_id,
        "user": access.user_id if access else "-",
        "method": asked.method,
        "path": _printable(asked.path),  # without the query, which may hold a token
        "status": status,
        "ms": round((time.perf_counter() - about.started) * 1000, 1),
    }


def _printable(path: str) -> str:
    """The path, unable to forge a line of the log."""
    return path if path.isprintable() else path.encode("unicode_escape").decode()
