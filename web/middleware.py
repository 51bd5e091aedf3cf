"""What happens around every request: ids, CORS, the log, refusals where the data cannot be used.

With several nodes, nginx passes a request on to another one if it was refused before it changed
anything. By itself, nginx sends no POST or PATCH again that may have been carried out. A header of
deploy/nginx-two-nodes.conf says which attempt a request is; a refusal that has changed nothing asks
nginx for one more.
"""

import re
import time
from random import getrandbits
from typing import Any, cast

from flask import Flask, Request, Response, current_app, g, request

from settings.config import Settings
from storage.errors import NoAccessError, UnavailableError
from storage.shared.changes import changes
from web.context import storage_limits, storage_user_id, store
from web.errors import handle_storage_error
from web.logs import without_tokens, write_request_line
from web.unknown_fields import tell_unknown_parameters

_METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"
_EXPOSED = (
    "ETag, Link, Location, X-Request-Id, Content-Disposition, Content-Range, Accept-Ranges, "
    "Retry-After, X-Unknown-Fields, X-Warnings, Preference-Applied, X-Deleted, "
    "Idempotency-Replayed"
)
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")

# What is answered if nothing is found: no such user, no such document, no place for a new one.
_STATUSES = frozenset({401, 404, 500})
_READINESS = "system.get_readiness"

_ATTEMPTS = "HTTP_X_ATTEMPTS"  # a character for each
_MAX_ATTEMPTS = 4
_LOCATION = "@another_node"  # in deploy/nginx-two-nodes.conf


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


def register_check(app: Flask) -> None:
    """Replace responses of a directory that is gone by 503, and note files without access.

    So nobody is logged out, a proxy asks another node, and the service says that it is not ready.
    """

    def check(response: Response) -> Response:
        if response.status_code in _STATUSES:
            try:
                store().check_present()
            except UnavailableError as exc:
                return current_app.make_response(current_app.handle_user_exception(exc))
        return response

    def note(exc: NoAccessError) -> Response:
        if request.endpoint != _READINESS:  # which repeats what was noted, and would for ever
            store().access.note_denied()
        return handle_storage_error(exc)

    app.after_request(check)
    app.register_error_handler(NoAccessError, note)


def register_another_node(app: Flask) -> None:
    """Mark responses of the application with which nginx may ask another node."""

    def begin() -> None:
        if _ATTEMPTS in request.environ:
            g.changes = changes()

    def end(response: Response) -> Response:
        refused = response.status_code == 503 and g.get("changes") == changes()
        if refused and len(request.environ[_ATTEMPTS]) < _MAX_ATTEMPTS:
            response.headers["X-Accel-Redirect"] = _LOCATION
        return response

    app.before_request(begin)
    app.after_request(end)
