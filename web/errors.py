"""The project's exceptions, and the only place where an error body is made.

Every failure is answered as `{"error": "<short message>", "details": …}` with the right status.
"""

import logging
from collections.abc import Mapping
from typing import Any

from flask import Flask, Response, g, json
from gunicorn.http.errors import NoMoreData, ParseException
from werkzeug.exceptions import HTTPException

from outbound.errors import FetchError, FetchTimeoutError, OutboundError, UrlNotAllowedError
from providers.errors import ProviderChoiceError
from schemas.common import flatten_messages
from storage import errors as storage_errors

_log = logging.getLogger("vidworks")


class ApiError(Exception):
    """A failure with a status and a message for the client."""

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
    """400: something in the request is wrong; the message says what would be right."""

    status = 400


def check_ids(fields: Mapping[str, Any], **of_url: str) -> None:
    """Raise BadRequestError where a body names another resource than its URL."""
    for key, url_id in of_url.items():
        if fields.get(key, url_id) != url_id:
            raise BadRequestError("ID mismatch", f"The body's {key} is not the URL's.")


class InvalidError(BadRequestError):
    """400: fields are wrong; details names each by its path, e.g. `resolution.width`."""

    def __init__(self, messages: Mapping[str, Any]) -> None:
        super().__init__("Validation error", flatten_messages(messages))


class UnauthorizedError(ApiError):
    """401: no credentials, or none that are good."""

    status = 401

    def __init__(self, message: str) -> None:
        super().__init__(message, headers={"WWW-Authenticate": "Bearer"})


class ForbiddenError(ApiError):
    """403: known, but not allowed to."""

    status = 403


class MissingScopeError(ForbiddenError):
    """403: the token lacks a scope."""

    def __init__(self, required: list[str], granted: list[str]) -> None:
        super().__init__("Insufficient permissions")
        self.extra = {"required": required, "granted": granted}


class ConflictError(ApiError):
    """409: it is there already."""

    status = 409


class PreconditionError(ApiError):
    """412: the resource changed since the client read it; details holds it as it is now."""

    status = 412


class TooLargeError(ApiError):
    """413: a body over the limit."""

    status = 413


class MediaTypeError(ApiError):
    """415: a file of a type that is not taken here."""

    status = 415


class TooManyError(ApiError):
    """429: slow down; says after how many seconds to try again."""

    status = 429

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message, headers={"Retry-After": str(retry_after)})


class BusyError(ApiError):
    """503: no more can be taken for now; says after how many seconds to try again."""

    status = 503

    def __init__(self, message: str, details: Any, retry_after: int) -> None:
        super().__init__(message, details, headers={"Retry-After": str(retry_after)})


_STORAGE_ANSWERS: dict[type[storage_errors.StorageError], tuple[int, str]] = {
    storage_errors.NotFoundError: (404, "Not found"),
    storage_errors.ExistsError: (409, "Already exists"),
    storage_errors.UnreadableError: (500, "Stored document is unreadable"),
    storage_errors.DiskFullError: (507, "The server's disk is full"),
    storage_errors.UnwritableError: (503, "The server's data directory cannot be written"),
}
_OUTBOUND_ANSWERS: dict[type[OutboundError], tuple[int, str]] = {
    UrlNotAllowedError: (400, "Address refused"),
    FetchError: (502, "Address could not be fetched"),
    FetchTimeoutError: (504, "Address did not answer in time"),
}


def register_errors(app: Flask) -> None:
    """Answer every exception of the application with an error body."""
    app.register_error_handler(ApiError, _api_error)
    app.register_error_handler(storage_errors.StorageError, _storage_error)
    app.register_error_handler(ProviderChoiceError, _unknown_provider)
    app.register_error_handler(OutboundError, _outbound_error)
    app.register_error_handler(HTTPException, _http_error)
    for stalled in (BlockingIOError, TimeoutError):  # from reading the body, see gunicorn.conf.py
        app.register_error_handler(stalled, _stalled)
    for gone in (ConnectionError, NoMoreData):
        app.register_error_handler(gone, _gone)
    app.register_error_handler(ParseException, _malformed)
    app.register_error_handler(Exception, _unexpected)


def error_response(status: int, message: str, details: Any = None, **extra: Any) -> Response:
    """The one error body, as a response."""
    body = {"error": message, **extra}
    if details is not None:
        body["details"] = details
    return Response(json.dumps(body), status, mimetype="application/json")


def not_fetched(exc: OutboundError) -> ApiError:
    """An address that could not be fetched, as the failure of what needed it."""
    status, message = _OUTBOUND_ANSWERS[type(exc)]
    error = ApiError(message, str(exc))
    error.status = status
    return error


def _api_error(exc: ApiError) -> Response:
    response = error_response(exc.status, exc.message, exc.details, **exc.extra)
    response.headers.extend(exc.headers)
    return response


def _storage_error(exc: storage_errors.StorageError) -> Response:
    status, message = _STORAGE_ANSWERS[type(exc)]
    details = None
    if status >= 500:
        _log.error("storage: %s: %s", message, exc, extra={"request_id": request_id()})
        details = f"Request {request_id()}; `doctor` on the server's command line tells more."
    return error_response(status, message, details)


def _outbound_error(exc: OutboundError) -> Response:
    return _api_error(not_fetched(exc))


def _unknown_provider(exc: ProviderChoiceError) -> Response:
    return error_response(400, "Unknown provider", str(exc))


def _http_error(exc: HTTPException) -> Response:
    response = error_response(exc.code or 500, exc.name, exc.description)
    for name, value in exc.get_headers():
        if name.lower() not in {"content-type", "content-length"}:
            response.headers.add(name, value)
    return response


def _stalled(_exc: OSError) -> Response:
    return error_response(408, "Request timed out", "The body stopped arriving.")


def _gone(_exc: OSError) -> Response:
    return error_response(400, "Incomplete body", "The client stopped before its end.")


def _malformed(exc: Exception) -> Response:
    return error_response(400, "Malformed request body", str(exc))


def _unexpected(exc: Exception) -> Response:
    _log.error("unexpected failure", exc_info=exc, extra={"request_id": request_id()})
    details = f"The server's log says more under request {request_id()}."
    return error_response(500, "Internal server error", details)


def request_id() -> str:
    """The id of the request being answered, as the log and `X-Request-Id` show it."""
    return str(g.get("request_id", "-"))
