"""Conversion of error responses: type of the error, its message, time to wait."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from providers import error_responses
from providers.errors import NoCreditError, ProviderBusyError, ProviderError, ProviderTimeoutError

HEADERS = {"content-type": "application/json"}


def error_for(status: int, body: str, headers: dict[str, str] | None = None) -> ProviderError:
    return error_responses.error_for_response("openai", status, headers or HEADERS, body.encode())


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ('{"error": {"message": "Too long.", "code": null}}', "Too long."),
        ('{"type": "error", "error": {"type": "api_error", "message": "Oh."}}', "Oh."),
        ('[{"error": {"code": 400, "message": "Bad.", "status": "X"}}]', "Bad."),
        ('{"error": "Not now", "docUrl": "https://example"}', "Not now"),
        (
            '{"error": "Invalid", "issues": [{"path": ["a", 0], "message": "Required"}]}',
            "Invalid: a.0: Required",
        ),
        ('{"detail": {"code": "invalid_parameters", "message": "Too fast."}}', "Too fast."),
        ('{"detail": "Not Found"}', "Not Found"),
        (
            '{"detail": [{"type": "missing", "loc": ["body", "text"], "msg": "Field required"}]}',
            "body.text: Field required",
        ),
        ('{"error": {"type": "overloaded_error"}}', "overloaded_error"),
        ("{}", "HTTP status 418"),
        ("<html>", "HTTP status 418"),
        ("", "HTTP status 418"),
        ('{"error": 5}', "HTTP status 418"),
    ],
)
def test_message_is_read_from_each_vendors_error_body(body, message):
    assert error_for(418, body).message == message


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7.0),
        ("0", 0.0),
        ("1.5", 1.5),
        ("999999999", 86_400.0),
        ("soon", None),
        ("-5", None),
        ("1e9", None),
        ("", None),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0),
    ],
)
def test_retry_after_header_in_seconds(value, seconds):
    assert error_responses.retry_after({"retry-after": value}) == seconds


def test_retry_after_header_as_a_date():
    date = datetime.now(UTC) + timedelta(seconds=60)

    wait = error_responses.retry_after({"retry-after": format_datetime(date, usegmt=True)})

    assert wait is not None
    assert 30 < wait <= 60


def test_retry_delay_in_googles_error_body_is_used():
    body = '{"error": {"message": "Quota.", "details": [{"@type": "…"}, {"retryDelay": "36s"}]}}'

    error = error_for(429, body)

    assert isinstance(error, ProviderBusyError)
    assert error.retry_after == 36


def test_retry_after_ms_header_of_openai_is_preferred():
    assert error_responses.retry_after({"retry-after-ms": "1500", "retry-after": "2"}) == 1.5


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (402, "{}", 402),
        (429, '{"error": {"message": "Pay first.", "code": "insufficient_quota"}}', 429),
        (401, '{"detail": {"message": "Pay first.", "status": "quota_exceeded"}}', 402),
        (402, '{"detail": {"message": "Pay first.", "code": "insufficient_credits"}}', 402),
    ],
)
def test_missing_money_is_neither_a_busy_vendor_nor_a_wrong_key(status, body, expected):
    error = error_for(status, body)

    assert (type(error), error.status) == (NoCreditError, expected)


def test_wrong_key_is_no_lack_of_money():
    error = error_for(401, '{"detail": {"message": "Who are you?", "code": "invalid_api_key"}}')

    assert (type(error), error.status) == (ProviderError, 401)


@pytest.mark.parametrize(
    ("code", "wait"),
    [
        ("concurrent_limit_exceeded", 3.0),
        ("too_many_concurrent_requests", 3.0),
        ("system_busy", None),
        ("rate_limit_exceeded", None),
    ],
)
def test_limit_of_simultaneous_calls_is_over_soon(code, wait):
    error = error_for(429, f'{{"detail": {{"message": "Wait.", "status": "{code}"}}}}')

    assert isinstance(error, ProviderBusyError)
    assert error.retry_after == wait


@pytest.mark.parametrize(
    ("status", "error_type", "uncertain"),
    [
        (400, ProviderError, False),
        (500, ProviderError, False),
        (502, ProviderError, True),
        (503, ProviderError, True),
        (529, ProviderError, True),
        (504, ProviderTimeoutError, True),
        (524, ProviderError, True),
        (408, ProviderTimeoutError, False),
    ],
)
def test_status_determines_error_type_and_uncertainty(status, error_type, uncertain):
    error = error_for(status, "{}")

    assert type(error) is error_type
    assert error.uncertain is uncertain


@pytest.mark.parametrize("status", [503, 529])
@pytest.mark.parametrize(
    "body",
    [
        '{"error": {"message": "The engine is currently overloaded.", "type": "server_error"}}',
        '{"error": {"message": "Wait.", "type": "server_error", "code": "slow_down"}}',
        '{"type": "error", "error": {"type": "overloaded_error", "message": "Try later."}}',
        '{"error": {"code": 503, "message": "High demand.", "status": "UNAVAILABLE"}}',
        '[{"error": {"code": 503, "message": "It is overloaded.", "status": "UNAVAILABLE"}}]',
        '{"error": "Overloaded", "docUrl": "https://example"}',
    ],
)
def test_overload_in_the_vendors_error_body_is_a_busy_error(status, body):
    error = error_for(status, body)

    assert isinstance(error, ProviderBusyError)
    assert not error.uncertain


@pytest.mark.parametrize("status", [503, 529])
def test_overload_status_with_a_retry_time_is_a_busy_error(status):
    details = '{"error": {"message": "Later.", "details": [{"retryDelay": "36s"}]}}'

    errors_with_time = [error_for(status, "", {"retry-after": "7"}), error_for(status, details)]

    assert all(isinstance(error, ProviderBusyError) for error in errors_with_time)
    assert [vars(error)["retry_after"] for error in errors_with_time] == [7, 36]


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        ("", {}),
        ("<html>Overloaded</html>", {"content-type": "text/html"}),
        ("overloaded", {"content-type": "text/plain"}),
        ('"overloaded"', HEADERS),
        ('{"message": "overloaded"}', HEADERS),
        ('{"error": {"code": 503, "message": "Unavailable.", "status": "UNAVAILABLE"}}', HEADERS),
        ('{"error": {"message": "Oh.", "metadata": ["overloaded"]}}', HEADERS),
        ("{}", {"retry-after": "soon"}),
    ],
)
def test_other_503_responses_are_uncertain_errors(body, headers):
    error = error_for(503, body, headers)

    assert type(error) is ProviderError
    assert error.uncertain
