"""Gemini's SDK finds its vendor in the fake: clips of Omni and Veo, and how they fail."""

import base64
import hashlib
from typing import Any

import httpx2
import pytest
from google import genai
from google.genai import _interactions_errors as interactions_errors
from google.genai import types

from tests.vendors import Vendors
from tests.vendors.checks import file_name, is_clip
from tests.vendors.conftest import KEY

_VERTICAL = {"type": "video", "aspect_ratio": "9:16", "duration": "5s"}
_VIDEO = {"type": "video"}


def _interaction(gemini: genai.Client, **given: Any) -> Any:
    body: Any = {"model": "gemini-omni-1.2-flash", "input": "Tea", "response_format": _VIDEO}
    return gemini.interactions.create(**{**body, **given})


def _veo(vendors: Vendors) -> types.GenerateVideosOperation:
    """Start a clip at the Gemini API's own address, where the SDK goes no more."""
    body = {"instances": [{"prompt": "Tea"}], "parameters": {"durationSeconds": 8}}
    url = f"{vendors.url}/gemini/v1beta/models/veo-3.1:predictLongRunning"
    answer = httpx2.post(url, json=body, headers={"x-goog-api-key": KEY})
    return types.GenerateVideosOperation.model_validate({"name": answer.json()["name"]})


def test_omni_makes_a_clip_in_the_background(
    gemini: genai.Client, vendors: Vendors, picture: bytes
) -> None:
    frame: Any = {"type": "image", "mime_type": "image/png"}
    frame["data"] = base64.b64encode(picture).decode()
    clip: Any = gemini.interactions.create(
        model="gemini-omni-1.2-flash",
        input=[frame, {"type": "text", "text": "Steam rises"}],
        background=True,
        response_format={**_VERTICAL, "delivery": "uri"},
    )

    assert clip.status == "in_progress"
    assert gemini.interactions.get(clip.id).status == "in_progress"
    done: Any = gemini.interactions.get(clip.id)
    assert done.status == "completed"
    assert done.steps[0].content[0].mime_type == "video/mp4"
    assert is_clip(gemini.files.download(file=file_name(done.output_video.uri)), clip.id)
    [paid] = vendors.counts()
    assert (paid["role"], paid["prompt"], paid["task"]) == ("video", "Steam rises", clip.id)
    assert paid["pictures"] == [hashlib.sha256(picture).hexdigest()]


def test_omni_puts_a_clip_into_the_answer(gemini: genai.Client) -> None:
    done: Any = gemini.interactions.create(
        model="gemini-omni-1.2-flash",
        input="Steam rises",
        response_format={**_VERTICAL, "delivery": "inline"},
    )

    assert done.status == "completed"
    assert is_clip(base64.b64decode(done.output_video.data), done.id)


def test_omni_stops_a_clip(gemini: genai.Client) -> None:
    clip: Any = gemini.interactions.create(
        model="gemini-omni-1.2-flash", input="Steam", background=True, response_format=_VERTICAL
    )

    assert gemini.interactions.cancel(clip.id).status == "cancelled"
    assert gemini.interactions.get(clip.id).status == "cancelled"


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (429, interactions_errors.RateLimitError),
        (500, interactions_errors.InternalServerError),
    ],
)
def test_omni_is_busy(
    gemini: genai.Client, vendors: Vendors, status: int, error: type[Exception]
) -> None:
    vendors.rule(status=status)

    with pytest.raises(error):
        _interaction(gemini)


@pytest.mark.parametrize(
    "given",
    [
        {"response_format": {"type": "video", "aspect_ratio": "1:1"}},
        {"response_format": {"type": "video", "duration": "2s"}},
        {"response_format": {"type": "video", "duration": "16s"}},
        {"response_format": {"type": "video", "delivery": "post"}},
        {"input": [{"type": "image", "mime_type": "image/png"}]},
    ],
)
def test_omni_refuses_bad_input(gemini: genai.Client, given: dict[str, Any]) -> None:
    with pytest.raises(interactions_errors.BadRequestError):
        _interaction(gemini, **given)


@pytest.mark.parametrize(
    ("rule", "status", "message"),
    [
        ({"fail": "Out of paint."}, "failed", "Out of paint."),
        ({"refuse": True}, "failed", "The prompt violates the usage guidelines."),
        ({"stop": True}, "cancelled", None),
    ],
)
def test_omni_fails(
    gemini: genai.Client, vendors: Vendors, rule: dict[str, Any], status: str, message: str | None
) -> None:
    vendors.rule(kind="submit", **rule)

    ended = _interaction(gemini)

    assert ended.status == status
    assert (ended.errors[0].message if ended.errors else None) == message


def test_veo_makes_a_clip(gemini: genai.Client, vendors: Vendors, picture: bytes) -> None:
    """Submitted as to Vertex, polled as at the Gemini API.

    google-genai 3 still reads Veo's operations with an API key, but submits to Vertex alone. The
    body is the same: `instances` and `parameters`; only the address's beginning differs.
    """
    config = types.GenerateVideosConfig(aspect_ratio="9:16", duration_seconds=6)
    source = types.GenerateVideosSource(
        prompt="Steam rises", image=types.Image(image_bytes=picture, mime_type="image/png")
    )
    there = types.HttpOptions(base_url=f"{vendors.url}/gemini", api_version="v1beta")
    with genai.Client(vertexai=True, api_key=KEY, http_options=there) as vertex:
        operation = vertex.models.generate_videos(model="veo-3.1", source=source, config=config)

    assert not gemini.operations.get(operation).done
    done: Any = gemini.operations.get(operation)
    uri: Any = done.response.generated_videos[0].video.uri
    assert is_clip(gemini.files.download(file=file_name(uri)), vendors.tasks()[0]["id"])
    [paid] = vendors.counts()
    assert paid["asked"] == {"aspectRatio": "9:16", "durationSeconds": 6}
    assert paid["pictures"] == [hashlib.sha256(picture).hexdigest()]


def test_veo_fails(gemini: genai.Client, vendors: Vendors) -> None:
    vendors.rule(kind="submit", polls=0, fail="Out of paint.")

    ended: Any = gemini.operations.get(_veo(vendors))

    assert ended.done
    assert ended.error == {"code": 13, "message": "Out of paint."}


def test_veo_refuses_content(gemini: genai.Client, vendors: Vendors) -> None:
    vendors.rule(kind="submit", polls=0, refuse=True)

    ended: Any = gemini.operations.get(_veo(vendors))

    assert ended.done
    assert ended.response.generated_videos is None
    assert ended.response.rai_media_filtered_reasons


@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ({"durationSeconds": 5}, "durationSeconds"),
        ({"aspectRatio": "1:1"}, "aspectRatio"),
        ({"aspectRatio": "4:3"}, "aspectRatio"),
    ],
)
def test_veo_refuses_bad_input(vendors: Vendors, parameters: dict[str, Any], field: str) -> None:
    body = {"instances": [{"prompt": "Tea"}], "parameters": parameters}
    url = f"{vendors.url}/gemini/v1beta/models/veo-3.1:predictLongRunning"
    answer = httpx2.post(url, json=body, headers={"x-goog-api-key": KEY})

    assert answer.status_code == 400
    assert field in answer.json()["error"]["message"]
