"""Filmstrips and peaks of media files, for the lanes of timelines; kept as thumbnails are."""

from collections.abc import Callable
from functools import partial
from typing import Literal, NamedTuple

from media.ffmpeg import FFmpegError, FFmpegStartError
from media.filmstrips import filmstrip_of, tile_of
from media.images import ImageTooLargeError, UnreadableImageError
from media.limits import LANES
from media.measures import MeasureCache, MediaReplacedError
from media.peaks import peaks_of
from media.previews import NoPreviewError, Preview, Recipe, Source, open_preview, source_of
from media.streams import Streams
from storage.media.media_files import MediaFiles, StoredFile
from storage.store import Store

Kind = Literal["filmstrip", "peaks"]

LANE_TYPES: dict[Kind, tuple[str, ...]] = {
    "filmstrip": ("image/jpeg",),
    "peaks": ("application/octet-stream",),
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
    """Open the filmstrip or the peaks of a file for reading, which are made unless they were.

    Peaks are empty without sound. Raises MissingError for a file that is missing, cannot be read,
    or has no picture for a filmstrip; BusyError.
    """
    find = partial(source_of, media.files, media.slot, media.types, f"{kind} {_VERSION}")
    make = partial(_make, MeasureCache(store.root, store.disk), kind)
    recipe = Recipe(LANE_TYPES[kind], LANES, find, make, f"{media.name} has no {kind}")
    place = (media.project_id, media.document_id, f"{media.part}.{kind}")
    return open_preview(store.previews.lanes, place, recipe, f"{media.name} is missing.")


def _make(measures: MeasureCache, kind: Kind, source: Source) -> Preview:
    try:
        if source.media_type.startswith("image/"):
            data = tile_of(source.path, LANES) if kind == "filmstrip" else b""
        else:
            streams = measures.measure(source.path, source.etag, LANES).streams
            data = _MAKE[kind](source.path, streams)
    except FFmpegStartError:
        raise
    except (FFmpegError, UnreadableImageError, ImageTooLargeError) as exc:
        raise NoPreviewError(f"The file cannot be read: {exc}") from exc
    except MediaReplacedError as exc:
        raise FileNotFoundError(source.path) from exc
    return Preview(data, LANE_TYPES[kind][0])


def _filmstrip(path: str, streams: Streams) -> bytes:
    if streams.video is None:
        raise NoPreviewError("There is no picture")
    return filmstrip_of(path, streams.video, LANES)


def _peaks(path: str, streams: Streams) -> bytes:
    return peaks_of(path, streams.audio, LANES) if streams.audio else b""


_MAKE: dict[Kind, Callable[[str, Streams], bytes]] = {"filmstrip": _filmstrip, "peaks": _peaks}
