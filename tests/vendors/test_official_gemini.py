"""Gemini's SDK finds its vendor in the fake: texts, images, files, and each refusal."""

import hashlib
import io
import json
from pathlib import Path
from typing import Any

import pytest
from google import genai
from google.genai import errors, types
from PIL import Image

from tests.vendors import Vendors
from tests.vendors.conftest import options
from tests.vendors.shapes import SCENARIO

_PROMPT = "Write exactly 4 scenes about tea."


def _content(gemini: genai.Client, **given: Any) -> Any:
    body: Any = {"model": "gemini-3.5-flash", "contents": "Hello", **given}
    return gemini.models.generate_content(**body)


def test_gemini_answers_in_the_shape_asked_for(gemini: genai.Client, vendors: Vendors) -> None:
    config = types.GenerateContentConfig(
        system_instruction="You direct.",
        response_mime_type="application/json",
        response_json_schema=SCENARIO,
    )
    answer: Any = gemini.models.generate_content(
        model="gemini-3.5-flash", contents=_PROMPT, config=config
    )

    assert len(json.loads(answer.text or "")["scenes"]) == 4
    assert answer.usage_metadata.total_token_count == 100
    assert vendors.counts()[0]["prompt"] == f"You direct.\n{_PROMPT}"


def test_gemini_makes_images_of_the_ratio_asked_for(
    gemini: genai.Client, vendors: Vendors, picture: bytes
) -> None:
    config = types.GenerateContentConfig(
        response_modalities=["IMAGE"], image_config=types.ImageConfig(aspect_ratio="9:16")
    )
    like_this: Any = types.Part.from_bytes(data=picture, mime_type="image/png")
    answer: Any = gemini.models.generate_content(
        model="gemini-nano-banana-2.1", contents=["A cup of tea", like_this], config=config
    )

    image = Image.open(io.BytesIO(answer.parts[0].inline_data.data))
    assert (image.format, image.size) == ("PNG", (768, 1344))
    assert vendors.counts()[0]["role"] == "image"
    assert vendors.counts()[0]["pictures"] == [hashlib.sha256(picture).hexdigest()]


def test_gemini_sees_a_video_in_the_request(gemini: genai.Client, vendors: Vendors) -> None:
    video: Any = types.Part.from_bytes(data=b"as if it were a clip", mime_type="video/mp4")

    gemini.models.generate_content(model="gemini-3.5-flash", contents=[video, "What is it?"])

    assert vendors.counts()[0]["role"] == "vision"


def test_gemini_takes_a_file_in_pieces_and_sees_it_once_it_is_active(
    gemini: genai.Client, vendors: Vendors
) -> None:
    content = io.BytesIO(bytes(9_000_000))  # the SDK sends pieces of 8 MB
    file: Any = gemini.files.upload(file=content, config={"mime_type": "video/mp4"})

    assert (file.state, file.size_bytes) == (types.FileState.PROCESSING, 9_000_000)
    assert gemini.files.get(name=file.name).state == types.FileState.ACTIVE

    answer: Any = gemini.models.generate_content(
        model="gemini-3.5-flash", contents=[file, "What is it?"]
    )
    assert answer.text
    assert vendors.counts()[0]["pictures"] == [file.uri]
    gemini.files.delete(name=file.name)


@pytest.mark.parametrize(
    ("status", "error", "name"),
    [
        (429, errors.ClientError, "RESOURCE_EXHAUSTED"),
        (500, errors.ServerError, "INTERNAL"),
        (503, errors.ServerError, "UNAVAILABLE"),
    ],
)
def test_gemini_is_busy(
    gemini: genai.Client,
    vendors: Vendors,
    status: int,
    error: type[errors.APIError],
    name: str,
) -> None:
    vendors.rule(status=status)

    with pytest.raises(error) as caught:
        _content(gemini)

    assert (caught.value.code, caught.value.status) == (status, name)


def test_gemini_does_not_know_the_key(vendors: Vendors) -> None:
    with (
        genai.Client(api_key="wrong-key", http_options=options(vendors)) as client,
        pytest.raises(errors.ClientError, match="API_KEY_INVALID") as caught,
    ):
        _content(client)

    assert caught.value.code == 400


@pytest.mark.parametrize(
    "given",
    [
        {"contents": {"role": "user", "parts": []}},
        {"config": {"response_json_schema": {"type": "object"}}},
        {"model": "gemini-nano-banana-2.1", "config": {"image_config": {"aspect_ratio": "5:1"}}},
        {"model": "gemini-2.5-flash-image", "config": {"image_config": {"aspect_ratio": "1:1"}}},
    ],
)
def test_gemini_refuses_bad_input(gemini: genai.Client, given: dict[str, Any]) -> None:
    with pytest.raises(errors.ClientError) as caught:
        _content(gemini, **given)

    assert caught.value.status == "INVALID_ARGUMENT"


def test_gemini_does_not_see_a_file_that_is_not_ready(gemini: genai.Client, tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"as if it were a clip")
    file = gemini.files.upload(file=path)

    with pytest.raises(errors.ClientError, match="not in an ACTIVE state"):
        _content(gemini, contents=[file, "What is it?"])


def test_gemini_cannot_read_a_file(gemini: genai.Client, vendors: Vendors, tmp_path: Path) -> None:
    vendors.rule(kind="upload", polls=1, fail="The codec is unknown.")
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"as if it were a clip")
    uploaded: Any = gemini.files.upload(file=path)

    file: Any = gemini.files.get(name=uploaded.name)

    assert (file.state.name, file.error.message) == ("FAILED", "The codec is unknown.")


def test_gemini_refuses_content(gemini: genai.Client, vendors: Vendors) -> None:
    vendors.rule(refuse=True)
    vendors.rule(refuse="answer", kind="image")

    asked = _content(gemini)
    made = _content(gemini, model="gemini-nano-banana-2.1")

    assert asked.prompt_feedback.block_reason == "SAFETY"
    assert made.candidates[0].finish_reason == "IMAGE_SAFETY"
    assert made.candidates[0].content is None
