"""Text into lines of positioned glyphs: direction, fonts, shaping, line breaks."""

import itertools
import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

import uharfbuzz as hb

from media.drawing.breaking import (
    clusters,
    embedding_levels,
    in_visual_order,
    is_hyphenated,
    lines,
    visible_end,
)
from media.drawing.fonts import Fonts, is_ignorable

_NEWLINE = re.compile("\r\n|[\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]")
_CONTROL = re.compile("[\0-\x08\x0e-\x1b\x1f\x7f-\x9f]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_TAB = " " * 8
_MARKS = {"Mn", "Me", "Mc", "Cf"}
_MAX_MARKS = 30  # as in Unicode's Stream-Safe Text Format (UAX 15)
_COMMON = {None, "Zyyy", "Zinh", "Zzzz"}  # scripts of characters that take on their neighbours'


class Glyph(NamedTuple):
    """A glyph of a font, and where its origin is: pixels from its line's left and baseline.

    `unit` is how many pixels one of its font's coordinates is, `at` the index of its first
    character in the text that `drawn_text` returns.
    """

    font: hb.Font
    id: int
    x: float
    y: float
    unit: float
    at: int = 0


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
    result: list[Line] = []
    begin = 0
    for paragraph in drawn_text(text).split("\n"):
        for glyphs, width in _paragraph(paragraph, fonts, max_width):
            placed = [glyph._replace(at=begin + glyph.at) for glyph in glyphs]
            result.append(Line(placed, width))
        begin += len(paragraph) + 1
    return result


def drawn_text(text: str) -> str:
    """Return a text as it is drawn, paragraphs divided by newlines."""
    composed = unicodedata.normalize("NFC", text)  # fonts lack parts of syllables of Hangul
    text = _SURROGATE.sub("\ufffd", composed).replace("\t", _TAB)
    return "\n".join(_harmless(part) for part in _NEWLINE.split(text))


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
    edges = clusters(text)
    runs = list(_runs(text, edges, fonts))
    advances = _advances(text, runs, fonts.unit)
    hyphen = fonts.hyphen
    for start, end in lines(text, edges, advances, fonts.width(hyphen), max_width):
        if is_hyphenated(text, end):
            line_text = text[: end - 1] + hyphen + text[end:]
            line_runs = list(_with_hyphen(runs, end - 1, fonts.choose(hyphen)))
        else:
            line_text, line_runs = text, runs
        yield _line(line_text, line_runs, (start, end), fonts.unit)


def _runs(text: str, edges: Sequence[int], fonts: Fonts) -> Iterator[_Run]:
    levels = embedding_levels(text)
    scripts = _scripts(text)
    current: _Run | None = None
    for start, end in itertools.pairwise(edges):
        cluster = text[start:end]
        is_invisible = is_ignorable(cluster)
        font = current.font if current and is_invisible else fonts.choose(cluster)
        run = _Run(start, end, font, scripts[start], levels[start])
        if current is not None and current[2:] == run[2:]:
            current = current._replace(end=end)
            continue
        if current is not None:
            yield current
        current = run
    if current is not None:
        yield current


def _with_hyphen(runs: Sequence[_Run], index: int, font: hb.Font) -> Iterator[_Run]:
    """Yield the runs; the hyphen at an index gets a run of its own."""
    for run in runs:
        if run.start <= index < run.end:
            yield run._replace(end=index)
            yield run._replace(start=index, end=index + 1, font=font)
            yield run._replace(start=index + 1)
        else:
            yield run


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


def _line(text: str, runs: Sequence[_Run], span: tuple[int, int], unit: float) -> Line:
    start, end = span[0], visible_end(text, *span)
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
            index = part.start + info.cluster
            glyphs.append(Glyph(part.font, info.codepoint, left, up, unit, index))
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
