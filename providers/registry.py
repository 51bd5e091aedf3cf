"""The providers on offer, the choice of one for a request, and its adapter."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from config import Settings
from providers.contract import ImageModel, TextModel, VideoModel
from providers.errors import ProviderChoiceError
from providers.http import ApiConfig
from providers.models import DEFAULT, DEMO, Provider, providers_for, vendor_of, vendors
from providers.redaction import RedactingImage, RedactingText, RedactingVideo
from providers.retirement import notice, warn_once
from schemas.ai import ROLES, Role
from storage import clock


@dataclass(frozen=True, slots=True)
class Choice:
    """The provider and the model that are to take a role."""

    role: Role
    provider: str
    model: str


def is_demo_enabled(settings: Settings, *, has_keys: bool = False) -> bool:
    """Return whether the demo is on offer (setting DEMO_PROVIDER).

    `has_keys` is whether the user keeps keys of vendors.
    """
    if settings.demo_provider != "auto":
        return settings.demo_provider == "1"
    return not (has_keys or any(getattr(settings, f"{each}_api_key") for each in vendors()))


def list_providers(settings: Settings, *, has_keys: bool = False) -> list[dict[str, Any]]:
    """Return all providers for `GET /api/providers`; retired models come last.

    `[{id, name, category, description, default, defaultModel,
       models: [{id, name, description, status, retiresOn, successor}]}]`
    """
    demo = is_demo_enabled(settings, has_keys=has_keys)
    default = DEMO if demo and settings.demo_provider == "auto" else DEFAULT
    return [
        {
            "id": provider.id,
            "name": provider.name,
            "category": role,
            "description": provider.description,
            "default": provider.id == default,
            "defaultModel": _default_model(provider, role, settings),
            "models": list(_to_public(provider)),
        }
        for role in ROLES
        for provider in _enabled(role, demo).values()
    ]


def choose(
    role: Role,
    provider: str | None,
    model: str | None,
    settings: Settings,
    default: str = DEFAULT,
    *,
    has_keys: bool = False,
) -> Choice:
    """Return the provider and model for a request that names one, both or neither.

    A model that belongs to another provider of the role takes precedence over the named provider;
    the model is never replaced; the log warns of one that is or will be retired. Raises
    ProviderChoiceError for an unknown provider.
    """
    enabled = _enabled(role, is_demo_enabled(settings, has_keys=has_keys))
    name, model = (provider or "").strip().lower() or default, (model or "").strip()
    if role == "image" and name == "openai":
        name = "dalle"
    chosen = enabled.get(name)
    if model and not (chosen and chosen.matches(model)):
        chosen = next((other for other in enabled.values() if other.matches(model)), chosen)
    if chosen is None:
        raise ProviderChoiceError(f"x-{role}-provider", provider or default, list(enabled))
    model = model or _default_model(chosen, role, settings)
    warn_once(chosen, model)
    return Choice(role, chosen.id, model)


def has_model(role: Role, model: str) -> bool:
    """Return whether a model id belongs to one of the role's providers."""
    return any(provider.matches(model) for provider in providers_for(role).values())


def base_url(provider: str, settings: Settings) -> str:
    """Return the base URL of a provider's API; "" for the demo."""
    return "" if provider == DEMO else str(getattr(settings, f"{vendor_of(provider)}_base_url"))


def server_key(provider: str, settings: Settings, email: str) -> str:
    """Return the server's own key for a provider; "" if there is none for this user."""
    if provider == DEMO:
        return DEMO  # any key is valid
    key = str(getattr(settings, f"{vendor_of(provider)}_api_key"))
    return key if may_use_server_keys(settings, email) else ""


def may_use_server_keys(settings: Settings, email: str) -> bool:
    """Return whether a user may use the server's own keys (setting SERVER_KEY_USERS)."""
    return not settings.server_key_users or email.lower() in settings.server_key_users


def text_model(choice: Choice, key: str, settings: Settings) -> TextModel:
    """Return the adapter of a language or vision model. Raises ProviderError for an invalid key."""
    return RedactingText(_adapter(choice, key, settings), *_told(choice, key))


def image_model(choice: Choice, key: str, settings: Settings) -> ImageModel:
    """Return the adapter of an image model. Raises ProviderError for an invalid key."""
    return RedactingImage(_adapter(choice, key, settings), *_told(choice, key))


def video_model(choice: Choice, key: str, settings: Settings) -> VideoModel:
    """Return the adapter of a video model. Raises ProviderError for an invalid key."""
    return RedactingVideo(_adapter(choice, key, settings), *_told(choice, key))


def _adapter(choice: Choice, key: str, settings: Settings) -> Any:
    # A vendor's module is imported when it is first used: most services use one or two.
    module, _, name = providers_for(choice.role)[choice.provider].adapter.partition(":")
    adapter = getattr(import_module(module), name)
    if choice.provider == DEMO:  # has neither models nor keys; its clips are files
        files = (settings.data_dir / DEMO, settings.tuning.demo_task)
        return adapter(*files) if choice.role == "video" else adapter()
    url, timeout = base_url(choice.provider, settings), settings.provider_timeout
    return adapter(choice.model, ApiConfig(choice.provider, key, url, timeout, settings.tuning))


def _told(choice: Choice, key: str) -> tuple[str, str, str | None]:
    """Return what the messages of errors need: the provider, the secret, and the model's end."""
    secret = "" if choice.provider == DEMO else key.strip()
    provider = providers_for(choice.role).get(choice.provider)
    return choice.provider, secret, notice(provider, choice.model) if provider else None


def _enabled(role: Role, demo: bool) -> dict[str, Provider]:
    return {
        name: provider for name, provider in providers_for(role).items() if demo or name != DEMO
    }


def _default_model(provider: Provider, role: Role, settings: Settings) -> str:
    setting = getattr(settings, provider.model_setting(role), "")
    return str(setting or provider.default_model().id)


def _to_public(provider: Provider) -> Iterator[dict[str, Any]]:
    """Yield the models of a provider, the retired ones last."""
    day, usual = clock.today(), provider.default_model().id
    statuses = {model.id: model.status(day) for model in provider.models}
    for model in sorted(provider.models, key=lambda model: statuses[model.id] == "retired"):
        status, ends, description = statuses[model.id], model.retired, model.description
        if ends:
            description += f" {'Retired' if status == 'retired' else 'Ends'} on {ends}."
        yield {
            "id": model.id,
            "name": model.name,
            "description": description,
            "status": status,
            "retiresOn": str(ends) if ends else None,
            "successor": (model.successor or usual) if ends else None,
        }
