"""Filmstrips and peaks of media files, for the lanes of timelines; kept as thumbnails are.

A filmstrip shows frames of a video side by side; peaks say how loud a sound is at each time.
"""

import math
from collections.abc import Callable, Sequence
from functools import partial
from io import BytesIO
from typing import Literal, NamedTuple

import orjson

from media.ffmpeg import (
    FFmpegError,
    FFmpegLimitError,
    FFmpegStartError,
    input_args,
    run,
    run_logged,
)
from media.images import Encoding, ImageTooLargeError, UnreadableImageError, scale
from media.limits import LANES, Pool
from media.measures import MeasureCache, MediaReplacedError
from media.picture_filters import JPEG, decoder_args, deinterlaced, scaled
from media.previews import NoPreviewError, Preview, Recipe, Source, open_preview, source_of
from media.streams import AudioStream, Streams, VideoStream
from storage.media.media_files import MediaFiles, StoredFile
from storage.store import Store

TILE_HEIGHT = 96
MAX_TILES = 60

_TIMEOUT = 180
_MAX_TILE_WIDTH = 384  # pixels, also of very wide videos: a JPEG has at most 65,535
_MAX_DECODED = 5_000_000_000  # pixels: of 40 s in 4K, or 80 s in Full HD with 30 frames a second
_JPEG = ["-c:v", "mjpeg", "-threads", "1", "-pix_fmt", "yuvj420p", "-q:v", "4"]

PEAKS_PER_SECOND = 50

_MAX_SECONDS = 3 * 3600  # 540 KB
_RATE = 22_050  # samples a second: loud sounds above 11 kHz are rare
_PEAKS_TIMEOUT, _CPU_SHARE = 180, 0.01
# Sound that begins late begins with silence.
_FILTERS = "aresample=async=1:first_pts=0"
_LENGTH = ("-t", str(_MAX_SECONDS))
_LEVELS = bytes(min(255, 2 * abs(sample - 128)) for sample in range(256))  # of unsigned samples

Kind = Literal["filmstrip", "peaks", "loudness"]

LANE_TYPES: dict[Kind, tuple[str, ...]] = {
    "filmstrip": ("image/jpeg",),
    "peaks": ("application/octet-stream",),
    "loudness": ("application/json",),
}

_VERSION = "1"  # to be raised when what is made of the same media looks otherwise


def tiles_of(seconds: float) -> int:
    """Return the number of frames in the filmstrip of a video: one a second, 1 to 60."""
    return min(max(math.ceil(seconds), 1), MAX_TILES)


def filmstrip_of(path: str, video: VideoStream, pool: Pool) -> bytes:
    """Return a JPEG of one row of frames, 96 pixels high: the tile i shows i * seconds / n.

    Where decoding all frames takes long, it shows the key frames before these times. Raises
    FFmpegError, MediaBusyError.
    """
    if video.width * video.height * video.frames <= _MAX_DECODED:
        try:
            return _drawn_strip(path, video, pool, [])
        except FFmpegLimitError:
            pass
    return _drawn_strip(path, video, pool, ["-skip_frame", "nokey"])


def tile_of(path: str, pool: Pool) -> bytes:
    """Return a JPEG of an image, 96 pixels high: a filmstrip of one tile.

    Raises UnreadableImageError, ImageTooLargeError, MediaBusyError.
    """
    from PIL import Image  # heavy, and needed here only

    small = scale(path, _MAX_TILE_WIDTH, Encoding("JPEG", (90,)), pool).data
    with Image.open(BytesIO(small)) as picture:
        width = max(round(TILE_HEIGHT * picture.width / picture.height), 1)
        tile, output = picture.resize((min(width, _MAX_TILE_WIDTH), TILE_HEIGHT)), BytesIO()
    tile.save(output, "JPEG", quality=85)
    return output.getvalue()


def _drawn_strip(path: str, video: VideoStream, pool: Pool, decoded: list[str]) -> bytes:
    tiles, signal = tiles_of(video.seconds), video.signal
    width = min(max(round(TILE_HEIGHT * video.width / video.height), 1), _MAX_TILE_WIDTH)
    # Each time has the last frame that began before it; after the last one, that is repeated.
    rate = f"{tiles}/{max(video.seconds, 0.001):.6f}"
    picked = f"fps={rate}:start_time=0:round=up,tpad=stop={tiles}:stop_mode=clone"
    fit = f"{scaled(width, TILE_HEIGHT, signal, JPEG)},setsar=1"
    row = f"{deinterlaced(signal, 'send_frame')}{picked},{fit},tile={tiles}x1"
    opened = [*decoded, *decoder_args(signal), *input_args(path)]
    output = ["-map", "0:V:0", "-frames:v", "1", "-vf", row, *_JPEG, "-f", "image2pipe", "-"]
    strip = run([*opened, *output], _TIMEOUT, pool)
    if not strip:
        raise FFmpegError("There is no picture")
    return strip


class _Peaks:
    """Collects the loudest sample of each interval from samples that come in pieces."""

    def __init__(self, channels: int) -> None:
        self.found = bytearray()
        self._interval = _RATE // PEAKS_PER_SECOND * channels
        self._rest = b""

    def read(self, data: bytes) -> None:
        """Read the next piece."""
        levels = self._rest + data.translate(_LEVELS)
        whole = len(levels) - len(levels) % self._interval
        for start in range(0, whole, self._interval):
            self.found.append(max(levels[start : start + self._interval]))
        self._rest = levels[whole:]

    def finish(self) -> bytes:
        """Return the peaks, also of a last interval that is shorter."""
        return bytes(self.found) + (bytes([max(self._rest)]) if self._rest else b"")


def peaks_of(path: str, audio: AudioStream, pool: Pool, filters: Sequence[str] = ()) -> bytes:
    """Return the loudest sample of each 1/50 s of a sound, 0 to 255, of at most three hours.

    `filters` are those of FFmpeg that it goes through. Raises FFmpegError, MediaBusyError.
    """
    channels = 1 if audio.is_mono else 2
    peaks = _Peaks(channels)
    samples = ["-ac", str(channels), "-ar", str(_RATE), "-f", "u8", "-c:a", "pcm_u8", "-"]
    heard = ["-map", "0:a:0", "-af", ",".join([_FILTERS, *filters]), *_LENGTH]
    arguments = ["-vn", *input_args(path), *heard, *samples]
    cpu_seconds = pool.cpu_seconds_for(min(audio.seconds, _MAX_SECONDS), _CPU_SHARE)
    run_logged(arguments, _PEAKS_TIMEOUT, pool, consume=peaks.read, cpu_seconds=cpu_seconds)
    return peaks.finish()


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
