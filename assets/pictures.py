"""Looking at images: their size, and a small picture of them."""

import io
from typing import NamedTuple

from imaging.decode import (
    MOST_PIXELS,
    Shown,
    TooManyPixelsError,
    UnreadableImageError,
    jpeg,
    shown,
)
from web.errors import TooLargeError

THUMBNAIL_PIXELS = 480


class Look(NamedTuple):
    """An image's width and height in pixels as shown, and a WebP of at most 480 by 480."""

    width: int
    height: int
    thumbnail: bytes


def look_at(path: str) -> Look | None:
    """What an image shows; None for one that cannot be read, or not to its end.

    Raises TooLargeError for more than 89 million pixels.
    """
    seen = _shown(path, THUMBNAIL_PIXELS)
    if seen is None:
        return None
    file = io.BytesIO()
    seen.picture.save(file, "WEBP", quality=80)
    return Look(seen.width, seen.height, file.getvalue())


def scaled(path: str, side: int) -> bytes | None:
    """An image, upright, as a JPEG of at most `side` by `side` pixels; what is clear becomes white.

    None for one that cannot be read. Raises TooLargeError as `look_at` does.
    """
    seen = _shown(path, side)
    return jpeg(seen.picture, 85) if seen else None


def _shown(path: str, side: int) -> Shown | None:
    try:
        return shown(path, side)
    except TooManyPixelsError:
        limit = f"At most {MOST_PIXELS // 10**6} million pixels are taken here."
        raise TooLargeError("Image too large", limit) from None
    except UnreadableImageError:
        return None
