"""The list of providers, and the choice of provider and model."""

import subprocess
import sys

import pytest

from media.languages import language_code
from providers import offers, registry
from providers.errors import ProviderChoiceError, ProviderError, UnspeakableError
from providers.models import providers_for
from schemas.ai import ROLES, Role
from settings.config import Settings
from tests.providers.adapters import offered, speech_request
from tests.service import ROOT

SETTINGS = Settings(demo_provider="0")
DEMO = Settings(demo_provider="1")
CREATE_MODEL = {
    "vision": registry.text_model,
    "llm": registry.text_model,
    "image": registry.image_model,
    "video": registry.video_model,
    "speech": registry.speech_model,
    "music": registry.music_model,
    "sound": registry.sound_model,
    "transcription": registry.transcription_model,
}
METHODS: dict[Role, str] = {
    "vision": "answer",
    "llm": "answer",
    "image": "generate",
    "video": "submit",
    "speech": "speak",
    "music": "compose",
    "sound": "make",
    "transcription": "transcribe",
}


def ids(role: Role, settings: Settings = SETTINGS) -> list[str]:
    return [entry["id"] for entry in offers.list_providers(settings) if entry["category"] == role]


@pytest.mark.parametrize("role", ROLES)
def test_provider_list_contains_each_provider_once_per_role(role):
    assert ids(role) == list(offered(role))
    assert len(set(ids(role))) == len(ids(role))


def test_provider_list_entries_have_the_documented_fields():
    for entry in offers.list_providers(DEMO):
        assert list(entry) == [
            *("id", "name", "category", "description"),
            *("default", "defaultModel", "models"),
        ]
        assert entry["models"]
        for model in entry["models"]:
            fields = ["id", "name", "description", "status", "retiresOn", "successor"]
            assert list(model) == fields
            assert all(model[field] for field in fields[:4])


def test_demo_provider_is_listed_only_if_enabled():
    assert not any("demo" in ids(role) for role in ROLES)
    assert [role for role in ROLES if "demo" not in ids(role, DEMO)] == ["transcription"]


def test_provider_list_says_who_takes_calls_that_name_no_provider():
    def defaults(settings: Settings) -> set[str]:
        entries = offers.list_providers(settings)
        return {entry["id"] for entry in entries if entry["default"]}

    # DEMO_PROVIDER=1 lists the demo, and makes it no default; Gemini makes no sounds.
    assert defaults(DEMO) == {"gemini", "elevenlabs"}
    assert defaults(Settings(demo_provider="auto")) == {"demo", "gemini"}  # transcribes


def test_retired_models_are_listed_last_with_their_date():
    dalle = next(entry for entry in offers.list_providers(SETTINGS) if entry["id"] == "dalle")
    descriptions = {model["id"]: model["description"] for model in dalle["models"]}

    assert next(iter(descriptions)) == "gpt-image-2.6-flare"
    assert list(descriptions)[-1] == "dall-e-3"
    assert descriptions["dall-e-3"].endswith("Retired on 2026-05-12.")
    assert "Retired" not in descriptions["gpt-image-2.6-flare"]


@pytest.mark.parametrize(
    ("role", "default", "provider", "model"),
    [(role, name, name, model) for role in ROLES for name, model in offered(role).items()],
)
def test_choice_without_names_is_the_default_provider_and_model(role, default, provider, model):
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
        ("speech", None, "eleven_v4", "elevenlabs"),
        ("speech", "runway", "eleven_v4", "runway"),
        ("speech", "runway", "eleven_flash_v2_5", "elevenlabs"),
        ("music", "elevenlabs", "lyria-3.5", "gemini"),
    ],
)
def test_model_name_determines_the_provider_and_is_kept(role, named, model, provider):
    choice = registry.choose(role, named, model, SETTINGS)

    assert choice.provider == provider
    if model:
        assert choice.model == model


@pytest.mark.parametrize(
    ("role", "named"),
    [("image", "midjourney"), ("video", "claude"), ("llm", "dalle"), ("transcription", "demo")],
)
def test_unknown_provider_is_rejected_with_the_known_ones(role, named):
    with pytest.raises(ProviderChoiceError) as error:
        registry.choose(role, named, None, SETTINGS)

    known = " or ".join(offered(role))
    assert error.value.details == f'x-{role}-provider is "{named}"; expected {known}'


def test_demo_that_the_settings_turn_off_is_rejected_with_the_reason():
    with pytest.raises(ProviderChoiceError, match="The demo is off") as error:
        registry.choose("llm", "demo", None, SETTINGS)

    assert "which is off because the server's settings say so (DEMO_PROVIDER);" in str(
        error.value.details
    )


def test_settings_override_default_models():
    settings = Settings(openai_image_model="gpt-image-2", runway_video_model="gen4_turbo")

    assert registry.choose("image", "dalle", None, settings).model == "gpt-image-2"
    assert registry.choose("video", "runway", None, settings).model == "gen4_turbo"
    assert registry.choose("video", "runway", "gen4.5", settings).model == "gen4.5"


ANA = offers.Caller("ana@example.com")


def test_server_keys_are_read_from_the_settings():
    settings = Settings(openai_api_key="o", gemini_api_key="g")

    assert offers.server_key("dalle", settings, ANA) == "o"
    assert offers.server_key("openai", settings, ANA) == "o"
    assert offers.server_key("gemini", settings, ANA) == "g"
    assert offers.server_key("runway", settings, ANA) == ""
    assert offers.server_key("demo", settings, ANA)


@pytest.mark.parametrize(
    ("model", "roles"),
    [
        ("gemini-nano-banana-2.1", {"image"}),
        ("dall-e-3", {"image"}),
        ("gen4.5", {"video"}),
        ("gemini-omni-1.2-flash", {"video"}),
        ("something-new", set()),
    ],
)
def test_models_are_recognized_only_in_their_role(model, roles):
    assert {role for role in ("image", "video") if registry.has_model(role, model)} == roles


@pytest.mark.parametrize(
    ("role", "provider", "method"),
    [
        (role, provider, method)
        for role, method in METHODS.items()
        for provider in providers_for(role)
    ],
)
def test_every_provider_in_the_table_has_an_adapter(role, provider, method):
    choice = registry.choose(role, provider, None, DEMO)

    assert callable(getattr(CREATE_MODEL[role](choice, "key", DEMO), method))


@pytest.mark.parametrize("provider", providers_for("speech").values(), ids=lambda each: each.id)
def test_languages_and_speeds_of_models_are_valid(provider):
    for model in provider.models:
        assert all(language_code(code) == code for code in model.languages)
        assert list(model.languages) == sorted(set(model.languages))
        assert len(model.speeds) in {0, 2}


@pytest.mark.parametrize("provider", ["gemini", "elevenlabs", "runway"])
def test_models_without_a_list_speak_each_known_language(adapters, provider):
    model = adapters.speech(provider)

    for language in ("", "Zulu", "yue-HK", "Schweizerdeutsch", "Bambara", "bm", "pt-PT", "Latin"):
        model.check(speech_request(voice="", language=language))
    with pytest.raises(UnspeakableError) as error:
        model.check(speech_request(voice="", language="Klingon"))
    assert "Klingon is no known language" in error.value.details


@pytest.mark.parametrize("key", ["", "  ", "ключ", "two\nlines", "nul\0"], ids=repr)
@pytest.mark.parametrize(
    ("role", "provider"), [(role, name) for role in ROLES for name in offered(role)]
)
def test_malformed_key_is_rejected_when_the_adapter_is_created(key, role, provider):
    choice = registry.choose(role, provider, None, SETTINGS)

    with pytest.raises(ProviderError, match="API key") as error:
        CREATE_MODEL[role](choice, key, SETTINGS)

    assert "ключ" not in str(error.value)


def test_choosing_a_provider_imports_no_heavy_modules():
    code = (
        "import sys; from providers import offers, registry; from settings.config import Settings;"
        "offers.list_providers(Settings()); registry.choose('llm', None, None, Settings());"
        "print(sys.modules.keys() & {'httpx2', 'PIL', 'imageio_ffmpeg', 'ssl'})"
    )

    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert result.stdout.strip() == "set()"
