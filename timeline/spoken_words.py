"""Words that are spoken, with their times: how wide they are, and their parts. Pure.

The page has the same rules (console/static/timeline/spoken-words.js).
"""

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise
from math import floor
from typing import NamedTuple
from unicodedata import category

from media.drawing.phrases import phrase_starts
from media.drawing.words import inner_boundaries

_IDEOGRAPHIC = "\u2e80-\u312f\u31a0-\u9fff\uf900-\ufaff\uff00-\uff9f\U00020000-\U0003ffff"
_WIDE = re.compile(f"[\u1100-\u115f{_IDEOGRAPHIC}\uac00-\ud7a3]")
# Scripts that are written without spaces between words: Thai, Lao, Burmese, Khmer, Chinese, kana.
_UNSPACED = re.compile(f"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff{_IDEOGRAPHIC}]")
OPENING = "([{<«‹“‘„‚「『（［｛〈《【〔¿¡"
_NO_START = re.compile("[ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮーｰ々]")

_UNDIVIDED, _LONGEST_PART = 12, 22  # columns of words, and of phrases: what any line has room for


class Word(NamedTuple):
    """What is spoken from a time up to another one, in seconds.

    `glued`: there is no space between it and the word before. `continues`: it goes on with a word
    or phrase that the word before belongs to, so that no caption and no line begins with it.
    """

    text: str
    start: float
    end: float
    glued: bool = False
    continues: bool = False


def parts_of(words: Sequence[Word]) -> list[Word]:
    """Return words with those divided that are long and written without spaces.

    `continues` is set where a word or phrase goes on, however many words it was given as.
    """
    starts = [number for number, word in enumerate(words) if not word.glued]
    runs = pairwise(sorted({0, *starts, len(words)}))
    return [part for begin, end in runs for part in _parts(words[begin:end])]


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


def _parts(words: Sequence[Word]) -> Iterator[Word]:
    """Yield the parts of words that follow each other without spaces."""
    text = "".join(word.text for word in words)
    if not _UNSPACED.search(text):
        yield from words
        return
    starts = _starts(text)
    position = 0
    for word in words:
        edges = range(1, len(word.text) if columns(word.text) > _UNDIVIDED else 0)
        texts = _divided(word.text, [edge for edge in edges if position + edge in starts])
        for each, (start, end) in zip(texts, spread(texts, word.start, word.end), strict=True):
            is_glued = position > 0 or word.glued
            yield Word(each, start, end, is_glued, _continues(text, position, starts))
            position += len(each)


def _continues(text: str, position: int, starts: Collection[int]) -> bool:
    if not 0 < position < len(text) or position in starts:
        return False
    return _may_join(text[position - 1], text[position])


def _may_join(before: str, char: str) -> bool:
    """Return whether characters beside each other may belong to a word of unspaced scripts."""
    is_inner = is_letter(before) and char not in OPENING
    return is_inner and any(map(is_unspaced, (before, char)))


def _starts(text: str) -> set[int]:
    """Return where words or phrases begin in a text after others, as scripts have them."""
    phrases = (start for start in phrase_starts(text) if _may_begin(text[start - 1], text[start]))
    return {*inner_boundaries(text), *phrases}


def _divided(text: str, edges: Sequence[int]) -> list[str]:
    """Return the parts of a text between edges, those that are long cut where lines may break."""
    texts = []
    for begin, end in zip([0, *edges], [*edges, len(text)], strict=True):
        part = ""
        for char in text[begin:end]:
            if columns(part + char) > _LONGEST_PART and _may_begin(part[-1], char):
                texts.append(part)
                part = ""
            part += char
        texts.append(part)
    return texts


def _may_begin(before: str, char: str) -> bool:
    """Return whether a line may begin with a character after another one of East Asia."""
    is_wide = any(map(_WIDE.match, (before, char)))
    is_beginning = (is_letter(char) and not _NO_START.match(char)) or char in OPENING
    return is_wide and is_beginning and before not in OPENING
