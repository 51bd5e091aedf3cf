"""Images that users and vendors send, decoded with Pillow: of so many pixels, one at a time.

A file of some megabytes can hold an image of gigabytes; its head tells, before it is decoded.
"""

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_PIXELS = 2**30 // 12  # from there on Pillow warns of decompression bombs

_FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
_SIDEWAYS = (5, 6, 7, 8)  # EXIF orientations that swap width and height
_SMOOTH = ("L", "LA", "RGB", "RGBA", "CMYK")  # others become colours before they are made smaller

# Decoding takes up to 0.8 GB, of WebP 1.4 GB: one at a time in each process.
_decoding = threading.Lock()


class UnreadableImageError(ValueError):
    """No image, or not to its end, or of a format that is not taken."""


class TooManyPixelsError(ValueError):
    """An image of more pixels than are decoded; the message says how many are."""


class Shown(NamedTuple):
    """An image's width and height in pixels as shown, and a small picture of it, upright."""

    width: int
    height: int
    picture: "Image"  # in RGB or RGBA


def shown(source: str | bytes, side: int) -> Shown:
    """What an image shows: a file's path or content, at most `side` by `side` pixels of it.

    Raises UnreadableImageError, and TooManyPixelsError for more than 89 million pixels.
    """
    with _decoding, _opened(source) as image:
        return Shown(*_shown_size(image), _upright(image, side))


def check_pixels(data: bytes) -> None:
    """Raise TooManyPixelsError for an image that `shown` would refuse, without decoding it.

    What cannot be read is left to those who decode it.
    """
    with suppress(UnreadableImageError), _opened(data):
        pass


def jpeg(picture: "Image", quality: int) -> bytes:
    """A picture in RGB or RGBA as a JPEG; what is clear becomes white."""
    from PIL import Image  # as below

    if picture.mode == "RGBA":
        ground = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(ground, picture).convert("RGB")
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=quality)
    return file.getvalue()


@contextmanager
def _opened(source: str | bytes) -> Iterator["Image"]:
    """An image of not too many pixels. Whatever it then makes Pillow raise says: unreadable."""
    from PIL import Image  # not needed before the first image comes

    try:
        file = io.BytesIO(source) if isinstance(source, bytes) else source
        with Image.open(file, formats=_FORMATS) as image:
            _check_size(image)
            yield image
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        limit = f"at most {MOST_PIXELS // 10**6} million pixels are taken"
        raise TooManyPixelsError(f"The image is too large: {limit}") from None
    except Exception as exc:  # Pillow raises whatever a broken file makes it stumble over
        raise UnreadableImageError("The image cannot be read") from exc


def _check_size(image: "Image") -> None:
    """From where on Pillow only warns, refuse as it does of twice as many pixels."""
    from PIL.Image import DecompressionBombError  # as above

    if image.width * image.height > MOST_PIXELS:
        raise DecompressionBombError


def _shown_size(image: "Image") -> tuple[int, int]:
    from PIL.ExifTags import Base  # as above

    width, height = image.size
    sideways = image.getexif().get(Base.Orientation) in _SIDEWAYS
    return (height, width) if sideways else (width, height)


def _upright(image: "Image", side: int) -> "Image":
    """An image as it is to be shown, at most `side` by `side` pixels, in RGB or RGBA."""
    from PIL import ImageOps  # as above

    image.draft("RGB", (side, side))  # a JPEG needn't be decoded in full size
    mode = "RGBA" if image.has_transparency_data else "RGB"
    picture = _eight_bits(image) if image.mode == "I;16" else image
    if picture.mode not in _SMOOTH or "transparency" in picture.info:
        picture = picture.convert(mode)
    picture.thumbnail((side, side))
    # What is small already is converted last: that would copy a large image.
    return ImageOps.exif_transpose(picture if picture.mode == mode else picture.convert(mode))


def _eight_bits(image: "Image") -> "Image":
    """An image of 16 bits of grey in 8, to which Pillow would not scale but cut it."""
    clear = image.info.get("transparency")
    grey = image.point(lambda level: level / 256).convert("L")
    if clear is not None:
        grey.info["transparency"] = clear >> 8
    return grey
