"""DEMO_PROVIDER=auto, the default: the demo is there for those for whom nobody has a key."""

from dataclasses import replace
from typing import Any

import pytest

from config import Settings
from providers.models import vendors
from tests.applications import create_app
from tests.people import Person

IMAGE = "/api/generate/image"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The default, on a service without keys."""
    no_keys: dict[str, Any] = {f"{vendor}_api_key": "" for vendor in vendors()}
    return replace(settings, demo_provider=Settings.demo_provider, **no_keys)


def keep_key(person: Person) -> None:
    kept = person.put("/api/provider-keys/claude", json={"key": "key-of-ana"})
    assert kept.status_code == 204


def has_demo(answer: Any) -> bool:
    return "demo" in {provider["id"] for provider in answer.json}


def generate(person: Person, **headers: str) -> Any:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return person.post(IMAGE, json={"prompt": "A lamp"}, headers=sent)


def test_without_any_key_requests_that_name_nothing_go_to_the_demo(ana: Person) -> None:
    assert generate(ana).json["imageUrl"].startswith("data:image/png")
    assert ana.show("/api/jobs")[0]["calls"][0]["provider"] == "demo"


def test_work_becomes_scenes_without_any_header(ana: Person, work: str) -> None:
    assert len(ana.post(f"{work}/scenario").json["scenes"]) == 3

    answer = ana.post(f"{work}/generate/scene/0")

    assert answer.status_code == 200, answer.text
    assert answer.json.keys() == {"imageUrl", "videoUrl"}


@pytest.mark.parametrize("headers", [{"x_image_provider": "gemini"}, {"x_model_id": "gpt-image-1"}])
def test_request_that_names_a_provider_or_model_needs_its_key(
    ana: Person, headers: dict[str, str]
) -> None:
    answer = generate(ana, **headers)

    assert answer.status_code == 400
    assert answer.json["error"] == "API key required (x-api-key header)"


def test_request_with_a_key_goes_to_its_provider(ana: Person, settings: Settings) -> None:
    nowhere = replace(settings, openai_base_url="http://127.0.0.1:9/v1")
    client = create_app(nowhere).test_client()

    answer = generate(Person(client, ana.token, ana.user), x_api_key="key-of-ana")

    assert answer.status_code == 502
    assert ana.show("/api/jobs")[0]["calls"][0]["provider"] == "dalle"


def test_user_who_keeps_a_key_has_no_demo(ana: Person, ben: Person) -> None:
    assert has_demo(ana.get("/api/providers"))

    keep_key(ana)

    assert not has_demo(ana.get("/api/providers"))
    assert has_demo(ben.get("/api/providers"))
    assert has_demo(ana.client.get("/api/providers"))
    assert has_demo(Person(ana.client, "nonsense", ana.user).get("/api/providers"))
    assert generate(ana).json["error"] == "API key required (x-api-key header)"
    assert generate(ana, x_image_provider="demo").json["error"] == "Unknown provider"


def test_server_with_a_key_has_no_demo(ana: Person, settings: Settings) -> None:
    client = create_app(replace(settings, runway_api_key="key-of-server")).test_client()
    at_server = Person(client, ana.token, ana.user)

    assert not has_demo(client.get("/api/providers"))
    assert generate(at_server).json["error"] == "API key required (x-api-key header)"
