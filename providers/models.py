"""The table of models, `models.toml`, and what it says about sizes and durations."""

import math
import os
import re
import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path
from typing import Any

from providers.contract import Role

_TABLE = Path(__file__).with_name("models.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """One model of a provider; the fields are explained in the table."""

    id: str
    name: str
    description: str
    retired: date | None = None
    default: bool = False
    portrait: str | None = None
    landscape: str | None = None
    square: str | None = None
    shapes: tuple[str, ...] = ()
    durations: tuple[int, ...] = ()
    prompt: int = 1 << 20

    @property
    def alive(self) -> bool:
        """Whether the vendor still has it today."""
        return self.retired is None or datetime.now(UTC).date() < self.retired

    def shape(self, width: int, height: int) -> str | None:
        """The size or ratio to ask for at a resolution in pixels; None: ask for none."""
        if self.shapes:
            wanted = math.log(width / height)
            return min(self.shapes, key=lambda shape: abs(math.log(_ratio(shape)) - wanted))
        if width == height:
            return self.square
        return self.portrait if width < height else self.landscape

    def duration(self, seconds: float) -> int:
        """The allowed duration nearest to one in seconds; of two the longer, for cutting."""
        return min(self.durations, key=lambda allowed: (abs(allowed - seconds), -allowed))

    def shortened(self, prompt: str) -> str:
        """The prompt, cut between words (if there are any) to the length that the model takes."""
        text = prompt.encode("utf-16-le", "replace")
        if len(text) <= 2 * self.prompt:
            return prompt
        cut = text[: 2 * self.prompt].decode("utf-16-le", "ignore")
        whole_words = cut if prompt[len(cut)].isspace() else cut.rpartition(" ")[0]
        return whole_words.rstrip() or cut


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """A provider in one or two roles; `vendor` is whose key and address it uses."""

    id: str
    vendor: str
    roles: tuple[Role, ...]
    name: str
    description: str
    patterns: tuple[str, ...]
    models: tuple[Model, ...]

    def owns(self, model_id: str) -> bool:
        """Whether a model, known or not, is one of this provider's."""
        return any(fnmatchcase(model_id, pattern) for pattern in self.patterns)

    def nearest(self, model_id: str) -> Model:
        """The known model that is this one, or whose id begins most like it; else the first."""
        return max(self.models, key=lambda known: _alike(known.id, model_id))

    def default(self) -> Model:
        """The model to take when none is named: one that is alive."""
        living = [model for model in self.models if model.alive] or list(self.models)
        return next((model for model in living if model.default), living[0])


def providers(role: Role) -> dict[str, Provider]:
    """All providers of a role by their ids, in the order of the table."""
    return {provider.id: provider for provider in _table() if role in provider.roles}


def known(role: Role, provider_id: str, model_id: str) -> Model:
    """What the table says about a model, or about the one most like it."""
    return providers(role)[provider_id].nearest(model_id)


@lru_cache(maxsize=1)
def _table() -> tuple[Provider, ...]:
    table = tomllib.loads(_TABLE.read_text(encoding="utf-8"))
    return tuple(_provider(entry) for entry in table["providers"])


def _provider(entry: dict[str, Any]) -> Provider:
    models = tuple(Model(**_frozen(model)) for model in entry.pop("models"))
    return Provider(**_frozen(entry), models=models)


def _frozen(entry: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}


def _alike(known: str, other: str) -> tuple[bool, int]:
    """Whether an id is a known one, or a dated version of it; how long both begin the same."""
    begin = os.path.commonprefix([known, other])  # noqa: RUF071 - characters are meant, not paths
    return f"{other}-".startswith(f"{known}-"), len(begin)


def _ratio(shape: str) -> float:
    """Width by height of `1280:720` or `1024x1536`."""
    width, height = re.split("[:x]", shape)
    return int(width) / int(height)
