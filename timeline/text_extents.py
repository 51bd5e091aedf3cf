"""How wide and high a text is, in shares of its font's size: an estimate. Pure.

It needs no fonts, so that the page computes the same (console/static/timeline/text-extents.js): the
widths are those of the bundled bold font, for all fonts. Drawn lines are hardly ever wider.
"""

import re
from typing import NamedTuple
from unicodedata import normalize

from timeline.spoken_words import columns, is_unspaced

# Of the characters from U+0020 on, in thousandths of the font's size.
WIDTHS = (
    *(278, 333, 474, 556, 556, 889, 722, 238, 333, 333, 389, 584, 278, 333, 278, 278),
    *(556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 333, 333, 584, 584, 584, 611),
    *(975, 722, 722, 722, 722, 667, 611, 778, 722, 278, 556, 722, 611, 833, 722, 778),
    *(667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 333, 278, 333, 584, 556),
    *(333, 556, 611, 556, 611, 556, 333, 611, 611, 278, 278, 556, 278, 889, 611, 611),
    *(611, 611, 389, 556, 333, 611, 556, 778, 556, 556, 500, 389, 280, 389, 584),
)
_OTHER, _COLUMN, _EMOJI = 700, 500, 1250  # thousandths; a column is half of an ideograph
_FIRST, _FIRST_EMOJI = 0x20, 0x1F000
_NEWLINE = re.compile("\r\n|[\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]")


class Piece(NamedTuple):
    """Characters between which no line ends, and the space behind them; in thousandths."""

    width: int
    space: int


class Lines(NamedTuple):
    """How many lines a text has, and the width of the widest, in thousandths."""

    rows: int
    width: float


Paragraph = list[Piece]


def paragraphs_of(text: str) -> list[Paragraph]:
    """Return the pieces of each paragraph of a text."""
    return [_pieces(paragraph) for paragraph in _NEWLINE.split(text)]


def longest_piece(paragraphs: list[Paragraph]) -> int:
    """Return the width that a line needs so that no word is broken, in thousandths."""
    return max((piece.width for pieces in paragraphs for piece in pieces), default=0)


def lines_within(paragraphs: list[Paragraph], limit: float) -> Lines:
    """Return the lines of a text that are at most `limit` thousandths wide.

    Words that are wider are broken.
    """
    found = [_lines(pieces, limit) for pieces in paragraphs]
    return Lines(sum(lines.rows for lines in found), max(lines.width for lines in found))


def _pieces(paragraph: str) -> Paragraph:
    pieces: Paragraph = []
    width = space = 0
    for char in paragraph:
        if char in " \t":
            space += WIDTHS[0] * (8 if char == "\t" else 1)
            continue
        if width and (space or is_unspaced(char)):
            pieces.append(Piece(width, space))
            width = space = 0
        width, space = width + space + _width(char), 0
    return [*pieces, Piece(width, space)]


def _width(char: str) -> int:
    count, code = columns(char), ord(normalize("NFD", char)[0])
    if count != 1:
        return count * _COLUMN
    if _FIRST <= code < _FIRST + len(WIDTHS):
        return WIDTHS[code - _FIRST]
    return _EMOJI if code >= _FIRST_EMOJI else _OTHER


def _lines(pieces: Paragraph, limit: float) -> Lines:
    count, widest, begun, space = 1, 0.0, 0.0, 0
    for piece in pieces:
        if begun and begun + space + piece.width > limit:
            count, begun, space = count + 1, 0.0, 0
        begun += space + piece.width
        while begun > limit:
            count, widest, begun = count + 1, limit, begun - limit
        widest, space = max(widest, begun), piece.space
    return Lines(count, widest)
