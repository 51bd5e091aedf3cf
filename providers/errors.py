"""What can go wrong at a vendor. Messages are the vendor's own words, never a key."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import orjson


class ProviderError(Exception):
    """A vendor refused, failed, or answered what cannot be used (502)."""

    def __init__(
        self, vendor: str, message: str, *, status: int | None = None, uncertain: bool = False
    ) -> None:
        super().__init__(f"{vendor}: {message}")
        self.vendor = vendor
        self.message = message
        self.status = status  # the vendor's HTTP status, if it answered
        self.uncertain = uncertain  # paid work may have been started all the same


class ProviderTimeoutError(ProviderError):
    """A vendor did not answer in time (504)."""


class ProviderBusyError(ProviderError):
    """A vendor takes no more for now and started nothing (429); `retry_after` is in seconds."""

    def __init__(
        self, vendor: str, message: str, *, status: int, retry_after: float | None = None
    ) -> None:
        super().__init__(vendor, message, status=status)
        self.retry_after = retry_after


class ProviderChoiceError(Exception):
    """A request names a provider that is not there (400); the message says which there are."""

    def __init__(self, header: str, given: str, allowed: Sequence[str]) -> None:
        super().__init__(f'{header} is "{given}"; expected {" or ".join(allowed)}')


_OVERLOADED = {503, 529}  # 529 is Anthropic's own
_LATE = {408, 504}
# Also what a gateway says that gave up waiting for what may go on behind it.
_GATEWAYS = {502, 504, *range(520, 529), *_OVERLOADED}
_OVERLOAD = re.compile(r"overload|slow.?down|high demand", re.IGNORECASE)
_LONGEST = 500
_LOOKED_AT = 4000  # of a text, beyond which nothing is shown
_DAY = 86_400.0


def error_for_response(
    provider: str, key: str, status: int, headers: Mapping[str, str], body: bytes
) -> ProviderError:
    """The error for a vendor's answer that is no success."""
    parsed = _parsed(body)
    message = redact_key(_message(parsed) or _plain(headers, body) or f"HTTP status {status}", key)
    wait = retry_after(headers, parsed)
    if _is_busy(status, wait, parsed):
        return ProviderBusyError(provider, message, status=status, retry_after=wait)
    if _google_detail(parsed, "reason") == "API_KEY_INVALID":
        status = 401  # which Google calls 400, as it does many things
    kind = ProviderTimeoutError if status in _LATE else ProviderError
    return kind(provider, message, status=status, uncertain=status in _GATEWAYS)


def retry_after(headers: Mapping[str, str], body: Any = None) -> float | None:
    """After how many seconds to come again: `Retry-After`, OpenAI's or Google's way of it."""
    milliseconds = headers.get("retry-after-ms", "")
    if re.fullmatch(r"\d{1,12}", milliseconds):
        return min(int(milliseconds) / 1000, _DAY)
    given = headers.get("retry-after", "").strip()
    if not given:
        given = _google_detail(body, "retryDelay").removesuffix("s")
    if re.fullmatch(r"\d{1,9}(\.\d{1,9})?", given):
        return min(float(given), _DAY)
    try:
        when = parsedate_to_datetime(given)
    except ValueError:
        return None
    wait = (when.astimezone(UTC) - datetime.now(UTC)).total_seconds()
    return min(max(wait, 0.0), _DAY)


def redact_key(text: str, key: str) -> str:
    """A vendor's text as one short line, without the key, whole or masked with asterisks."""
    text = text[:_LOOKED_AT].replace(key, "[key]") if key else text[:_LOOKED_AT]
    words = "".join(c if c.isprintable() else " " for c in text).split()
    text = " ".join("[key]" if "***" in word else word for word in words)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _parsed(body: bytes) -> Any:
    try:
        parsed = orjson.loads(body)
    except ValueError:
        return None
    return parsed[0] if isinstance(parsed, list) and parsed else parsed  # Google's, at times


def _message(body: Any) -> str:
    """`{"error": {"message": …}}` or, as Runway has it, `{"error": …, "issues": […]}`."""
    error = body.get("error") if isinstance(body, dict) else None
    if isinstance(error, dict):
        error = error.get("message") or error.get("type")
    elif isinstance(body, dict) and (issues := body.get("issues")):
        error = f"{error}: {_issues(issues)}"
    return error if isinstance(error, str) else ""


def _issues(issues: Any) -> str:
    issues = issues if isinstance(issues, list) else [issues]
    return "; ".join(_issue(issue) for issue in issues)


def _issue(issue: Any) -> str:
    """`{"path": ["promptText"], "message": "Required"}` → `promptText: Required`."""
    if not isinstance(issue, dict):
        return str(issue)
    path = issue.get("path")
    where = ".".join(map(str, path)) if isinstance(path, list) else ""
    return f"{where}: {issue.get('message')}" if where else str(issue.get("message"))


def _plain(headers: Mapping[str, str], body: bytes) -> str:
    told = headers.get("content-type", "")
    return body.decode(errors="replace") if told.startswith("text/plain") else ""


def _is_busy(status: int, wait: float | None, body: Any) -> bool:
    """Whether the vendor, rather than a gateway before it, said so, and thus started nothing."""
    if status in _OVERLOADED:
        return wait is not None or _names_overload(body)
    return status == 429 and not _used_up(body)


def _names_overload(body: Any) -> bool:
    """Whether an error in the vendor's own form speaks of it: its message, type, code or status."""
    error = body.get("error") if isinstance(body, dict) else None
    said = error.values() if isinstance(error, dict) else [error]
    return any(isinstance(text, str) and _OVERLOAD.search(text) is not None for text in said)


def _used_up(body: Any) -> bool:
    """Whether an account has nothing left, which no waiting mends."""
    error = body.get("error") if isinstance(body, dict) else None
    return isinstance(error, dict) and error.get("code") == "insufficient_quota"


def _google_detail(body: Any, name: str) -> str:
    """A field in the details of Google's errors, such as `reason` or `retryDelay`."""
    error = body.get("error") if isinstance(body, dict) else None
    details = error.get("details") if isinstance(error, dict) else None
    for detail in details if isinstance(details, list) else ():
        if isinstance(detail, dict) and isinstance(detail.get(name), str):
            return str(detail[name])
    return ""
