"""Decoding images from users and vendors with Pillow: bounded in pixels, one at a time.

A file of some megabytes can hold an image of gigabytes; its header says so before it is decoded.
"""

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_PIXELS = 2**30 // 12  # from there on Pillow warns of decompression bombs

_FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
_ROTATED = (5, 6, 7, 8)  # EXIF orientations that swap width and height
_SCALABLE = ("L", "LA", "RGB", "RGBA", "CMYK")  # other modes are converted before they are scaled

# Decoding takes up to 0.8 GB, of WebP 1.4 GB: one at a time in each process.
_decoding = threading.Lock()


class UnreadableImageError(ValueError):
    """Not an image, a truncated one, or of a format that is not supported."""


class TooManyPixelsError(ValueError):
    """An image of too many pixels; the message says how many are allowed."""


class DecodedImage(NamedTuple):
    """An image's original width and height in pixels, and its pixels, upright and scaled down."""

    width: int
    height: int
    pixels: "Image"  # in RGB or RGBA


def decode(source: str | bytes, max_side: int) -> DecodedImage:
    """Decode a file's path or content, scaled down to at most `max_side` by `max_side` pixels.

    Raises UnreadableImageError, and TooManyPixelsError for more than 89 million pixels.
    """
    with _decoding:
        # In a frame of its own, so that the full image is freed before the lock is released.
        return _decode(source, max_side)


def check_pixels(data: bytes) -> None:
    """Raise TooManyPixelsError for an image that `decode` would refuse, without decoding it.

    An unreadable image is left to whoever decodes it.
    """
    with suppress(UnreadableImageError), _opened(data):
        pass


def encode_jpeg(picture: "Image", quality: int) -> bytes:
    """Encode a picture in RGB or RGBA as JPEG; transparency becomes white."""
    from PIL import Image  # as below

    if picture.mode == "RGBA":
        ground = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(ground, picture).convert("RGB")
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=quality)
    return file.getvalue()


def _decode(source: str | bytes, max_side: int) -> DecodedImage:
    with _opened(source) as image:
        return DecodedImage(*_oriented_size(image), _upright(image, max_side))


@contextmanager
def _opened(source: str | bytes) -> Iterator["Image"]:
    """Open an image that is not too large. Raises UnreadableImageError for any other error."""
    from PIL import Image  # not needed before the first image comes

    try:
        file = io.BytesIO(source) if isinstance(source, bytes) else source
        with Image.open(file, formats=_FORMATS) as image:
            _check_size(image)
            yield image
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        limit = f"at most {MAX_PIXELS // 10**6} million pixels are taken"
        raise TooManyPixelsError(f"The image is too large: {limit}") from None
    except Exception as exc:  # Pillow raises many types of exceptions for broken files
        raise UnreadableImageError("The image cannot be read") from exc


def _check_size(image: "Image") -> None:
    """Refuse where Pillow only warns: it raises at twice as many pixels."""
    from PIL.Image import DecompressionBombError  # as above

    if image.width * image.height > MAX_PIXELS:
        raise DecompressionBombError


def _oriented_size(image: "Image") -> tuple[int, int]:
    from PIL.ExifTags import Base  # as above

    width, height = image.size
    rotated = image.getexif().get(Base.Orientation) in _ROTATED
    return (height, width) if rotated else (width, height)


def _upright(image: "Image", max_side: int) -> "Image":
    """Rotate by EXIF orientation and scale down to `max_side` pixels, in RGB or RGBA."""
    from PIL import ImageOps  # as above

    image.draft("RGB", (max_side, max_side))  # a JPEG needn't be decoded in full size
    mode = "RGBA" if image.has_transparency_data else "RGB"
    picture = _eight_bits(image) if image.mode == "I;16" else image
    if picture.mode not in _SCALABLE or "transparency" in picture.info:
        picture = picture.convert(mode)
    picture.thumbnail((max_side, max_side))
    # Converted after scaling: before it, a large image would be copied.
    return ImageOps.exif_transpose(picture if picture.mode == mode else picture.convert(mode))


def _eight_bits(image: "Image") -> "Image":
    """Convert 16-bit gray to 8 bits; Pillow itself would clip the values instead of scaling."""
    transparent = image.info.get("transparency")
    gray = image.point(lambda level: level / 256).convert("L")
    if transparent is not None:
        gray.info["transparency"] = transparent >> 8
    return gray
