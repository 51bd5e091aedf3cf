"""The choice of a provider and a model for a request, and their adapter."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import Any, TypeVar

from providers.contract import ImageModel, TaskModel, TextModel, VideoModel
from providers.errors import ProviderChoiceError
from providers.http import ApiConfig
from providers.models import DEFAULT, DEMO, notice, providers_for, vendor_of, warn_once
from providers.offers import (
    ANYBODY,
    Caller,
    default_model,
    named_or_first,
    offered,
    reason_for_no_demo,
)
from providers.redaction import RedactingImage, RedactingText, RedactingVideo
from providers.sound_contract import MusicModel, SoundModel, SpeechModel, TranscriptionModel
from providers.sound_redaction import (
    RedactingMusic,
    RedactingSound,
    RedactingSpeech,
    RedactingTranscription,
)
from schemas.ai import Role
from settings.config import Settings

Model = TypeVar("Model")


@dataclass(frozen=True, slots=True)
class Choice:
    """The provider and the model that are to take a role."""

    role: Role
    provider: str
    model: str


ModelOf = Callable[[Choice, str, Settings], Model]


def choose(
    role: Role,
    provider: str | None,
    model: str | None,
    settings: Settings,
    default: str = DEFAULT,
    caller: Caller = ANYBODY,
) -> Choice:
    """Return the provider and model for a request that names one, both or neither.

    A role that does not have the default provider uses its first. A model that belongs to another
    provider of the role takes precedence over the named provider; the model is never replaced; the
    log warns of one that is or will be retired. Raises ProviderChoiceError for an unknown provider.
    """
    enabled = offered(role, settings, caller)
    usual = named_or_first(default, enabled)
    name, model = (provider or "").strip().lower() or usual, (model or "").strip()
    if role == "image" and name == "openai":
        name = "dalle"
    chosen = enabled.get(name)
    if model and not (chosen and chosen.matches(model)):
        chosen = next((other for other in enabled.values() if other.matches(model)), chosen)
    if chosen is None:
        is_demo = name == DEMO and DEMO in providers_for(role)
        why_no_demo = reason_for_no_demo(settings) if is_demo else ""
        named = provider or default
        raise ProviderChoiceError(f"x-{role}-provider", named, list(enabled), why_no_demo)
    model = model or default_model(chosen, role, settings)
    warn_once(chosen, model)
    return Choice(role, chosen.id, model)


def has_model(role: Role, model: str) -> bool:
    """Return whether a model id belongs to one of the role's providers."""
    return any(provider.matches(model) for provider in providers_for(role).values())


def base_url(provider: str, settings: Settings) -> str:
    """Return the base URL of a provider's API; "" for the demo."""
    return "" if provider == DEMO else str(getattr(settings, f"{vendor_of(provider)}_base_url"))


def _model_of(redacting: Callable[..., Model]) -> ModelOf[Model]:
    def model(choice: Choice, key: str, settings: Settings) -> Model:
        return redacting(_adapter(choice, key, settings), *_told(choice, key))

    return model


# Each returns the adapter of a choice, with a key. They raise ProviderError for an invalid one.
text_model: ModelOf[TextModel] = _model_of(RedactingText)  # of language or vision


image_model: ModelOf[ImageModel] = _model_of(RedactingImage)


video_model: ModelOf[VideoModel] = _model_of(RedactingVideo)


speech_model: ModelOf[SpeechModel] = _model_of(RedactingSpeech)


music_model: ModelOf[MusicModel] = _model_of(RedactingMusic)


sound_model: ModelOf[SoundModel] = _model_of(RedactingSound)


transcription_model: ModelOf[TranscriptionModel] = _model_of(RedactingTranscription)


TASK_MODELS: Mapping[Role, ModelOf[TaskModel[Any]]] = {  # of the roles that have tasks
    "video": video_model,
    "speech": speech_model,
    "music": music_model,
    "sound": sound_model,
}


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


@dataclass(frozen=True, slots=True)
class ProviderChoice:
    """The provider, model and key that a request names for a role; None for what it does not."""

    provider: str | None = None
    model: str | None = None
    key: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class ProviderChoices:
    """The choices of a request by role, and the model and key that it names for all roles.

    Keys are never stored, logged or returned. `brings_key` says whether the request has any key.
    """

    roles: Mapping[Role, ProviderChoice] = field(default_factory=dict)
    model: str | None = None
    key: str | None = field(default=None, repr=False)
    brings_key: bool = False

    def of(self, role: Role) -> ProviderChoice:
        """Return the choice for a role."""
        return self.roles.get(role, ProviderChoice())

    def with_choice(
        self, role: Role, provider: str | None = None, model: str | None = None
    ) -> "ProviderChoices":
        """Return the choices with another provider or model for a role, where they are given."""
        choice = self.of(role)
        changed = replace(choice, provider=provider or choice.provider, model=model or choice.model)
        return replace(self, roles={**self.roles, role: changed})
