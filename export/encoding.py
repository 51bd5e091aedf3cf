"""How videos are encoded, for each quality, and FFmpeg's arguments for that."""

from fractions import Fraction
from typing import NamedTuple

from export.timeline import Output
from schemas.exports import MIN_SIZE

VERSION = 3  # part of the keys of rendered segments: to be raised when their content changes

DRAFT_LINES = 360
_MIN_TIMESCALE = 10_000
_KEYFRAME_SECONDS = 5


class Encoder(NamedTuple):
    """Settings of x264."""

    preset: str
    crf: int


ENCODERS = {
    "draft": Encoder("ultrafast", 26),
    "standard": Encoder("veryfast", 20),
    "best": Encoder("medium", 18),
}

COLOR = (
    *("-color_primaries", "bt709", "-color_trc", "bt709"),
    *("-colorspace", "bt709", "-color_range", "tv"),
)
SOUND = ("-c:a", "aac", "-b:a", "192k", "-ar", "48000", "-ac", "2")


class Frame(NamedTuple):
    """The size of the exported frame in pixels, both even, and the scale of its overlays."""

    width: int
    height: int
    scale: float


def frame_of(output: Output, scale: float) -> Frame:
    """Return the frame of an export; a draft has 360 lines, or columns in portrait."""
    width, height = output.width, output.height
    shorter = min(width, height)
    factor = DRAFT_LINES / shorter if output.quality == "draft" and shorter > DRAFT_LINES else 1.0
    return Frame(_even(width * factor), _even(height * factor), scale * factor)


def video_args(quality: str, fps: Fraction) -> list[str]:
    """Return the arguments that encode frames so that segments can be joined without encoding."""
    encoder = ENCODERS[quality]
    keyframes = str(int(fps * _KEYFRAME_SECONDS))
    return [
        *("-c:v", "libx264", "-preset", encoder.preset, "-crf", str(encoder.crf)),
        *("-profile:v", "high", "-pix_fmt", "yuv420p", "-g", keyframes),
        *("-x264-params", "stitchable=1", *COLOR),
    ]


def timescale(fps: Fraction) -> int:
    """Return a number of ticks a second of which each frame takes a whole number.

    90,000 where that is one, as for all common rates.
    """
    ticks = Fraction(90_000) / fps
    if ticks.denominator == 1:
        return 90_000
    return fps.numerator * -(-_MIN_TIMESCALE // fps.numerator)


def _even(size: float) -> int:
    return max(MIN_SIZE, int(size) // 2 * 2)
