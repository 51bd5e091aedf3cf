"""Words of Thai, Lao, Khmer and Burmese, which are written without spaces: from dictionaries.

The dictionaries and the algorithm are those of ICU, which browsers use (words/README.md).
"""

import gzip
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

_DIRECTORY = Path(__file__).parent / "words"
_ELISION, _REPETITION = "ฯ", "ๆ"  # Thai signs that belong to the word before


class _Language(NamedTuple):
    """Regular expressions of a language's characters: what its words are of, begin and end with."""

    name: str
    letters: re.Pattern[str]
    beginning: re.Pattern[str]
    ending: re.Pattern[str]
    mark: re.Pattern[str]
    shortest: int  # characters that may be divided into two words
    short: int  # what follows a word of fewer characters may belong to it ...
    alike: int  # ... unless all but one of its characters begin a word


def _language(
    name: str,
    letters: str,
    beginning: str,
    no_ending: str,
    marks: str,
    *,
    shortest: int = 4,
    short: int = 3,
    alike: int = 3,
) -> _Language:
    return _Language(
        name,
        re.compile(f"[{letters}]+"),
        re.compile(f"[{beginning}]"),
        re.compile(f"(?![{no_ending}])[{letters}]" if no_ending else f"[{letters}]"),
        re.compile(f"[{marks}]*"),
        shortest,
        short,
        alike,
    )


_LANGUAGES = (
    _language(
        "thai",
        "\u0e01-\u0e3a\u0e40-\u0e4e",
        "\u0e01-\u0e2e\u0e40-\u0e44",
        "\u0e31\u0e40-\u0e44",
        "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e",
        shortest=5,
    ),
    _language(
        "lao",
        "\u0e81-\u0ebd\u0ec0-\u0ece\u0edc-\u0edf",
        "\u0e81-\u0eae\u0edc\u0edd\u0ec0-\u0ec4",
        "\u0ec0-\u0ec4",
        "\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece",
    ),
    _language(
        "khmer",
        "\u1780-\u17d3\u17d7\u17dc\u17dd",
        "\u1780-\u17b3",
        "\u17d2",
        "\u17b4-\u17d3\u17dd",
        short=10,  # these two as in Chromium
        alike=5,
    ),
    _language(
        "burmese",
        "\u1000-\u103f\u1050-\u108f\u109a-\u109f\ua9e0-\ua9ef\ua9fa-\ua9fe\uaa60-\uaa7f",
        "\u1000-\u102a",
        "",
        "\u102b-\u103e\u1056-\u1059\u105e-\u1060\u1062-\u1064\u1067-\u106d\u1071-\u1074"
        "\u1082-\u108d\u108f\u109a-\u109d\ua9e5\uaa7b-\uaa7d",
    ),
)


class _Dictionary(NamedTuple):
    """The words of a language, and the length of the longest."""

    words: frozenset[str]
    longest: int
    beginnings: frozenset[str]  # of words, one character fewer than `alike`


def inner_boundaries(text: str) -> Iterator[int]:
    """Yield where words of these languages begin after other words of theirs."""
    for language in _LANGUAGES:
        for match in language.letters.finditer(text):
            if len(match[0]) >= language.shortest:
                for end in _Division(language, match[0]).ends():
                    yield match.start() + end


@cache
def _dictionary(language: _Language) -> _Dictionary:
    data = gzip.decompress((_DIRECTORY / f"{language.name}.txt.gz").read_bytes())
    words = frozenset(data.decode().split())
    beginnings = frozenset(word[: language.alike - 1] for word in words)
    return _Dictionary(words, max(map(len, words)), beginnings)


class _Division:
    """Letters of one language, and the words that they are divided into."""

    def __init__(self, language: _Language, letters: str) -> None:
        self._language = language
        self._dictionary = _dictionary(language)
        self._letters = letters
        self._found: dict[int, list[int]] = {}

    def ends(self) -> Iterator[int]:
        """Yield where each word but the last ends."""
        position = 0
        while True:
            position = self._suffixed(self._marked(self._joined(position)))
            if position >= len(self._letters):
                return
            yield position

    def _word_ends(self, start: int) -> list[int]:
        """Return where words of the dictionary end that begin at a position, shortest first."""
        found = self._found.get(start)
        if found is None:
            last = min(start + self._dictionary.longest, len(self._letters))
            ends = range(start + 1, last + 1)
            words = self._dictionary.words
            found = [end for end in ends if self._letters[start:end] in words]
            self._found[start] = found
        return found

    def _joined(self, start: int) -> int:
        """Return the end of the word at a position, with what follows if that is no word."""
        end = self._best_end(start)
        language = self._language
        if end == len(self._letters) or end - start >= language.short or self._word_ends(end):
            return end
        following = self._letters[end : end + language.alike]
        is_alike = (
            len(following) == language.alike and following[:-1] in self._dictionary.beginnings
        )
        return end if end > start and is_alike else self._next_beginning(end)

    def _best_end(self, start: int) -> int:
        """Return the end of the longest word that two words follow, or else one; if any."""
        best = max(self._word_ends(start), default=start)
        if best == len(self._letters):
            return best
        for first in reversed(self._word_ends(start)):
            seconds = self._word_ends(first)
            if seconds:
                best = first
                if seconds[-1] == len(self._letters) or any(map(self._word_ends, seconds)):
                    break
        return best

    def _next_beginning(self, position: int) -> int:
        """Return where a word can begin after a position."""
        for end in range(position + 1, len(self._letters)):
            before, after = self._letters[end - 1], self._letters[end]
            ends_before = self._language.ending.match(before)
            if ends_before and self._language.beginning.match(after) and self._word_ends(end):
                return end
        return len(self._letters)

    def _marked(self, end: int) -> int:
        """Return the end after marks that follow."""
        match = self._language.mark.match(self._letters, end)
        return match.end() if match else end

    def _suffixed(self, end: int) -> int:
        """Return the end after signs that follow and belong to the word before."""
        if self._language.name != "thai" or self._word_ends(end):
            return end
        signs = (_ELISION, _REPETITION)
        if self._letters[end : end + 1] == _ELISION and self._letters[end - 1] not in signs:
            end += 1
        if self._letters[end : end + 1] == _REPETITION and self._letters[end - 1] != _REPETITION:
            end += 1
        return end
