"""Why a job failed: what its document notes of an error, and the error for requests that wait."""

import math
from collections.abc import Mapping
from typing import Any

from errors import (
    BusyError,
    ConflictError,
    FailedError,
    ForbiddenError,
    GoneError,
    InvalidError,
    JobStateError,
    MediaTypeError,
    MissingError,
    NoRoomError,
    PreconditionError,
    ServiceError,
    TooLargeError,
    TooManyError,
    UnauthenticatedError,
    UnfinishedError,
    UpstreamError,
    UpstreamTimeoutError,
)
from jobs.model import FINISHED, JobRef
from providers.errors import (
    PictureError,
    PictureTooLargeError,
    ProviderBusyError,
    ProviderError,
    ProviderTimeoutError,
)
from storage.clock import DAY_MS, now_ms

Kind = type[ServiceError]

_RETRY_SECONDS = 30  # of a busy provider that names no time

# `failure.status` in job documents: the code of each kind, that of HTTP.
_CODES: dict[Kind, int] = {
    InvalidError: 400,
    UnauthenticatedError: 401,
    ForbiddenError: 403,
    MissingError: 404,
    ConflictError: 409,
    GoneError: 410,
    PreconditionError: 412,
    TooLargeError: 413,
    MediaTypeError: 415,
    TooManyError: 429,
    FailedError: 500,
    UpstreamError: 502,
    BusyError: 503,
    UnfinishedError: 504,
    UpstreamTimeoutError: 504,  # the kind for this code
    NoRoomError: 507,
}
_KINDS = {code: kind for kind, code in _CODES.items()}

_MESSAGES: dict[Kind, str] = {
    TooManyError: "The provider is busy",
    UpstreamError: "The provider failed",
    UpstreamTimeoutError: "The provider did not answer in time",
    UnfinishedError: "The provider did not answer in time",
    NoRoomError: "There is no room for the result",
}


def code_of(kind: Kind) -> int:
    """Return the code of a kind of errors in job documents."""
    return next(_CODES[base] for base in kind.__mro__ if base in _CODES)


def kind_of(exc: ProviderError) -> Kind:
    """Return the kind of a provider's error."""
    if isinstance(exc, ProviderBusyError):
        return TooManyError
    if isinstance(exc, PictureError):
        return TooLargeError if isinstance(exc, PictureTooLargeError) else InvalidError
    return UpstreamTimeoutError if isinstance(exc, ProviderTimeoutError) else UpstreamError


def failure_of(exc: ServiceError) -> dict[str, Any]:
    """Return what a job document notes of an error: `{status, code, error, details, retryAt?}`."""
    failure = {
        "status": code_of(type(exc)),
        "code": exc.code,
        "error": exc.message,
        "details": exc.details,
    }
    if exc.retry_after:
        failure["retryAt"] = now_ms() + 1000 * exc.retry_after
    return failure


def error_of(job: Mapping[str, Any], ref: JobRef) -> ServiceError:
    """Return the error for a job without a usable result; its details include the job's URL."""
    failure = job["failure"] or {}
    unfinished = job["state"] not in FINISHED
    kind = UnfinishedError if unfinished else _kind(job["state"], failure)
    reason = "Not finished yet; the job continues." if unfinished else job["reason"]
    details = {"message": reason, "job": ref.url}
    if "provider" in failure:
        provider_status = failure.get("providerStatus", failure.get("said"))  # until 0.2.0
        details = {"provider": failure["provider"], "status": provider_status, **details}
    default = f"The job was {job['state']}" if issubclass(kind, ConflictError) else "The job failed"
    message = failure.get("error") or _MESSAGES.get(kind, default)
    retry_after = _retry_after(failure) if kind is TooManyError else None
    error = kind(message, failure.get("details") or details, retry_after)
    if "code" in failure and kind is _KINDS[failure["status"]]:
        error.code = failure["code"]
    return error


def unfinished_error(message: str, advice: str, ref: JobRef) -> UnfinishedError:
    """Return the error for a request that waits no longer for a job, which goes on."""
    return UnfinishedError(message, {"message": advice, "job": ref.url})


def _kind(state: str, failure: Mapping[str, Any]) -> Kind:
    """Return the kind that a failure notes; by default the kind of error of a job to be resumed."""
    if state == "cancelled":
        return JobStateError
    default = JobStateError if state == "interrupted" else FailedError
    return _KINDS.get(failure.get("status") or 0, default)


def _retry_after(failure: Mapping[str, Any]) -> int:
    """Return the seconds until the time that a failure names, from one to a day."""
    retry_at: int | None = failure.get("retryAt")
    if retry_at is None:
        return _RETRY_SECONDS
    return min(max(math.ceil((retry_at - now_ms()) / 1000), 1), DAY_MS // 1000)
