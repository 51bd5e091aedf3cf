"""What the service refuses or cannot do: an exception for each kind, with words for the client.

`code` is a name for programs that stays; schemas/error_codes.py says the status and the meaning of
each, jobs/failures.py what job documents store of a kind.
"""

from collections.abc import Mapping
from itertools import islice
from typing import Any

MAX_MESSAGES = 100  # of invalid fields in one error


class CodedError(Exception):
    """Base of errors with a code; a class that sets none has the code of its base."""

    code: str

    def __init_subclass__(cls, code: str | None = None) -> None:
        super().__init_subclass__()
        if code is not None:
            cls.code = code


class ServiceError(CodedError, code="failed"):
    """Base of all kinds: a short message, and details in words or as JSON.

    `retry_after` says after how many seconds another attempt may succeed.
    """

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


class InvalidError(ServiceError, code="invalid_request"):
    """The request is invalid; the message says what is expected."""


class BodyError(InvalidError, code="invalid_json"):
    """The body is no JSON object."""


class IncompleteError(InvalidError, code="incomplete_body"):
    """The body ended early."""


class NoFileError(InvalidError, code="no_file"):
    """The body has no file, or an empty one."""


class IdMismatchError(InvalidError, code="id_mismatch"):
    """An id in the body differs from the one in the URL."""


class KeyRequiredError(InvalidError, code="api_key_required"):
    """A vendor's API key is required, and there is none; `vendor` is its name."""

    def __init__(self, vendor: str, details: str) -> None:
        super().__init__("API key required (x-api-key header)", details)
        self.vendor = vendor


class FieldsError(InvalidError, code="invalid_fields"):
    """Fields are invalid; details has a message for each path, e.g. `resolution.width`.

    Of more than MAX_MESSAGES messages, the last says how many were left out.
    """

    def __init__(self, messages: Mapping[str, Any]) -> None:
        flat = flatten_messages(messages)
        details = dict(islice(flat.items(), MAX_MESSAGES))
        if left_out := len(flat) - len(details):
            details["…"] = f"At least {left_out:,} more fields are invalid."
        super().__init__("Validation error", details)


class UnknownFieldsError(FieldsError, code="unknown_fields"):
    """Fields are not known, and the client wants them refused."""


class UnauthenticatedError(ServiceError, code="unauthenticated"):
    """Credentials are missing or invalid."""


class WrongPasswordError(UnauthenticatedError, code="wrong_password"):
    """The email address or the password is wrong."""


class InvalidTokenError(UnauthenticatedError, code="invalid_token"):
    """The token is not valid, or not any more."""


class ExpiredTokenError(InvalidTokenError, code="token_expired"):
    """The token has expired."""


class ForbiddenError(ServiceError, code="forbidden"):
    """The user is authenticated, but not permitted to do this."""


class MissingScopeError(ForbiddenError, code="missing_scope"):
    """The token lacks a scope."""

    def __init__(self, required: list[str], granted: list[str]) -> None:
        super().__init__("Insufficient permissions")
        self.required = required
        self.granted = granted


class SessionRequiredError(ForbiddenError, code="session_required"):
    """An access token of a login is required; an API token does not suffice."""


class SetupCodeError(ForbiddenError, code="setup_code_required"):
    """The first account needs the setup code, and the request has none or a wrong one."""


class MissingError(ServiceError, code="not_found"):
    """There is no such thing, and the details say what there is."""


class GoneError(ServiceError, code="gone"):
    """It was there, and is not any more, for good."""


class ConflictError(ServiceError, code="conflict"):
    """The resource exists already, or its state does not permit this."""


class DuplicateError(ConflictError, code="already_exists"):
    """There is one already."""


class LimitReachedError(ConflictError, code="limit_reached"):
    """There are as many of these as there may be."""


class JobStateError(ConflictError, code="wrong_job_state"):
    """The state of a job does not permit this."""


class ReusedKeyError(ConflictError, code="idempotency_key_reused"):
    """An Idempotency-Key was used for another request."""

    def __init__(self) -> None:
        super().__init__(
            "Idempotency-Key was used for another request",
            "Use a new key for each new request, and the same key only to repeat a request.",
        )


class PreconditionError(ServiceError, code="precondition_failed"):
    """The resource changed since the client read it; `etag` is its present entity tag, if any.

    For a document, details is its current content.
    """

    def __init__(self, message: str, details: Any = None, etag: str | None = None) -> None:
        super().__init__(message, details)
        self.etag = etag


class TooLargeError(ServiceError, code="too_large"):
    """What was sent exceeds a limit."""


class MediaTypeError(ServiceError, code="unsupported_media_type"):
    """The type of a file is not accepted."""


class EncodingError(MediaTypeError, code="unsupported_encoding"):
    """The content encoding of a body is not accepted."""


class TooManyError(ServiceError, code="too_many_requests"):
    """The client sends too many requests; `retry_after` says when the next one is accepted."""


class BudgetError(TooManyError, code="daily_limit_reached"):
    """The day's paid calls are used up."""


class FailedError(ServiceError):
    """The service could not do it, for a reason of its own."""


class UpstreamError(ServiceError, code="upstream_failed"):
    """Another server failed, or its response cannot be used."""


class UpstreamTimeoutError(ServiceError, code="upstream_timeout"):
    """Another server did not answer in time."""


class UnfinishedError(ServiceError, code="unfinished"):
    """What a request waited for goes on, and its result can be fetched later."""


class BusyError(ServiceError, code="busy"):
    """The service is at capacity; `retry_after` says when it may have room again."""


class NoRoomError(ServiceError, code="no_room"):
    """There is no room for it on the disk, or in the user's quota."""


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
