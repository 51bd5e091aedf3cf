"""Texts: white space and wrapping as in the web editor's preview, in the look that is asked for."""

import math
from typing import NamedTuple

from PIL import Image, ImageOps

from media.colors import parse_color
from media.drawing.canvas import Area, canvas, extent, union
from media.drawing.effects import Effects, Look
from media.drawing.fonts import Fonts
from media.drawing.layout import Glyph, Line, lay_out
from media.drawing.overlays import TextOverlay

# Of a line's width: whether a text that just fits does so must not depend on how it is scaled.
_TOLERANCE = 1e-6
_STRIP = 512  # pixels of height that are drawn at once
_SHARES = {"left": 0.0, "center": 0.5, "right": 1.0}  # of what a line lacks, on its left


class _Box(NamedTuple):
    """Where the lines of a text are in the frame."""

    left: float
    top: float
    width: float
    height: float


def draw(
    text: TextOverlay, font: bytes | None, frame: tuple[int, int], scale: float
) -> tuple[Image.Image, int, int] | None:
    """Return a text's picture within the frame in RGBA, and its left and top; None for nothing.

    A length times `scale` is in pixels of the frame. Raises UnreadableFontError.
    """
    glyphs, effects = placed(text, font, frame, scale)
    area = touched(glyphs, effects, canvas(frame, text.beyond_x, text.beyond_y))
    if area.is_empty:
        return None
    picture = paint(glyphs, effects, area)
    filled = picture.getchannel("A").getbbox()
    if filled is None:
        return None
    return picture.crop(filled), area.left + filled[0], area.top + filled[1]


def placed(
    text: TextOverlay, font: bytes | None, frame: tuple[int, int], scale: float
) -> tuple[list[Glyph], Effects]:
    """Return the glyphs of a text in the frame, and what draws them. Raises UnreadableFontError."""
    size = text.font_size * scale
    fonts = Fonts(size, font, text.weight)
    lines = _lines(text, fonts, frame)
    box = _box(text, lines, frame, scale)
    ascent, descent = map(round, fonts.metrics)
    line_height = size * text.line_height
    # Browsers put whole pixels above the ascent, and baselines on whole pixels.
    first_baseline = box.top + math.floor((line_height - ascent - descent) / 2) + ascent
    glyphs = []
    for number, line in enumerate(lines):
        baseline = round(first_baseline + number * line_height)
        x = box.left + (box.width - line.width) * _SHARES[text.align]
        glyphs += [glyph._replace(x=x + glyph.x, y=baseline - glyph.y) for glyph in line.glyphs]
    effects = Effects(_look(text), scale, None if _is_blank(text) else _whole(box), size)
    return glyphs, effects


def height(text: TextOverlay, font: bytes | None, frame: tuple[int, int], scale: float) -> float:
    """Return the height of a text's box in pixels of the frame. Raises UnreadableFontError."""
    size = text.font_size * scale
    return len(_lines(text, Fonts(size, font, text.weight), frame)) * size * text.line_height


def shrunk(
    text: TextOverlay, font: bytes | None, frame: tuple[int, int], scale: float
) -> TextOverlay:
    """Return a text in a size in which no line of it is broken. Raises UnreadableFontError."""
    fonts = Fonts(text.font_size * scale, font, text.weight)
    width = max(line.width for line in lay_out(text.text, fonts, math.inf))
    share = min(1.0, frame[0] * text.wrap / max(width, 1.0))
    return text._replace(font_size=text.font_size * share, outline_width=text.outline_width * share)


def _lines(text: TextOverlay, fonts: Fonts, frame: tuple[int, int]) -> list[Line]:
    return lay_out(text.text, fonts, frame[0] * text.wrap * (1 + _TOLERANCE))


def _box(text: TextOverlay, lines: list[Line], frame: tuple[int, int], scale: float) -> _Box:
    """Return where the lines are: at a corner, or at a side of an area around the centre."""
    width = max(line.width for line in lines)
    height = len(lines) * text.font_size * scale * text.line_height
    if text.left is not None and text.top is not None:
        return _Box(text.left * scale, text.top * scale, width, height)
    left = frame[0] / 2 + text.center_x * scale - width / 2
    left += (width - frame[0] * text.wrap) * (0.5 - _SHARES[text.align])
    return _Box(left, frame[1] / 2 + text.center_y * scale - height / 2, width, height)


def _whole(box: _Box) -> Area:
    left, top = round(box.left), round(box.top)
    return Area(left, top, left + round(box.width), top + round(box.height))


def _is_blank(text: TextOverlay) -> bool:
    return not text.text.strip()


def _look(text: TextOverlay) -> Look:
    return Look(
        parse_color(text.color),
        parse_color(text.outline_color),
        text.outline_width,
        text.shadow,
        None if text.background is None else parse_color(text.background),
    )


def touched(glyphs: list[Glyph], effects: Effects, seen: Area) -> Area:
    """Return the part of an area in which something of glyphs may be seen."""
    parts = [extent(glyph) for glyph in glyphs]
    grown = [part.grown(effects.reach) for part in parts if not part.is_empty]
    return union([*grown, effects.box]).common(seen)


def paint(glyphs: list[Glyph], effects: Effects, area: Area) -> Image.Image:
    """Draw glyphs within an area, in strips to save memory."""
    reach = effects.reach
    extents = [(glyph, extent(glyph)) for glyph in glyphs]
    seen = [(glyph, part.grown(reach)) for glyph, part in extents if not part.is_empty]
    picture = Image.new("RGBA", area.size)
    for top in range(area.top, area.bottom, _STRIP):
        strip = area._replace(top=top, bottom=min(top + _STRIP, area.bottom))
        inside = [glyph for glyph, part in seen if not part.common(strip).is_empty]
        drawn = effects.drawn(inside, strip.grown(reach))
        picture.paste(ImageOps.crop(drawn, reach), (0, top - area.top))
    return picture
