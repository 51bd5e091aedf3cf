"""What the service refuses or cannot do: an exception for each kind, with words for the client.

`code` is a name for programs that stays; schemas/error_codes.py says the status and the meaning of
each, jobs/failures.py what job documents store of a kind.
"""

from collections.abc import Mapping
from itertools import islice
from typing import Any

MAX_MESSAGES = 100  # of invalid fields in one error


class ServiceError(Exception):
    """Base of all kinds: a short message, and details in words or as JSON.

    `retry_after` says after how many seconds another attempt may succeed.
    """

    code = "failed"

    def __init__(self, message: str, details: Any = None, retry_after: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.details = details
        self.retry_after = retry_after


def in_words(exc: ServiceError) -> str:
    """Return the message of an error and its details as a sentence."""
    details = exc.details
    if isinstance(details, Mapping):
        details = "; ".join(f"{field}: {message}" for field, message in details.items())
    return f"{exc.message}: {details}" if details else exc.message


class InvalidError(ServiceError):
    """The request is invalid; the message says what is expected."""

    code = "invalid_request"


class BodyError(InvalidError):
    """The body is no JSON object."""

    code = "invalid_json"


class IncompleteError(InvalidError):
    """The body ended early."""

    code = "incomplete_body"


class NoFileError(InvalidError):
    """The body has no file, or an empty one."""

    code = "no_file"


class IdMismatchError(InvalidError):
    """An id in the body differs from the one in the URL."""

    code = "id_mismatch"


class KeyRequiredError(InvalidError):
    """A vendor's API key is required, and there is none; `vendor` is its name."""

    code = "api_key_required"

    def __init__(self, vendor: str, details: str) -> None:
        super().__init__("API key required (x-api-key header)", details)
        self.vendor = vendor


class FieldsError(InvalidError):
    """Fields are invalid; details has a message for each path, e.g. `resolution.width`.

    Of more than MAX_MESSAGES messages, the last says how many were left out.
    """

    code = "invalid_fields"

    def __init__(self, messages: Mapping[str, Any]) -> None:
        flat = flatten_messages(messages)
        details = dict(islice(flat.items(), MAX_MESSAGES))
        if left_out := len(flat) - len(details):
            details["…"] = f"At least {left_out:,} more fields are invalid."
        super().__init__("Validation error", details)


class UnknownFieldsError(FieldsError):
    """Fields are not known, and the client wants them refused."""

    code = "unknown_fields"


class UnauthenticatedError(ServiceError):
    """Credentials are missing or invalid."""

    code = "unauthenticated"


class WrongPasswordError(UnauthenticatedError):
    """The email address or the password is wrong."""

    code = "wrong_password"


class InvalidTokenError(UnauthenticatedError):
    """The token is not valid, or not any more."""

    code = "invalid_token"


class ExpiredTokenError(InvalidTokenError):
    """The token has expired."""

    code = "token_expired"


class ForbiddenError(ServiceError):
    """The user is authenticated, but not permitted to do this."""

    code = "forbidden"


class MissingScopeError(ForbiddenError):
    """The token lacks a scope."""

    code = "missing_scope"

    def __init__(self, required: list[str], granted: list[str]) -> None:
        super().__init__("Insufficient permissions")
        self.required = required
        self.granted = granted


class SessionRequiredError(ForbiddenError):
    """An access token of a login is required; an API token does not suffice."""

    code = "session_required"


class SetupCodeError(ForbiddenError):
    """The first account needs the setup code, and the request has none or a wrong one."""

    code = "setup_code_required"


class MissingError(ServiceError):
    """There is no such thing, and the details say what there is."""

    code = "not_found"


class GoneError(ServiceError):
    """It was there, and is not any more, for good."""

    code = "gone"


class ConflictError(ServiceError):
    """The resource exists already, or its state does not permit this."""

    code = "conflict"


class DuplicateError(ConflictError):
    """There is one already."""

    code = "already_exists"


class LimitReachedError(ConflictError):
    """The user has as many as a user may have."""

    code = "limit_reached"


class JobStateError(ConflictError):
    """The state of a job does not permit this."""

    code = "wrong_job_state"


class ReusedKeyError(ConflictError):
    """An Idempotency-Key was used for another request."""

    code = "idempotency_key_reused"

    def __init__(self) -> None:
        super().__init__(
            "Idempotency-Key was used for another request",
            "Use a new key for each new request, and the same key only to repeat a request.",
        )


class PreconditionError(ServiceError):
    """The resource changed since the client read it; `etag` is its present entity tag, if any.

    For a document, details is its current content.
    """

    code = "precondition_failed"

    def __init__(self, message: str, details: Any = None, etag: str | None = None) -> None:
        super().__init__(message, details)
        self.etag = etag


class TooLargeError(ServiceError):
    """What was sent exceeds a limit."""

    code = "too_large"


class MediaTypeError(ServiceError):
    """The type of a file is not accepted."""

    code = "unsupported_media_type"


class EncodingError(MediaTypeError):
    """The content encoding of a body is not accepted."""

    code = "unsupported_encoding"


class TooManyError(ServiceError):
    """The client sends too many requests; `retry_after` says when the next one is accepted."""

    code = "too_many_requests"


class BudgetError(TooManyError):
    """The day's paid calls are used up."""

    code = "daily_limit_reached"


class FailedError(ServiceError):
    """The service could not do it, for a reason of its own."""


class UpstreamError(ServiceError):
    """Another server failed, or its response cannot be used."""

    code = "upstream_failed"


class UpstreamTimeoutError(ServiceError):
    """Another server did not answer in time."""

    code = "upstream_timeout"


class UnfinishedError(ServiceError):
    """What a request waited for goes on, and its result can be fetched later."""

    code = "unfinished"


class BusyError(ServiceError):
    """The service is at capacity; `retry_after` says when it may have room again."""

    code = "busy"


class NoRoomError(ServiceError):
    """There is no room for it on the disk, or in the user's quota."""

    code = "no_room"


def flatten_messages(
    messages: Mapping[Any, Any], prefix: str = "", root: str = "body"
) -> dict[str, str]:
    """Return marshmallow's nested messages by path: `{"resolution.width": "Must be …"}`.

    `root` is the path of messages that belong to no field.
    """
    flat: dict[str, str] = {}
    for key, value in messages.items():
        path = prefix if key == "_schema" else f"{prefix}.{key}" if prefix else str(key)
        if isinstance(value, Mapping):
            flat.update(flatten_messages(value, path, root))
        else:
            flat[path or root] = " ".join(value) if isinstance(value, list) else str(value)
    return flat
