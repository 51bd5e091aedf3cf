"""Phrases of Chinese and Japanese, which are written without spaces: with the models of BudouX.

A phrase is a word with what belongs to it, such as particles. The page has the same algorithm
(console/static/timeline/phrases.js), and gets the models (phrases/README.md) from here.
"""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

_DIRECTORY = Path(__file__).parent / "phrases"

_WRITTEN = re.compile("[\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_KANA = re.compile("[\u3041-\u30ff]")
_KANA_SHARE = 10  # of so many characters of Japanese, at least one is kana
# What models look at around a place: names of weights, and from where to where.
_WINDOWS = (
    ("UW1", -3, -2), ("UW2", -2, -1), ("UW3", -1, 0), ("UW4", 0, 1), ("UW5", 1, 2), ("UW6", 2, 3),
    ("BW1", -2, 0), ("BW2", -1, 1), ("BW3", 0, 2),
    ("TW1", -3, 0), ("TW2", -2, 1), ("TW3", -1, 2), ("TW4", 0, 3),
)  # fmt: skip
# Scores from which on a phrase begins. Those of Chinese are single words, of which BudouX divides
# many in two with low scores: above this one, nine of ten words that a dictionary has are whole.
_LEAST = {"ja": 0, "zh-hans": 1000, "zh-hant": 1000}


class _Model(NamedTuple):
    """Weights by windows, and the score of a place of which nothing is known."""

    weights: Mapping[str, Mapping[str, int]]
    base: float


def phrase_starts(text: str) -> Iterator[int]:
    """Yield where phrases of Chinese or Japanese begin in a text after others."""
    written = len(_WRITTEN.findall(text))
    if not written:
        return
    name = _model_for(text, written)
    model = _model(name)
    for index in range(1, len(text)):
        if _score(model, text, index) > _LEAST[name]:
            yield index


def facts() -> dict[str, Any]:
    """Return the models, and how they are read, for the page."""
    models = {name: _model(name)._asdict() for name in _LEAST}
    return {"windows": _WINDOWS, "least": _LEAST, "kanaShare": _KANA_SHARE, "models": models}


def _model_for(text: str, written: int) -> str:
    """Return the model for a text: of Japanese with kana, else the one that knows more of it."""
    if _KANA_SHARE * len(_KANA.findall(text)) >= written:
        return "ja"
    simplified, traditional = (_model(name).weights["UW4"] for name in ("zh-hans", "zh-hant"))
    difference = sum((char in simplified) - (char in traditional) for char in text)
    return "zh-hans" if difference >= 0 else "zh-hant"


def _score(model: _Model, text: str, index: int) -> float:
    score = model.base
    for name, begin, end in _WINDOWS:
        if index + begin >= 0 and index + end <= len(text):
            score += model.weights[name].get(text[index + begin : index + end], 0)
    return score


@cache
def _model(name: str) -> _Model:
    weights = json.loads((_DIRECTORY / f"{name}.json").read_text(encoding="utf-8"))
    return _Model(weights, -sum(sum(each.values()) for each in weights.values()) / 2)
