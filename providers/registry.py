"""Which providers there are, which one a request means, and its adapter."""

from dataclasses import dataclass
from typing import Any, get_args

from config import Settings
from providers.contract import ImageModel, Role, TextModel, VideoModel
from providers.errors import ProviderChoiceError
from providers.http import Access
from providers.models import Model, Provider, providers

ROLES: tuple[Role, ...] = get_args(Role)
DEMO = "demo"
_KINDS: dict[Role, str] = {"vision": "text", "llm": "text", "image": "image", "video": "video"}


@dataclass(frozen=True, slots=True)
class Choice:
    """Who is to do something: a provider of a role, and one of its models."""

    role: Role
    provider: str
    model: str


def listed(settings: Settings) -> list[dict[str, Any]]:
    """All providers for `GET /api/providers`; models that live come first.

    `[{id, name, category, description, models: [{id, name, description}]}]`
    """
    return [
        {
            "id": provider.id,
            "name": provider.name,
            "category": role,
            "description": provider.description,
            "models": [_shown(model) for model in sorted(provider.models, key=_dead)],
        }
        for role in ROLES
        for provider in _offered(role, settings).values()
    ]


def choose(
    role: Role, provider: str | None, model: str | None, settings: Settings, default: str = "gemini"
) -> Choice:
    """The provider and model that a request means, by what it names of them, if anything.

    A model decides, where it is one of another provider of this role; it is never replaced.
    Raises ProviderChoiceError for an unknown provider.
    """
    offered = _offered(role, settings)
    name, model = (provider or "").strip().lower() or default, (model or "").strip()
    if role == "image" and name == "openai":
        name = "dalle"
    named = offered.get(name)
    if model and not (named and named.owns(model)):
        named = next((other for other in offered.values() if other.owns(model)), named)
    if named is None:
        raise ProviderChoiceError(f"x-{role}-provider", provider or default, list(offered))
    return Choice(role, named.id, model or _default_model(named, role, settings))


def knows(role: Role, model: str) -> bool:
    """Whether a model is one of this role's, by its id."""
    return any(provider.owns(model) for provider in providers(role).values())


def base_url(provider: str, settings: Settings) -> str:
    """The address of a provider's API; empty for one without."""
    return str(getattr(settings, f"{_vendor(provider)}_base_url", ""))


def server_key(provider: str, settings: Settings) -> str:
    """The key that the server itself has for a provider, or an empty text."""
    if provider == DEMO:
        return DEMO  # any will do
    return str(getattr(settings, f"{_vendor(provider)}_api_key"))


def text_model(choice: Choice, key: str, settings: Settings) -> TextModel:
    """The adapter of a language model. Raises ProviderError for what can be no key."""
    # Each vendor's module is imported when it is first used: most services use one or two.
    access = _access(choice, key, settings)
    if choice.provider == "gemini":
        from providers.gemini import GeminiText

        return GeminiText(choice.model, access)
    if choice.provider == "claude":
        from providers.claude import ClaudeText

        return ClaudeText(choice.model, access)
    if choice.provider == "openai":
        from providers.openai import OpenAIText

        return OpenAIText(choice.model, access)
    from providers.demo import DemoText

    return DemoText()


def image_model(choice: Choice, key: str, settings: Settings) -> ImageModel:
    """The adapter of an image model. Raises ProviderError for what can be no key."""
    access = _access(choice, key, settings)
    if choice.provider == "gemini":
        from providers.gemini import GeminiImage

        return GeminiImage(choice.model, access)
    if choice.provider == "dalle":
        from providers.openai import OpenAIImage

        return OpenAIImage(choice.model, access)
    from providers.demo import DemoImage

    return DemoImage()


def video_model(choice: Choice, key: str, settings: Settings) -> VideoModel:
    """The adapter of a video model. Raises ProviderError for what can be no key."""
    access = _access(choice, key, settings)
    if choice.provider == "gemini":
        from providers.gemini_video import gemini_video

        return gemini_video(choice.model, access)
    if choice.provider == "runway":
        from providers.runway import RunwayVideo

        return RunwayVideo(choice.model, access)
    from providers.demo_video import DemoVideo

    return DemoVideo(settings.data_dir / DEMO)


def _offered(role: Role, settings: Settings) -> dict[str, Provider]:
    return {
        name: provider
        for name, provider in providers(role).items()
        if name != DEMO or settings.demo_provider
    }


def _default_model(provider: Provider, role: Role, settings: Settings) -> str:
    configured = getattr(settings, f"{provider.vendor}_{_KINDS[role]}_model", "")
    return str(configured or provider.default().id)


def _access(choice: Choice, key: str, settings: Settings) -> Access:
    address = base_url(choice.provider, settings)
    return Access(choice.provider, key, address, settings.provider_timeout)


def _vendor(provider: str) -> str:
    """Whose settings a provider has: `dalle` those of OpenAI."""
    return "openai" if provider == "dalle" else provider


def _dead(model: Model) -> bool:
    return not model.alive


def _shown(model: Model) -> dict[str, str]:
    description = model.description
    if model.retired is not None:
        words = "Ends" if model.alive else "Retired"
        description = f"{description} {words} on {model.retired:%Y-%m-%d}."
    return {"id": model.id, "name": model.name, "description": description}
