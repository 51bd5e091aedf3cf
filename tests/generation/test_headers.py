"""Headers that select the provider, model and API key of each role."""

import pytest

from providers.models import providers_for
from tests.vendors import Vendors

INTENT = {"intent": {"mode": "style_transfer"}}
LLM, IMAGE, VIDEO = "/api/scenario", "/api/generate/image", "/api/generate/video"


@pytest.fixture
def bodies(image_data_url):
    """The minimal body for each endpoint."""
    return {
        LLM: INTENT,
        IMAGE: {"prompt": "A lamp"},
        VIDEO: {"prompt": "It swings", "image_url": image_data_url},
    }


def models_used(vendors: Vendors) -> list[tuple[str, str]]:
    """Return vendor and model of each paid call."""
    return [(call["vendor"], call["model"]) for call in vendors.counts()]


@pytest.mark.parametrize(
    ("url", "headers", "expected"),
    [
        (LLM, {}, ("gemini", "gemini-3.8-flash")),
        (LLM, {"x-llm-provider": "claude"}, ("claude", "claude-sonnet-5-5")),
        (LLM, {"x-llm-provider": " OpenAI "}, ("openai", "gpt-6.1-terra")),
        (LLM, {"x-model-id": "gpt-6.2-sol"}, ("openai", "gpt-6.2-sol")),
        (LLM, {"x-model-id": "gemini-9-new"}, ("gemini", "gemini-9-new")),
        (LLM, {"x-image-provider": "unknown"}, ("gemini", "gemini-3.8-flash")),
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
def test_headers_select_provider_and_model(ana, vendors, bodies, url, headers, expected):
    answer = ana.post(url, json=bodies[url], headers=headers)

    assert answer.status_code == 200, answer.text
    assert models_used(vendors) == [expected]


@pytest.mark.parametrize(
    ("headers", "expected"),
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
def test_model_headers_of_a_scene_apply_to_the_role_of_the_model(
    ana, vendors, save_work, headers, expected
):
    answer = ana.post(f"{save_work(1)}/generate/scene/0", headers=headers)

    assert answer.status_code == 200, answer.text
    assert models_used(vendors) == expected


@pytest.mark.parametrize(("url", "role"), [(LLM, "llm"), (IMAGE, "image"), (VIDEO, "video")])
def test_unknown_provider_in_a_header_is_rejected(ana, vendors, bodies, url, role):
    header, known = f"x-{role}-provider", " or ".join(providers_for(role))
    answer = ana.post(url, json=bodies[url], headers={header: "midjourney"})

    assert answer.status_code == 400
    assert answer.json == {
        "error": "Unknown provider",
        "code": "unknown_provider",
        "details": f'{header} is "midjourney"; expected {known}',
    }
    assert vendors.requests() == []


@pytest.mark.parametrize("url", [LLM, IMAGE, VIDEO])
def test_request_without_any_api_key_is_rejected(ana_without_keys, vendors, bodies, url):
    answer = ana_without_keys.post(url, json=bodies[url])

    assert answer.status_code == 400
    assert answer.json["error"] == "API key required (x-api-key header)"
    assert ana_without_keys.show("/api/jobs") == []
    assert vendors.requests() == []


@pytest.mark.parametrize(
    ("url", "headers", "key"),
    [
        (LLM, {}, "ests"),  # the key of the server
        (LLM, {"x-api-key": "mine-1234"}, "1234"),
        (LLM, {"x-llm-api-key": "mine-5678", "x-api-key": "mine-1234"}, "5678"),
        (LLM, {"x-api-key": " "}, "ests"),
        (IMAGE, {"x-api-key": "mine-1234"}, "1234"),
        (IMAGE, {"x-image-api-key": "mine-5678", "x-api-key": "mine-1234"}, "5678"),
        (VIDEO, {"x-video-api-key": "mine-5678", "x-image-api-key": "mine-1234"}, "5678"),
    ],
)
def test_api_key_in_a_header_takes_precedence_over_the_servers(
    ana, vendors, bodies, url, headers, key
):
    assert ana.post(url, json=bodies[url], headers=headers).status_code == 200

    assert [call["key"] for call in vendors.counts()] == [key]


def test_scene_uses_the_api_key_of_each_role(ana_without_keys, vendors, save_work):
    headers = {"x-image-provider": "dalle", "x-video-provider": "runway"}
    headers |= {"x-image-api-key": "mine-1234", "x-video-api-key": "mine-5678"}
    url = f"{save_work(1)}/generate/scene/0"

    assert ana_without_keys.post(url, headers=headers).status_code == 200

    assert [call["key"] for call in vendors.counts()] == ["1234", "5678"]


@pytest.mark.parametrize("key", ["schlüssel", "a\tkey", "my\u00a0key"])
def test_malformed_api_key_is_rejected(ana, vendors, key):
    answer = ana.post(LLM, json=INTENT, headers={"x-api-key": key})

    assert answer.status_code == 400, answer.text
    assert "x-api-key" in answer.json["details"]
    assert key not in answer.text
    assert vendors.requests() == []


@pytest.mark.parametrize(
    ("provider", "status"), [("gemini", 400), ("claude", 401), ("openai", 401)]
)
def test_api_key_that_the_vendor_rejects_returns_502(ana, vendors, provider, status):
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
    ids=bytes.decode,
)
def test_invalid_body_is_rejected_without_a_vendor_request(ana, vendors, body):
    assert ana.post(LLM, data=body).status_code == 400

    assert vendors.requests() == []
