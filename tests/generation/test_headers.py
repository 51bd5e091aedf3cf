"""Headers choose who does something: provider, model and key of each role."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.generation.conftest import Tell
from tests.people import Person
from tests.vendors import Vendors

INTENT = {"intent": {"mode": "style_transfer"}}
LLM, IMAGE, VIDEO = "/api/scenario", "/api/generate/image", "/api/generate/video"


@pytest.fixture
def bodies(picture_url: str) -> dict[str, dict[str, Any]]:
    """The least that each endpoint takes."""
    return {
        LLM: INTENT,
        IMAGE: {"prompt": "A lamp"},
        VIDEO: {"prompt": "It swings", "image_url": picture_url},
    }


def made_by(vendors: Vendors) -> list[tuple[str, str]]:
    return [(paid["vendor"], paid["model"]) for paid in vendors.counts()]


@pytest.mark.parametrize(
    ("url", "headers", "maker"),
    [
        (LLM, {}, ("gemini", "gemini-3.8-flash")),
        (LLM, {"x-llm-provider": "claude"}, ("claude", "claude-sonnet-5-5")),
        (LLM, {"x-llm-provider": " OpenAI "}, ("openai", "gpt-6.1-terra")),
        (LLM, {"x-model-id": "gpt-6.2-sol"}, ("openai", "gpt-6.2-sol")),
        (LLM, {"x-model-id": "gemini-9-new"}, ("gemini", "gemini-9-new")),
        (LLM, {"x-image-provider": "nobody"}, ("gemini", "gemini-3.8-flash")),
        (
            LLM,
            {"x-llm-provider": "gemini", "x-model-id": "claude-haiku-5-5"},
            ("claude", "claude-haiku-5-5"),
        ),
        (IMAGE, {}, ("openai", "gpt-image-2.6-flare")),
        (IMAGE, {"x-image-provider": "dalle"}, ("openai", "gpt-image-2.6-flare")),
        (IMAGE, {"x-image-provider": "openai"}, ("openai", "gpt-image-2.6-flare")),
        (IMAGE, {"x-image-provider": "gemini"}, ("gemini", "gemini-nano-banana-2.1")),
        (IMAGE, {"x-model-id": "gemini-nano-banana-2.1"}, ("gemini", "gemini-nano-banana-2.1")),
        (IMAGE, {"x-image-model-id": "dall-e-3"}, ("openai", "dall-e-3")),
        (IMAGE, {"x-image-model-id": "dall-e-3", "x-model-id": "x"}, ("openai", "dall-e-3")),
        (VIDEO, {}, ("runway", "gen4.5")),
        (VIDEO, {"x-video-provider": "gemini"}, ("gemini", "gemini-omni-1.2-flash")),
        (VIDEO, {"x-model-id": "gen4_turbo"}, ("runway", "gen4_turbo")),
        (
            VIDEO,
            {"x-video-model-id": "veo-3.1-generate-preview"},
            ("gemini", "veo-3.1-generate-preview"),
        ),
        (VIDEO, {"x-video-provider": "gemini", "x-model-id": "gen4.5"}, ("runway", "gen4.5")),
    ],
)
def test_headers_choose_provider_and_model(
    ana: Person,
    vendors: Vendors,
    bodies: dict[str, Any],
    url: str,
    headers: dict[str, str],
    maker: tuple[str, str],
) -> None:
    answer = ana.post(url, json=bodies[url], headers=headers)

    assert answer.status_code == 200, answer.text
    assert made_by(vendors) == [maker]


@pytest.mark.parametrize(
    ("headers", "makers"),
    [
        ({}, [("gemini", "gemini-nano-banana-2.1"), ("gemini", "gemini-omni-1.2-flash")]),
        (
            {"x-image-provider": "dalle", "x-video-provider": "runway"},
            [("openai", "gpt-image-2.6-flare"), ("runway", "gen4.5")],
        ),
        (
            {"x-model-id": "gen4_turbo"},
            [("gemini", "gemini-nano-banana-2.1"), ("runway", "gen4_turbo")],
        ),
        (
            {"x-model-id": "gpt-image-2"},
            [("openai", "gpt-image-2"), ("gemini", "gemini-omni-1.2-flash")],
        ),
        (
            {
                "x-image-model-id": "gpt-image-2",
                "x-video-model-id": "gen4.5",
                "x-model-id": "dall-e-3",
            },
            [("openai", "gpt-image-2"), ("runway", "gen4.5")],
        ),
        (
            {"x-model-id": "gpt-image-2", "x-video-model-id": "gen4.5"},
            [("openai", "gpt-image-2"), ("runway", "gen4.5")],
        ),
    ],
)
def test_in_a_scene_a_model_goes_to_the_role_that_knows_it(
    ana: Person, vendors: Vendors, tell: Tell, headers: dict[str, str], makers: list[Any]
) -> None:
    answer = ana.post(f"{tell(1)}/generate/scene/0", headers=headers)

    assert answer.status_code == 200, answer.text
    assert made_by(vendors) == makers


@pytest.mark.parametrize(
    ("url", "header", "others"),
    [
        (LLM, "x-llm-provider", "gemini or claude or openai or demo"),
        (IMAGE, "x-image-provider", "gemini or dalle or demo"),
        (VIDEO, "x-video-provider", "gemini or runway or demo"),
    ],
)
def test_an_unknown_provider_is_refused_by_its_header(
    ana: Person, vendors: Vendors, bodies: dict[str, Any], url: str, header: str, others: str
) -> None:
    answer = ana.post(url, json=bodies[url], headers={header: "midjourney"})

    assert answer.status_code == 400
    assert answer.json == {
        "error": "Unknown provider",
        "details": f'{header} is "midjourney"; expected {others}',
    }
    assert vendors.requests() == []


@pytest.mark.parametrize("url", [LLM, IMAGE, VIDEO])
def test_without_a_key_nothing_is_asked(
    ana: Person, keyless: FlaskClient, vendors: Vendors, bodies: dict[str, Any], url: str
) -> None:
    answer = Person(keyless, ana.token, ana.user).post(url, json=bodies[url])

    assert answer.status_code == 400
    assert answer.json["error"] == "API key required (x-api-key header)"
    assert ana.show("/api/jobs") == []
    assert vendors.requests() == []


@pytest.mark.parametrize(
    ("url", "headers", "key"),
    [
        (LLM, {}, "ests"),  # the server's own
        (LLM, {"x-api-key": "mine-1234"}, "1234"),
        (LLM, {"x-llm-api-key": "mine-5678", "x-api-key": "mine-1234"}, "5678"),
        (LLM, {"x-api-key": " "}, "ests"),
        (IMAGE, {"x-api-key": "mine-1234"}, "1234"),
        (IMAGE, {"x-image-api-key": "mine-5678", "x-api-key": "mine-1234"}, "5678"),
        (VIDEO, {"x-video-api-key": "mine-5678", "x-image-api-key": "mine-1234"}, "5678"),
    ],
)
def test_a_key_in_a_header_wins_over_the_servers(
    ana: Person,
    vendors: Vendors,
    bodies: dict[str, Any],
    url: str,
    headers: dict[str, str],
    key: str,
) -> None:
    assert ana.post(url, json=bodies[url], headers=headers).status_code == 200

    assert [paid["key"] for paid in vendors.counts()] == [key]


def test_a_scene_takes_a_key_for_each_vendor(
    ana: Person, keyless: FlaskClient, vendors: Vendors, tell: Tell
) -> None:
    headers = {"x-image-provider": "dalle", "x-video-provider": "runway"}
    headers |= {"x-image-api-key": "mine-1234", "x-video-api-key": "mine-5678"}
    script = Person(keyless, ana.token, ana.user)

    assert script.post(f"{tell(1)}/generate/scene/0", headers=headers).status_code == 200

    assert [paid["key"] for paid in vendors.counts()] == ["1234", "5678"]


@pytest.mark.parametrize("key", ["schlüssel", "a\tkey", "my\u00a0key"])
def test_what_can_be_no_key_is_refused(ana: Person, vendors: Vendors, key: str) -> None:
    answer = ana.post(LLM, json=INTENT, headers={"x-api-key": key})

    assert answer.status_code == 400, answer.text
    assert "x-api-key" in answer.json["details"]
    assert key not in answer.text
    assert vendors.requests() == []


@pytest.mark.parametrize(
    ("provider", "status"), [("gemini", 400), ("claude", 401), ("openai", 401)]
)
def test_a_wrong_key_is_the_vendors_to_refuse(
    ana: Person, vendors: Vendors, provider: str, status: int
) -> None:
    headers = {"x-llm-provider": provider, "x-api-key": "wrong-key"}

    answer = ana.post(LLM, json=INTENT, headers=headers)

    assert answer.status_code == 502
    assert answer.json["error"] == "The provider failed"
    assert answer.json["details"]["job"].startswith("/api/jobs/job_")
    assert "key" in answer.json["details"]["message"]
    assert "wrong-key" not in answer.text
    assert vendors.requests()[0]["status"] == status


@pytest.mark.parametrize(
    "body",
    [b"{", b"[]", b'{"intent": {}}', b'{"intent": {"mode": "remix"}}', b"", b'{"intent": null}'],
)
def test_a_wrong_body_is_refused_before_anything_is_asked(
    ana: Person, vendors: Vendors, body: bytes
) -> None:
    assert ana.post(LLM, data=body).status_code == 400

    assert vendors.requests() == []
