"""Errors of calls to vendors.

Messages quote the vendor; providers/redaction.py removes keys from them and limits their length.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import orjson

from errors import InvalidError


class ProviderError(Exception):
    """A vendor refused, failed, or sent a response that cannot be used (502)."""

    was_sent = True  # whether the vendor may have received the request

    def __init__(
        self, provider: str, message: str, *, status: int | None = None, uncertain: bool = False
    ) -> None:
        super().__init__()  # without the message, which is redacted later
        self.provider = provider
        self.message = message
        self.status = status  # of the vendor's HTTP response, if there was one
        self.uncertain = uncertain  # whether paid work may have been started nevertheless

    def __str__(self) -> str:
        return f"{self.provider}: {self.message}"


class ProviderTimeoutError(ProviderError):
    """A vendor did not answer in time (504)."""


class ProviderBusyError(ProviderError):
    """A vendor's rate limit; nothing was started (429). `retry_after` is in seconds."""

    def __init__(
        self, provider: str, message: str, *, status: int, retry_after: float | None = None
    ) -> None:
        super().__init__(provider, message, status=status)
        self.retry_after = retry_after


class PictureError(ProviderError):
    """A picture cannot be prepared for the vendor, who is not the cause; nothing was sent."""

    was_sent = False


class PictureTooLargeError(PictureError):
    """It takes too much to decode (413)."""


class UnreadablePictureError(PictureError):
    """It is damaged, or of an unknown format (400)."""


class UnreachableError(ProviderError):
    """The connection to a vendor could not be opened; nothing was sent (502)."""

    was_sent = False


class ProviderChoiceError(InvalidError):
    """A request names an unknown provider; the details list the known ones."""

    def __init__(self, header: str, value: str, allowed: Sequence[str]) -> None:
        details = f'{header} is "{value}"; expected {" or ".join(allowed)}'
        super().__init__("Unknown provider", details)


_OVERLOAD_STATUSES = {503, 529}  # 529 is Anthropic's own
_TIMEOUT_STATUSES = {408, 504}
# A gateway answers with these as well, when the work behind it may still be in progress.
_GATEWAY_STATUSES = {502, 504, *range(520, 529), *_OVERLOAD_STATUSES}
_OVERLOAD_WORDS = re.compile(r"overload|slow.?down|high demand", re.IGNORECASE)
_MAX_WAIT = 86_400.0  # seconds


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
    error_class = ProviderTimeoutError if status in _TIMEOUT_STATUSES else ProviderError
    return error_class(provider, message, status=status, uncertain=status in _GATEWAY_STATUSES)


def retry_after(headers: Mapping[str, str], body: Any = None) -> float | None:
    """Return the seconds to wait: from `Retry-After`, or OpenAI's or Google's equivalent."""
    milliseconds = headers.get("retry-after-ms", "")
    if re.fullmatch(r"\d{1,12}", milliseconds):
        return min(int(milliseconds) / 1000, _MAX_WAIT)
    value = headers.get("retry-after", "").strip()
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
    error = body.get("error")
    return bool(error) and isinstance(error, dict | str)


def error_status(body: Mapping[str, Any]) -> int | None:
    """Return the HTTP status that an error object has as its code, if any."""
    error = body.get("error")
    code = error.get("code") if isinstance(error, dict) else None
    return code if isinstance(code, int) and 400 <= code < 600 else None


def error_text(body: Any) -> str:
    """Get the message of `{"error": {"message": …}}` or Runway's `{"error": …, "issues": […]}`."""
    error = body.get("error") if isinstance(body, dict) else None
    if isinstance(error, dict):
        error = error.get("message") or error.get("type") or error.get("code")
    elif isinstance(body, dict) and (issues := body.get("issues")):
        error = f"{error}: {_issues(issues)}"
    return error if isinstance(error, str) else ""


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
    path = issue.get("path")
    field = ".".join(map(str, path)) if isinstance(path, list) else ""
    return f"{field}: {issue.get('message')}" if field else str(issue.get("message"))


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
    error = body.get("error") if isinstance(body, dict) else None
    texts = error.values() if isinstance(error, dict) else [error]
    return any(isinstance(text, str) and _OVERLOAD_WORDS.search(text) is not None for text in texts)


def _is_quota_exhausted(body: Any) -> bool:
    """Return whether the account's quota is exhausted, which waiting does not change."""
    error = body.get("error") if isinstance(body, dict) else None
    return isinstance(error, dict) and error.get("code") == "insufficient_quota"


def _google_detail(body: Any, name: str) -> str:
    """Return a field in the details of Google's errors, such as `reason` or `retryDelay`."""
    error = body.get("error") if isinstance(body, dict) else None
    details = error.get("details") if isinstance(error, dict) else None
    for detail in details if isinstance(details, list) else ():
        if isinstance(detail, dict) and isinstance(detail.get(name), str):
            return str(detail[name])
    return ""
