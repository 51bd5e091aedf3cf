"""Texts: white space, wrapping and shadow as in the web editor's preview."""

import math
from typing import NamedTuple

from PIL import Image, ImageChops, ImageFilter, ImageOps

from media.drawing.canvas import Area, colored, coverage, extent, is_colored, union
from media.drawing.fonts import Fonts
from media.drawing.layout import Glyph, Line, lay_out

_LINE_HEIGHT = 1.2  # of the font's size
_SHADOW_OFFSET = 2.0  # pixels, to the right and downwards
_SHADOW_SIGMA = 2.0  # half of the blur radius of CSS
_SHADOW_OPACITY = 0.7
# Of a line's width: whether a text that just fits does so must not depend on how it is scaled.
_TOLERANCE = 1e-6
_STRIP = 512  # pixels of height that are drawn at once
_SHADOW_REACH = 8  # pixels from a glyph, where the shadow ends: offset and three sigmas


class Text(NamedTuple):
    """A text as the program is asked to draw it; lengths are pixels of the exported frame."""

    text: str
    font_size: float
    color: list[int]  # red, green, blue, alpha, of 255
    center_x: float
    center_y: float
    left: float | None
    top: float | None
    wrap: float  # of the frame's width


def draw(
    text: Text, font: bytes | None, frame: tuple[int, int], scale: float
) -> tuple[Image.Image, int, int] | None:
    """Return a text's picture within the frame in RGBA, and its left and top; None for nothing.

    A length times `scale` is in pixels of the frame. Raises UnreadableFontError.
    """
    size = text.font_size * scale
    fonts = Fonts(size, font)
    lines = _lines(text, fonts, frame)
    left, top, width = _box(text, lines, frame, scale)
    ascent, descent = map(round, fonts.metrics)
    # Browsers put whole pixels above the ascent, and baselines on whole pixels.
    first_baseline = top + math.floor((size * _LINE_HEIGHT - ascent - descent) / 2) + ascent
    glyphs = []
    for number, line in enumerate(lines):
        baseline = round(first_baseline + number * size * _LINE_HEIGHT)
        x = left + (width - line.width) / 2
        glyphs += [glyph._replace(x=x + glyph.x, y=baseline - glyph.y) for glyph in line.glyphs]
    return _painted(glyphs, text.color, Area(0, 0, *frame), scale)


def height(text: Text, font: bytes | None, frame: tuple[int, int], scale: float) -> float:
    """Return the height of a text's box in pixels of the frame. Raises UnreadableFontError."""
    size = text.font_size * scale
    return len(_lines(text, Fonts(size, font), frame)) * size * _LINE_HEIGHT


def _lines(text: Text, fonts: Fonts, frame: tuple[int, int]) -> list[Line]:
    return lay_out(text.text, fonts, frame[0] * text.wrap * (1 + _TOLERANCE))


def _box(
    text: Text, lines: list[Line], frame: tuple[int, int], scale: float
) -> tuple[float, float, float]:
    """Return the left, top and width of the box of a text in the frame."""
    width = max(line.width for line in lines)
    if text.left is not None and text.top is not None:
        return text.left * scale, text.top * scale, width
    height = len(lines) * text.font_size * scale * _LINE_HEIGHT
    left = frame[0] / 2 + text.center_x * scale - width / 2
    return left, frame[1] / 2 + text.center_y * scale - height / 2, width


def _painted(
    glyphs: list[Glyph], color: list[int], frame: Area, scale: float
) -> tuple[Image.Image, int, int] | None:
    """Draw glyphs in the frame, in strips to save memory."""
    reach = round(_SHADOW_REACH * scale) + 1
    extents = [(glyph, extent(glyph)) for glyph in glyphs]
    touched = [(glyph, part.grown(reach)) for glyph, part in extents if not part.is_empty]
    area = union(part for _, part in touched).common(frame)
    if area.is_empty:
        return None
    picture = Image.new("RGBA", area.size)
    for top in range(area.top, area.bottom, _STRIP):
        strip = area._replace(top=top, bottom=min(top + _STRIP, area.bottom))
        seen = [glyph for glyph, part in touched if not part.common(strip).is_empty]
        drawn = _drawn(seen, color, strip.grown(reach), scale)
        picture.paste(ImageOps.crop(drawn, reach), (0, top - area.top))
    filled = picture.getchannel("A").getbbox()
    if filled is None:
        return None
    return picture.crop(filled), area.left + filled[0], area.top + filled[1]


def _drawn(glyphs: list[Glyph], color: list[int], area: Area, scale: float) -> Image.Image:
    layer = Image.new("RGBA", area.size, tuple(color[:3]))
    layer.putalpha(coverage((glyph for glyph in glyphs if not is_colored(glyph)), area))
    for picture, place in colored((glyph for glyph in glyphs if is_colored(glyph)), color, area):
        layer.alpha_composite(picture, (place.left - area.left, place.top - area.top))
    alpha = layer.getchannel("A").point([round(value * color[3] / 255) for value in range(256)])
    layer.putalpha(alpha)
    return Image.alpha_composite(_shadow(alpha, scale), layer)


def _shadow(alpha: Image.Image, scale: float) -> Image.Image:
    offset = round(_SHADOW_OFFSET * scale)
    moved = ImageChops.offset(alpha, offset)  # what comes in at the other side is cropped
    blurred = moved.filter(ImageFilter.GaussianBlur(_SHADOW_SIGMA * scale))
    shadow = Image.new("RGBA", alpha.size, (0, 0, 0, 0))
    shadow.putalpha(blurred.point([round(value * _SHADOW_OPACITY) for value in range(256)]))
    return shadow
