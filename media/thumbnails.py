"""Inspecting a media file once, when it is uploaded: its size, its duration, and a thumbnail.

Thumbnails are made on upload rather than when they are first asked for: so an asset says truly
whether it has one, and reading a page of thumbnails costs no more than reading files.
"""

import io
from typing import NamedTuple

from media.ffmpeg import FFmpegError
from media.images import DecodedImage, UnreadableImageError, decode, encode_jpeg
from media.video import frame_at, probe

THUMBNAIL_PIXELS = 480


class Thumbnail(NamedTuple):
    """An image of at most 480 by 480 pixels, and its media type."""

    data: bytes
    media_type: str


class Inspection(NamedTuple):
    """Pixels, seconds, and a thumbnail; None for what does not apply or cannot be read."""

    width: int | None = None
    height: int | None = None
    duration: float | None = None
    thumbnail: Thumbnail | None = None


def inspect(path: str, media_type: str) -> Inspection:
    """Inspect a file of this media type. Raises TooManyPixelsError for too large an image."""
    match media_type.partition("/")[0]:
        case "image":
            return _inspect_image(path)
        case "video":
            return _inspect_video(path)
        case "audio":
            return Inspection(duration=probe(path).duration)
    return Inspection()


def scaled_jpeg(path: str, max_side: int) -> bytes | None:
    """Return an image as an upright JPEG of at most `max_side` pixels; transparency becomes white.

    None for one that cannot be read. Raises TooManyPixelsError.
    """
    image = _decode(path, max_side)
    return encode_jpeg(image.pixels, 85) if image else None


def _inspect_image(path: str) -> Inspection:
    image = _decode(path, THUMBNAIL_PIXELS)
    if image is None:
        return Inspection()
    file = io.BytesIO()
    image.pixels.save(file, "WEBP", quality=80)
    return Inspection(image.width, image.height, None, Thumbnail(file.getvalue(), "image/webp"))


def _inspect_video(path: str) -> Inspection:
    measures = probe(path)
    if measures.width is None:
        return Inspection(*measures)
    try:
        # Not the first frame, which is often black.
        frame = frame_at(path, min(1.0, (measures.duration or 0) / 2), THUMBNAIL_PIXELS)
    except FFmpegError:
        return Inspection(*measures)
    return Inspection(*measures, Thumbnail(frame, "image/jpeg"))


def _decode(path: str, max_side: int) -> DecodedImage | None:
    try:
        return decode(path, max_side)
    except UnreadableImageError:
        return None
