"""What an asset's file is like: how large, how long, and what it looks like in small.

Thumbnails are made here, on upload, rather than when they are first asked for: so an asset says
truly whether it has one, reading a page of thumbnails costs no more than reading files, and all
that belongs to an asset comes into being at once.
"""

from typing import NamedTuple

from assets.pictures import THUMBNAIL_PIXELS, look_at
from assets.types import kind_of
from ffmpeg.frames import still
from ffmpeg.measure import measure
from ffmpeg.run import FFmpegError


class Thumbnail(NamedTuple):
    """A small picture, and its type."""

    data: bytes
    type: str


class Measured(NamedTuple):
    """Pixels, seconds, and a thumbnail; None for what does not apply or cannot be read."""

    width: int | None = None
    height: int | None = None
    duration: float | None = None
    thumbnail: Thumbnail | None = None


def measured(path: str, mime_type: str) -> Measured:
    """What a file of this type is like. Raises TooLargeError for an image of too many pixels."""
    match kind_of(mime_type):
        case "image":
            return _image(path)
        case "video":
            return _video(path)
        case "audio":
            return Measured(duration=measure(path).duration)
    return Measured()


def _image(path: str) -> Measured:
    look = look_at(path)
    if look is None:
        return Measured()
    return Measured(look.width, look.height, None, Thumbnail(look.thumbnail, "image/webp"))


def _video(path: str) -> Measured:
    measures = measure(path)
    if measures.width is None:
        return Measured(*measures)
    try:
        # Not the first frame, which is often black.
        frame = still(path, min(1.0, (measures.duration or 0) / 2), THUMBNAIL_PIXELS)
    except FFmpegError:
        return Measured(*measures)
    return Measured(*measures, Thumbnail(frame, "image/jpeg"))
