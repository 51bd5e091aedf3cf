"""Everything that can go wrong between us and a vendor, for each adapter."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from providers import failures
from providers.errors import ProviderBusyError, ProviderError, ProviderTimeoutError
from tests.providers.orders import KEY, Models, image_order, question, video_order
from tests.service import free_port
from tests.vendors import Vendors

Call = Callable[[Models], Any]

CALLS: dict[str, Call] = {
    "gemini text": lambda m: m.text("gemini").answer(question()),
    "claude text": lambda m: m.text("claude").answer(question()),
    "openai text": lambda m: m.text("openai").answer(question()),
    "gemini image": lambda m: m.image("gemini").generate(image_order()),
    "openai image": lambda m: m.image("dalle").generate(image_order()),
    "omni video": lambda m: m.video("gemini").submit(video_order()),
    "veo video": lambda m: m.video("gemini", "veo-3.1").submit(video_order()),
    "runway video": lambda m: m.video("runway").submit(video_order()),
}

calls = pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())


def failure_of(call: Call, models: Models) -> ProviderError:
    with pytest.raises(ProviderError) as failure:
        call(models)
    assert models.key not in str(failure.value)
    assert models.key not in repr(vars(failure.value))
    assert "/" not in failure.value.message  # no address of ours, and no path
    return failure.value


@calls
def test_busy_says_when_to_come_again_and_nothing_was_started(
    models: Models, vendors: Vendors, call: Call
) -> None:
    vendors.rule(status=429, retry_after=7, times=None)

    failure = failure_of(call, models)

    assert isinstance(failure, ProviderBusyError)
    assert (failure.status, failure.retry_after) == (429, 7)
    assert len(vendors.requests()) == 1
    assert vendors.counts() == []


@calls
def test_unavailable_is_busy_as_well(models: Models, vendors: Vendors, call: Call) -> None:
    vendors.rule(status=503)

    failure = failure_of(call, models)

    assert isinstance(failure, ProviderBusyError)
    assert (failure.status, failure.retry_after) == (503, None)


@calls
def test_a_vendors_failure_is_told_once_in_its_words(
    models: Models, vendors: Vendors, call: Call
) -> None:
    vendors.rule(status=500, times=None)

    failure = failure_of(call, models)

    assert type(failure) is ProviderError
    assert failure.status == 500
    assert failure.message
    assert len(vendors.requests()) == 1


@calls
def test_a_wrong_key_is_told_without_the_key(
    models_with: Callable[..., Models], vendors: Vendors, call: Call
) -> None:
    failure = failure_of(call, models_with("wrong-key"))

    assert failure.status == 401
    assert "key" in failure.message.lower()
    assert vendors.counts() == []


@calls
@pytest.mark.parametrize("trouble", [{"garbage": True}, {"half": True}])
def test_what_is_no_json_may_have_been_paid(
    models: Models, vendors: Vendors, call: Call, trouble: dict[str, Any]
) -> None:
    vendors.rule(**trouble)

    failure = failure_of(call, models)

    assert failure.message == "It answered something else than JSON"
    assert failure.uncertain
    assert len(vendors.requests()) == 1


@calls
@pytest.mark.parametrize("cut", ["before", "after", "body"])
def test_a_connection_that_breaks_leaves_open_whether_it_was_paid(
    models: Models, vendors: Vendors, call: Call, cut: str
) -> None:
    vendors.rule(cut=cut)

    failure = failure_of(call, models)

    assert "broke off" in failure.message
    assert failure.uncertain
    assert len(vendors.requests()) == 1


@calls
def test_a_vendor_that_says_nothing_is_left_in_time(
    models_with: Callable[..., Models], vendors: Vendors, call: Call
) -> None:
    vendors.rule(hang=True)
    begin = time.monotonic()

    failure = failure_of(call, models_with(provider_timeout=1))

    assert isinstance(failure, ProviderTimeoutError)
    assert failure.uncertain
    assert time.monotonic() - begin < 2


@calls
def test_a_slow_vendor_is_waited_for(models: Models, vendors: Vendors, call: Call) -> None:
    vendors.rule(slow=1.2)

    assert call(models)


@calls
def test_a_vendor_that_is_not_there_was_paid_nothing(
    models_with: Callable[..., Models], call: Call
) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}"
    names = ("gemini", "openai", "claude", "runway")

    failure = failure_of(call, models_with(**{f"{name}_base_url": nowhere for name in names}))

    assert failure.message == "It could not be reached"
    assert not failure.uncertain


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
