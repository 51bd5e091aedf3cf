"""What the service refuses or cannot do: an exception for each kind, with words for the client.

web/errors.py maps the kinds to HTTP statuses, jobs/failures.py to the codes in job documents.
"""

from collections.abc import Mapping
from itertools import islice
from typing import Any

MAX_MESSAGES = 100  # of invalid fields in one error


class ServiceError(Exception):
    """Base of all kinds: a short message, and details in words or as JSON.

    `retry_after` says after how many seconds another attempt may succeed.
    """

    def __init__(self, message: str, details: Any = None, retry_after: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.details = details
        self.retry_after = retry_after


class InvalidError(ServiceError):
    """The request is invalid; the message says what is expected."""


class FieldsError(InvalidError):
    """Fields are invalid; details has a message for each path, e.g. `resolution.width`.

    Of more than MAX_MESSAGES messages, the last says how many were left out.
    """

    def __init__(self, messages: Mapping[str, Any]) -> None:
        flat = flatten_messages(messages)
        details = dict(islice(flat.items(), MAX_MESSAGES))
        if left_out := len(flat) - len(details):
            details["…"] = f"At least {left_out:,} more fields are invalid."
        super().__init__("Validation error", details)


class UnauthenticatedError(ServiceError):
    """Credentials are missing or invalid."""


class ForbiddenError(ServiceError):
    """The user is authenticated, but not permitted to do this."""


class MissingScopeError(ForbiddenError):
    """The token lacks a scope."""

    def __init__(self, required: list[str], granted: list[str]) -> None:
        super().__init__("Insufficient permissions")
        self.required = required
        self.granted = granted


class MissingError(ServiceError):
    """There is no such thing, and the details say what there is."""


class GoneError(ServiceError):
    """It was there, and is not any more, for good."""


class ConflictError(ServiceError):
    """The resource exists already, or its state does not permit this."""


class PreconditionError(ServiceError):
    """The resource changed since the client read it; `etag` is its present entity tag, if any.

    For a document, details is its current content.
    """

    def __init__(self, message: str, details: Any = None, etag: str | None = None) -> None:
        super().__init__(message, details)
        self.etag = etag


class TooLargeError(ServiceError):
    """What was sent exceeds a limit."""


class MediaTypeError(ServiceError):
    """The type of a file is not accepted."""


class EncodingError(MediaTypeError):
    """The content encoding of a body is not accepted."""


class TooManyError(ServiceError):
    """The client sends too many requests; `retry_after` says when the next one is accepted."""


class FailedError(ServiceError):
    """The service could not do it, for a reason of its own."""


class UpstreamError(ServiceError):
    """Another server failed, or its response cannot be used."""


class UpstreamTimeoutError(ServiceError):
    """Another server did not answer in time."""


class UnfinishedError(ServiceError):
    """What a request waited for goes on, and its result can be fetched later."""


class BusyError(ServiceError):
    """The service is at capacity; `retry_after` says when it may have room again."""


class NoRoomError(ServiceError):
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
