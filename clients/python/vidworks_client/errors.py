"""The exceptions of the client: all inherit from `VidworksError`."""

from collections.abc import Mapping
from typing import Any

from vidworks_client.models import AnyJob


class VidworksError(Exception):
    """Whatever goes wrong between the client and the service."""


class UnknownFieldWarning(UserWarning):
    """A request had fields that the service ignored, such as misspelt ones."""


class ConnectionFailedError(VidworksError):
    """The service could not be reached, or the connection broke, also in all repetitions."""


class NoFileError(VidworksError):
    """A video has no file to download: it is not finished, or it was ordered without an export."""


class WebhookError(VidworksError):
    """A webhook is not the service's, or was signed too long ago: answer it with 400."""


class WaitTimeoutError(VidworksError):
    """A job did not end within the timeout; it continues on the service."""

    def __init__(self, job: AnyJob) -> None:
        super().__init__(f"Job {job.id} is still {job.state} ({job.progress.message})")
        self.job = job


class JobError(VidworksError):
    """A job ended without its result."""

    def __init__(self, job: AnyJob) -> None:
        ended = "failed" if job.state == "failed" else f"was {job.state}"
        super().__init__(f"Job {job.id} {ended}: {job.reason or job.progress.message}")
        self.job = job


class JobFailedError(JobError):
    """A job failed. What it had finished is kept: `resume` pays only for the rest."""


class JobInterruptedError(JobError):
    """A job waits for a decision, since it may have paid for something: see `resume`."""


class JobCancelledError(JobError):
    """Someone cancelled the job."""


class APIError(VidworksError):
    """The service answered with an error. `code` is stable, `message` and `details` are texts."""

    def __init__(
        self,
        status: int,
        body: Mapping[str, Any],
        *,
        request_id: str | None = None,
        retry_after: float | None = None,
        advice: str = "",
    ) -> None:
        self.status = status
        self.code: str | None = body.get("code")
        self.message = str(body.get("error") or f"HTTP status {status}")
        self.details: Any = body.get("details")
        self.body = dict(body)
        self.request_id = request_id
        self.retry_after = retry_after
        super().__init__(_text(self.message, self.details) + advice)


class BadRequestError(APIError):
    """400: the request is invalid; `details` names the fields."""


class AuthenticationError(APIError):
    """401: the token is missing, invalid or expired."""


class ForbiddenError(APIError):
    """403: the token lacks a scope."""


class NotFoundError(APIError):
    """404: there is no such resource, or it belongs to another user."""


class ConflictError(APIError):
    """409: the resource exists, or its state does not allow the request."""


class ChangedError(APIError):
    """412: the resource has changed since it was read; `details` is the current one."""


class TooLargeError(APIError):
    """413: a body, file or document is too large."""


class MediaTypeError(APIError):
    """415: the type of a file is not supported, or its contents are of another type."""


class LimitError(APIError):
    """429: a limit is reached, such as that of paid calls per day; see `retry_after`."""


class ServerError(APIError):
    """5xx: the service, an AI vendor or a proxy failed."""


class StorageFullError(ServerError):
    """507: the disk is full, or the storage quota of the user is used up."""


_BY_STATUS: dict[int, type[APIError]] = {
    400: BadRequestError,
    401: AuthenticationError,
    403: ForbiddenError,
    404: NotFoundError,
    409: ConflictError,
    412: ChangedError,
    413: TooLargeError,
    415: MediaTypeError,
    429: LimitError,
    507: StorageFullError,
}
_BY_STATE: dict[str, type[JobError]] = {
    "failed": JobFailedError,
    "interrupted": JobInterruptedError,
    "cancelled": JobCancelledError,
}


def error_class(status: int) -> type[APIError]:
    """Return the exception for an HTTP status."""
    return _BY_STATUS.get(status, ServerError if status >= 500 else APIError)


def job_error(job: AnyJob) -> JobError:
    """Return the exception for a job that ended without its result."""
    return _BY_STATE[job.state](job)


def _text(message: str, details: Any) -> str:
    if isinstance(details, Mapping):
        details = "; ".join(f"{name}: {value}" for name, value in details.items())
    return f"{message}: {details}" if isinstance(details, str) and details else message
