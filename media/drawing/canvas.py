"""Drawing glyphs into images of a part of the frame."""

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import uharfbuzz as hb
from PIL import Image

from media.drawing.fonts import has_color
from media.drawing.layout import Glyph


class Area(NamedTuple):
    """A rectangle of whole pixels in the frame."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        return self.right - self.left, self.bottom - self.top

    @property
    def is_empty(self) -> bool:
        """Whether there is no pixel in it."""
        return self.left >= self.right or self.top >= self.bottom

    def common(self, other: "Area") -> "Area":
        """The part that lies in both, which may be empty."""
        return Area(
            max(self.left, other.left),
            max(self.top, other.top),
            min(self.right, other.right),
            min(self.bottom, other.bottom),
        )

    def grown(self, pixels: int) -> "Area":
        """A rectangle that reaches further on each side."""
        left, top, right, bottom = self
        return Area(left - pixels, top - pixels, right + pixels, bottom + pixels)


def canvas(frame: tuple[int, int], beyond_x: bool, beyond_y: bool) -> Area:
    """Return the area to draw: the frame; for overlays that slide, one more on either side."""
    width, height = frame
    across, down = width * beyond_x, height * beyond_y
    return Area(-across, -down, width + across, height + down)


def extent(glyph: Glyph) -> Area:
    """Return the pixels that a glyph may touch; its origin is in the frame, y downwards."""
    found = glyph.font.get_glyph_extents(glyph.id)
    if found is None or not found.width:
        return Area(0, 0, 0, 0)
    left, top = glyph.x + found.x_bearing * glyph.unit, glyph.y - found.y_bearing * glyph.unit
    right, bottom = left + found.width * glyph.unit, top - found.height * glyph.unit
    return Area(
        math.floor(left) - 1, math.floor(top) - 1, math.ceil(right) + 1, math.ceil(bottom) + 1
    )


def union(areas: Iterable[Area]) -> Area:
    """Return the smallest rectangle with all others that are not empty."""
    filled = [area for area in areas if not area.is_empty]
    if not filled:
        return Area(0, 0, 0, 0)
    lefts, tops, rights, bottoms = zip(*filled, strict=True)
    return Area(min(lefts), min(tops), max(rights), max(bottoms))


def coverage(glyphs: Iterable[Glyph], area: Area) -> Image.Image:
    """Return how much of each pixel of an area the outlines of glyphs cover, of 255 (mode L)."""
    raster = hb.RasterDraw()
    raster.extents = _extents(area)
    for glyph in glyphs:
        raster.transform = _placed(glyph)
        raster.draw_glyph(glyph.font, glyph.id)
    image = raster.render()
    if image is None:
        raise MemoryError
    size, stride = area.size, image.extents.stride
    if not image.buffer:
        return Image.new("L", size)
    return Image.frombytes("L", size, image.buffer, "raw", "L", stride, -1)


def colored(
    glyphs: Iterable[Glyph], color: Sequence[int], area: Area
) -> Iterator[tuple[Image.Image, Area]]:
    """Yield the picture of each coloured glyph within an area, in RGBA, and where it is.

    Some glyphs have parts in the text's colour.
    """
    paint = hb.RasterPaint()
    paint.foreground = hb.Color(*color[:3], 255)
    for glyph in glyphs:
        part = extent(glyph).common(area)
        if part.is_empty:
            continue
        paint.extents = _extents(part)
        paint.transform = _placed(glyph)
        paint.paint_glyph(glyph.font, glyph.id)
        image = paint.render()
        if image is None:
            raise MemoryError
        stride = image.extents.stride
        yield Image.frombytes("RGBA", part.size, image.buffer, "raw", "BGRa", stride, -1), part


def is_colored(glyph: Glyph) -> bool:
    """Return whether a glyph has colours of its own."""
    return has_color(glyph.font)


def _extents(area: Area) -> hb.RasterExtents:
    return hb.RasterExtents(area.left, -area.bottom, *area.size)  # y upwards


def _placed(glyph: Glyph) -> tuple[float, float, float, float, float, float]:
    return (glyph.unit, 0, 0, glyph.unit, glyph.x, -glyph.y)
