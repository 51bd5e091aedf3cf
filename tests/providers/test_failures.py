"""Failures of vendors and of the connection to them: what each adapter raises."""

import time

import pytest

from providers.errors import ProviderBusyError, ProviderError, ProviderTimeoutError
from providers.models import vendors as all_vendors
from tests.jobs.helpers import until
from tests.providers.adapters import CALLS, JSON_CALLS, Adapters, Call
from tests.service import free_port

pytestmark = pytest.mark.slow

calls = pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
# Those that take the clock's time: all go through one client.
few = ["llm openai gpt-6.1-terra", "video runway gen4.5", "music elevenlabs music_v2_5"]
few_calls = pytest.mark.parametrize("call", [CALLS[name] for name in few], ids=few)


def error_of(call: Call, adapters: Adapters) -> ProviderError:
    """Return the error that a call raises, which contains neither the key nor a path."""
    with pytest.raises(ProviderError) as error:
        call(adapters)
    assert adapters.key not in str(error.value)
    assert adapters.key not in repr(vars(error.value))
    assert "/" not in error.value.message  # neither a URL nor a path
    return error.value


@calls
def test_status_429_raises_busy_error_with_retry_after_and_costs_nothing(adapters, vendors, call):
    vendors.rule(status=429, retry_after=7, times=None)

    error = error_of(call, adapters)

    assert isinstance(error, ProviderBusyError)
    assert (error.status, error.retry_after) == (429, 7)
    assert len(vendors.requests()) == 1
    assert vendors.counts() == []


@calls
def test_status_503_with_the_vendors_error_body_raises_busy_error(adapters, vendors, call):
    vendors.rule(status=503)

    error = error_of(call, adapters)

    assert isinstance(error, ProviderBusyError)
    assert (error.status, error.retry_after) == (503, None)


@calls
@pytest.mark.parametrize("status", [503, 529])
def test_gateway_error_is_uncertain_and_not_retried(adapters, vendors, call, status):
    vendors.rule(gateway=status)

    error = error_of(call, adapters)

    assert type(error) is ProviderError
    assert (error.status, error.uncertain) == (status, True)
    assert len(vendors.requests()) == len(vendors.counts()) == 1


@calls
def test_status_500_raises_the_vendors_message_without_retries(adapters, vendors, call):
    vendors.rule(status=500, times=None)

    error = error_of(call, adapters)

    assert type(error) is ProviderError
    assert error.status == 500
    assert error.message
    assert len(vendors.requests()) == 1


@calls
def test_wrong_key_raises_401_without_disclosing_the_key(make_adapters, vendors, call):
    error = error_of(call, make_adapters("wrong-key"))

    assert error.status == 401
    assert "key" in error.message.lower()
    assert vendors.counts() == []


@pytest.mark.parametrize("call", JSON_CALLS.values(), ids=JSON_CALLS.keys())
@pytest.mark.parametrize("rule", [{"garbage": True}, {"half": True}], ids=["not JSON", "half"])
def test_response_that_is_not_json_is_uncertain_and_not_retried(adapters, vendors, call, rule):
    vendors.rule(**rule)

    error = error_of(call, adapters)

    assert error.message == "The response is not a JSON object"
    assert error.uncertain
    assert len(vendors.requests()) == 1


@calls
@pytest.mark.parametrize("cut", ["before", "after", "body"])
def test_lost_connection_is_uncertain_and_not_retried(adapters, vendors, call, cut):
    vendors.rule(cut=cut)

    error = error_of(call, adapters)

    assert "connection was lost" in error.message
    assert error.uncertain
    assert len(vendors.requests()) == 1


@few_calls
def test_vendor_that_never_responds_raises_timeout_error(make_adapters, vendors, call):
    vendors.rule(hang=True)
    start = time.monotonic()

    error = error_of(call, make_adapters(provider_timeout=1))

    assert isinstance(error, ProviderTimeoutError)
    assert error.uncertain
    assert time.monotonic() - start < 30  # the vendor never responds
    assert until(vendors.counts)  # before the next test, whose rules are not for this request


@few_calls
def test_slow_response_within_the_timeout_is_accepted(adapters, vendors, call):
    vendors.rule(slow=0.4)

    assert call(adapters)


@calls
def test_unreachable_vendor_raises_error_that_is_not_uncertain(make_adapters, call):
    unused_url = f"http://127.0.0.1:{free_port()}"
    base_urls = {f"{name}_base_url": unused_url for name in all_vendors()}

    error = error_of(call, make_adapters(**base_urls))

    assert error.message == "The provider could not be reached"
    assert not error.uncertain
