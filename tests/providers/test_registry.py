"""Which provider and model a request means, and what is listed."""

import subprocess
import sys
from dataclasses import replace
from datetime import date

import pytest

from config import Settings
from providers import registry
from providers.errors import ProviderChoiceError, ProviderError
from providers.models import Model, providers_for
from schemas.jobs import ROLES, Role
from tests.service import ROOT

SETTINGS = Settings()
DEMO = Settings(demo_provider=True)
MAKE = {
    "vision": registry.text_model,
    "llm": registry.text_model,
    "image": registry.image_model,
    "video": registry.video_model,
}


def ids(role: Role, settings: Settings = SETTINGS) -> list[str]:
    return [entry["id"] for entry in registry.list_providers(settings) if entry["category"] == role]


def test_the_list_is_flat_and_holds_each_provider_once_for_each_role() -> None:
    assert ids("vision") == ["gemini", "claude", "openai"]
    assert ids("llm") == ["gemini", "claude", "openai"]
    assert ids("image") == ["gemini", "dalle"]
    assert ids("video") == ["gemini", "runway"]


def test_an_entry_is_as_clients_know_it() -> None:
    for entry in registry.list_providers(DEMO):
        assert list(entry) == ["id", "name", "category", "description", "models"]
        assert entry["models"]
        for model in entry["models"]:
            assert list(model) == ["id", "name", "description"]
            assert all(model.values())


def test_the_demo_is_listed_only_where_it_is_enabled() -> None:
    assert not any("demo" in ids(role) for role in ROLES)
    assert all("demo" in ids(role, DEMO) for role in ROLES)


def test_retired_models_come_last_and_say_so() -> None:
    dalle = next(entry for entry in registry.list_providers(SETTINGS) if entry["id"] == "dalle")
    named = {model["id"]: model["description"] for model in dalle["models"]}

    assert next(iter(named)) == "gpt-image-2.6-flare"
    assert list(named)[-1] == "dall-e-3"
    assert named["dall-e-3"].endswith("Retired on 2026-05-12.")
    assert "Retired" not in named["gpt-image-2.6-flare"]


def test_a_model_lives_until_the_day_it_ends() -> None:
    model = Model(id="m", name="M", description="…")

    assert model.is_available
    assert replace(model, retired=date(9999, 1, 1)).is_available
    assert not replace(model, retired=date(2026, 5, 12)).is_available


def test_a_default_that_has_ended_gives_way_to_a_model_that_lives() -> None:
    provider = providers_for("image")["dalle"]
    ended = replace(provider.models[0], retired=date(2020, 1, 1))

    changed = replace(provider, models=(ended, *provider.models[1:]))
    assert changed.default_model() == provider.models[1]


@pytest.mark.parametrize(
    ("role", "default", "provider", "model"),
    [
        ("vision", "gemini", "gemini", "gemini-3.8-flash"),
        ("llm", "gemini", "gemini", "gemini-3.8-flash"),
        ("llm", "claude", "claude", "claude-sonnet-5-5"),
        ("llm", "openai", "openai", "gpt-6.1-terra"),
        ("image", "gemini", "gemini", "gemini-nano-banana-2.1"),
        ("image", "dalle", "dalle", "gpt-image-2.6-flare"),
        ("video", "gemini", "gemini", "gemini-omni-1.2-flash"),
        ("video", "runway", "runway", "gen4.5"),
    ],
)
def test_without_names_the_default_provider_and_its_default_model_are_taken(
    role: Role, default: str, provider: str, model: str
) -> None:
    choice = registry.choose(role, None, None, SETTINGS, default)

    assert choice == registry.Choice(role, provider, model)


@pytest.mark.parametrize(
    ("role", "named", "model", "provider"),
    [
        ("image", "openai", None, "dalle"),
        ("image", "OpenAI ", None, "dalle"),
        ("image", "gemini", "gpt-image-2", "dalle"),
        ("image", "gemini", "gpt-image-99", "dalle"),
        ("image", "claude", "dall-e-3", "dalle"),
        ("image", "dalle", "gemini-2.5-flash-image", "gemini"),
        ("video", "openai", "gen4_turbo", "runway"),
        ("video", "gemini", "veo3.1", "runway"),
        ("video", "runway", "veo-3.1-generate-preview", "gemini"),
        ("video", None, "gen9", "runway"),
        ("llm", "gemini", "claude-opus-5-5", "claude"),
        ("llm", "claude", "gpt-4o", "openai"),
        ("llm", "claude", "something-new", "claude"),
        ("video", "runway", "something-new", "runway"),
    ],
)
def test_a_model_decides_on_its_provider_and_is_passed_on_untouched(
    role: Role, named: str | None, model: str | None, provider: str
) -> None:
    choice = registry.choose(role, named, model, SETTINGS)

    assert choice.provider == provider
    if model:
        assert choice.model == model


@pytest.mark.parametrize(
    ("role", "named", "message"),
    [
        ("image", "midjourney", 'x-image-provider is "midjourney"; expected gemini or dalle'),
        ("video", "claude", 'x-video-provider is "claude"; expected gemini or runway'),
        ("llm", "dalle", 'x-llm-provider is "dalle"; expected gemini or claude or openai'),
        ("llm", "demo", 'x-llm-provider is "demo"; expected gemini or claude or openai'),
    ],
)
def test_an_unknown_provider_is_refused_with_those_that_there_are(
    role: Role, named: str, message: str
) -> None:
    with pytest.raises(ProviderChoiceError) as failure:
        registry.choose(role, named, None, SETTINGS)

    assert str(failure.value) == message


def test_settings_name_default_models() -> None:
    settings = Settings(openai_image_model="gpt-image-2", runway_video_model="gen4_turbo")

    assert registry.choose("image", "dalle", None, settings).model == "gpt-image-2"
    assert registry.choose("video", "runway", None, settings).model == "gen4_turbo"
    assert registry.choose("video", "runway", "gen4.5", settings).model == "gen4.5"


def test_the_server_may_have_keys() -> None:
    settings = Settings(openai_api_key="o", gemini_api_key="g")

    assert registry.server_key("dalle", settings) == "o"
    assert registry.server_key("openai", settings) == "o"
    assert registry.server_key("gemini", settings) == "g"
    assert registry.server_key("runway", settings) == ""
    assert registry.server_key("demo", settings)


@pytest.mark.parametrize(
    ("model", "role"),
    [
        ("gemini-nano-banana-2.1", {"image"}),
        ("dall-e-3", {"image"}),
        ("gen4.5", {"video"}),
        ("gemini-omni-1.2-flash", {"video"}),
        ("something-new", set()),
    ],
)
def test_a_model_for_pictures_is_known_to_its_role_alone(model: str, role: set[str]) -> None:
    assert {name for name in ("image", "video") if registry.has_model(name, model)} == role


@pytest.mark.parametrize(
    ("role", "provider", "method"),
    [
        (role, provider, method)
        for role, method in zip(ROLES, ("answer", "answer", "generate", "submit"), strict=True)
        for provider in providers_for(role)
    ],
)
def test_every_provider_of_the_table_has_its_adapter(
    role: Role, provider: str, method: str
) -> None:
    choice = registry.choose(role, provider, None, DEMO)

    assert callable(getattr(MAKE[role](choice, "key", DEMO), method))


@pytest.mark.parametrize("key", ["", "  ", "ключ", "two\nlines", "nul\0"])
@pytest.mark.parametrize(
    ("role", "provider"),
    [
        ("llm", "gemini"),
        ("llm", "claude"),
        ("llm", "openai"),
        ("image", "dalle"),
        ("video", "runway"),
    ],
)
def test_what_can_be_no_key_is_refused_before_anything_is_sent(
    key: str, role: Role, provider: str
) -> None:
    choice = registry.choose(role, provider, None, SETTINGS)

    with pytest.raises(ProviderError, match="API key") as failure:
        MAKE[role](choice, key, SETTINGS)

    assert "ключ" not in str(failure.value)


def test_the_start_does_not_wait_for_what_vendors_need() -> None:
    code = (
        "import sys; from providers import registry; from config import Settings;"
        "registry.list_providers(Settings()); registry.choose('llm', None, None, Settings());"
        "print([n for n in ('httpx2', 'PIL', 'imageio_ffmpeg', 'ssl') if n in sys.modules])"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "[]"
