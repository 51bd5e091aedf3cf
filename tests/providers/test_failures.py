"""Everything that can go wrong between us and a vendor, for each adapter."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from providers.errors import ProviderBusyError, ProviderError, ProviderTimeoutError
from tests.providers.orders import Models, image_order, question, video_order
from tests.service import free_port
from tests.vendors import Vendors

pytestmark = pytest.mark.slow

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
def test_a_vendor_that_says_it_is_overloaded_is_busy_as_well(
    models: Models, vendors: Vendors, call: Call
) -> None:
    vendors.rule(status=503)

    failure = failure_of(call, models)

    assert isinstance(failure, ProviderBusyError)
    assert (failure.status, failure.retry_after) == (503, None)


@calls
@pytest.mark.parametrize("status", [503, 529])
def test_a_gateway_that_lost_what_is_behind_it_leaves_open_whether_it_was_paid(
    models: Models, vendors: Vendors, call: Call, status: int
) -> None:
    vendors.rule(gateway=status)

    failure = failure_of(call, models)

    assert type(failure) is ProviderError
    assert (failure.status, failure.uncertain) == (status, True)
    assert len(vendors.requests()) == len(vendors.counts()) == 1


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
    assert time.monotonic() - begin < 10  # the vendor hangs for ever


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
