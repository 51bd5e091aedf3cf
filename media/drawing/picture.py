"""Pictures: scaled into a box, rotated, and made transparent."""

import math
from typing import IO, NamedTuple

from PIL import Image

from media.decoder import lift_limits, upright
from media.drawing.canvas import Area, canvas
from media.drawing.overlays import PictureOverlay

_FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
_MAX_SIDE = 4096  # of the source: a larger one is scaled down at first, to save memory
_MARGIN = 2  # transparent pixels around a picture that is rotated, so that its edges are smooth
_THINNEST = 0.001  # pixels of the frame: what is seen of a picture is nothing below


class UnreadablePictureError(ValueError):
    """Not an image, a truncated one, or of a format that is not supported."""


class _Rectangle(NamedTuple):
    """A rectangle by its middle and size in pixels; x to the right, y downwards."""

    x: float
    y: float
    width: float
    height: float


def draw(
    wanted: PictureOverlay, file: IO[bytes], frame: tuple[int, int], scale: float
) -> tuple[Image.Image, int, int] | None:
    """Return a picture within the frame in RGBA, and its left and top; None for nothing.

    A length times `scale` is in pixels of the frame. Raises UnreadablePictureError.
    """
    if min(wanted.opacity, wanted.width, wanted.height) <= 0:
        return None
    box = _box(wanted, frame, scale)
    source = _opened(file, 2 * math.ceil(max(box.width, box.height)))
    if wanted.keep_aspect:
        factor = min(box.width / source.width, box.height / source.height)
        box = box._replace(width=source.width * factor, height=source.height * factor)
    turned = wanted.rotation % 360 != 0
    seen = canvas(frame, wanted.beyond_x, wanted.beyond_y)
    drawn = (_rotated if turned else _placed)(source, box, wanted.rotation, seen)
    if drawn is not None and wanted.opacity < 1:
        faded = [round(value * wanted.opacity) for value in range(256)]
        drawn[0].putalpha(drawn[0].getchannel("A").point(faded))
    return drawn


def _box(wanted: PictureOverlay, frame: tuple[int, int], scale: float) -> _Rectangle:
    width, height = wanted.width * scale, wanted.height * scale
    if wanted.left is not None and wanted.top is not None:
        x, y = wanted.left * scale + width / 2, wanted.top * scale + height / 2
    else:
        x, y = frame[0] / 2 + wanted.center_x * scale, frame[1] / 2 + wanted.center_y * scale
    return _Rectangle(x, y, width, height)


def _opened(file: IO[bytes], max_side: int) -> Image.Image:
    lift_limits()
    try:
        with Image.open(file, formats=_FORMATS) as image:
            return upright(image, min(max_side, _MAX_SIDE)).picture.convert("RGBA")
    except MemoryError:
        raise
    except Exception as exc:
        raise UnreadablePictureError("The image cannot be read") from exc


def _placed(
    source: Image.Image, box: _Rectangle, _rotation: float, frame: Area
) -> tuple[Image.Image, int, int] | None:
    """Scale a picture, upright, to whole pixels."""
    left, top = round(box.x - box.width / 2), round(box.y - box.height / 2)
    width, height = max(1, round(box.width)), max(1, round(box.height))
    part = Area(left, top, left + width, top + height).common(frame)
    if part.is_empty:
        return None
    x_factor, y_factor = source.width / width, source.height / height
    taken = (
        (part.left - left) * x_factor,
        (part.top - top) * y_factor,
        (part.right - left) * x_factor,
        (part.bottom - top) * y_factor,
    )
    return source.resize(part.size, Image.Resampling.LANCZOS, taken), part.left, part.top


def _rotated(
    source: Image.Image, box: _Rectangle, rotation: float, frame: Area
) -> tuple[Image.Image, int, int] | None:
    """Scale and rotate what is seen of a picture."""
    angle = math.radians(rotation)
    cos, sin = math.cos(angle), math.sin(angle)
    width = abs(box.width * cos) + abs(box.height * sin)
    height = abs(box.width * sin) + abs(box.height * cos)
    area = Area(
        math.floor(box.x - width / 2 + 1e-6),
        math.floor(box.y - height / 2 + 1e-6),
        math.ceil(box.x + width / 2 - 1e-6),
        math.ceil(box.y + height / 2 - 1e-6),
    ).common(frame)
    if area.is_empty:
        return None
    needed = _needed(source, box, (cos, sin), area)
    if needed is None:
        return None
    upright_picture, left, top, x_factor, y_factor = needed
    # From a pixel of the frame to one of the picture: rotate back around the middle, then scale.
    x, y = area.left - box.x, area.top - box.y
    matrix = (
        cos * x_factor,
        sin * x_factor,
        (x * cos + y * sin - left) * x_factor + _MARGIN,
        -sin * y_factor,
        cos * y_factor,
        (y * cos - x * sin - top) * y_factor + _MARGIN,
    )
    drawn = upright_picture.transform(
        area.size, Image.Transform.AFFINE, matrix, Image.Resampling.BICUBIC
    )
    return drawn, area.left, area.top


def _needed(
    source: Image.Image, box: _Rectangle, turn: tuple[float, float], area: Area
) -> tuple[Image.Image, float, float, float, float] | None:
    """Scale the part of a picture that an area of the frame shows.

    Return it with a margin, its left and top from the picture's middle in pixels of the frame,
    and its own pixels for each of these; None if the picture passes the area by.
    """
    cos, sin = turn
    corners = [(x - box.x, y - box.y) for x in area[::2] for y in area[1::2]]
    across = [x * cos + y * sin for x, y in corners]
    down = [y * cos - x * sin for x, y in corners]
    left = max(min(across) - _MARGIN, -box.width / 2)
    right = min(max(across) + _MARGIN, box.width / 2)
    top = max(min(down) - _MARGIN, -box.height / 2)
    bottom = min(max(down) + _MARGIN, box.height / 2)
    if min(right - left, bottom - top) < _THINNEST:
        return None
    size = (max(1, round(right - left)), max(1, round(bottom - top)))
    x_scale, y_scale = source.width / box.width, source.height / box.height
    taken = (
        (left + box.width / 2) * x_scale,
        (top + box.height / 2) * y_scale,
        (right + box.width / 2) * x_scale,
        (bottom + box.height / 2) * y_scale,
    )
    scaled = source.resize(size, Image.Resampling.LANCZOS, taken)
    framed = Image.new("RGBA", (size[0] + 2 * _MARGIN, size[1] + 2 * _MARGIN))
    framed.paste(scaled, (_MARGIN, _MARGIN))
    return framed, left, top, size[0] / (right - left), size[1] / (bottom - top)
