"""Models that vendors retire: the default is none, and who uses one is told."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from providers import offers, registry
from providers.errors import ProviderError
from providers.models import NOTICE, Model, notice, providers_for, settings_notices
from schemas.ai import ROLES
from settings.config import Settings
from tests.providers.adapters import question

TODAY = date(2026, 11, 28)
OMNI = "the model gemini-omni-1.1-flash retires on 2026-12-03; use gemini-omni-1.2-flash"
GPT = "the model gpt-4-turbo was retired on 2026-10-23; use gpt-6.1-terra"

SetDay = Callable[[date], None]

PROVIDERS = [(role, provider) for role in ROLES for provider in providers_for(role).values()]
RETIRED = [
    pytest.param(provider, model, id=f"{role}-{model.id}")
    for role, provider in PROVIDERS
    for model in provider.models
    if model.retired
]


@pytest.fixture
def set_day(monkeypatch):
    """Return a function that sets the current day; it is TODAY at first."""

    def set_day(day: date) -> None:
        monkeypatch.setattr("storage.clock.today", lambda: day)

    monkeypatch.setattr("providers.models._warned", set())
    set_day(TODAY)
    return set_day


@pytest.mark.parametrize(
    ("days", "status"), [(-31, "current"), (-30, "ending"), (-1, "ending"), (0, "retired")]
)
def test_status_follows_the_date_of_retirement(days, status):
    model = Model(id="m", name="M", description="…", retired=TODAY)

    assert model.status(TODAY + timedelta(days)) == status


@pytest.mark.usefixtures("set_day")
def test_no_default_is_retired_or_ends_within_the_notice():
    for role, provider in PROVIDERS:
        assert provider.default_model().status(TODAY) == "current", (role, provider.id)


@pytest.mark.usefixtures("set_day")
def test_default_that_ends_soon_is_replaced_by_one_that_the_vendor_keeps():
    provider = providers_for("image")["dalle"]
    ending = replace(provider.models[0], retired=TODAY + NOTICE)

    changed = replace(provider, models=(ending, *provider.models[1:]))

    assert ending.default
    assert changed.default_model() == provider.models[1]


@pytest.mark.parametrize(("provider", "model"), RETIRED)
def test_successor_is_kept_longer(set_day, provider, model):
    assert model.retired is not None
    set_day(max(model.retired, TODAY))
    successor = provider.find(model.successor or provider.default_model().id)

    assert successor is not None
    assert successor.retired is None or successor.retired > model.retired


@pytest.mark.usefixtures("set_day")
@pytest.mark.parametrize(
    ("role", "provider", "model", "expected"),
    [
        ("video", "gemini", "gemini-omni-1.1-flash", OMNI),
        ("video", "gemini", "gemini-omni-1.2-flash", None),
        ("llm", "openai", "gpt-4-turbo", GPT),
        ("llm", "openai", "gpt-4-turbo-2024-04-09", GPT.replace("turbo ", "turbo-2024-04-09 ")),
        ("llm", "openai", "gpt-5-codex", None),
        ("llm", "openai", "gpt-99", None),
    ],
)
def test_notice_says_when_a_model_ends_and_what_to_use(role, provider, model, expected):
    assert notice(providers_for(role)[provider], model) == expected


@pytest.mark.usefixtures("set_day")
def test_models_of_settings_are_told_once_with_the_setting():
    settings = Settings(gemini_video_model="gemini-omni-1.1-flash", openai_text_model="gpt-4-turbo")

    assert settings_notices(settings) == [
        f"OPENAI_TEXT_MODEL: {GPT}",
        f"GEMINI_VIDEO_MODEL: {OMNI}",
    ]


@pytest.mark.usefixtures("set_day")
def test_retired_model_is_used_as_it_is_and_logged_once(monkeypatch):
    warnings: list[str] = []
    log = SimpleNamespace(warning=lambda text, *values: warnings.append(text % values))
    monkeypatch.setattr("providers.models._log", log)

    for _ in range(2):
        choice = registry.choose("llm", "openai", "gpt-4-turbo", Settings())
        assert choice.model == "gpt-4-turbo"

    assert warnings == [f"A request to OpenAI: {GPT}"]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (404, "Gone (the model gpt-4-turbo was retired on 2026-10-23; use gpt-6.1-terra)"),
        (500, "Gone"),
    ],
)
def test_refusal_of_a_retired_model_says_what_to_use(set_day, adapters, vendors, status, expected):
    set_day(TODAY)
    vendors.rule(error="Gone", status=status)

    with pytest.raises(ProviderError) as error:
        adapters.text("openai", "gpt-4-turbo").answer(question())

    assert error.value.message == expected


@pytest.mark.usefixtures("set_day")
def test_list_says_which_models_end_and_what_to_use():
    listed = offers.list_providers(Settings(demo_provider="0"))
    [video] = [each for each in listed if (each["id"], each["category"]) == ("gemini", "video")]
    ends = {
        model["id"]: (model["status"], model["retiresOn"], model["successor"])
        for model in video["models"]
    }

    assert video["defaultModel"] == "gemini-omni-1.2-flash"
    assert ends["gemini-omni-1.2-flash"] == ("current", None, None)
    assert ends["gemini-omni-1.1-flash"] == ("ending", "2026-12-03", "gemini-omni-1.2-flash")
    assert ends["veo-3.0-generate-001"] == ("retired", "2026-06-30", "gemini-omni-1.2-flash")


def test_list_names_the_default_of_the_settings():
    listed = offers.list_providers(Settings(demo_provider="0", runway_video_model="gen4_turbo"))

    [runway] = [each for each in listed if (each["id"], each["category"]) == ("runway", "video")]
    assert runway["defaultModel"] == "gen4_turbo"
