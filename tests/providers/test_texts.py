"""Language and vision models: their questions, and the objects in their answers."""

import os

import pytest

from providers.contract import Clip, Picture
from providers.errors import ProviderError
from tests.providers.adapters import KEY, SCHEMA, picture, question

PROVIDERS = ["gemini", "claude", "openai"]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_answer_is_an_object_of_the_requested_schema(adapters, vendors, provider):
    reply = adapters.text(provider).answer(question())

    assert set(reply.value) == {"tone", "tempo"}
    assert reply.usage
    [call] = vendors.counts()
    assert call["role"] == "llm"
    assert call["key"] == KEY[-4:]
    assert "Be brief." in call["prompt"]
    assert "Which style?" in call["prompt"]


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("model", ["unknown-model", "модель"])
def test_named_text_model_is_used(adapters, vendors, provider, model):
    adapters.text(provider, model).answer(question())

    assert vendors.counts()[0]["model"] == model


@pytest.mark.parametrize("provider", PROVIDERS)
def test_pictures_are_sent_to_vision_models(adapters, vendors, provider):
    pictures = [picture(), picture("JPEG"), picture("WEBP"), picture("GIF")]

    adapters.text(provider).answer(question(pictures=pictures))

    [call] = vendors.counts()
    assert call["role"] == "vision"
    assert len(set(call["pictures"])) == 4


@pytest.mark.parametrize("provider", PROVIDERS)
def test_unreadable_picture_is_rejected_without_a_paid_call(adapters, vendors, provider):
    truncated = Picture(picture("GIF").data[:30], "image/gif")

    with pytest.raises(ProviderError, match="cannot be read"):
        adapters.text(provider).answer(question(pictures=[truncated]))

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
def test_json_object_is_found_in_the_models_text(adapters, vendors, provider, text):
    vendors.rule(kind="text", answer=text)

    assert adapters.text(provider).answer(question()).value == {"tone": "warm", "tempo": "slow"}


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("text", ["", "No.", '{"tone": "wa'])
def test_answer_without_json_object_raises_provider_error(adapters, vendors, provider, text):
    vendors.rule(kind="text", answer=text)

    with pytest.raises(ProviderError, match="no JSON object") as error:
        adapters.text(provider).answer(question())

    assert (text or "it is empty") in error.value.message


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("refuse", [True, "answer"], ids=["before answering", "in the response"])
def test_refused_question_raises_provider_error(adapters, vendors, provider, refuse):
    vendors.rule(kind="text", refuse=refuse)

    with pytest.raises(ProviderError, match=r"It refused: \w+") as error:
        adapters.text(provider).answer(question())

    assert not error.value.uncertain


@pytest.mark.parametrize("provider", PROVIDERS)
def test_schema_with_optional_fields_is_accepted(adapters, provider):
    properties = {
        **SCHEMA["properties"],
        "scenes": {
            "type": "array",
            "minItems": 2,
            "maxItems": 4,
            "items": {"type": "object", "properties": {"note": {"type": ["string", "null"]}}},
        },
        "number": {"type": "integer", "minimum": 1, "maximum": 9},
    }
    schema = {"type": "object", "properties": properties, "required": ["tone"]}

    assert "tone" in adapters.text(provider).answer(question(schema=schema)).value


def test_only_gemini_takes_video(adapters):
    assert [adapters.text(provider).takes_video for provider in PROVIDERS] == [True, False, False]


def test_short_video_is_sent_inline(adapters, vendors, samples):
    clip = Clip(samples / "video.mp4", "video/mp4")

    adapters.text("gemini").answer(question(video=clip))

    assert vendors.counts()[0]["role"] == "vision"
    assert {request["kind"] for request in vendors.requests()} == {"text"}


@pytest.fixture
def long_video(tmp_path):
    """A file that is too large to be sent inline."""
    path = tmp_path / "long.mp4"
    path.write_bytes(os.urandom(15 << 20))
    return Clip(path, "video/mp4")


def test_long_video_is_uploaded_and_deleted_afterwards(adapters, vendors, long_video):
    adapters.text("gemini").answer(question(video=long_video))

    [call] = vendors.counts()
    assert "files/" in call["pictures"][0]
    kinds = [request["kind"] for request in vendors.requests()]
    assert kinds == ["upload", "upload", "poll", "text", "cancel"]


def test_video_that_the_vendor_cannot_process_raises_provider_error(adapters, vendors, long_video):
    vendors.rule(kind="upload", fail="corrupt", times=2)

    with pytest.raises(ProviderError, match="could not process the file") as error:
        adapters.text("gemini").answer(question(video=long_video))

    assert not error.value.uncertain
    assert vendors.counts() == []


@pytest.mark.parametrize(
    "rule",
    [{"cut": "after"}, {"garbage": True}, {"status": 500}, {"gateway": 503}],
    ids=["closed before the response", "not JSON", "status 500", "gateway error"],
)
def test_failed_video_upload_raises_error_without_a_paid_call(adapters, vendors, long_video, rule):
    vendors.rule(kind="upload", skip=1, **rule)

    with pytest.raises(ProviderError) as error:
        adapters.text("gemini").answer(question(video=long_video))

    assert not error.value.uncertain
    assert vendors.counts() == []
