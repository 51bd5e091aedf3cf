"""Inspecting a media file once, when it is uploaded: its size, its duration, and a thumbnail.

Thumbnails are made on upload rather than when they are first asked for: so an asset says truly
whether it has one, and reading a page of thumbnails costs no more than reading files.
"""

from typing import NamedTuple

from media.ffmpeg import FFmpegError
from media.images import Encoding, ImageTooLargeError, UnreadableImageError, scale
from media.limits import JOBS, UPLOADS, MediaBusyError
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
    """Inspect a file of this media type: at most two programs that take a second each.

    What takes more is left out. Raises MediaBusyError.
    """
    match media_type.partition("/")[0]:
        case "image":
            return _inspect_image(path)
        case "video":
            return _inspect_video(path)
        case "audio":
            return Inspection(duration=probe(path, UPLOADS).duration)
    return Inspection()


def scaled_jpeg(path: str, max_side: int) -> bytes | None:
    """Return an image as an upright JPEG of at most `max_side` pixels; transparency becomes white.

    None for one that cannot be read. Raises ImageTooLargeError, MediaBusyError.
    """
    try:
        return scale(path, max_side, Encoding("JPEG", (85,)), JOBS).data
    except UnreadableImageError:
        return None


def _inspect_image(path: str) -> Inspection:
    try:
        image = scale(path, THUMBNAIL_PIXELS, Encoding("WEBP", (80,)), UPLOADS)
    except ImageTooLargeError as exc:
        return Inspection(*exc.size) if exc.size else Inspection()
    except UnreadableImageError:
        return Inspection()
    return Inspection(image.width, image.height, None, Thumbnail(image.data, "image/webp"))


def _inspect_video(path: str) -> Inspection:
    measures = probe(path, UPLOADS)
    if measures.width is None:
        return Inspection(*measures)
    # Not the first frame, which is often black; a later one takes longer to decode.
    seconds = min(0.5, (measures.duration or 0) / 2)
    try:
        frame = frame_at(path, seconds, THUMBNAIL_PIXELS, UPLOADS)
    except (FFmpegError, MediaBusyError):
        return Inspection(*measures)
    return Inspection(*measures, Thumbnail(frame, "image/jpeg"))
