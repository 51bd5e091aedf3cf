"""Clips: frames and prompts that have to be fitted, addresses that lead astray, lost answers."""

from collections.abc import Callable
from typing import Any

import pytest

from providers.errors import ProviderError
from tests.providers.orders import KEY, Models, picture, video_order
from tests.providers.test_image_encoding import noise
from tests.providers.test_videos import MODELS, finished
from tests.vendors import Vendors

pytestmark = pytest.mark.slow


def test_the_key_goes_to_the_vendor_alone(models: Models, vendors: Vendors) -> None:
    model = models.video("runway")
    other = vendors.url.replace("127.0.0.1", "localhost")
    task = finished(model, model.submit(video_order()))

    model.download((task.output or "").replace(vendors.url, other), bytearray().extend)

    requests = [request for request in vendors.requests() if request["kind"] == "download"]
    assert [request["key"] for request in requests] == [""]


@pytest.mark.parametrize(
    "address", ["ftp://example/clip", "file:///etc/passwd", "no address", "http://[", "https://"]
)
@pytest.mark.parametrize(("provider", "name"), MODELS)
def test_an_address_that_is_none_is_told(
    models: Models, provider: str, name: str, address: str
) -> None:
    with pytest.raises(ProviderError) as failure:
        models.video(provider, name).download(address, bytearray().extend)

    assert KEY not in str(failure.value)


def test_a_large_first_frame_is_made_small_enough(models: Models) -> None:
    assert models.video("runway").submit(video_order(first_frame=noise(1500)))


@pytest.mark.parametrize(("provider", "name"), MODELS)
def test_a_first_frame_of_another_type_is_made_anew(
    models: Models, provider: str, name: str
) -> None:
    assert models.video(provider, name).submit(video_order(first_frame=picture("GIF")))


def test_runways_prompt_is_cut_between_words(models: Models, vendors: Vendors) -> None:
    models.video("runway").submit(video_order(prompt="slow zoom \U0001f600 " * 200))

    [paid] = vendors.counts()
    assert len(paid["prompt"].encode("utf-16-le")) // 2 <= 1000
    assert paid["prompt"].endswith(("slow", "zoom", "\U0001f600"))


@pytest.mark.parametrize(("provider", "name"), MODELS)
@pytest.mark.parametrize(
    "trouble", [{"cut": "after"}, {"cut": "body"}, {"garbage": True}, {"half": True}]
)
def test_an_order_whose_answer_is_lost_may_have_been_paid_and_is_not_repeated(
    models: Models, vendors: Vendors, provider: str, name: str, trouble: dict[str, Any]
) -> None:
    vendors.rule(kind="submit", **trouble)

    with pytest.raises(ProviderError) as failure:
        models.video(provider, name).submit(video_order())

    assert failure.value.uncertain
    assert len(vendors.counts()) == 1
    assert len(vendors.requests()) == 1


@pytest.mark.parametrize(("provider", "name"), MODELS)
def test_an_order_without_an_answer_in_time_may_have_been_paid(
    models_with: Callable[..., Models], vendors: Vendors, provider: str, name: str
) -> None:
    vendors.rule(kind="submit", hang=True)

    with pytest.raises(ProviderError, match="did not answer within 1 seconds") as failure:
        models_with(provider_timeout=1).video(provider, name).submit(video_order())

    assert failure.value.uncertain
    assert len(vendors.counts()) == 1
