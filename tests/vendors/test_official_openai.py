"""OpenAI's SDK finds its vendor in the fake: each call that the service makes, each refusal."""

import base64
import hashlib
import io
import json
from collections.abc import Callable
from typing import Any

import openai as openai_sdk
import pytest
from openai import OpenAI
from PIL import Image

from tests.vendors import Vendors
from tests.vendors.checks import data_url, download
from tests.vendors.shapes import SCENARIO, closed

_PROMPT = "Write exactly 4 scenes about tea."


def _chat(openai: OpenAI, **given: Any) -> Any:
    body: Any = {"model": "gpt-6", "messages": [{"role": "user", "content": "Hello"}], **given}
    return openai.chat.completions.create(**body)


def _image(openai: OpenAI, **given: Any) -> Any:
    body: Any = {"model": "gpt-image-2.6-flare", "prompt": "Tea", **given}
    return openai.images.generate(**body)


def _openai_format() -> Any:
    named = {"name": "scenario", "strict": True, "schema": SCENARIO}
    return {"type": "json_schema", "json_schema": named}


def test_openai_answers_in_the_shape_asked_for(openai: OpenAI, vendors: Vendors) -> None:
    answer: Any = openai.chat.completions.create(
        model="gpt-6",
        max_completion_tokens=4000,
        messages=[
            {"role": "system", "content": "You direct."},
            {"role": "user", "content": _PROMPT},
        ],
        response_format=_openai_format(),
    )

    scenes = json.loads(answer.choices[0].message.content or "")["scenes"]
    assert [scene["scene_index"] for scene in scenes] == [0, 1, 2, 3]
    assert answer.usage.total_tokens == 100
    [paid] = vendors.counts()
    assert (paid["vendor"], paid["role"], paid["model"]) == ("openai", "llm", "gpt-6")
    assert paid["prompt"] == f"You direct.\n{_PROMPT}"
    assert paid["key"] == "1234"


def test_openai_sees_pictures(openai: OpenAI, vendors: Vendors, picture: bytes) -> None:
    url = data_url(picture)
    content: Any = [{"type": "text", "text": "What is it?"}]
    content += [{"type": "image_url", "image_url": {"url": url, "detail": "low"}}]

    answer: Any = openai.chat.completions.create(
        model="gpt-6", messages=[{"role": "user", "content": content}]
    )

    assert answer.choices[0].message.content
    assert vendors.counts()[0]["role"] == "vision"
    assert vendors.counts()[0]["pictures"] == [hashlib.sha256(picture).hexdigest()]


def test_openai_makes_images_of_the_size_asked_for(openai: OpenAI) -> None:
    answer: Any = openai.images.generate(
        model="gpt-image-2.6-sunburst", prompt="A cup of tea", size="1024x1536", quality="low"
    )

    image = Image.open(io.BytesIO(base64.b64decode(answer.data[0].b64_json)))
    assert (image.format, image.size) == ("PNG", (1024, 1536))
    assert image.info["prompt"] == "A cup of tea"
    assert answer.usage.total_tokens == 100


def test_openai_gives_the_address_of_an_old_models_image(openai: OpenAI) -> None:
    answer: Any = openai.images.generate(model="dall-e-3", prompt="A cup of tea", size="1024x1792")

    image = Image.open(io.BytesIO(download(answer.data[0].url)))
    assert image.size == (1024, 1792)


def test_openai_makes_images_after_images(openai: OpenAI, vendors: Vendors, picture: bytes) -> None:
    answer: Any = openai.images.edit(
        model="gpt-image-2", prompt="The same, blue", image=("a.png", picture, "image/png")
    )

    assert base64.b64decode(answer.data[0].b64_json).startswith(b"\x89PNG")
    assert vendors.counts()[0]["pictures"] == [hashlib.sha256(picture).hexdigest()]


def test_openai_lists_models(openai: OpenAI, vendors: Vendors) -> None:
    assert "gpt-6" in [model.id for model in openai.models.list()]
    assert openai.models.retrieve("gpt-6").id == "gpt-6"
    assert vendors.counts() == []


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (429, openai_sdk.RateLimitError),
        (500, openai_sdk.InternalServerError),
        (503, openai_sdk.InternalServerError),
    ],
)
def test_openai_is_busy(
    openai: OpenAI, vendors: Vendors, status: int, error: type[openai_sdk.APIStatusError]
) -> None:
    vendors.rule(status=status, retry_after=7)

    with pytest.raises(error) as caught:
        _chat(openai)

    assert caught.value.response.headers["retry-after"] == "7"
    assert vendors.counts() == []


def test_openai_does_not_know_the_key(openai: OpenAI, vendors: Vendors) -> None:
    with pytest.raises(openai_sdk.AuthenticationError) as caught:
        _chat(openai.with_options(api_key="wrong-key"))

    assert caught.value.code == "invalid_api_key"
    assert vendors.counts() == []


@pytest.mark.parametrize(
    ("ask", "given", "field"),
    [
        (_chat, {"messages": []}, "messages"),
        (_chat, {"max_tokens": 9}, "max_tokens"),
        (_chat, {"messages": [{"role": "robot", "content": "Hello"}]}, "role"),
        (_chat, {"response_format": {"type": "json_schema", "json_schema": {}}}, "name"),
        (_image, {"size": "1080x1920"}, "size"),
        (_image, {"size": "1536x864"}, "size"),
        (_image, {"model": "dall-e-3", "size": "1024x1536"}, "size"),
        (_image, {"quality": "hd"}, "quality"),
        (_image, {"style": "vivid"}, "style"),
        (_image, {"response_format": "url"}, "response_format"),
        (_image, {"prompt": "a" * 32001}, "prompt"),
    ],
)
def test_openai_refuses_bad_input(
    openai: OpenAI, ask: Callable[..., Any], given: dict[str, Any], field: str
) -> None:
    with pytest.raises(openai_sdk.BadRequestError) as caught:
        ask(openai, **given)

    assert field in f"{caught.value.param} {caught.value.message}"


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "array", "items": {"type": "string"}},
        {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]},
        {**closed(a={"type": "string"}), "required": []},
        closed(a={"type": "array", "items": {"type": "object", "properties": {"b": {}}}}),
    ],
)
def test_openai_refuses_schemas_that_are_not_strict(openai: OpenAI, schema: Any) -> None:
    named = {"name": "scenario", "strict": True, "schema": schema}

    with pytest.raises(openai_sdk.BadRequestError, match="Invalid schema"):
        _chat(openai, response_format={"type": "json_schema", "json_schema": named})


def test_openai_refuses_content(openai: OpenAI, vendors: Vendors) -> None:
    vendors.rule(refuse=True, times=2)

    assert _chat(openai).choices[0].message.refusal
    with pytest.raises(openai_sdk.BadRequestError) as caught:
        _image(openai)
    assert caught.value.code == "moderation_blocked"
    assert [paid["role"] for paid in vendors.counts()] == ["llm"]
