"""Which language a text is in, among those that are told apart by more than their script.

What counts are frequent words, letters that few languages have, and groups of three letters, whose
order of frequency is from the Universal Declaration of Human Rights (`franc`, see THIRD-PARTY.md).
"""

import json
import math
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_TABLE = Path(__file__).with_suffix(".json")

_MAX_TEXT = 2000  # characters that are read
_NO_LETTERS = re.compile(r"[\W\d_]+")
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019\u02bb][^\W\d_]+)?")
_SMOOTHING, _RARE = 12, 700  # ranks: of the most frequent groups, and of groups not in the table
_OF_WORD, _OF_UNIQUE_WORD, _OF_LETTER, _OF_FOREIGN_LETTER = 2.5, 2.0, 2.0, -4.0


@dataclass(frozen=True, slots=True)
class _Language:
    """What a language is known by; `prior` is how much rather a short text is in it."""

    prior: int
    letters: frozenset[str]  # other than a to z, and other than those of its whole script
    words: frozenset[str]
    ranks: dict[str, int]  # of groups of three letters, the most frequent one first


@dataclass(frozen=True, slots=True)
class _Text:
    words: Counter[str]
    letters: Counter[str]
    groups: Counter[str]


def language_of_text(text: str, script: str) -> str:
    """Return the code of the likeliest language of a text; "" if a script has no table.

    `script` is as in the names of Unicode's characters, such as `LATIN`. The languages are those
    that the demo has voices for.
    """
    languages = _languages(script)
    if not languages:
        return ""
    found = _read(text[:_MAX_TEXT].lower())
    known = Counter(word for each in languages.values() for word in each.words)
    return max(languages, key=lambda code: _score(found, languages[code], known))


def _read(text: str) -> _Text:
    spaced = f" {_NO_LETTERS.sub(' ', text).strip()} "
    return _Text(
        Counter(_WORD.findall(text)),
        Counter(char for char in text if char.isalpha() and not "a" <= char <= "z"),
        Counter(spaced[start : start + 3] for start in range(len(spaced) - 2)),
    )


def _score(text: _Text, language: _Language, known: Counter[str]) -> float:
    score: float = language.prior
    for word, count in text.words.items():
        if word in language.words:
            score += count * (_OF_WORD + _OF_UNIQUE_WORD / known[word])
    for letter, count in text.letters.items():
        score += count * (_OF_LETTER if letter in language.letters else _OF_FOREIGN_LETTER)
    for group, count in text.groups.items():
        if group in language.ranks:
            score += count * math.log(_RARE / (language.ranks[group] + _SMOOTHING))
    return score


@cache
def _languages(script: str) -> dict[str, _Language]:
    """Return what is known of the languages of a script, by their codes."""
    table = json.loads(_TABLE.read_text(encoding="utf-8"))
    return {
        code: _Language(
            entry["prior"],
            frozenset(entry["letters"]),
            frozenset(entry["words"].split()),
            {group: rank for rank, group in enumerate(entry["trigrams"].split("|"))},
        )
        for code, entry in table.items()
        if entry["script"] == script
    }
