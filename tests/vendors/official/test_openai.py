"""The official SDK of OpenAI against the fake vendor: each call of the service, each error."""

import base64
import hashlib
import io
import json
from typing import Any

import openai as openai_sdk
import pytest
from openai import OpenAI
from PIL import Image

from tests.vendors.example_schemas import SCENARIO, closed_object
from tests.vendors.helpers import data_url, download

pytestmark = [pytest.mark.slow, pytest.mark.thorough]

_PROMPT = "Write exactly 4 scenes about tea."


def _chat(openai: OpenAI, **fields: Any) -> Any:
    body: Any = {"model": "gpt-6", "messages": [{"role": "user", "content": "Hello"}], **fields}
    return openai.chat.completions.create(**body)


def _generate_image(openai: OpenAI, **fields: Any) -> Any:
    body: Any = {"model": "gpt-image-2.6-flare", "prompt": "Tea", **fields}
    return openai.images.generate(**body)


def _response_format() -> Any:
    named = {"name": "scenario", "strict": True, "schema": SCENARIO}
    return {"type": "json_schema", "json_schema": named}


def test_openai_answer_matches_the_json_schema(openai, vendors):
    response: Any = openai.chat.completions.create(
        model="gpt-6",
        max_completion_tokens=4000,
        messages=[
            {"role": "system", "content": "You direct."},
            {"role": "user", "content": _PROMPT},
        ],
        response_format=_response_format(),
    )

    scenes = json.loads(response.choices[0].message.content or "")["scenes"]
    assert [scene["scene_index"] for scene in scenes] == [0, 1, 2, 3]
    assert response.usage.total_tokens == 100
    [paid] = vendors.counts()
    assert (paid["vendor"], paid["role"], paid["model"]) == ("openai", "llm", "gpt-6")
    assert paid["prompt"] == f"You direct.\n{_PROMPT}"
    assert paid["key"] == "1234"


def test_openai_accepts_images(openai, vendors, picture):
    url = data_url(picture)
    content: Any = [{"type": "text", "text": "What is it?"}]
    content += [{"type": "image_url", "image_url": {"url": url, "detail": "low"}}]

    response: Any = openai.chat.completions.create(
        model="gpt-6", messages=[{"role": "user", "content": content}]
    )

    assert response.choices[0].message.content
    assert vendors.counts()[0]["role"] == "vision"
    assert vendors.counts()[0]["pictures"] == [hashlib.sha256(picture).hexdigest()]


def test_openai_image_has_the_requested_size(openai):
    response: Any = openai.images.generate(
        model="gpt-image-2.6-sunburst", prompt="A cup of tea", size="1024x1536", quality="low"
    )

    image = Image.open(io.BytesIO(base64.b64decode(response.data[0].b64_json)))
    assert (image.format, image.size) == ("PNG", (1024, 1536))
    assert image.info["prompt"] == "A cup of tea"
    assert response.usage.total_tokens == 100


def test_openai_returns_the_url_of_a_dall_e_image(openai):
    response: Any = openai.images.generate(
        model="dall-e-3", prompt="A cup of tea", size="1024x1792"
    )

    image = Image.open(io.BytesIO(download(response.data[0].url)))
    assert image.size == (1024, 1792)


def test_openai_edits_images(openai, vendors, picture):
    response: Any = openai.images.edit(
        model="gpt-image-2", prompt="The same, blue", image=("a.png", picture, "image/png")
    )

    assert base64.b64decode(response.data[0].b64_json).startswith(b"\x89PNG")
    assert vendors.counts()[0]["pictures"] == [hashlib.sha256(picture).hexdigest()]


def test_openai_lists_models(openai, vendors):
    assert "gpt-6" in [model.id for model in openai.models.list()]
    assert openai.models.retrieve("gpt-6").id == "gpt-6"
    assert vendors.counts() == []


@pytest.mark.parametrize(
    ("status", "error_type"),
    [
        (429, openai_sdk.RateLimitError),
        (500, openai_sdk.InternalServerError),
        (503, openai_sdk.InternalServerError),
    ],
)
def test_openai_error_status_raises_the_sdk_error(openai, vendors, status, error_type):
    vendors.rule(status=status, retry_after=7)

    with pytest.raises(error_type) as error:
        _chat(openai)

    assert error.value.response.headers["retry-after"] == "7"
    assert vendors.counts() == []


def test_openai_rejects_an_invalid_key(openai, vendors):
    with pytest.raises(openai_sdk.AuthenticationError) as error:
        _chat(openai.with_options(api_key="wrong-key"))

    assert error.value.code == "invalid_api_key"
    assert vendors.counts() == []


@pytest.mark.parametrize(
    ("send", "fields", "field"),
    [
        (_chat, {"messages": []}, "messages"),
        (_chat, {"max_tokens": 9}, "max_tokens"),
        (_chat, {"messages": [{"role": "robot", "content": "Hello"}]}, "role"),
        (_chat, {"response_format": {"type": "json_schema", "json_schema": {}}}, "name"),
        (_generate_image, {"size": "1080x1920"}, "size"),
        (_generate_image, {"size": "1536x864"}, "size"),
        (_generate_image, {"model": "dall-e-3", "size": "1024x1536"}, "size"),
        (_generate_image, {"quality": "hd"}, "quality"),
        (_generate_image, {"style": "vivid"}, "style"),
        (_generate_image, {"response_format": "url"}, "response_format"),
        (_generate_image, {"prompt": "a" * 32001}, "prompt"),
    ],
)
def test_openai_rejects_an_invalid_request(openai, send, fields, field):
    with pytest.raises(openai_sdk.BadRequestError) as error:
        send(openai, **fields)

    assert field in f"{error.value.param} {error.value.message}"


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "array", "items": {"type": "string"}},
        {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]},
        {**closed_object(a={"type": "string"}), "required": []},
        closed_object(a={"type": "array", "items": {"type": "object", "properties": {"b": {}}}}),
    ],
    ids=["array", "additional properties", "optional property", "nested additional properties"],
)
def test_openai_rejects_schemas_that_are_not_strict(openai, schema):
    named = {"name": "scenario", "strict": True, "schema": schema}

    with pytest.raises(openai_sdk.BadRequestError, match="Invalid schema"):
        _chat(openai, response_format={"type": "json_schema", "json_schema": named})


def test_openai_refuses_content(openai, vendors):
    vendors.rule(refuse=True, times=2)

    assert _chat(openai).choices[0].message.refusal
    with pytest.raises(openai_sdk.BadRequestError) as error:
        _generate_image(openai)
    assert error.value.code == "moderation_blocked"
    assert [paid["role"] for paid in vendors.counts()] == ["llm"]
