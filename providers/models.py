"""The table of models, `models.toml`, with the sizes and durations that each model offers."""

import logging
import math
import os
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path
from typing import Any

from schemas.ai import MODEL_STATES, ROLES, Role
from settings.config import Settings
from storage import clock

DEMO = "demo"  # the built-in provider, and its vendor
DEFAULT = "gemini"  # for requests that name no provider

NOTICE = timedelta(days=30)  # before a model is retired

_MODEL_SETTINGS: dict[Role, str] = {
    "vision": "text_model",
    "llm": "text_model",
    "image": "image_model",
    "video": "video_model",
    "speech": "speech_model",
    "music": "music_model",
    "sound": "sound_model",
    "transcription": "transcription_model",
}
_DATED = r"-\d{4}-?\d\d-?\d\d"  # at the end of the id of a version
_TABLE = Path(__file__).with_name("models.toml")

_log = logging.getLogger("vidworks")
_warned: set[str] = set()  # what this process has logged


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A model of a provider; the table explains the fields."""

    id: str
    name: str
    description: str
    retired: date | None = None
    successor: str | None = None
    default: bool = False
    portrait: str | None = None
    landscape: str | None = None
    square: str | None = None
    sizes: tuple[str, ...] = ()
    durations: tuple[int, ...] = ()
    max_prompt: int = 1 << 20
    max_references: int = 0
    max_characters: int = 5000
    languages: tuple[str, ...] = ()
    speeds: tuple[float, ...] = ()

    def status(self, day: date) -> str:
        """Return one of MODEL_STATES: `retired`, `ending` within NOTICE, or `current`."""
        if self.retired is None or day < self.retired - NOTICE:
            return "current"
        return "ending" if day < self.retired else "retired"

    def size(self, width: int, height: int) -> str | None:
        """Return the size or ratio to request for a resolution in pixels; None to request none."""
        if self.sizes:
            ratio = math.log(width / height)
            return min(self.sizes, key=lambda size: abs(math.log(_ratio(size)) - ratio))
        if width == height:
            return self.square
        return self.portrait if width < height else self.landscape

    def duration(self, seconds: float) -> int:
        """Return the nearest offered duration; of two the longer, since a clip can be cut."""
        return min(self.durations, key=lambda allowed: (abs(allowed - seconds), -allowed))

    def shorten_prompt(self, prompt: str) -> str:
        """Shorten a prompt to `max_prompt` UTF-16 units, between words if possible."""
        text = prompt.encode("utf-16-le", "replace")
        if len(text) <= 2 * self.max_prompt:
            return prompt
        cut = text[: 2 * self.max_prompt].decode("utf-16-le", "ignore")
        whole_words = cut if prompt[len(cut)].isspace() else cut.rpartition(" ")[0]
        return whole_words.rstrip() or cut


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """A provider in one or two roles; the table explains the fields."""

    id: str
    vendor: str
    roles: tuple[Role, ...]
    adapter: str
    name: str
    description: str
    patterns: tuple[str, ...]
    models: tuple[Model, ...]

    def matches(self, model_id: str) -> bool:
        """Return whether a model, known or not, belongs to this provider."""
        return any(fnmatchcase(model_id, pattern) for pattern in self.patterns)

    def most_similar(self, model_id: str) -> Model:
        """Return the model of this id, or else the one with the longest common prefix."""
        return max(self.models, key=lambda model: _similarity(model.id, model_id))

    def find(self, model_id: str) -> Model | None:
        """Return the model of this id, or of which it is a dated version, if it is in the table."""
        named = re.sub(f"{_DATED}$", "", model_id)
        return next((model for model in self.models if model.id in {model_id, named}), None)

    def default_model(self) -> Model:
        """Return the model for requests that name none: of those that the vendor keeps, if any."""
        day = clock.today()
        return min(
            self.models,
            key=lambda model: (MODEL_STATES.index(model.status(day)), not model.default),
        )

    def model_setting(self, role: Role) -> str:
        """Return the name of the setting with the default model for a role."""
        return f"{self.vendor}_{_MODEL_SETTINGS[role]}"


def providers_for(role: Role) -> dict[str, Provider]:
    """Return the providers of a role by id, in the order of the table."""
    return {provider.id: provider for provider in _table() if role in provider.roles}


def find_model(role: Role, provider_id: str, model_id: str) -> Model:
    """Return a model of the table, for an unknown one the most similar."""
    return providers_for(role)[provider_id].most_similar(model_id)


def vendor_of(provider_id: str) -> str:
    """Return the vendor whose key and base URL a provider uses."""
    return {provider.id: provider.vendor for provider in _table()}[provider_id]


def vendors() -> list[str]:
    """Return the vendors, which all need a key, in alphabetical order; not the demo."""
    return sorted({provider.vendor for provider in _table()} - {DEMO})


@lru_cache(maxsize=1)
def _table() -> tuple[Provider, ...]:
    table = tomllib.loads(_TABLE.read_text(encoding="utf-8"))
    return tuple(_provider(entry) for entry in table["providers"])


def _provider(entry: dict[str, Any]) -> Provider:
    models = tuple(Model(**_with_tuples(model)) for model in entry.pop("models"))
    return Provider(**_with_tuples(entry), models=models)


def _with_tuples(entry: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}


def _similarity(known: str, other: str) -> tuple[bool, int]:
    """Compare ids: whether the other is the known one or a version of it, length of the prefix."""
    prefix = os.path.commonprefix([known, other])  # noqa: RUF071 - of characters, not of paths
    return f"{other}-".startswith(f"{known}-"), len(prefix)


def _ratio(size: str) -> float:
    """Return width divided by height of `1280:720` or `1024x1536`."""
    width, height = re.split("[:x]", size)
    return int(width) / int(height)


def notice(provider: Provider, model_id: str) -> str | None:
    """Return a sentence about a model that is retired or ends within 30 days; None for others."""
    model = provider.find(model_id)
    status = model.status(clock.today()) if model else "current"
    if model is None or status == "current":
        return None
    verb = "was retired" if status == "retired" else "retires"
    successor = model.successor or provider.default_model().id
    return f"the model {model_id} {verb} on {model.retired}; use {successor}"


def warn_once(provider: Provider, model_id: str) -> None:
    """Log once in this process that a model that is used is retired or ends within 30 days."""
    told = notice(provider, model_id)
    if told and told not in _warned:
        _warned.add(told)
        _log.warning("A request to %s: %s", provider.name, told)


def settings_notices(settings: Settings) -> list[str]:
    """Return sentences about the models that the settings name."""
    return list(dict.fromkeys(_settings_notices(settings)))  # texts have two roles


def _settings_notices(settings: Settings) -> Iterator[str]:
    for role in ROLES:
        for provider in providers_for(role).values():
            setting = provider.model_setting(role)
            if told := notice(provider, getattr(settings, setting, "")):
                yield f"{setting.upper()}: {told}"
