"""What a vendor's refusal over HTTP means, in its own words and without the key."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from providers import failures
from providers.errors import ProviderBusyError, ProviderError, ProviderTimeoutError
from tests.providers.orders import KEY

HEADERS = {"content-type": "application/json"}


def refusal(status: int, body: str, headers: dict[str, str] | None = None) -> ProviderError:
    return failures.refusal("openai", KEY, status, headers or HEADERS, body.encode())


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
    shown = failures.scrubbed(said, KEY)

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
    assert failures.retry_after({"retry-after": given}) == seconds


def test_retry_after_as_a_date() -> None:
    when = datetime.now(UTC) + timedelta(seconds=60)

    wait = failures.retry_after({"retry-after": format_datetime(when, usegmt=True)})

    assert wait is not None
    assert 57 < wait <= 60


def test_google_says_it_in_the_body() -> None:
    body = '{"error": {"message": "Quota.", "details": [{"@type": "…"}, {"retryDelay": "36s"}]}}'

    failure = refusal(429, body)

    assert isinstance(failure, ProviderBusyError)
    assert failure.retry_after == 36


def test_openai_says_it_in_milliseconds_too() -> None:
    assert failures.retry_after({"retry-after-ms": "1500", "retry-after": "2"}) == 1.5


def test_an_account_without_money_is_not_busy() -> None:
    body = '{"error": {"message": "Pay first.", "code": "insufficient_quota"}}'

    assert type(refusal(429, body)) is ProviderError


@pytest.mark.parametrize(
    ("status", "kind", "uncertain"),
    [
        (400, ProviderError, False),
        (500, ProviderError, False),
        (502, ProviderError, True),
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


def test_anthropic_calls_it_529_when_it_is_overloaded() -> None:
    assert isinstance(refusal(529, "{}"), ProviderBusyError)
