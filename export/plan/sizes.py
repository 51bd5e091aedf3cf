"""How large files of exports usually become: known from their pixels, seconds and format. Pure.

Pictures differ too much for one number: these are those of filmed pictures. Sound has a constant
rate, or nearly so.
"""

from typing import NamedTuple

from export.plan.targets import MP4

# Bits for each pixel of each frame of filmed pictures. Noise takes ten times as much in an MP4.
_PICTURE_BITS = {MP4: 0.2, "gif": 7.0, "webp": 0.9, "webm": 0.2}
_BEST_FACTOR = 1.5
_SOUND_BYTES = {MP4: 24_000, "webm": 16_000, "wav": 192_000, "mp3": 24_000}  # a second
LOSSLESS_SOUND_BYTES = _SOUND_BYTES["wav"]  # at most


class Made(NamedTuple):
    """A file to be made: what its size follows from."""

    format: str
    width: int
    height: int
    fps: float
    seconds: float
    quality: str


def usual_size(made: Made) -> int:
    """Return how many bytes such a file usually has at most."""
    factor = _BEST_FACTOR if made.quality == "best" else 1.0
    pixels = made.width * made.height * made.fps * made.seconds
    pictures = int(_PICTURE_BITS.get(made.format, 0.0) * factor * pixels / 8)
    return pictures + int(_SOUND_BYTES.get(made.format, 0) * made.seconds)
