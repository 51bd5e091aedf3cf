"""Glyphs in a look: colour, outline, shadow, and a box behind them."""

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from media.drawing.canvas import Area, colored, coverage, is_colored
from media.drawing.layout import Glyph

_SHADOW_OFFSET = 2.0  # pixels, to the right and downwards
_SHADOW_SIGMA = 2.0  # half of the blur radius of CSS
_SHADOW_OPACITY = 0.7
_SHADOW_REACH = 8  # pixels from a glyph, where the shadow ends: offset and three sigmas

# Of the font's size; the page's player has the same (console/static/player/text-looks.js).
_PADDING_X, _PADDING_Y, _RADIUS = 0.35, 0.15, 0.2
_RING = 0.1  # the distance of the rings of copies that an outline is made of, at most
_MAX_RINGS = 4
_FINENESS = 7  # copies of a ring for the root of its radius: gaps are a tenth of a pixel
_MIN_COPIES, _MAX_COPIES, _INNER_COPIES = 8, 64, 16
_WHOLE = 8  # pixels: copies that are further away are moved by whole ones, which is faster
_SMOOTHING = 4  # a corner is drawn larger by this factor


class Look(NamedTuple):
    """How a text looks; colours are red, green, blue and alpha, of 255."""

    color: Sequence[int]
    outline_color: Sequence[int]
    outline_width: float
    shadow: bool
    background: Sequence[int] | None


class Effects:
    """Draws glyphs in a look. `lines` is where the lines are, None for those of a blank text."""

    def __init__(self, look: Look, scale: float, lines: Area | None, size: float) -> None:
        self._look = look
        self._scale = scale
        self._size = size
        self._outline = look.outline_width * scale
        self.box = Area(0, 0, 0, 0)
        if look.background is not None and lines is not None:
            across, down = round(size * _PADDING_X), round(size * _PADDING_Y)
            left, top, right, bottom = lines
            self.box = Area(left - across, top - down, right + across, bottom + down)

    @property
    def reach(self) -> int:
        """How many pixels away from a glyph something of it may be seen."""
        shadow = _SHADOW_REACH if self._look.shadow else 0
        return round(shadow * self._scale) + math.ceil(self._outline) + 1

    def drawn(self, glyphs: Sequence[Glyph], area: Area) -> Image.Image:
        """Return the picture of an area: the box, the shadow, the outline, and the glyphs."""
        color = self._look.color
        layer = Image.new("RGBA", area.size, tuple(color[:3]))
        plain = (glyph for glyph in glyphs if not is_colored(glyph))
        layer.putalpha(coverage(plain, area))
        pictures = (glyph for glyph in glyphs if is_colored(glyph))
        for picture, place in colored(pictures, color, area):
            layer.alpha_composite(picture, (place.left - area.left, place.top - area.top))
        shape = layer.getchannel("A")
        layer.putalpha(shape.point([round(value * color[3] / 255) for value in range(256)]))
        if self._outline:
            layer = Image.alpha_composite(self._outlined(shape), layer)
        if self._look.shadow:
            layer = Image.alpha_composite(_shadow(layer.getchannel("A"), self._scale), layer)
        if self.box.common(area).is_empty:
            return layer
        return Image.alpha_composite(self._boxed(area), layer)

    def _outlined(self, shape: Image.Image) -> Image.Image:
        """Return what lies within the outline's width of a shape, in the outline's colour.

        Copies of the shape are laid around it, as browsers do with `text-shadow`.
        """
        grown = shape
        for x, y in ring_offsets(self._outline, self._size):
            grown = ImageChops.lighter(grown, _moved(shape, x, y))
        outline = Image.new("RGBA", shape.size, tuple(self._look.outline_color[:3]))
        outline.putalpha(grown)
        return outline

    def _boxed(self, area: Area) -> Image.Image:
        """Return the part of the box that lies in an area."""
        background = self._look.background or (0, 0, 0, 0)
        width, height = self.box.size
        radius = min(round(self._size * _RADIUS), width // 2, height // 2)
        mask = Image.new("L", area.size)
        left, top = self.box.left - area.left, self.box.top - area.top
        mask.paste(background[3], (left, top, left + width, top + height))
        for right, below, corner in _corners(radius, background[3]):
            place = (left + right * (width - radius), top + below * (height - radius))
            mask.paste(corner, place)
        box = Image.new("RGBA", area.size, tuple(background[:3]))
        box.putalpha(mask)
        return box


def ring_offsets(width: float, size: float) -> Iterator[tuple[float, float]]:
    """Yield where copies of a shape are that make its outline, in rings without gaps."""
    rings = min(max(math.ceil(width / (size * _RING)), 1), _MAX_RINGS)
    for number in range(1, rings + 1):
        radius = width * number / rings
        most = _MAX_COPIES if number == rings else _INNER_COPIES
        copies = min(max(math.ceil(_FINENESS * math.sqrt(radius)), _MIN_COPIES), most)
        for copy in range(copies):
            angle = 2 * math.pi * copy / copies
            yield radius * math.cos(angle), radius * math.sin(angle)


def _moved(shape: Image.Image, x: float, y: float) -> Image.Image:
    if math.hypot(x, y) > _WHOLE:  # what comes in at the other side is cropped
        return ImageChops.offset(shape, round(x), round(y))
    matrix = (1, 0, -x, 0, 1, -y)
    return shape.transform(shape.size, Image.Transform.AFFINE, matrix, Image.Resampling.BILINEAR)


def _corners(radius: int, alpha: int) -> Iterator[tuple[int, int, Image.Image]]:
    """Yield the corners of a rounded box: whether right, whether below, and its mask."""
    if not radius:
        return
    side = 2 * radius * _SMOOTHING
    circle = Image.new("L", (side, side))
    ImageDraw.Draw(circle).ellipse((0, 0, side - 1, side - 1), alpha)
    circle = circle.resize((2 * radius, 2 * radius), Image.Resampling.BOX)
    for right in (0, 1):
        for below in (0, 1):
            left, top = right * radius, below * radius
            yield right, below, circle.crop((left, top, left + radius, top + radius))


def _shadow(alpha: Image.Image, scale: float) -> Image.Image:
    offset = round(_SHADOW_OFFSET * scale)
    moved = ImageChops.offset(alpha, offset)  # what comes in at the other side is cropped
    blurred = moved.filter(ImageFilter.GaussianBlur(_SHADOW_SIGMA * scale))
    shadow = Image.new("RGBA", alpha.size, (0, 0, 0, 0))
    shadow.putalpha(blurred.point([round(value * _SHADOW_OPACITY) for value in range(256)]))
    return shadow
