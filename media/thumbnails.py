"""Thumbnails, and inspecting a media file: its size and its duration.

Assets are inspected on upload if possible (projects/assets/measuring.py): so an asset says truly
whether it has a thumbnail, and reading a page of them costs no more than reading files. Those of
scenes are made by works/posters.py.
"""

from collections.abc import Sequence
from typing import NamedTuple

from media.ffmpeg import FFmpegError, FFmpegStartError
from media.images import (
    Encoding,
    ImageTooLargeError,
    ScaledImage,
    UnreadableImageError,
    scale,
)
from media.limits import JOBS, THUMBNAILS, MediaBusyError, Pool, is_stopping
from media.previews import NoPreviewError, Preview
from media.signals import Signal
from media.video import non_black_frame, probe

THUMBNAIL_PIXELS = 480
THUMBNAIL_TYPES = ("image/webp", "image/jpeg")

_VIDEO_SECONDS = 0.5  # not the first frame, which is often black; a later one takes longer
_LATER_SECONDS = (2, 5)  # where it is black; one program for each


class Inspection(NamedTuple):
    """Pixels, seconds, and a thumbnail; None for what does not apply or cannot be read.

    It is not final if programs were not run, or were stopped: then it may be read later.
    """

    width: int | None = None
    height: int | None = None
    duration: float | None = None
    thumbnail: Preview | None = None
    is_final: bool = True


def make_thumbnail(path: str, media_type: str) -> Preview:
    """Return the thumbnail of an image, or of a video of which it shows an early frame.

    Raises NoPreviewError, FFmpegStartError, MediaBusyError.
    """
    if media_type.startswith("image/"):
        try:
            return Preview(_scaled_webp(path, THUMBNAILS).data, "image/webp")
        except (UnreadableImageError, ImageTooLargeError) as exc:
            raise NoPreviewError(str(exc)) from exc
    try:
        return _frame(path, (_VIDEO_SECONDS, *_LATER_SECONDS), THUMBNAILS)
    except FFmpegStartError:
        raise
    except FFmpegError:  # it is shorter, or takes long to decode
        return _first_frame(path)


def inspect(path: str, media_type: str, pool: Pool) -> Inspection:
    """Inspect a file of this media type: at most three programs that take a second each.

    What takes more is left out.
    """
    try:
        inspection = _inspect(path, media_type.partition("/")[0], pool)
    except MediaBusyError:
        return Inspection(is_final=False)
    return inspection._replace(is_final=False) if is_stopping(pool) else inspection


def scaled_jpeg(path: str, max_side: int) -> bytes | None:
    """Return an image as an upright JPEG of at most `max_side` pixels; transparency becomes white.

    None for one that cannot be read. Raises ImageTooLargeError, MediaBusyError.
    """
    try:
        return scale(path, max_side, Encoding("JPEG", (85,)), JOBS).data
    except UnreadableImageError:
        return None


def _inspect(path: str, kind: str, pool: Pool) -> Inspection:
    match kind:
        case "image":
            return _inspect_image(path, pool)
        case "video":
            return _inspect_video(path, pool)
        case "audio":
            return Inspection(duration=probe(path, pool).duration)
    return Inspection()


def _inspect_image(path: str, pool: Pool) -> Inspection:
    try:
        image = _scaled_webp(path, pool)
    except ImageTooLargeError as exc:
        return Inspection(*exc.size) if exc.size else Inspection()
    except UnreadableImageError:
        return Inspection()
    return Inspection(image.width, image.height, None, Preview(image.data, "image/webp"))


def _inspect_video(path: str, pool: Pool) -> Inspection:
    probed = probe(path, pool)
    measured = Inspection(probed.width, probed.height, probed.duration)
    if probed.width is None:
        return measured
    seconds = probed.duration or 0.0
    times = (min(_VIDEO_SECONDS, seconds / 2), min(_LATER_SECONDS[-1], seconds * 2 / 3))
    try:
        return measured._replace(thumbnail=_frame(path, times, pool, probed.signal))
    except FFmpegError:
        return measured
    except MediaBusyError:
        return measured._replace(is_final=False)


def _scaled_webp(path: str, pool: Pool) -> ScaledImage:
    return scale(path, THUMBNAIL_PIXELS, Encoding("WEBP", (80,)), pool)


def _frame(path: str, times: Sequence[float], pool: Pool, signal: Signal | None = None) -> Preview:
    frame = non_black_frame(path, times, THUMBNAIL_PIXELS, pool, signal)
    return Preview(frame, "image/jpeg")


def _first_frame(path: str) -> Preview:
    try:
        return _frame(path, (0.0, *_LATER_SECONDS), THUMBNAILS)
    except FFmpegStartError:
        raise
    except FFmpegError as exc:
        raise NoPreviewError(f"The video cannot be read: {exc}") from exc
