"""Image models: their requests, and the results of their responses."""

from dataclasses import replace
from io import BytesIO

import pytest
from openai import OpenAI
from PIL import Image
from werkzeug.formparser import FormDataParser
from werkzeug.http import parse_options_header

from providers.errors import ProviderError
from tests.generation.helpers import sha256
from tests.jobs.receiver import Receiver
from tests.providers.adapters import KEY, Adapters, image_request, picture

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


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("count", [1, 3])
def test_references_are_sent_as_they_are_in_their_order(adapters, vendors, provider, count):
    pictures = [picture(size=(side, 90)) for side in (60, 90, 120)[:count]]

    image = adapters.image(provider).generate(image_request(references=pictures))

    assert Image.open(BytesIO(image.picture.data)).info["prompt"] == "a lamp"
    assert image.usage
    [call] = vendors.counts()
    assert call["pictures"] == [sha256(each.data) for each in pictures]


def test_openai_gets_the_form_that_its_own_sdk_sends(settings):
    pictures = [picture(size=(side, side)) for side in (60, 90)]
    named = [(f"{number}.png", each.data, "image/png") for number, each in enumerate(pictures, 1)]
    request = image_request(references=pictures)
    with Receiver.running() as receiver:
        adapters = Adapters(replace(settings, openai_base_url=receiver.url))
        sdk = OpenAI(base_url=receiver.url, api_key=KEY, max_retries=0)
        with pytest.raises(ProviderError):  # the server answers with nothing
            adapters.image("dalle", "gpt-image-2").generate(request)
        sdk.images.edit(model="gpt-image-2", prompt="a lamp", n=1, size="1008x1792", image=named)

    ours, theirs = map(parsed, receiver.messages)
    assert ours == theirs
    assert [file[0] for file in ours["files"]] == ["image[]", "image[]"]


def parsed(message):
    """Return the key, the fields and the files of a form."""
    content_type = message.headers["content-type"]
    length = int(message.headers["content-length"])
    assert length == len(message.body)
    media_type, options = parse_options_header(content_type)
    parser = FormDataParser()
    _, fields, files = parser.parse(BytesIO(message.body), media_type, length, options)
    received = []
    for name, file in files.items(multi=True):
        with file.stream:
            received.append((name, file.filename, file.content_type, file.read()))
    return {
        "key": message.headers["authorization"],
        "fields": sorted(fields.items(multi=True)),
        "files": received,
    }
