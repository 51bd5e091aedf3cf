"""Words that are spoken, with their times: how wide they are, and their parts. Pure.

The page has the same rules (console/static/timeline/spoken-words.js).
"""

import re
from collections.abc import Sequence
from math import floor
from typing import NamedTuple
from unicodedata import category

from media.drawing.words import inner_boundaries

_IDEOGRAPHIC = "\u2e80-\u312f\u31a0-\u9fff\uf900-\ufaff\uff00-\uff9f\U00020000-\U0003ffff"
_WIDE = re.compile(f"[\u1100-\u115f{_IDEOGRAPHIC}\uac00-\ud7a3]")
# Scripts that are written without spaces between words: Thai, Lao, Burmese, Khmer, Chinese, kana.
_UNSPACED = re.compile(f"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff{_IDEOGRAPHIC}]")
OPENING = "([{<«‹“‘„‚「『（［｛〈《【〔¿¡"
_WORD_START = re.compile("[\u3041-\u309f、。，！？][\u30a1-\u30fa\u3400-\u9fff]")  # its second one
_NO_START = re.compile("[ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮーｰ々]")

_LONGEST_PART, _CUT = 12, 8  # columns of what is not divided, and of parts without boundaries


class Word(NamedTuple):
    """What is spoken from a time up to another one, in seconds.

    `glued`: there is no space between it and the word before.
    """

    text: str
    start: float
    end: float
    glued: bool = False


def parts_of(words: Sequence[Word]) -> list[Word]:
    """Return words with those divided that are long and written without spaces."""
    return [part for word in words for part in _parts(word)]


def joined(words: Sequence[Word]) -> str:
    """Return the text of words."""
    rest = (each.text if each.glued else f" {each.text}" for each in words[1:])
    return words[0].text + "".join(rest)


def columns(text: str) -> int:
    """Return how wide a text is: characters of Chinese, Japanese and Korean are two columns."""
    return sum(_columns(char) for char in text)


def milliseconds(seconds: float) -> int:
    """Return a time in milliseconds."""
    return floor(seconds * 1000 + 0.5)


def is_unspaced(char: str) -> bool:
    """Return whether a character belongs to a script that is written without spaces."""
    return _UNSPACED.fullmatch(char) is not None


def _columns(char: str) -> int:
    if category(char) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if _WIDE.match(char) else 1


def is_letter(char: str) -> bool:
    """Return whether a character is a letter, a digit or a mark of one."""
    return category(char)[0] in "LNM"


def spread(texts: Sequence[str], start: float, end: float) -> list[tuple[float, float]]:
    """Return the times of texts that share a time, by their widths."""
    widths = [max(1, columns(each)) for each in texts]
    total, passed, times = sum(widths), 0, [start]
    for width in widths:
        passed += width
        times.append(start + (end - start) * passed / total)
    return [*zip(times, [*times[1:-1], end], strict=False)]


def _parts(word: Word) -> list[Word]:
    text = word.text
    if columns(text) <= _LONGEST_PART or not any(map(is_unspaced, text)):
        return [word]
    edges = {*inner_boundaries(text)}
    edges |= {match.start() + 1 for match in _WORD_START.finditer(text)}
    texts = _divided(text, sorted(edges))
    times = spread(texts, word.start, word.end)
    return [
        Word(each, *times[number], glued=bool(number) or word.glued)
        for number, each in enumerate(texts)
    ]


def _divided(text: str, edges: Sequence[int]) -> list[str]:
    """Return the parts of a text between edges, those that are long cut where lines may break."""
    texts = []
    for begin, end in zip([0, *edges], [*edges, len(text)], strict=True):
        part = ""
        for char in text[begin:end]:
            if columns(part) >= _CUT and _may_break(part, char):
                texts.append(part)
                part = ""
            part += char
        texts.append(part)
    return texts


def _may_break(before: str, char: str) -> bool:
    is_wide = _WIDE.match(char) is not None and is_letter(char)
    return is_wide and not _NO_START.match(char) and before[-1] not in OPENING
