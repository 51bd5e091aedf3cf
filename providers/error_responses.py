"""Errors of vendors' unsuccessful responses, each in a form of its own, and of lost connections."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import orjson

from providers.errors import (
    NoCreditError,
    ProviderBusyError,
    ProviderError,
    ProviderTimeoutError,
    UnreachableError,
)
from storage.clock import duration_text

_TRANSIENT_STATUSES = {500, 502, 503, 504, 529}
_OVERLOAD_STATUSES = {503, 529}  # 529 is Anthropic's own
_TIMEOUT_STATUSES = {408, 504}
# A gateway answers with these as well, when the work behind it may still be in progress.
_GATEWAY_STATUSES = {502, 504, *range(520, 529), *_OVERLOAD_STATUSES}
_OVERLOAD_WORDS = re.compile(r"overload|slow.?down|high demand", re.IGNORECASE)
_MAX_WAIT = 86_400.0  # seconds
_QUOTA_CODES = {"insufficient_quota", "quota_exceeded", "insufficient_credits"}
# ElevenLabs: as many calls of the account run as its plan allows; they take some seconds each.
_CONCURRENCY_CODES = {"concurrent_limit_exceeded", "too_many_concurrent_requests"}
_CONCURRENCY_WAIT = 3.0


def is_transient(error: ProviderError) -> bool:
    """Return whether a retry may succeed at once; a busy provider has to be left alone longer."""
    return error.status in _TRANSIENT_STATUSES and not isinstance(error, ProviderBusyError)


def connection_error(
    provider: str, exc: Exception, timeout: float, *, uncertain: bool
) -> ProviderError:
    """Return the error for a connection that failed; `timeout` is that of the call in seconds."""
    import httpx2  # 17 MB and 70 ms, which only processes that generate should pay

    if isinstance(exc, httpx2.ConnectError | httpx2.ConnectTimeout):
        return UnreachableError(provider, "The provider could not be reached")
    if isinstance(exc, httpx2.TimeoutException):
        message = f"The provider did not answer within {duration_text(timeout)}"
        return ProviderTimeoutError(provider, message, uncertain=uncertain)
    return ProviderError(provider, "The connection was lost", uncertain=uncertain)


def error_for_response(
    provider: str, status: int, headers: Mapping[str, str], body: bytes
) -> ProviderError:
    """Return the error for an unsuccessful response of a vendor."""
    parsed = _parse(body)
    message = error_text(parsed) or _plain_text(headers, body) or f"HTTP status {status}"
    wait = retry_after(headers, parsed)
    if _is_busy(status, wait, parsed):
        return ProviderBusyError(provider, message, status=status, retry_after=wait)
    if _google_detail(parsed, "reason") == "API_KEY_INVALID":
        status = 401  # Google sends 400
    if status == 402 or (status in {401, 429} and _code(parsed) in _QUOTA_CODES):
        status = 402 if status == 401 else status  # ElevenLabs: the key is valid
        return NoCreditError(provider, message, status=status)
    error_class = ProviderTimeoutError if status in _TIMEOUT_STATUSES else ProviderError
    return error_class(provider, message, status=status, uncertain=status in _GATEWAY_STATUSES)


def retry_after(headers: Mapping[str, str], body: Any = None) -> float | None:
    """Return the seconds to wait: from `Retry-After`, or OpenAI's or Google's equivalent."""
    milliseconds = headers.get("retry-after-ms", "")
    if re.fullmatch(r"\d{1,12}", milliseconds):
        return min(int(milliseconds) / 1000, _MAX_WAIT)
    value = headers.get("retry-after", "").strip()
    if not value and _code(body) in _CONCURRENCY_CODES:
        return _CONCURRENCY_WAIT
    if not value:
        value = _google_detail(body, "retryDelay").removesuffix("s")
    if re.fullmatch(r"\d{1,9}(\.\d{1,9})?", value):
        return min(float(value), _MAX_WAIT)
    try:
        when = parsedate_to_datetime(value)
    except ValueError:
        return None
    wait = (when.astimezone(UTC) - datetime.now(UTC)).total_seconds()
    return min(max(wait, 0.0), _MAX_WAIT)


def has_error(body: Mapping[str, Any]) -> bool:
    """Return whether the body of a response has an error object, or the text of an error."""
    error = body.get("error") or body.get("detail")
    return bool(error) and isinstance(error, dict | str)


def error_status(body: Mapping[str, Any]) -> int | None:
    """Return the HTTP status that an error object has as its code, if any."""
    error = body.get("error")
    code = error.get("code") if isinstance(error, dict) else None
    return code if isinstance(code, int) and 400 <= code < 600 else None


def error_text(body: Any) -> str:
    """Get the message of `{"error": {"message": …}}` or Runway's `{"error": …, "issues": […]}`.

    ElevenLabs has `{"detail": {"message": …}}`, or `{"detail": […]}` with what is wrong.
    """
    error = _error(body)
    if isinstance(error, dict):
        error = error.get("message") or error.get("type") or error.get("code")
    elif isinstance(error, list):
        error = _issues(error)
    elif isinstance(body, dict) and (issues := body.get("issues")):
        error = f"{error}: {_issues(issues)}"
    return error if isinstance(error, str) else ""


def _error(body: Any) -> Any:
    """Return the error of a response: a text or an object, of ElevenLabs also a list."""
    return body.get("error") or body.get("detail") if isinstance(body, dict) else None


def _code(body: Any) -> str:
    """Return the code of an error object."""
    error = _error(body)
    code = (error.get("code") or error.get("status")) if isinstance(error, dict) else None
    return code if isinstance(code, str) else ""


def _parse(body: bytes) -> Any:
    try:
        parsed = orjson.loads(body)
    except ValueError:
        return None
    # Google sometimes sends a list.
    return parsed[0] if isinstance(parsed, list) and parsed else parsed


def _issues(issues: Any) -> str:
    issues = issues if isinstance(issues, list) else [issues]
    return "; ".join(_issue(issue) for issue in issues)


def _issue(issue: Any) -> str:
    """Format `{"path": ["promptText"], "message": "Required"}` as `promptText: Required`."""
    if not isinstance(issue, dict):
        return str(issue)
    path, message = issue.get("path") or issue.get("loc"), issue.get("message") or issue.get("msg")
    field = ".".join(map(str, path)) if isinstance(path, list) else ""
    return f"{field}: {message}" if field else str(message)


def _plain_text(headers: Mapping[str, str], body: bytes) -> str:
    content_type = headers.get("content-type", "")
    return body.decode(errors="replace") if content_type.startswith("text/plain") else ""


def _is_busy(status: int, wait: float | None, body: Any) -> bool:
    """Return whether the vendor itself, not a gateway, is busy, and thus has started nothing."""
    if status in _OVERLOAD_STATUSES:
        return wait is not None or _mentions_overload(body)
    return status == 429 and not _is_quota_exhausted(body)


def _mentions_overload(body: Any) -> bool:
    """Return whether the vendor's error names overload: in its message, type, code or status."""
    error = _error(body)
    texts = error.values() if isinstance(error, dict) else [error]
    return any(isinstance(text, str) and _OVERLOAD_WORDS.search(text) is not None for text in texts)


def _is_quota_exhausted(body: Any) -> bool:
    """Return whether the account's quota is exhausted, which waiting does not change."""
    return _code(body) in _QUOTA_CODES


def _google_detail(body: Any, name: str) -> str:
    """Return a field in the details of Google's errors, such as `reason` or `retryDelay`."""
    error = body.get("error") if isinstance(body, dict) else None
    details = error.get("details") if isinstance(error, dict) else None
    for detail in details if isinstance(details, list) else ():
        if isinstance(detail, dict) and isinstance(detail.get(name), str):
            return str(detail[name])
    return ""
