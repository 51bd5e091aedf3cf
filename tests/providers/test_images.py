"""Image models: their requests, and the results of their responses."""

from io import BytesIO

import pytest
from PIL import Image

from providers.errors import ProviderError
from tests.providers.adapters import KEY, image_request

PROVIDERS = ["gemini", "dalle"]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_image_is_generated_from_the_prompt(adapters, vendors, provider):
    image = adapters.image(provider).generate(image_request())

    assert image.url is None
    assert image.usage
    assert Image.open(BytesIO(image.picture.data)).info["prompt"] == "a lamp"
    [call] = vendors.counts()
    assert (call["role"], call["prompt"], call["key"]) == ("image", "a lamp", KEY[-4:])


@pytest.mark.parametrize(
    ("provider", "model", "size"),
    [
        ("dalle", "gpt-image-2.6-sunburst", (1024, 1536)),
        ("dalle", "gpt-image-2", (1008, 1792)),
        ("dalle", "gpt-image-9", (1024, 1536)),
        ("gemini", "gemini-nano-banana-2.1", (768, 1344)),
        ("gemini", "gemini-2.5-flash-image", (1024, 1024)),
    ],
)
def test_image_models_are_asked_for_supported_sizes(adapters, vendors, provider, model, size):
    image = adapters.image(provider, model).generate(image_request())

    assert Image.open(BytesIO(image.picture.data)).size == size
    assert vendors.counts()[0]["model"] == model


def test_dall_e_returns_a_url(adapters, vendors):
    image = adapters.image("dalle", "dall-e-3").generate(image_request())

    assert image.picture is None
    assert image.url.startswith(vendors.url)
    assert vendors.counts()[0]["asked"] == {"size": "1024x1792"}


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("refuse", [True, "answer"], ids=["before generating", "in the response"])
def test_refused_image_prompt_raises_provider_error(adapters, vendors, provider, refuse):
    vendors.rule(kind="image", refuse=refuse)

    with pytest.raises(ProviderError, match=r"refused|rejected") as error:
        adapters.image(provider).generate(image_request())

    assert not error.value.uncertain


def test_long_image_prompts_are_shortened_for_openai(adapters):
    prompt = "a lamp, " * 10_000

    assert adapters.image("dalle").generate(image_request(prompt=prompt)).picture
    assert adapters.image("dalle", "dall-e-3").generate(image_request(prompt=prompt)).url
