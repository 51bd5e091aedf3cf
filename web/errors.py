"""API exceptions, and the error handlers, which build the error bodies.

web/gunicorn_http.py builds those for requests that gunicorn could not parse.

Every error response is `{"error": "<short message>", "details": …}` with a matching status.
"""

import errno
import logging
import re
from collections.abc import Mapping
from itertools import islice
from typing import Any

from flask import Flask, Response, g, json, request
from gunicorn.http.errors import NoMoreData, ParseException
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

from outbound.errors import FetchError, FetchTimeoutError, OutboundError, UrlNotAllowedError
from providers.errors import ProviderChoiceError
from schemas.common import flatten_messages
from storage import errors as storage_errors
from storage.paths import describe

_RETRY_SECONDS = 5  # after a failure of the file system

_LOCKED = (
    "Another request, or a program on the server, is changing it for longer than this one could"
    " wait. Nothing was changed: try again in a few seconds."
)

MAX_MESSAGES = 100  # of invalid fields in one response

_log = logging.getLogger("vidworks")


class ApiError(Exception):
    """An error response: status, message, details, headers and further fields of the body."""

    status = 500

    def __init__(
        self, message: str, details: Any = None, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.details = details
        self.headers = headers or {}
        self.extra: dict[str, Any] = {}


class BadRequestError(ApiError):
    """400: the request is invalid; the message says what is expected."""

    status = 400


class InvalidError(BadRequestError):
    """400: fields are invalid; details has a message for each path, e.g. `resolution.width`.

    Of more than MAX_MESSAGES messages, the last says how many were left out.
    """

    def __init__(self, messages: Mapping[str, Any]) -> None:
        flat = flatten_messages(messages)
        details = dict(islice(flat.items(), MAX_MESSAGES))
        if left_out := len(flat) - len(details):
            details["…"] = f"At least {left_out:,} more fields are invalid."
        super().__init__("Validation error", details)


class UnauthorizedError(ApiError):
    """401: credentials are missing or invalid."""

    status = 401

    def __init__(self, message: str) -> None:
        super().__init__(message, headers={"WWW-Authenticate": "Bearer"})


class ForbiddenError(ApiError):
    """403: authenticated, but not permitted."""

    status = 403


class MissingScopeError(ForbiddenError):
    """403: the token lacks a scope."""

    def __init__(self, required: list[str], granted: list[str]) -> None:
        super().__init__("Insufficient permissions")
        self.extra = {"required": required, "granted": granted}


class MissingError(ApiError):
    """404: there is no such thing, and the details say what there is."""

    status = 404


class ConflictError(ApiError):
    """409: the resource exists already, or its state does not permit this."""

    status = 409


class PreconditionError(ApiError):
    """412: the resource changed since the client read it.

    For a document, details is its current content.
    """

    status = 412


class TooLargeError(ApiError):
    """413: the body exceeds the limit."""

    status = 413


class MediaTypeError(ApiError):
    """415: the file's media type is not accepted."""

    status = 415


class TooManyError(ApiError):
    """429: too many requests; `retry_after` is in seconds."""

    status = 429

    def __init__(self, message: str, retry_after: int, details: Any = None) -> None:
        super().__init__(message, details, headers={"Retry-After": str(retry_after)})


class BusyError(ApiError):
    """503: the service is at capacity; `retry_after` is in seconds."""

    status = 503

    def __init__(self, message: str, details: Any, retry_after: int) -> None:
        super().__init__(message, details, headers={"Retry-After": str(retry_after)})


_STORAGE_RESPONSES: dict[type[storage_errors.StorageError], tuple[int, str]] = {
    storage_errors.NotFoundError: (404, "Not found"),
    storage_errors.ExistsError: (409, "Already exists"),
    storage_errors.UnreadableError: (500, "Stored document is unreadable"),
    storage_errors.DocumentTooLargeError: (413, "Document too large"),
    storage_errors.NotAFileError: (500, "Stored file is unreadable"),
    storage_errors.DiskFullError: (507, "The server's disk is full"),
    storage_errors.QuotaError: (507, "Storage quota used up"),
    storage_errors.ReserveError: (507, "The server's disk is full"),
    storage_errors.UnwritableError: (503, "The server's data directory cannot be written"),
    storage_errors.UnavailableError: (503, "The server's data directory is not available"),
    storage_errors.NoAccessError: (503, "The server has no access to some of its files"),
    storage_errors.UnconfirmedError: (503, "The server's data directory is not available"),
    storage_errors.LockLostError: (503, "The server's data directory is not available"),
    storage_errors.LockedError: (503, "The document is locked"),
}
_OUTBOUND_RESPONSES: dict[type[OutboundError], tuple[int, str]] = {
    UrlNotAllowedError: (400, "Address refused"),
    FetchError: (502, "Address could not be fetched"),
    FetchTimeoutError: (504, "Address did not answer in time"),
}


def register_errors(app: Flask) -> None:
    """Register a handler for every exception of the application."""
    app.register_error_handler(ApiError, _handle_api_error)
    app.register_error_handler(storage_errors.StorageError, handle_storage_error)
    for limit in (storage_errors.QuotaError, storage_errors.ReserveError):
        app.register_error_handler(limit, _handle_limit)
    app.register_error_handler(ProviderChoiceError, _handle_unknown_provider)
    app.register_error_handler(OutboundError, _handle_outbound_error)
    app.register_error_handler(HTTPException, _handle_http_exception)
    for timeout in (BlockingIOError, TimeoutError):  # of the body: see web/client_socket.py
        app.register_error_handler(timeout, _handle_body_timeout)
    for disconnect in (ConnectionError, NoMoreData):
        app.register_error_handler(disconnect, _handle_disconnect)
    app.register_error_handler(ParseException, _handle_malformed_body)
    app.register_error_handler(Exception, _handle_unexpected)


def error_response(status: int, message: str, details: Any = None, **extra: Any) -> Response:
    """Return a response with the error body."""
    body = {"error": message, **extra}
    if details is not None:
        body["details"] = details
    return Response(json.dumps(body), status, mimetype="application/json")


def to_api_error(exc: OutboundError) -> ApiError:
    """Return the ApiError for an address that could not be fetched."""
    status, message = _OUTBOUND_RESPONSES[type(exc)]
    error = ApiError(message, str(exc))
    error.status = status
    return error


def _handle_api_error(exc: ApiError) -> Response:
    response = error_response(exc.status, exc.message, exc.details, **exc.extra)
    response.headers.extend(exc.headers)
    return response


def handle_storage_error(exc: storage_errors.StorageError) -> Response:
    """Return the response for a failure of the storage; the log says more."""
    status, message = _STORAGE_RESPONSES[type(exc)]
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
    response = error_response(status, message, details)
    if isinstance(exc, storage_errors.UnavailableError):
        response.headers["Retry-After"] = str(_RETRY_SECONDS)
    return response


def _missing(name: str) -> str:
    """Return what to say about a document or a media file that is not there."""
    if scene_media := re.fullmatch("scene-([0-9]+)-(image|video)", name):
        return f"Scene {scene_media[1]} has no {scene_media[2]}."
    return f"There is no {describe(name)}."


def _handle_limit(exc: storage_errors.StorageError) -> Response:
    """Say what is used up and what to do: a message for users, unlike those of other failures."""
    return error_response(*_STORAGE_RESPONSES[type(exc)], str(exc))


def _handle_outbound_error(exc: OutboundError) -> Response:
    return _handle_api_error(to_api_error(exc))


def _handle_unknown_provider(exc: ProviderChoiceError) -> Response:
    return error_response(400, "Unknown provider", str(exc))


def _handle_http_exception(exc: HTTPException) -> Response:
    name = exc.name.capitalize()  # `Not found`, as for resources
    response = error_response(exc.code or 500, name, _http_details(exc))
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


def _handle_body_timeout(_exc: OSError) -> Response:
    details = "The body did not arrive in time, or the service is stopping; send the request again."
    return error_response(408, "Request timed out", details)


def _handle_disconnect(_exc: Exception) -> Response:
    return error_response(400, "Incomplete body", "The client disconnected before the end.")


def _handle_malformed_body(exc: Exception) -> Response:
    return error_response(400, "Malformed request body", str(exc))


def _handle_unexpected(exc: Exception) -> Response:
    if isinstance(exc, OSError) and exc.errno in (errno.EMFILE, errno.ENFILE):
        _log.error("no more files can be opened", extra={"request_id": request_id()})
        return _handle_api_error(BusyError("The server is busy", "It has too many open files.", 5))
    _log.error("unexpected failure", exc_info=exc, extra={"request_id": request_id()})
    details = f"See the server's log for request {request_id()}."
    return error_response(500, "Internal server error", details)


def request_id() -> str:
    """Return the current request's id, as in the log and in `X-Request-Id`."""
    return str(g.get("request_id", "-"))
