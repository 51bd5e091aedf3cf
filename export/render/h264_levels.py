"""The level of H.264 that a video names, and the bit rate that it keeps to for that.

Players choose a decoder by the level. It bounds the size and number of frames, how many of them a
decoder keeps, and the bits of every stretch of the video: what arrives at the maximum rate, and the
contents of the decoder's buffer (ITU-T H.264, table A-1).
"""

import math
from fractions import Fraction
from typing import NamedTuple

from export.plan.frame_size import Frame

_KEPT_FRAMES = 4  # that a decoder keeps: no preset of encoding.py refers to more
_MIN_BITS = 0.45  # for each pixel: twice as much as filmed pictures usually take
_HIGH_PROFILE = 1.25  # times the bits that the table has, which is for lower profiles

# Each segment is encoded as if the buffer were full at its begin, so that two that are joined take
# its contents twice. What is left is for those in between: three of a few frames in succession, or
# any number that take a second each. Drafts, of a lower profile, are within its limits as well.
_RATE_SHARE, _BUFFER_SHARE = 0.75, 0.25  # of the level's bits in a second


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
