"""The error handlers: they build the error responses for exceptions.

web/server/gunicorn_http.py builds those for requests that gunicorn could not parse.

Every error body is `{"error": "<short message>", "code": "<name>", "details": …}`; the code has the
status (schemas/error_codes.py).
"""

import errno
import logging
import re
from collections.abc import Iterator
from typing import Any

from flask import Flask, Response, g, json, request
from gunicorn.http.errors import NoMoreData, ParseException
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

from access.errors import RightMissingError
from errors import (
    BusyError,
    EncodingError,
    MissingScopeError,
    PreconditionError,
    ServiceError,
    UnauthenticatedError,
)
from schemas.error_codes import ERROR_CODES, code_of_http
from storage import errors as storage_errors
from storage.paths import describe
from web.payloads import PRIVATE
from web.permission import permission
from web.server.client_socket import NotPermittedError

_RETRY_SECONDS = 5  # after a failure of the file system

_LOCKED = (
    "Another request, or a program on the server, is changing it for longer than this one could"
    " wait. Nothing was changed: try again in a few seconds."
)
_NO_ROOM_FOR_GUESTS = "There is no room for another comment. Tell whoever gave you the link."

_log = logging.getLogger("vidworks")


_STORAGE_MESSAGES: dict[type[storage_errors.StorageError], str] = {
    storage_errors.NotFoundError: "Not found",
    storage_errors.ExistsError: "Already exists",
    storage_errors.UnreadableError: "Stored document is unreadable",
    storage_errors.DocumentTooLargeError: "Document too large",
    storage_errors.NotAFileError: "Stored file is unreadable",
    storage_errors.DiskFullError: "The server's disk is full",
    storage_errors.QuotaError: "Storage quota used up",
    storage_errors.ReserveError: "The server's disk is full",
    storage_errors.UnwritableError: "The server's data directory cannot be written",
    storage_errors.UnavailableError: "The server's data directory is not available",
    storage_errors.NoAccessError: "The server has no access to some of its files",
    storage_errors.UnconfirmedError: "The server's data directory is not available",
    storage_errors.LockLostError: "The server's data directory is not available",
    storage_errors.LockedError: "The document is locked",
}


def register_errors(app: Flask) -> None:
    """Register a handler for every exception of the application."""
    app.register_error_handler(ServiceError, _handle_service_error)
    app.register_error_handler(storage_errors.StorageError, handle_storage_error)
    for limit in (storage_errors.QuotaError, storage_errors.ReserveError):
        app.register_error_handler(limit, _handle_limit)
    app.register_error_handler(HTTPException, handle_http_exception)
    app.register_error_handler(NotPermittedError, _handle_end)
    for timeout in (BlockingIOError, TimeoutError):  # of the body: see web/server/client_socket.py
        app.register_error_handler(timeout, _handle_body_timeout)
    for disconnect in (ConnectionError, NoMoreData):
        app.register_error_handler(disconnect, _handle_disconnect)
    app.register_error_handler(ParseException, _handle_malformed_body)
    app.register_error_handler(Exception, _handle_unexpected)


def error_response(
    code: str, message: str, details: Any = None, *, status: int | None = None, **extra: Any
) -> Response:
    """Return a response with the error body; its status is that of the code, if none is given."""
    body = {"error": message, "code": code, **extra}
    if details is not None:
        body["details"] = details
    status = status or ERROR_CODES[code].status
    headers = {"Cache-Control": PRIVATE}
    return Response(json.dumps(body), status, headers, mimetype="application/json")


def _handle_service_error(exc: ServiceError) -> Response:
    extra: dict[str, Any] = {}
    if isinstance(exc, MissingScopeError):
        extra = {"required": exc.required, "granted": exc.granted}
    elif isinstance(exc, RightMissingError):
        extra = {"role": exc.role, "right": exc.right}
    response = error_response(exc.code, exc.message, exc.details, **extra)
    response.headers.extend(_headers(exc))
    return response


def _headers(exc: ServiceError) -> Iterator[tuple[str, str]]:
    """Yield the response headers that go with a kind of error."""
    if exc.retry_after is not None:
        yield "Retry-After", str(exc.retry_after)
    if isinstance(exc, UnauthenticatedError):
        yield "WWW-Authenticate", "Bearer"
    elif isinstance(exc, PreconditionError) and exc.etag is not None:
        yield "ETag", f'"{exc.etag}"'
    elif isinstance(exc, EncodingError):
        yield "Accept-Encoding", "identity"


def handle_storage_error(exc: storage_errors.StorageError) -> Response:
    """Return the response for a failure of the storage; the log says more."""
    status, message = ERROR_CODES[exc.code].status, _STORAGE_MESSAGES[type(exc)]
    details = str(exc) if status == 413 else None
    if isinstance(exc, storage_errors.NotFoundError):
        details = _missing(str(exc.args[0]))
    if status >= 500:
        _log.error("storage: %s: %s", message, exc, extra={"request_id": request_id()})
        details = (
            f"Request {request_id()}; run `./vidworks doctor` on the server for more information."
        )
    if isinstance(exc, storage_errors.LockedError):
        details = _LOCKED
    response = error_response(exc.code, message, details)
    if isinstance(exc, storage_errors.UnavailableError):
        response.headers["Retry-After"] = str(_RETRY_SECONDS)
    return response


def _missing(name: str) -> str:
    """Return what to say about a document or a media file that is not there."""
    if scene_media := re.fullmatch("scene-([0-9]+)-(image|video|voice)", name):
        return f"Scene {scene_media[1]} has no {scene_media[2]}."
    return f"There is no {describe(name)}."


def _handle_limit(exc: storage_errors.StorageError) -> Response:
    """Say what is used up and what to do: a message for users, unlike those of other failures.

    How much somebody stores, and how much is free, is not for guests.
    """
    details = _NO_ROOM_FOR_GUESTS if g.get("is_guest") else str(exc)
    return error_response(exc.code, _STORAGE_MESSAGES[type(exc)], details)


def handle_http_exception(exc: HTTPException) -> Response:
    """Return the response for an error of Werkzeug, such as an unknown address."""
    name = exc.name.capitalize()  # `Not found`, as for resources
    status = exc.code or 500
    response = error_response(code_of_http(status), name, _http_details(exc), status=status)
    for name, value in exc.get_headers():
        if name.lower() not in {"content-type", "content-length"}:
            response.headers.add(name, value)
    return response


def _http_details(exc: HTTPException) -> str | None:
    """Return what to say about an error of Werkzeug, whose texts are for people with browsers."""
    if isinstance(exc, NotFound):
        path = request.path.rstrip("/")[:200] or "/"
        return f"There is nothing at {path}; /api/docs lists all endpoints."
    if isinstance(exc, MethodNotAllowed):
        return f"Allowed here: {', '.join(sorted(exc.valid_methods or []))}."
    return exc.description


def _handle_end(exc: NotPermittedError) -> Response:
    """Answer as to a new request: it may not go on."""
    try:
        permission().check()
    except ServiceError as refusal:
        return _handle_service_error(refusal)
    except storage_errors.StorageError as refusal:
        return handle_storage_error(refusal)
    return _handle_body_timeout(exc)  # it is permitted again


def _handle_body_timeout(_exc: OSError) -> Response:
    details = "The body did not arrive in time, or the service is stopping; send the request again."
    return error_response("request_timeout", "Request timed out", details)


def _handle_disconnect(_exc: Exception) -> Response:
    return error_response(
        "incomplete_body", "Incomplete body", "The client disconnected before the end."
    )


def _handle_malformed_body(exc: Exception) -> Response:
    return error_response("malformed_request", "Malformed request body", str(exc))


def _handle_unexpected(exc: Exception) -> Response:
    if isinstance(exc, OSError) and exc.errno in (errno.EMFILE, errno.ENFILE):
        _log.error("no more files can be opened", extra={"request_id": request_id()})
        return _handle_service_error(
            BusyError("The server is busy", "It has too many open files.", 5)
        )
    _log.error("unexpected failure", exc_info=exc, extra={"request_id": request_id()})
    details = f"See the server's log for request {request_id()}."
    return error_response("internal_error", "Internal server error", details)


def request_id() -> str:
    """Return the current request's id, as in the log and in `X-Request-Id`."""
    return str(g.get("request_id", "-"))
