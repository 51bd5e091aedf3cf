"""How videos are encoded, for each quality, and FFmpeg's arguments for that."""

import math
from fractions import Fraction
from typing import NamedTuple

from export.plan.frame_size import Frame
from export.render.h264_levels import level_params
from schemas.exports import MAX_SIZE
from settings import processors

VERSION = 6  # part of the keys of rendered segments: to be raised when their content changes

_MIN_TIMESCALE = 10_000
_KEYFRAME_SECONDS = 5


class Encoder(NamedTuple):
    """Settings of x264. `lookahead` is that of the preset, in frames."""

    preset: str
    crf: int
    lookahead: int


ENCODERS = {
    "draft": Encoder("ultrafast", 26, 0),
    "standard": Encoder("veryfast", 20, 10),
    "best": Encoder("medium", 18, 40),
}


class _Bounds(NamedTuple):
    """What an encoder of frames up to a number of pixels may use: each takes memory per frame."""

    pixels: int
    threads: int
    lookahead: int


# Within the memory of media/rendering.py, whatever the number of processors and the quality.
_BOUNDS = (
    _Bounds(1920 * 1088, 8, 40),
    _Bounds(4096 * 2160, 4, 20),
    _Bounds(MAX_SIZE * MAX_SIZE, 2, 10),
)

SOUND = ("-c:a", "aac", "-b:a", "192k", "-ar", "48000", "-ac", "2")


def video_args(quality: str, fps: Fraction, frame: Frame) -> list[str]:
    """Return the arguments that encode frames so that segments can be joined without encoding."""
    encoder = ENCODERS[quality]
    keyframes = str(int(fps * _KEYFRAME_SECONDS))
    lookahead = min(encoder.lookahead, _bounds(frame).lookahead)
    return [
        *("-c:v", "libx264", "-preset", encoder.preset, "-crf", str(encoder.crf)),
        *("-profile:v", "high", "-pix_fmt", "yuv420p", "-g", keyframes),
        *("-x264-params", f"stitchable=1:{level_params(frame, fps)}:rc-lookahead={lookahead}"),
    ]


def threads(frame: Frame) -> int:
    """Return how many threads encode a frame of this size: x264's own number at most."""
    return min(math.ceil(1.5 * processors.available()), _bounds(frame).threads)


def is_large(frame: Frame) -> bool:
    """Return whether frames are so large that two encoders at once take too much memory."""
    return _bounds(frame) is not _BOUNDS[0]


def _bounds(frame: Frame) -> _Bounds:
    return next(each for each in _BOUNDS if frame.width * frame.height <= each.pixels)


def timescale(fps: Fraction) -> int:
    """Return a number of ticks a second of which each frame takes a whole number.

    90,000 where that is one, as for all common rates.
    """
    ticks = Fraction(90_000) / fps
    if ticks.denominator == 1:
        return 90_000
    return fps.numerator * -(-_MIN_TIMESCALE // fps.numerator)
