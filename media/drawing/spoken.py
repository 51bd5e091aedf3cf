"""Texts whose words are spoken one after the other: a picture for each of them, all of one size."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from PIL import Image

from media.drawing.canvas import Area, canvas, coverage, union
from media.drawing.layout import Glyph, drawn_text
from media.drawing.overlays import SpokenWords, TextOverlay
from media.drawing.text import paint, placed, shrunk, touched

_COVERED = [0] + [255] * 255


class Drawn(NamedTuple):
    """Pictures in RGBA of a part of the frame: while no word is spoken, then for each word."""

    pictures: list[Image.Image]
    area: Area


def draw(
    text: TextOverlay, font: bytes | None, spoken: SpokenWords, frame: tuple[int, int], scale: float
) -> Drawn | None:
    """Return the pictures of a text; None for nothing. Raises UnreadableFontError."""
    seen = canvas(frame, beyond_x=False, beyond_y=False)
    if spoken.alone:
        return _alone(text, font, spoken, frame, scale, seen)
    glyphs, effects = placed(text, font, frame, scale)
    area = touched(glyphs, effects, seen)
    if area.is_empty:
        return None
    plain = paint(glyphs, effects, area)
    _, accented = placed(text._replace(color=spoken.accent), font, frame, scale)
    bright = paint(glyphs, accented, area)
    masks = (coverage(word, area).point(_COVERED) for word in _by_word(glyphs, text, spoken.words))
    return Drawn([plain, *(Image.composite(bright, plain, mask) for mask in masks)], area)


def _alone(
    text: TextOverlay,
    font: bytes | None,
    spoken: SpokenWords,
    frame: tuple[int, int],
    scale: float,
    seen: Area,
) -> Drawn | None:
    texts = [text._replace(text=word, color=spoken.accent) for word in spoken.words]
    words = [placed(shrunk(each, font, frame, scale), font, frame, scale) for each in texts]
    area = union(touched(glyphs, effects, seen) for glyphs, effects in words)
    if area.is_empty:
        return None
    pictures = [paint(glyphs, effects, area) for glyphs, effects in words]
    return Drawn([Image.new("RGBA", area.size), *pictures], area)


def _by_word(
    glyphs: Sequence[Glyph], text: TextOverlay, words: Sequence[str]
) -> Iterator[list[Glyph]]:
    """Yield the glyphs of each word."""
    for begin, end in _spans(drawn_text(text.text), words):
        yield [glyph for glyph in glyphs if begin <= glyph.at < end]


def _spans(text: str, words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield where each word is in a text; a word that is not there has no characters."""
    position = 0
    for word in words:
        parts = drawn_text(word).split()
        begin, end = -1, position
        for part in parts:  # other white space may be between them
            found = text.find(part, end)
            if found < 0:
                begin, end = -1, position
                break
            begin, end = (found if begin < 0 else begin), found + len(part)
        yield max(begin, 0), end if begin >= 0 else 0
        position = end
