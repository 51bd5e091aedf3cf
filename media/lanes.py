"""Filmstrips, peaks and loudness of media files, for timelines; kept as thumbnails are."""

from collections.abc import Callable
from functools import partial
from typing import Literal, NamedTuple

import orjson

from media.ffmpeg import FFmpegError, FFmpegStartError
from media.filmstrips import filmstrip_of, tile_of
from media.images import ImageTooLargeError, UnreadableImageError
from media.limits import LANES
from media.measures import MeasureCache, MediaReplacedError
from media.peaks import peaks_of
from media.previews import NoPreviewError, Preview, Recipe, Source, open_preview, source_of
from media.streams import AudioStream, Streams
from storage.media.media_files import MediaFiles, StoredFile
from storage.store import Store

Kind = Literal["filmstrip", "peaks", "loudness"]

LANE_TYPES: dict[Kind, tuple[str, ...]] = {
    "filmstrip": ("image/jpeg",),
    "peaks": ("application/octet-stream",),
    "loudness": ("application/json",),
}

_VERSION = "1"  # to be raised when what is made of the same media looks otherwise


class LaneMedia(NamedTuple):
    """A video, sound or image in a slot of a work or an asset; `name` is what errors call it."""

    project_id: str
    document_id: str
    part: str  # unique in the work or asset
    files: MediaFiles
    slot: str
    types: tuple[str, ...]
    name: str


def open_lane(store: Store, media: LaneMedia, kind: Kind) -> StoredFile:
    """Open what lanes show of a file for reading, which is made unless it was.

    Peaks are empty without sound, and its loudness is null. Raises MissingError for a file that is
    missing, cannot be read, or has no picture for a filmstrip; BusyError.
    """
    find = partial(source_of, media.files, media.slot, media.types, f"{kind} {_VERSION}")
    make = partial(_make, MeasureCache(store.root, store.disk), kind)
    recipe = Recipe(LANE_TYPES[kind], LANES, find, make, f"{media.name} has no {kind}")
    place = (media.project_id, media.document_id, f"{media.part}.{kind}")
    return open_preview(store.previews.lanes, place, recipe, f"{media.name} is missing.")


def _make(measures: MeasureCache, kind: Kind, source: Source) -> Preview:
    try:
        data = _MAKE[kind](measures, source)
    except FFmpegStartError:
        raise
    except (FFmpegError, UnreadableImageError, ImageTooLargeError) as exc:
        raise NoPreviewError(f"The file cannot be read: {exc}") from exc
    except MediaReplacedError as exc:
        raise FileNotFoundError(source.path) from exc
    return Preview(data, LANE_TYPES[kind][0])


def _filmstrip(measures: MeasureCache, source: Source) -> bytes:
    if _is_image(source):
        return tile_of(source.path, LANES)
    video = _streams(measures, source).video
    if video is None:
        raise NoPreviewError("There is no picture")
    return filmstrip_of(source.path, video, LANES)


def _peaks(measures: MeasureCache, source: Source) -> bytes:
    audio = _sound(measures, source)
    return peaks_of(source.path, audio, LANES) if audio else b""


def _loudness(measures: MeasureCache, source: Source) -> bytes:
    audio = _sound(measures, source)
    if audio is None:
        return orjson.dumps({"seconds": 0, "loudness": None})
    loudness = measures.loudness(source.path, source.etag, audio, LANES)
    return orjson.dumps({"seconds": audio.seconds, "loudness": loudness})


def _is_image(source: Source) -> bool:
    return source.media_type.startswith("image/")


def _sound(measures: MeasureCache, source: Source) -> AudioStream | None:
    return None if _is_image(source) else _streams(measures, source).audio


def _streams(measures: MeasureCache, source: Source) -> Streams:
    return measures.measure(source.path, source.etag, LANES).streams


_MAKE: dict[Kind, Callable[[MeasureCache, Source], bytes]] = {
    "filmstrip": _filmstrip,
    "peaks": _peaks,
    "loudness": _loudness,
}
