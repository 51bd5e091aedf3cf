"""Filmstrips: frames of a video side by side, as the timeline of the page shows them."""

import math
from io import BytesIO

from media.ffmpeg import FFmpegError, FFmpegLimitError, input_args, run
from media.images import Encoding, scale
from media.limits import Pool
from media.picture_filters import JPEG, decoder_args, deinterlaced, scaled
from media.streams import VideoStream

TILE_HEIGHT = 96
MAX_TILES = 60

_TIMEOUT = 180
_MAX_TILE_WIDTH = 384  # pixels, also of very wide videos: a JPEG has at most 65,535
_MAX_DECODED = 5_000_000_000  # pixels: of 40 s in 4K, or 80 s in Full HD with 30 frames a second
_JPEG = ["-c:v", "mjpeg", "-threads", "1", "-pix_fmt", "yuvj420p", "-q:v", "4"]


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
            return _filmstrip(path, video, pool, [])
        except FFmpegLimitError:
            pass
    return _filmstrip(path, video, pool, ["-skip_frame", "nokey"])


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


def _filmstrip(path: str, video: VideoStream, pool: Pool, decoded: list[str]) -> bytes:
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
