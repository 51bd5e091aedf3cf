"""The official SDK of Gemini against the fake vendor: texts, images, files, each error."""

import hashlib
import io
import json
from typing import Any

import pytest
from google import genai
from google.genai import errors, types
from PIL import Image

from tests.vendors.example_schemas import SCENARIO
from tests.vendors.official.conftest import http_options

pytestmark = [pytest.mark.slow, pytest.mark.thorough]

_PROMPT = "Write exactly 4 scenes about tea."


def _generate(gemini: genai.Client, **fields: Any) -> Any:
    body: Any = {"model": "gemini-3.5-flash", "contents": "Hello", **fields}
    return gemini.models.generate_content(**body)


def test_gemini_answer_matches_the_json_schema(gemini, vendors):
    config = types.GenerateContentConfig(
        system_instruction="You direct.",
        response_mime_type="application/json",
        response_json_schema=SCENARIO,
    )
    response: Any = gemini.models.generate_content(
        model="gemini-3.5-flash", contents=_PROMPT, config=config
    )

    assert len(json.loads(response.text or "")["scenes"]) == 4
    assert response.usage_metadata.total_token_count == 100
    assert vendors.counts()[0]["prompt"] == f"You direct.\n{_PROMPT}"


def test_gemini_image_has_the_requested_aspect_ratio(gemini, vendors, picture):
    config = types.GenerateContentConfig(
        response_modalities=["IMAGE"], image_config=types.ImageConfig(aspect_ratio="9:16")
    )
    reference: Any = types.Part.from_bytes(data=picture, mime_type="image/png")
    response: Any = gemini.models.generate_content(
        model="gemini-nano-banana-2.1", contents=["A cup of tea", reference], config=config
    )

    image = Image.open(io.BytesIO(response.parts[0].inline_data.data))
    assert (image.format, image.size) == ("PNG", (768, 1344))
    assert vendors.counts()[0]["role"] == "image"
    assert vendors.counts()[0]["pictures"] == [hashlib.sha256(picture).hexdigest()]


def test_gemini_accepts_inline_video(gemini, vendors):
    video: Any = types.Part.from_bytes(data=b"not a real video", mime_type="video/mp4")

    gemini.models.generate_content(model="gemini-3.5-flash", contents=[video, "What is it?"])

    assert vendors.counts()[0]["role"] == "vision"


def test_gemini_accepts_a_chunked_upload_once_it_is_active(gemini, vendors):
    content = io.BytesIO(bytes(9_000_000))  # the SDK sends chunks of 8 MB
    file: Any = gemini.files.upload(file=content, config={"mime_type": "video/mp4"})

    assert (file.state, file.size_bytes) == (types.FileState.PROCESSING, 9_000_000)
    assert gemini.files.get(name=file.name).state == types.FileState.ACTIVE

    response: Any = gemini.models.generate_content(
        model="gemini-3.5-flash", contents=[file, "What is it?"]
    )
    assert response.text
    assert vendors.counts()[0]["pictures"] == [file.uri]
    gemini.files.delete(name=file.name)


@pytest.mark.parametrize(
    ("status", "error_type", "name"),
    [
        (429, errors.ClientError, "RESOURCE_EXHAUSTED"),
        (500, errors.ServerError, "INTERNAL"),
        (503, errors.ServerError, "UNAVAILABLE"),
    ],
)
def test_gemini_error_status_raises_the_sdk_error(gemini, vendors, status, error_type, name):
    vendors.rule(status=status)

    with pytest.raises(error_type) as error:
        _generate(gemini)

    assert (error.value.code, error.value.status) == (status, name)


def test_gemini_rejects_an_invalid_key(vendors):
    with (
        genai.Client(api_key="wrong-key", http_options=http_options(vendors)) as client,
        pytest.raises(errors.ClientError, match="API_KEY_INVALID") as error,
    ):
        _generate(client)

    assert error.value.code == 400


@pytest.mark.parametrize(
    "fields",
    [
        {"contents": {"role": "user", "parts": []}},
        {"config": {"response_json_schema": {"type": "object"}}},
        {"model": "gemini-nano-banana-2.1", "config": {"image_config": {"aspect_ratio": "5:1"}}},
        {"model": "gemini-2.5-flash-image", "config": {"image_config": {"aspect_ratio": "1:1"}}},
    ],
    ids=["no parts", "schema without media type", "aspect ratio", "image config of an old model"],
)
def test_gemini_rejects_an_invalid_request(gemini, fields):
    with pytest.raises(errors.ClientError) as error:
        _generate(gemini, **fields)

    assert error.value.status == "INVALID_ARGUMENT"


def test_gemini_rejects_a_file_that_is_not_active(gemini, tmp_path):
    path = tmp_path / "video.mp4"
    path.write_bytes(b"not a real video")
    file = gemini.files.upload(file=path)

    with pytest.raises(errors.ClientError, match="not in an ACTIVE state"):
        _generate(gemini, contents=[file, "What is it?"])


def test_gemini_reports_a_failed_file(gemini, vendors, tmp_path):
    vendors.rule(kind="upload", polls=1, fail="The codec is unknown.")
    path = tmp_path / "video.mp4"
    path.write_bytes(b"not a real video")
    uploaded: Any = gemini.files.upload(file=path)

    file: Any = gemini.files.get(name=uploaded.name)

    assert (file.state.name, file.error.message) == ("FAILED", "The codec is unknown.")


def test_gemini_refuses_generate(gemini, vendors):
    vendors.rule(refuse=True)
    vendors.rule(refuse="answer", kind="image")

    text = _generate(gemini)
    image = _generate(gemini, model="gemini-nano-banana-2.1")

    assert text.prompt_feedback.block_reason == "SAFETY"
    assert image.candidates[0].finish_reason == "IMAGE_SAFETY"
    assert image.candidates[0].content is None
