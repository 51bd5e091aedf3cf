"""The initial values of a project of each type, from `presets/<type>.toml`."""

import re
import tomllib
from copy import deepcopy
from functools import lru_cache
from pathlib import Path
from typing import Any

from schemas.projects import PROJECT_TYPES

PROMPTS = ("systemPrompt", "analyzerPrompt", "imageSystemPrompt", "videoSystemPrompt")

# The files have lines of a hundred characters; such a line goes on unless a list item follows.
_WRAPPED = re.compile(r"(?<=[^\n]{60})\n(?![\n-]) *")

_DIRECTORY = Path(__file__).with_name("presets")


def preset(project_type: str) -> dict[str, Any]:
    """Return the prompts, style guide and (empty) knowledge of a new project of this type."""
    return deepcopy(_presets()[project_type])


@lru_cache(maxsize=1)
def _presets() -> dict[str, dict[str, Any]]:
    return {name: _read(_DIRECTORY / f"{name}.toml") for name in PROJECT_TYPES}


def _read(path: Path) -> dict[str, Any]:
    texts = tomllib.loads(path.read_text(encoding="utf-8"))
    prompts = {name: _WRAPPED.sub(" ", texts[name].strip()) for name in PROMPTS}
    return {**prompts, "knowledge": "", "styleGuide": texts["styleGuide"]}
