"""Looking at images, with Pillow: their size, and a small picture of them."""

import io
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from errors import TooLargeError

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

THUMBNAIL_PIXELS = 480

T = TypeVar("T")

_FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
_MOST_PIXELS = 2**30 // 12  # from there on Pillow warns of decompression bombs
_SIDEWAYS = (5, 6, 7, 8)  # EXIF orientations that swap width and height

# A decoded image takes hundreds of megabytes at worst: one at a time in each process.
_decoding = threading.Lock()


class Look(NamedTuple):
    """An image's width and height in pixels as shown, and a WebP of at most 480 by 480."""

    width: int
    height: int
    thumbnail: bytes


def look_at(path: str) -> Look | None:
    """What an image shows; None for one that cannot be read, or not to its end.

    Raises TooLargeError for more than 89 million pixels.
    """
    return _read(path, lambda image: Look(*_shown_size(image), _thumbnail(image)))


def scaled(path: str, side: int) -> bytes | None:
    """An image, upright, as a JPEG of at most `side` by `side` pixels; what is clear becomes white.

    None for one that cannot be read. Raises TooLargeError as `look_at` does.
    """
    return _read(path, lambda image: _jpeg(image, side))


def _read(path: str, look: Callable[["Picture"], T]) -> T | None:
    """What a look at an image finds; None for one that cannot be read, or not to its end."""
    from PIL import Image  # not needed before the first image comes

    try:
        with _decoding, Image.open(path, formats=_FORMATS) as image:
            _check_size(image)
            return look(image)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        limit = f"At most {_MOST_PIXELS // 10**6} million pixels are taken here."
        raise TooLargeError("Image too large", limit) from None
    except Exception:  # noqa: BLE001 - Pillow raises whatever a broken file makes it stumble over
        return None


def _check_size(image: "Picture") -> None:
    """From where on Pillow only warns, refuse as it does of twice as many pixels."""
    from PIL.Image import DecompressionBombError

    if image.width * image.height > _MOST_PIXELS:
        raise DecompressionBombError


def _shown_size(image: "Picture") -> tuple[int, int]:
    from PIL.ExifTags import Base

    width, height = image.size
    sideways = image.getexif().get(Base.Orientation) in _SIDEWAYS
    return (height, width) if sideways else (width, height)


def _thumbnail(image: "Picture") -> bytes:
    file = io.BytesIO()
    _upright(image, THUMBNAIL_PIXELS).save(file, "WEBP", quality=80)
    return file.getvalue()


def _jpeg(image: "Picture", side: int) -> bytes:
    from PIL import Image

    picture = _upright(image, side)
    if picture.mode == "RGBA":
        ground = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(ground, picture).convert("RGB")
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=85)
    return file.getvalue()


def _upright(image: "Picture", side: int) -> "Picture":
    """An image as it is to be shown, at most `side` by `side` pixels, in RGB or RGBA."""
    from PIL import ImageOps

    image.draft("RGB", (side, side))  # a JPEG needn't be decoded in full size
    mode = "RGBA" if image.has_transparency_data else "RGB"
    picture = image if image.mode == mode else image.convert(mode)  # which would copy it
    picture.thumbnail((side, side))
    return ImageOps.exif_transpose(picture)
