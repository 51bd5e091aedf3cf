"""The list of providers, which anyone may read."""

from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from config import Settings
from providers.models import providers
from schemas.ai import ProviderSchema
from tests.applications import create_app

CATEGORIES = {
    "vision": ["gemini", "claude", "openai"],
    "llm": ["gemini", "claude", "openai"],
    "image": ["gemini", "dalle"],
    "video": ["gemini", "runway"],
}


def by_category(listed: list[dict[str, Any]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for provider in listed:
        found.setdefault(provider["category"], []).append(provider["id"])
    return found


def test_it_is_flat_and_open(client: FlaskClient) -> None:
    answer = client.get("/api/providers")

    assert answer.status_code == 200
    assert ProviderSchema(many=True).validate(answer.get_json()) == {}
    keys = {"id", "name", "category", "description", "models"}
    assert all(provider.keys() == keys for provider in answer.json)
    models = [model for provider in answer.json for model in provider["models"]]
    assert all(model.keys() == {"id", "name", "description"} for model in models)


@pytest.mark.parametrize("demo", [False, True])
def test_demo_is_in_it_only_where_it_is_enabled(settings: Settings, demo: bool) -> None:
    client = create_app(replace(settings, demo_provider=demo)).test_client()

    listed = by_category(client.get("/api/providers").get_json())

    extra = ["demo"] if demo else []
    assert listed == {category: ids + extra for category, ids in CATEGORIES.items()}


def test_models_that_live_come_first_and_others_say_since_when_they_do_not(
    client: FlaskClient,
) -> None:
    for provider in client.get("/api/providers").json:
        retired = ["Retired on" in model["description"] for model in provider["models"]]
        assert retired == sorted(retired), provider["id"]

    [dalle] = [each for each in client.get("/api/providers").json if each["id"] == "dalle"]
    assert dalle["models"][-1]["id"] == "dall-e-3"
    assert dalle["models"][-1]["description"].endswith("Retired on 2026-05-12.")


def test_the_model_that_is_taken_lives(client: FlaskClient) -> None:
    for provider in client.get("/api/providers").json:
        known = providers(provider["category"])[provider["id"]]
        assert known.default().alive
        assert known.default().id in {model["id"] for model in provider["models"]}


def test_demo_is_unknown_where_it_is_not_enabled(settings: Settings) -> None:
    client = create_app(replace(settings, demo_provider=False)).test_client()
    account = {"email": "ana@example.com", "password": "correct horse", "name": "Ana"}
    token = client.post("/api/auth/register", json=account).json["accessToken"]

    answer = client.post(
        "/api/generate/image",
        json={"prompt": "A lamp"},
        headers={"Authorization": f"Bearer {token}", "x-image-provider": "demo"},
    )

    assert answer.status_code == 400
    assert answer.json["details"].endswith("expected gemini or dalle")
