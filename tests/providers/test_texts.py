"""Language models: what they are asked, and what is made of their answers."""

import os
from pathlib import Path
from typing import Any

import pytest

from providers.contract import Clip
from providers.errors import ProviderError
from tests.providers.orders import KEY, SHAPE, Models, picture, question
from tests.vendors import Vendors

PROVIDERS = ["gemini", "claude", "openai"]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_question_is_answered_with_an_object_of_its_shape(
    models: Models, vendors: Vendors, provider: str
) -> None:
    reply = models.text(provider).answer(question())

    assert set(reply.value) == {"tone", "tempo"}
    assert reply.usage
    [paid] = vendors.counts()
    assert paid["role"] == "llm"
    assert paid["key"] == KEY[-4:]
    assert "Be brief." in paid["prompt"]
    assert "Which style?" in paid["prompt"]


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("model", ["a-model-of-next-year", "модель"])
def test_the_model_named_is_the_model_asked(
    models: Models, vendors: Vendors, provider: str, model: str
) -> None:
    models.text(provider, model).answer(question())

    assert vendors.counts()[0]["model"] == model


@pytest.mark.parametrize("provider", PROVIDERS)
def test_pictures_are_shown(models: Models, vendors: Vendors, provider: str) -> None:
    pictures = [picture(), picture("JPEG"), picture("WEBP"), picture("GIF")]

    models.text(provider).answer(question(pictures=pictures))

    [paid] = vendors.counts()
    assert paid["role"] == "vision"
    assert len(set(paid["pictures"])) == 4


@pytest.mark.parametrize("provider", PROVIDERS)
def test_what_is_no_picture_is_refused_before_anything_is_paid(
    models: Models, vendors: Vendors, provider: str
) -> None:
    broken = picture("GIF")
    broken = type(broken)(broken.data[:30], broken.media_type)

    with pytest.raises(ProviderError, match="cannot be read"):
        models.text(provider).answer(question(pictures=[broken]))

    assert vendors.counts() == []


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize(
    "text",
    [
        '{"tone": "warm", "tempo": "slow"}',
        'Gladly.\n```json\n{"tone": "warm", "tempo": "slow"}\n```',
        'The answer is {"tone": "warm", "tempo": "slow"}.',
    ],
)
def test_the_object_is_found_in_the_text(
    models: Models, vendors: Vendors, provider: str, text: str
) -> None:
    vendors.rule(kind="text", answer=text)

    assert models.text(provider).answer(question()).value == {"tone": "warm", "tempo": "slow"}


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("text", ["", "No.", '{"tone": "wa'])
def test_an_answer_without_an_object_is_told(
    models: Models, vendors: Vendors, provider: str, text: str
) -> None:
    vendors.rule(kind="text", answer=text)

    with pytest.raises(ProviderError, match="no JSON object") as failure:
        models.text(provider).answer(question())

    assert (text or "it is empty") in failure.value.message


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("way", [True, "answer"])
def test_a_refusal_is_told_in_words(
    models: Models, vendors: Vendors, provider: str, way: bool | str
) -> None:
    vendors.rule(kind="text", refuse=way)

    with pytest.raises(ProviderError, match=r"It refused: \w+") as failure:
        models.text(provider).answer(question())

    assert not failure.value.uncertain


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_schema_that_leaves_fields_open_is_taken_as_well(models: Models, provider: str) -> None:
    properties = {
        **SHAPE["properties"],
        "scenes": {
            "type": "array",
            "minItems": 2,
            "maxItems": 4,
            "items": {"type": "object", "properties": {"note": {"type": ["string", "null"]}}},
        },
        "number": {"type": "integer", "minimum": 1, "maximum": 9},
    }
    shape = {"type": "object", "properties": properties, "required": ["tone"]}

    assert "tone" in models.text(provider).answer(question(schema=shape)).value


def test_only_gemini_takes_video(models: Models) -> None:
    assert [models.text(provider).takes_video for provider in PROVIDERS] == [True, False, False]


def test_a_short_video_goes_inside_of_the_question(
    models: Models, vendors: Vendors, samples: Path
) -> None:
    clip = Clip(samples / "video.mp4", "video/mp4")

    models.text("gemini").answer(question(video=clip))

    assert vendors.counts()[0]["role"] == "vision"
    assert {request["kind"] for request in vendors.requests()} == {"text"}


@pytest.fixture
def long_video(tmp_path: Path) -> Clip:
    path = tmp_path / "long.mp4"
    path.write_bytes(os.urandom(15 << 20))
    return Clip(path, "video/mp4")


def test_a_long_video_is_uploaded_first_and_deleted_afterwards(
    models: Models, vendors: Vendors, long_video: Clip
) -> None:
    models.text("gemini").answer(question(video=long_video))

    [paid] = vendors.counts()
    assert "files/" in paid["pictures"][0]
    kinds = [request["kind"] for request in vendors.requests()]
    assert kinds == ["upload", "upload", "poll", "text", "cancel"]


def test_a_video_that_the_vendor_cannot_read_is_told(
    models: Models, vendors: Vendors, long_video: Clip
) -> None:
    vendors.rule(kind="upload", fail="corrupt", times=2)

    with pytest.raises(ProviderError, match="could not process the video") as failure:
        models.text("gemini").answer(question(video=long_video))

    assert not failure.value.uncertain
    assert vendors.counts() == []


@pytest.mark.parametrize(
    "trouble", [{"cut": "after"}, {"garbage": True}, {"status": 500}, {"gateway": 503}]
)
def test_an_upload_that_breaks_costs_nothing(
    models: Models, vendors: Vendors, long_video: Clip, trouble: dict[str, Any]
) -> None:
    vendors.rule(kind="upload", skip=1, **trouble)

    with pytest.raises(ProviderError) as failure:
        models.text("gemini").answer(question(video=long_video))

    assert not failure.value.uncertain
    assert vendors.counts() == []
