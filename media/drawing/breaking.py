"""Where the lines of a paragraph break: as in browsers, by UAX 14 and dictionaries."""

import itertools
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from uniseg.linebreak import line_break_boundaries

from media.drawing.words import inner_boundaries

SOFT_HYPHEN = "\u00ad"
_NO_BREAK_SPACES = "\u00a0\u202f\u2007"
# Browsers let lines begin with small kana and the prolonged sound mark, which uniseg does not: an
# ideograph stands for them.
_SMALL_KANA = re.compile("[ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶーㇰ-ㇿｧ-ｰ]")
_IDEOGRAPH = "一"
# Between two characters of ASCII, browsers have rules of their own: before an opening bracket and
# after a hyphen or question mark, but not in addresses. And they break after any space.
_WITHIN_ASCII = re.compile("(?<=[!-~])(?=[!-~])")
_BREAK = re.compile(
    r"""(?<=[!"#%&)*+,\-.:;=>?\\\]|}~])(?=[(<\[{])"""
    r"""|(?<=-)(?=["#%&'*+\-=>@\\^_`|~A-Za-z])|(?<=[A-Za-z0-9]-)(?=[0-9])"""
    r"""|(?<=\?)(?=[#$%&*+\-=>@\\^_`|~A-Za-z0-9])|(?<=[ ])(?=[^ ])"""
)


def lines(
    text: str, clusters: Sequence[int], advances: Sequence[float], hyphen: float, max_width: float
) -> Iterator[tuple[int, int]]:
    """Yield the start and end of each line of a paragraph: as many words as fit.

    A line that ends with a soft hyphen shows one, whose width is `hyphen`, unless it is the last.
    A word that is longer than a line is broken between `clusters`, the boundaries of graphemes.
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
            fitting = _cut(clusters, widths, start, max_width)
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
    """Return where lines may end, the last of them that of the text.

    Lines never break between spaces, of which uniseg takes quadratic time for many in a row.
    """
    kept = [index for index in range(len(text)) if text[max(0, index - 1) : index + 1] != "  "]
    once = "".join(text[index] for index in kept)
    tailored = _SMALL_KANA.sub(_IDEOGRAPH, once)
    found = {kept[index] for index in line_break_boundaries(tailored) if 0 < index < len(kept)}
    found -= {match.start() for match in _WITHIN_ASCII.finditer(text)}
    found |= {match.start() for match in _BREAK.finditer(text)}
    return [*sorted(found.union(inner_boundaries(text))), len(text)]


def _cut(clusters: Sequence[int], widths: Sequence[float], start: int, max_width: float) -> int:
    """Return where a line ends whose first word is longer: after one character at least."""
    number = bisect_right(clusters, start)
    while number + 1 < len(clusters) and widths[clusters[number + 1]] - widths[start] <= max_width:
        number += 1
    return clusters[number]
