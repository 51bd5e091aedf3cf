"""The list of providers, which is public."""

from dataclasses import replace
from typing import Any

import pytest

from providers.models import DEMO, providers_for, vendors
from schemas.ai import ROLES, ProviderSchema
from settings.config import Settings
from tests.applications import create_app
from tests.people import Person
from tests.providers.adapters import offered

CATEGORIES = {role: list(offered(role)) for role in ROLES}


def ids_by_category(providers: list[dict[str, Any]]) -> dict[str, list[str]]:
    ids: dict[str, list[str]] = {}
    for provider in providers:
        ids.setdefault(provider["category"], []).append(provider["id"])
    return ids


def test_provider_list_is_flat_and_needs_no_login(client):
    answer = client.get("/api/providers")

    assert answer.status_code == 200
    assert ProviderSchema(many=True).validate(answer.get_json()) == {}
    keys = {"id", "name", "category", "description", "default", "defaultModel", "models"}
    assert all(provider.keys() == keys for provider in answer.json)
    models = [model for provider in answer.json for model in provider["models"]]
    keys = {"id", "name", "description", "status", "retiresOn", "successor"}
    assert all(model.keys() == keys for model in models)


@pytest.mark.parametrize("demo", ["0", "1", "auto"])
def test_provider_list_contains_demo_only_if_enabled(settings, demo):
    client = create_app(replace(settings, demo_provider=demo)).test_client()

    ids = ids_by_category(client.get("/api/providers").get_json())

    shown = [DEMO] if demo == "1" else []  # the service has keys
    for category, vendors_of_role in CATEGORIES.items():
        extra = shown if DEMO in providers_for(category) else []
        assert ids.get(category, []) == vendors_of_role + extra


def test_retired_models_are_listed_last_with_their_date(client):
    for provider in client.get("/api/providers").json:
        retired = ["Retired on" in model["description"] for model in provider["models"]]
        assert retired == sorted(retired), provider["id"]

    [dalle] = [entry for entry in client.get("/api/providers").json if entry["id"] == "dalle"]
    assert dalle["models"][-1]["id"] == "dall-e-3"
    assert dalle["models"][-1]["description"].endswith("Retired on 2026-05-12.")


def test_default_models_are_available_and_listed(client):
    for provider in client.get("/api/providers").json:
        known = providers_for(provider["category"])[provider["id"]]
        assert provider["defaultModel"] == known.default_model().id
        assert known.default_model().id in {model["id"] for model in provider["models"]}


def test_disabled_demo_provider_is_rejected(settings):
    client = create_app(replace(settings, demo_provider="0")).test_client()
    account = {"email": "ana@example.com", "password": "correct horse", "name": "Ana"}
    token = client.post("/api/auth/register", json=account).json["accessToken"]

    answer = client.post(
        "/api/generate/image",
        json={"prompt": "A lamp"},
        headers={"Authorization": f"Bearer {token}", "x-image-provider": "demo"},
    )

    assert answer.status_code == 400
    assert "expected gemini" in answer.json["details"]


def test_list_with_a_token_says_whose_keys_are_used(ana, settings):
    assert ana.put("/api/provider-keys/openai", json={"key": "key-of-ana"}).status_code == 204

    def key_owners(settings: Settings) -> dict[str, str | None]:
        client = create_app(settings).test_client()
        listed = Person(client, ana.token, ana.user).show("/api/providers")
        return {entry["id"]: entry["key"] for entry in listed}

    keys: dict[str, Any] = {f"{vendor}_api_key": "" for vendor in vendors()}
    keys["gemini_api_key"] = "key-of-the-server"
    with_key = replace(settings, demo_provider="0", **keys)
    others = dict.fromkeys((name for role in ROLES for name in offered(role)), None)
    assert key_owners(with_key) == {**others, "gemini": "server", "openai": "user", "dalle": "user"}
    others_only = replace(with_key, server_key_users=("ben@example.com",))
    assert key_owners(others_only)["gemini"] is None
    assert not any("key" in entry for entry in ana.client.get("/api/providers").json)
