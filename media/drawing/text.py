"""Texts: white space, wrapping and shadow as in the web editor's preview."""

from typing import NamedTuple

from PIL import Image, ImageChops, ImageFilter

from media.drawing.canvas import Area, colored, coverage, extent, is_colored, union
from media.drawing.fonts import Fonts
from media.drawing.layout import Glyph, Line, lay_out

_LINE_HEIGHT = 1.2  # of the font's size
_MAX_WIDTH = 0.5  # of the frame's
_SHADOW_OFFSET = 2.0  # pixels, to the right and downwards
_SHADOW_SIGMA = 2.0  # half of the blur radius of CSS
_SHADOW_OPACITY = 0.7
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


def draw(
    text: Text, font: bytes | None, frame: tuple[int, int], scale: float
) -> tuple[Image.Image, int, int] | None:
    """Return a text's picture within the frame in RGBA, and its left and top; None for nothing.

    A length times `scale` is in pixels of the frame. Raises UnreadableFontError.
    """
    size = text.font_size * scale
    fonts = Fonts(size, font)
    lines = lay_out(text.text, fonts, frame[0] * _MAX_WIDTH)
    left, top, width = _box(text, lines, frame, scale)
    ascent, descent = map(round, fonts.metrics)
    first_baseline = top + (size * _LINE_HEIGHT - ascent - descent) / 2 + ascent
    glyphs = []
    for number, line in enumerate(lines):
        baseline = round(first_baseline + number * size * _LINE_HEIGHT)  # as browsers do
        x = left + (width - line.width) / 2
        glyphs += [glyph._replace(x=x + glyph.x, y=baseline - glyph.y) for glyph in line.glyphs]
    return _painted(glyphs, text.color, Area(0, 0, *frame), scale)


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
    reach = round(_SHADOW_REACH * scale) + 1
    touching = frame.grown(reach)  # glyphs beyond it aren't seen in the frame, nor their shadows
    extents = [(glyph, extent(glyph)) for glyph in glyphs]
    visible = [(glyph, part) for glyph, part in extents if not part.common(touching).is_empty]
    area = union(part for _, part in visible).grown(reach).common(touching)
    if area.is_empty or not visible:
        return None
    ink = coverage((glyph for glyph, _ in visible if not is_colored(glyph)), area)
    layer = Image.new("RGBA", area.size, tuple(color[:3]))
    layer.putalpha(ink)
    for picture, place in colored((glyph for glyph, _ in visible if is_colored(glyph)), area):
        layer.alpha_composite(picture, (place.left - area.left, place.top - area.top))
    alpha = layer.getchannel("A").point([round(value * color[3] / 255) for value in range(256)])
    layer.putalpha(alpha)
    picture = _shadow(alpha, scale)
    picture.alpha_composite(layer)
    return _cropped(picture, area, frame)


def _shadow(alpha: Image.Image, scale: float) -> Image.Image:
    offset = round(_SHADOW_OFFSET * scale)
    moved = ImageChops.offset(alpha, offset)  # what leaves at one side is empty: see the reach
    blurred = moved.filter(ImageFilter.GaussianBlur(_SHADOW_SIGMA * scale))
    shadow = Image.new("RGBA", alpha.size, (0, 0, 0, 0))
    shadow.putalpha(blurred.point([round(value * _SHADOW_OPACITY) for value in range(256)]))
    return shadow


def _cropped(picture: Image.Image, area: Area, frame: Area) -> tuple[Image.Image, int, int] | None:
    inside = area.common(frame)
    if inside.is_empty:
        return None
    picture = picture.crop(
        (
            inside.left - area.left,
            inside.top - area.top,
            inside.right - area.left,
            inside.bottom - area.top,
        )
    )
    filled = picture.getchannel("A").getbbox()
    if filled is None:
        return None
    return picture.crop(filled), inside.left + filled[0], inside.top + filled[1]
