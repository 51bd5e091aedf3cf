"""How videos are encoded, for each quality, and FFmpeg's arguments for that."""

import math
from fractions import Fraction
from typing import NamedTuple

from export.plan.frame_size import Frame
from schemas.exports import MAX_SIZE
from settings import processors

_KEPT_FRAMES = 4  # that a decoder keeps: no preset of encoding.py refers to more
_MIN_BITS = 0.45  # for each pixel: twice as much as filmed pictures usually take
_HIGH_PROFILE = 1.25  # times the bits that the table has, which is for lower profiles

# Each segment is encoded as if the buffer were full at its begin, so that two that are joined take
# its contents twice. What is left is for those in between: three of a few frames in succession, or
# any number that take a second each. Drafts, of a lower profile, are within its limits as well.
_RATE_SHARE, _BUFFER_SHARE = 0.75, 0.25  # of the level's bits in a second

VERSION = 6  # part of the keys of rendered segments: to be raised when their content changes
DRAFT_VERSION = 2  # part of those of drafts as well

_MIN_TIMESCALE = 10_000
_KEYFRAME_SECONDS = 5

_STEREO = ("-ar", "48000", "-ac", "2")
SOUND = ("-c:a", "aac", "-b:a", "192k", *_STEREO)
LOSSLESS_SOUND = ("-c:a", "alac", "-sample_fmt", "s16p", *_STEREO)


class Level(NamedTuple):
    """A level: macroblocks a second, of a frame, and of the frames kept; kilobits a second."""

    name: str
    rate: int
    frame: int
    kept: int
    kilobits: int

    @property
    def max_kilobits(self) -> int:
        """How many kilobits may arrive in a second."""
        return int(self.kilobits * _HIGH_PROFILE)


# Level 4 is left out: 4.1 has the same frames, and more bits.
_LEVELS = (
    Level("3", 40_500, 1_620, 8_100, 10_000),
    Level("3.1", 108_000, 3_600, 18_000, 14_000),
    Level("3.2", 216_000, 5_120, 20_480, 20_000),
    Level("4.1", 245_760, 8_192, 32_768, 50_000),
    Level("4.2", 522_240, 8_704, 34_816, 50_000),
    Level("5", 589_824, 22_080, 110_400, 135_000),
    Level("5.1", 983_040, 36_864, 184_320, 240_000),
    Level("5.2", 2_073_600, 36_864, 184_320, 240_000),
    Level("6", 4_177_920, 139_264, 696_320, 240_000),
    Level("6.1", 8_355_840, 139_264, 696_320, 480_000),
)


def level_of(frame: Frame, fps: Fraction) -> Level:
    """Return the lowest level, from 3 on, for frames of this size at this rate."""
    columns, rows = math.ceil(frame.width / 16), math.ceil(frame.height / 16)
    blocks = columns * rows
    kilobits = frame.width * frame.height * fps * _MIN_BITS / 1000
    return next(
        level
        for level in _LEVELS
        if blocks * fps <= level.rate
        and blocks <= level.frame
        and max(columns, rows) ** 2 <= 8 * level.frame
        and blocks * _KEPT_FRAMES <= level.kept
        and kilobits <= level.max_kilobits
    )


def level_params(frame: Frame, fps: Fraction) -> str:
    """Return x264's parameters that name the level, and keep joined segments within it."""
    level = level_of(frame, fps)
    rate, buffer = (int(level.max_kilobits * share) for share in (_RATE_SHARE, _BUFFER_SHARE))
    return f"level={level.name}:vbv-maxrate={rate}:vbv-bufsize={buffer}"


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


def draft_threads() -> int:
    """Return how many threads encode a draft: two are rendered at once, each in several steps."""
    return max(1, processors.available() // 2)


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
