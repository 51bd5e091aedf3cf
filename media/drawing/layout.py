"""Text into lines of positioned glyphs: direction, fonts, shaping, line breaks."""

import itertools
import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

import uharfbuzz as hb
from uniseg.graphemecluster import grapheme_cluster_boundaries
from uniseg.linebreak import line_break_boundaries

from media.drawing.bidi import embedding_levels, in_visual_order
from media.drawing.fonts import Fonts

_NEWLINE = re.compile("\r\n|[\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]")
_CONTROL = re.compile("[\0-\x08\x0e-\x1b\x1f\x7f-\x9f]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_TAB = " " * 8
_MARKS = {"Mn", "Me", "Mc", "Cf"}
_MAX_MARKS = 30  # as in Unicode's Stream-Safe Text Format (UAX 15)
_COMMON = {None, "Zyyy", "Zinh", "Zzzz"}  # scripts of characters that take on their neighbours'


class Glyph(NamedTuple):
    """A glyph of a font, and where its origin is: pixels from its line's left and baseline.

    `unit` is how many pixels one of its font's coordinates is.
    """

    font: hb.Font
    id: int
    x: float
    y: float
    unit: float


class Line(NamedTuple):
    """The glyphs of a line, and its width in pixels without the white space at its end."""

    glyphs: list[Glyph]
    width: float


class _Run(NamedTuple):
    """Characters of a paragraph with one font, script and direction."""

    start: int
    end: int
    font: hb.Font
    script: str | None
    level: int


def lay_out(text: str, fonts: Fonts, max_width: float) -> list[Line]:
    """Break a text into lines of at most `max_width` pixels; a word that is longer is broken."""
    text = _SURROGATE.sub("\ufffd", text).replace("\t", _TAB)
    paragraphs = (_harmless(part) for part in _NEWLINE.split(text))
    return [line for each in paragraphs for line in _paragraph(each, fonts, max_width)]


def _harmless(text: str) -> str:
    """Drop control characters, and what exceeds the number of marks that a character may have.

    uniseg takes quadratic time for many marks or formatting characters in a row.
    """
    if text.isascii():
        return _CONTROL.sub("", text)
    kept, marks = [], 0
    for char in _CONTROL.sub("", text):
        marks = marks + 1 if unicodedata.category(char) in _MARKS else 0
        if marks <= _MAX_MARKS:
            kept.append(char)
    return "".join(kept)


def _paragraph(text: str, fonts: Fonts, max_width: float) -> Iterator[Line]:
    if not text:
        yield Line([], 0)
        return
    boundaries = list(grapheme_cluster_boundaries(text))
    runs = list(_runs(text, boundaries, fonts))
    advances = _advances(text, runs, fonts.unit)
    for start, end in _broken(text, boundaries, advances, max_width):
        yield _line(text, runs, (start, end), fonts.unit)


def _runs(text: str, boundaries: Sequence[int], fonts: Fonts) -> Iterator[_Run]:
    levels = embedding_levels(text)
    scripts = _scripts(text)
    current: _Run | None = None
    for start, end in itertools.pairwise(boundaries):
        font = fonts.choose(text[start:end])
        run = _Run(start, end, font, scripts[start], levels[start])
        if current is not None and current[2:] == run[2:]:
            current = current._replace(end=end)
            continue
        if current is not None:
            yield current
        current = run
    if current is not None:
        yield current


def _scripts(text: str) -> list[str | None]:
    """Return the script of each character; common ones take the one before, or else after."""
    scripts = [_script(char) for char in text]
    for order in (range(1, len(text)), range(len(text) - 2, -1, -1)):
        step = -1 if order.step > 0 else 1
        for index in order:
            if scripts[index] is None:
                scripts[index] = scripts[index + step]
    return scripts


@lru_cache(maxsize=4096)
def _script(char: str) -> str | None:
    buffer = hb.Buffer()
    buffer.add_str(char)
    buffer.guess_segment_properties()
    script = buffer.script
    return None if script in _COMMON else script


def _advances(text: str, runs: Sequence[_Run], unit: float) -> list[float]:
    """Return the width of each cluster of glyphs at the index of its first character, else 0."""
    advances = [0.0] * len(text)
    for run in runs:
        buffer = _shape(text, run)
        for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
            advances[run.start + info.cluster] += position.x_advance * unit
    return advances


def _broken(
    text: str, boundaries: Sequence[int], advances: Sequence[float], max_width: float
) -> Iterator[tuple[int, int]]:
    """Yield the start and end of each line: as many words as fit."""
    start, width = 0, 0.0
    for word_start, word_end in itertools.pairwise(_break_opportunities(text)):
        visible_end = _visible_end(text, word_start, word_end)
        visible = sum(advances[word_start:visible_end])
        if visible and width + visible > max_width and word_start > start:
            yield start, word_start
            start, width = word_start, 0.0
        if visible > max_width:
            for cut in _cuts(boundaries, advances, (word_start, visible_end), max_width):
                yield start, cut
                start = cut
        width += sum(advances[max(start, word_start) : word_end])
    yield start, len(text)


def _break_opportunities(text: str) -> list[int]:
    """Return where lines may start, and the text's end (UAX 14).

    Lines never break between spaces, of which uniseg takes quadratic time for many in a row.
    """
    kept = [index for index in range(len(text)) if text[max(0, index - 1) : index + 1] != "  "]
    once = "".join(text[index] for index in kept)
    return [
        0,
        *(kept[index] for index in line_break_boundaries(once) if index < len(kept)),
        len(text),
    ]


def _cuts(
    boundaries: Sequence[int], advances: Sequence[float], word: tuple[int, int], max_width: float
) -> Iterator[int]:
    """Yield where to break a word that is longer than a line."""
    width, start = 0.0, word[0]
    inside = [index for index in boundaries if word[0] <= index <= word[1]]
    for index, following in itertools.pairwise(inside):
        advance = sum(advances[index:following])
        if width + advance > max_width and index > start:
            yield index
            start, width = index, 0.0
        width += advance


def _visible_end(text: str, start: int, end: int) -> int:
    while end > start and text[end - 1].isspace():
        end -= 1
    return end


def _line(text: str, runs: Sequence[_Run], span: tuple[int, int], unit: float) -> Line:
    start, end = span[0], _visible_end(text, *span)
    parts = [
        run._replace(start=max(run.start, start), end=min(run.end, end))
        for run in runs
        if max(run.start, start) < min(run.end, end)
    ]
    glyphs: list[Glyph] = []
    x = 0.0
    for part in in_visual_order(parts):
        buffer = _shape(text, part)
        for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
            left, up = x + position.x_offset * unit, position.y_offset * unit
            glyphs.append(Glyph(part.font, info.codepoint, left, up, unit))
            x += position.x_advance * unit
    return Line(glyphs, x)


def _shape(text: str, run: _Run) -> hb.Buffer:
    buffer = hb.Buffer()
    buffer.add_codepoints([ord(char) for char in text[run.start : run.end]])
    buffer.direction = "rtl" if run.level % 2 else "ltr"
    if run.script is not None:
        buffer.script = run.script
    buffer.guess_segment_properties()
    hb.shape(run.font, buffer)
    return buffer
