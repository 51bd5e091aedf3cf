"""Where lines break (UAX 14, dictionaries), and which way their parts run (UAX 9)."""

import itertools
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Protocol, TypeVar

from bidi import get_display

from media.drawing.words import inner_boundaries

SOFT_HYPHEN = "\u00ad"
_NO_BREAK_SPACES = "\u00a0\u202f\u2007"
# Browsers let lines begin with small kana and the prolonged sound mark, which uniseg does not: an
# ideograph stands for them.
_SMALL_KANA = re.compile("[ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶーㇰ-ㇿｧ-ｰ]")
_IDEOGRAPH = "一"
_WORD = re.compile("[^ ]+")
_BEYOND_ASCII = re.compile("(?:[\0-\x7f]?[^\0-\x7f]+)+[\0-\x7f]?")  # with a character on both sides
# Between two characters of ASCII, browsers have rules of their own: before an opening bracket and
# after a hyphen or question mark, but not in addresses. And they break after any space.
_WITHIN_ASCII = re.compile("(?<=[!-~])(?=[!-~])")
_BREAK = re.compile(
    r"""(?<=[!"#%&)*+,\-.:;=>?\\\]|}~])(?=[(<\[{])"""
    r"""|(?<=-)(?=["#%&'*+\-=>@\\^_`|~A-Za-z])|(?<=[A-Za-z0-9]-)(?=[0-9])"""
    r"""|(?<=\?)(?=[#$%&*+\-=>@\\^_`|~A-Za-z0-9])|(?<=[ ])(?=[^ ])"""
)

_LEVEL = re.compile(r"Level\(\s*(\d+),?\s*\)")
_START = "\n    levels: [\n"  # no text can imitate it: newlines in it are escaped


def clusters(text: str) -> list[int]:
    """Return the boundaries of graphemes, including the start and end of the text."""
    found = set(range(len(text) + 1))
    if text.isascii():
        return sorted(found)
    from uniseg.graphemecluster import grapheme_cluster_boundaries  # takes time to import

    for part in _BEYOND_ASCII.finditer(text):
        found.difference_update(range(part.start() + 1, part.end()))
        found.update(part.start() + index for index in grapheme_cluster_boundaries(part[0]))
    return sorted(found)


def lines(
    text: str, edges: Sequence[int], advances: Sequence[float], hyphen: float, max_width: float
) -> Iterator[tuple[int, int]]:
    """Yield the start and end of each line of a paragraph: as many words as fit.

    A line that ends with a soft hyphen shows one, whose width is `hyphen`, unless it is the last.
    A word that is longer than a line is broken between `edges`, which are those of `clusters`.
    """
    widths = [0.0, *itertools.accumulate(advances)]
    ends = _opportunities(text)
    start = fitting = number = 0  # where the line begins, where it may end, the next of `ends`
    while number < len(ends):
        end = ends[number]
        visible = visible_end(text, start, end)
        width = widths[visible] - widths[start]
        if width <= max_width:
            number += 1
            if width + (hyphen if is_hyphenated(text, end) else 0.0) <= max_width:
                fitting = end
            continue
        if fitting == start:
            fitting = _cut(edges, widths, start, max_width)
        if fitting >= visible:  # a single character that is wider than a line
            fitting = end
            number += 1
            continue
        yield start, fitting
        start = fitting
        number = bisect_right(ends, start)
    if start < len(text):
        yield start, len(text)


def visible_end(text: str, start: int, end: int) -> int:
    """Return the end without the white space that is left out at the end of a line."""
    while end > start and text[end - 1].isspace() and text[end - 1] not in _NO_BREAK_SPACES:
        end -= 1
    return end


def is_hyphenated(text: str, end: int) -> bool:
    """Return whether a line that ends there shows a hyphen."""
    return 0 < end < len(text) and text[end - 1] == SOFT_HYPHEN


def _opportunities(text: str) -> list[int]:
    """Return where lines may end; the last place is the end of the text."""
    found: set[int] = set()
    for word in _WORD.finditer(text):
        if not word[0].isascii():  # uniseg takes 50 microseconds for each character
            found.update(word.start() + index for index in _breaks_by_rules(word[0]))
    found -= {match.start() for match in _WITHIN_ASCII.finditer(text)}
    found |= {match.start() for match in _BREAK.finditer(text)}
    found.update(inner_boundaries(text))
    inside = {index for index in found if 0 < index < len(text) and text[index] != " "}
    return [*sorted(inside), len(text)]


def _breaks_by_rules(word: str) -> Iterator[int]:
    from uniseg.linebreak import line_break_boundaries  # takes time to import

    yield from line_break_boundaries(_SMALL_KANA.sub(_IDEOGRAPH, word))


def _cut(edges: Sequence[int], widths: Sequence[float], start: int, max_width: float) -> int:
    """Return where a line ends whose first word is longer: after one character at least."""
    number = bisect_right(edges, start)
    while number + 1 < len(edges) and widths[edges[number + 1]] - widths[start] <= max_width:
        number += 1
    return edges[number]


class HasLevel(Protocol):
    """A part of a line whose characters have one embedding level."""

    @property
    def level(self) -> int:
        """The level that all its characters have."""


Part = TypeVar("Part", bound=HasLevel)


def embedding_levels(paragraph: str) -> list[int]:
    """Return the level of each character: odd ones run from right to left.

    The first strong character decides the paragraph's direction.
    """
    if paragraph.isascii():
        return [0] * len(paragraph)
    described = str(get_display(paragraph, debug=True))
    levels = _LEVEL.findall(described.rpartition(_START)[2])  # one for each byte of UTF-8
    result, offset = [], 0
    for char in paragraph:
        result.append(int(levels[offset]))
        offset += len(char.encode())
    return result


def in_visual_order(parts: Sequence[Part]) -> list[Part]:
    """Return the parts of a line from left to right (rule L2 of the algorithm)."""
    ordered = list(parts)
    for level in range(max((part.level for part in ordered), default=0), 0, -1):
        start = 0
        while start < len(ordered):
            end = start
            while end < len(ordered) and ordered[end].level >= level:
                end += 1
            ordered[start:end] = reversed(ordered[start:end])
            start = end + 1
    return ordered
