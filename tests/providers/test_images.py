"""Image models: what they are asked, and what is made of their answers."""

from io import BytesIO

import pytest
from PIL import Image

from providers.errors import ProviderError
from tests.providers.orders import KEY, Models, image_order
from tests.vendors import Vendors

PROVIDERS = ["gemini", "dalle"]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_an_image_is_made(models: Models, vendors: Vendors, provider: str) -> None:
    made = models.image(provider).generate(image_order())

    assert made.url is None
    assert made.usage
    assert Image.open(BytesIO(made.picture.data)).info["prompt"] == "a lamp"
    [paid] = vendors.counts()
    assert (paid["role"], paid["prompt"], paid["key"]) == ("image", "a lamp", KEY[-4:])


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
def test_each_model_is_asked_for_a_size_that_it_has(
    models: Models, vendors: Vendors, provider: str, model: str, size: tuple[int, int]
) -> None:
    made = models.image(provider, model).generate(image_order())

    assert Image.open(BytesIO(made.picture.data)).size == size
    assert vendors.counts()[0]["model"] == model


def test_dall_e_answers_with_an_address(models: Models, vendors: Vendors) -> None:
    made = models.image("dalle", "dall-e-3").generate(image_order())

    assert made.picture is None
    assert made.url.startswith(vendors.url)
    assert vendors.counts()[0]["asked"] == {"size": "1024x1792"}


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("way", [True, "answer"])
def test_a_refusal_is_told(
    models: Models, vendors: Vendors, provider: str, way: bool | str
) -> None:
    vendors.rule(kind="image", refuse=way)

    with pytest.raises(ProviderError, match=r"refused|rejected") as failure:
        models.image(provider).generate(image_order())

    assert not failure.value.uncertain


def test_openai_takes_prompts_as_long_as_it_can(models: Models) -> None:
    prompt = "a lamp, " * 10_000

    assert models.image("dalle").generate(image_order(prompt=prompt)).picture
    assert models.image("dalle", "dall-e-3").generate(image_order(prompt=prompt)).url
