"""What a vendor's refusal over HTTP means, in its own words and without the key."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from providers import errors
from providers.errors import ProviderBusyError, ProviderError, ProviderTimeoutError
from tests.providers.orders import KEY

HEADERS = {"content-type": "application/json"}


def refusal(status: int, body: str, headers: dict[str, str] | None = None) -> ProviderError:
    return errors.error_for_response("openai", KEY, status, headers or HEADERS, body.encode())


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
        ('{"error": {"type": "overloaded_error"}}', "overloaded_error"),
        ("{}", "HTTP status 418"),
        ("<html>", "HTTP status 418"),
        ("", "HTTP status 418"),
        ('{"error": 5}', "HTTP status 418"),
        ('{"error": {"message": "two\\nlines\\u0000"}}', "two lines"),
    ],
)
def test_each_vendors_message_is_found(body: str, message: str) -> None:
    assert refusal(418, body).message == message


@pytest.mark.parametrize(
    "said", [f"Bad key {KEY}.", f"Bad key '{KEY}'", "Bad key key-****3a91, sorry", "Bad ***7f3a91"]
)
def test_no_message_shows_a_key_or_a_part_of_it(said: str) -> None:
    shown = errors.redact_key(said, KEY)

    assert "[key]" in shown
    assert not any(part in shown for part in (KEY, "3a91", "****"))


def test_a_message_is_never_long() -> None:
    assert len(refusal(400, '{"error": {"message": "%s"}}' % ("x" * 100_000)).message) == 500


@pytest.mark.parametrize(
    ("given", "seconds"),
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
def test_retry_after_in_seconds(given: str, seconds: float | None) -> None:
    assert errors.retry_after({"retry-after": given}) == seconds


def test_retry_after_as_a_date() -> None:
    when = datetime.now(UTC) + timedelta(seconds=60)

    wait = errors.retry_after({"retry-after": format_datetime(when, usegmt=True)})

    assert wait is not None
    assert 57 < wait <= 60


def test_google_says_it_in_the_body() -> None:
    body = '{"error": {"message": "Quota.", "details": [{"@type": "…"}, {"retryDelay": "36s"}]}}'

    failure = refusal(429, body)

    assert isinstance(failure, ProviderBusyError)
    assert failure.retry_after == 36


def test_openai_says_it_in_milliseconds_too() -> None:
    assert errors.retry_after({"retry-after-ms": "1500", "retry-after": "2"}) == 1.5


def test_an_account_without_money_is_not_busy() -> None:
    body = '{"error": {"message": "Pay first.", "code": "insufficient_quota"}}'

    assert type(refusal(429, body)) is ProviderError


@pytest.mark.parametrize(
    ("status", "kind", "uncertain"),
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
def test_a_gateway_that_gives_up_leaves_open_what_goes_on_behind_it(
    status: int, kind: type[ProviderError], uncertain: bool
) -> None:
    failure = refusal(status, "{}")

    assert type(failure) is kind
    assert failure.uncertain is uncertain


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
def test_a_vendor_that_names_overload_is_busy(status: int, body: str) -> None:
    failure = refusal(status, body)

    assert isinstance(failure, ProviderBusyError)
    assert not failure.uncertain


@pytest.mark.parametrize("status", [503, 529])
def test_a_time_to_wait_says_so_too(status: int) -> None:
    details = '{"error": {"message": "Later.", "details": [{"retryDelay": "36s"}]}}'

    waits = [refusal(status, "", {"retry-after": "7"}), refusal(status, details)]

    assert all(isinstance(failure, ProviderBusyError) for failure in waits)
    assert [vars(failure)["retry_after"] for failure in waits] == [7, 36]


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
def test_whoever_else_says_503_may_have_lost_what_was_started(
    body: str, headers: dict[str, str]
) -> None:
    failure = refusal(503, body, headers)

    assert type(failure) is ProviderError
    assert failure.uncertain
