"""Thumbnails, and inspecting a media file once, when it is uploaded: its size and its duration.

Those of assets are made on upload rather than when they are first asked for: so an asset says truly
whether it has one, and reading a page of thumbnails costs no more than reading files. Those of
scenes are made by works/thumbnails.py.
"""

from typing import NamedTuple

from media.ffmpeg import FFmpegError, FFmpegStartError
from media.images import (
    Encoding,
    ImageTooLargeError,
    ScaledImage,
    UnreadableImageError,
    scale,
)
from media.limits import JOBS, THUMBNAILS, UPLOADS, MediaBusyError, Pool
from media.video import frame_at, probe

THUMBNAIL_PIXELS = 480
THUMBNAIL_TYPES = ("image/webp", "image/jpeg")

_VIDEO_SECONDS = 0.5  # not the first frame, which is often black; a later one takes longer


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


class NoThumbnailError(Exception):
    """An image or a video of which no thumbnail can be made; the message says why."""


def make_thumbnail(path: str, media_type: str) -> Thumbnail:
    """Return the thumbnail of an image, or of a video of which it shows an early frame.

    Raises NoThumbnailError, FFmpegStartError, MediaBusyError.
    """
    if media_type.startswith("image/"):
        try:
            return Thumbnail(_scaled_webp(path, THUMBNAILS).data, "image/webp")
        except (UnreadableImageError, ImageTooLargeError) as exc:
            raise NoThumbnailError(str(exc)) from exc
    try:
        return _frame(path, _VIDEO_SECONDS, THUMBNAILS)
    except FFmpegStartError:
        raise
    except FFmpegError:  # it is shorter, or takes long to decode
        return _first_frame(path)


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
        image = _scaled_webp(path, UPLOADS)
    except ImageTooLargeError as exc:
        return Inspection(*exc.size) if exc.size else Inspection()
    except UnreadableImageError:
        return Inspection()
    return Inspection(image.width, image.height, None, Thumbnail(image.data, "image/webp"))


def _inspect_video(path: str) -> Inspection:
    measures = probe(path, UPLOADS)
    if measures.width is None:
        return Inspection(*measures)
    seconds = min(_VIDEO_SECONDS, (measures.duration or 0) / 2)
    try:
        return Inspection(*measures, _frame(path, seconds, UPLOADS))
    except (FFmpegError, MediaBusyError):
        return Inspection(*measures)


def _scaled_webp(path: str, pool: Pool) -> ScaledImage:
    return scale(path, THUMBNAIL_PIXELS, Encoding("WEBP", (80,)), pool)


def _frame(path: str, seconds: float, pool: Pool) -> Thumbnail:
    return Thumbnail(frame_at(path, seconds, THUMBNAIL_PIXELS, pool), "image/jpeg")


def _first_frame(path: str) -> Thumbnail:
    try:
        return _frame(path, 0.0, THUMBNAILS)
    except FFmpegStartError:
        raise
    except FFmpegError as exc:
        raise NoThumbnailError(f"The video cannot be read: {exc}") from exc
