"""Clips: first frames and prompts beyond a vendor's limits, invalid URLs, lost responses."""

import pytest

from providers.errors import ProviderError
from tests.jobs.helpers import until
from tests.providers.adapters import (
    KEY,
    VIDEO_MODELS,
    finished_task,
    noise_picture,
    picture,
    video_request,
)

pytestmark = pytest.mark.slow

video_models = pytest.mark.parametrize(("provider", "model_id"), VIDEO_MODELS)


def test_key_is_not_sent_to_another_origin(adapters, vendors):
    model = adapters.video("runway")
    other_origin = vendors.url.replace("127.0.0.1", "localhost")
    task = finished_task(model, model.submit(video_request()))

    model.download((task.output or "").replace(vendors.url, other_origin), bytearray().extend)

    requests = [request for request in vendors.requests() if request["kind"] == "download"]
    assert [request["key"] for request in requests] == [""]


@pytest.mark.parametrize(
    "url", ["ftp://example/clip", "file:///etc/passwd", "no address", "http://[", "https://"]
)
@video_models
def test_invalid_download_url_raises_provider_error(adapters, provider, model_id, url):
    with pytest.raises(ProviderError) as error:
        adapters.video(provider, model_id).download(url, bytearray().extend)

    assert KEY not in str(error.value)


def test_large_first_frame_is_compressed(adapters):
    request = video_request(first_frame=noise_picture(1500))

    assert adapters.video("runway").submit(request)  # the fake vendor rejects larger ones


@video_models
def test_first_frame_of_unsupported_type_is_converted(adapters, provider, model_id):
    assert adapters.video(provider, model_id).submit(video_request(first_frame=picture("GIF")))


def test_runway_prompt_is_shortened_between_words(adapters, vendors):
    adapters.video("runway").submit(video_request(prompt="slow zoom \U0001f600 " * 200))

    [call] = vendors.counts()
    assert len(call["prompt"].encode("utf-16-le")) // 2 <= 1000
    assert call["prompt"].endswith(("slow", "zoom", "\U0001f600"))


@video_models
@pytest.mark.parametrize(
    "rule",
    [{"cut": "after"}, {"cut": "body"}, {"garbage": True}, {"half": True}],
    ids=["closed before the response", "closed in the response", "not JSON", "half of the JSON"],
)
def test_submission_with_lost_response_is_uncertain_and_not_retried(
    adapters, vendors, provider, model_id, rule
):
    vendors.rule(kind="submit", **rule)

    with pytest.raises(ProviderError) as error:
        adapters.video(provider, model_id).submit(video_request())

    assert error.value.uncertain
    assert len(vendors.counts()) == 1
    assert len(vendors.requests()) == 1


@video_models
def test_submission_that_times_out_is_uncertain(make_adapters, vendors, provider, model_id):
    vendors.rule(kind="submit", hang=True)

    with pytest.raises(ProviderError, match="did not answer within 1 second") as error:
        make_adapters(provider_timeout=1).video(provider, model_id).submit(video_request())

    assert error.value.uncertain
    assert len(until(vendors.counts)) == 1
