"""The official SDK of Gemini against the fake vendor: videos of Omni and Veo, their errors."""

import base64
import hashlib
from typing import Any

import httpx2
import pytest
from google import genai
from google.genai import _interactions_errors as interactions_errors
from google.genai import types

from tests.cases import cases
from tests.vendors import Vendors
from tests.vendors.helpers import gemini_file_name, is_video_of
from tests.vendors.official.conftest import KEY

pytestmark = [pytest.mark.slow, pytest.mark.thorough]

_VERTICAL = {"type": "video", "aspect_ratio": "9:16", "duration": "5s"}
_VIDEO = {"type": "video"}


def _create_interaction(gemini: genai.Client, **fields: Any) -> Any:
    body: Any = {"model": "gemini-omni-1.2-flash", "input": "Tea", "response_format": _VIDEO}
    return gemini.interactions.create(**{**body, **fields})


def _start_veo(vendors: Vendors) -> types.GenerateVideosOperation:
    """Start a video at the URL of the Gemini API, which the SDK does not use any more."""
    body = {"instances": [{"prompt": "Tea"}], "parameters": {"durationSeconds": 8}}
    url = f"{vendors.url}/gemini/v1beta/models/veo-3.1:predictLongRunning"
    response = httpx2.post(url, json=body, headers={"x-goog-api-key": KEY})
    return types.GenerateVideosOperation.model_validate({"name": response.json()["name"]})


def test_omni_generates_a_video_in_the_background(gemini, vendors, picture):
    frame: Any = {"type": "image", "mime_type": "image/png"}
    frame["data"] = base64.b64encode(picture).decode()
    interaction: Any = gemini.interactions.create(
        model="gemini-omni-1.2-flash",
        input=[frame, {"type": "text", "text": "Steam rises"}],
        background=True,
        response_format={**_VERTICAL, "delivery": "uri"},
    )

    assert interaction.status == "in_progress"
    assert gemini.interactions.get(interaction.id).status == "in_progress"
    done: Any = gemini.interactions.get(interaction.id)
    assert done.status == "completed"
    assert done.steps[0].content[0].mime_type == "video/mp4"
    assert is_video_of(
        gemini.files.download(file=gemini_file_name(done.output_video.uri)), interaction.id
    )
    [paid] = vendors.counts()
    assert (paid["role"], paid["prompt"], paid["task"]) == ("video", "Steam rises", interaction.id)
    assert paid["pictures"] == [hashlib.sha256(picture).hexdigest()]


def test_omni_returns_an_inline_video(gemini):
    done: Any = gemini.interactions.create(
        model="gemini-omni-1.2-flash",
        input="Steam rises",
        response_format={**_VERTICAL, "delivery": "inline"},
    )

    assert done.status == "completed"
    assert is_video_of(base64.b64decode(done.output_video.data), done.id)


def test_omni_cancels_a_video(gemini):
    interaction: Any = gemini.interactions.create(
        model="gemini-omni-1.2-flash", input="Steam", background=True, response_format=_VERTICAL
    )

    assert gemini.interactions.cancel(interaction.id).status == "cancelled"
    assert gemini.interactions.get(interaction.id).status == "cancelled"


@pytest.mark.parametrize(
    ("status", "error_type"),
    [(429, interactions_errors.RateLimitError), (500, interactions_errors.InternalServerError)],
)
def test_omni_error_status_raises_the_sdk_error(gemini, vendors, status, error_type):
    vendors.rule(status=status)

    with pytest.raises(error_type):
        _create_interaction(gemini)


@cases(
    "fields",
    {
        "aspect ratio": {"response_format": {"type": "video", "aspect_ratio": "1:1"}},
        "too short": {"response_format": {"type": "video", "duration": "2s"}},
        "too long": {"response_format": {"type": "video", "duration": "16s"}},
        "delivery": {"response_format": {"type": "video", "delivery": "post"}},
        "image without data": {"input": [{"type": "image", "mime_type": "image/png"}]},
    },
)
def test_omni_rejects_an_invalid_request(gemini, fields):
    with pytest.raises(interactions_errors.BadRequestError):
        _create_interaction(gemini, **fields)


@cases(
    ("rule", "status", "message"),
    {
        "failed": ({"fail": "Out of paint."}, "failed", "Out of paint."),
        "refused": ({"refuse": True}, "failed", "The prompt violates the usage guidelines."),
        "cancelled": ({"stop": True}, "cancelled", None),
    },
)
def test_omni_reports_failed_refused_and_cancelled_videos(gemini, vendors, rule, status, message):
    vendors.rule(kind="submit", **rule)

    ended = _create_interaction(gemini)

    assert ended.status == status
    assert (ended.errors[0].message if ended.errors else None) == message


def test_veo_generates_a_video(gemini, vendors, picture):
    """The SDK submits to Vertex and polls the Gemini API.

    With an API key, google-genai 3 still polls Veo's operations, but submits to Vertex only. The
    body is the same (`instances` and `parameters`), only the prefix of the path differs.
    """
    config = types.GenerateVideosConfig(aspect_ratio="9:16", duration_seconds=6)
    source = types.GenerateVideosSource(
        prompt="Steam rises", image=types.Image(image_bytes=picture, mime_type="image/png")
    )
    options = types.HttpOptions(base_url=f"{vendors.url}/gemini", api_version="v1beta")
    with genai.Client(vertexai=True, api_key=KEY, http_options=options) as vertex:
        operation = vertex.models.generate_videos(model="veo-3.1", source=source, config=config)

    assert not gemini.operations.get(operation).done
    done: Any = gemini.operations.get(operation)
    uri: Any = done.response.generated_videos[0].video.uri
    assert is_video_of(gemini.files.download(file=gemini_file_name(uri)), vendors.tasks()[0]["id"])
    [paid] = vendors.counts()
    assert paid["asked"] == {"aspectRatio": "9:16", "durationSeconds": 6}
    assert paid["pictures"] == [hashlib.sha256(picture).hexdigest()]


def test_veo_reports_a_failed_video(gemini, vendors):
    vendors.rule(kind="submit", polls=0, fail="Out of paint.")

    ended: Any = gemini.operations.get(_start_veo(vendors))

    assert ended.done
    assert ended.error == {"code": 13, "message": "Out of paint."}


def test_veo_refuses_content(gemini, vendors):
    vendors.rule(kind="submit", polls=0, refuse=True)

    ended: Any = gemini.operations.get(_start_veo(vendors))

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
def test_veo_rejects_an_invalid_request(vendors, parameters, field):
    body = {"instances": [{"prompt": "Tea"}], "parameters": parameters}
    url = f"{vendors.url}/gemini/v1beta/models/veo-3.1:predictLongRunning"
    response = httpx2.post(url, json=body, headers={"x-goog-api-key": KEY})

    assert response.status_code == 400
    assert field in response.json()["error"]["message"]
