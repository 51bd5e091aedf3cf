"""How large files of exports usually become: known from their pixels, seconds and format. Pure.

Pictures differ too much for one number: stills that move slowly take a twentieth of what filmed
pictures take. Sound has a constant rate, or nearly so.
"""

from typing import NamedTuple

from export.plan.targets import MP4

_NONE = (0.0, 0.0)
# Bits for each pixel of each frame: of stills that move slowly, and of filmed pictures. Noise takes
# ten times as much in an MP4.
_PICTURE_BITS = {
    MP4: (0.01, 0.2),
    "gif": (0.6, 7.0),
    "webp": (0.15, 0.9),
    "webm": (0.007, 0.2),
}
_BEST_FACTOR = 1.5
_SOUND_BYTES = {MP4: 24_000, "webm": 16_000, "wav": 192_000, "mp3": 24_000}  # a second
LOSSLESS_SOUND_BYTES = _SOUND_BYTES["wav"]  # at most


class Made(NamedTuple):
    """A file to be made, or one that was made: what its size follows from."""

    format: str
    width: int
    height: int
    fps: float
    seconds: float
    quality: str

    @property
    def pixels(self) -> float:
        """The pixels of all frames."""
        return self.width * self.height * self.fps * self.seconds

    @property
    def sound_bytes(self) -> int:
        """How much its sound takes."""
        return int(_SOUND_BYTES.get(self.format, 0) * self.seconds)


class Sizes(NamedTuple):
    """From how many to how many bytes a file usually has."""

    least: int
    most: int


def usual_sizes(made: Made) -> Sizes:
    """Return the sizes of files of this format."""
    factor = _BEST_FACTOR if made.quality == "best" else 1.0
    least, most = (
        int(bits * factor * made.pixels / 8) + made.sound_bytes
        for bits in _PICTURE_BITS.get(made.format, _NONE)
    )
    return Sizes(least, most)
