"""How large and how long a video or sound is, from what FFmpeg reads of it."""

import re
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

from ffmpeg.run import FFmpegError, finished, input_of, run

_TIMEOUT = 20
_SIGHT = "0:V:0"  # the first video stream that is no cover of a sound
_SIGHT_AND_SOUND = ("-map", "0:V?", "-map", "0:a?")


class Measures(NamedTuple):
    """Width and height in pixels as shown, duration in seconds; None where there is no such."""

    width: int | None = None
    height: int | None = None
    duration: float | None = None


def measure(path: str | Path) -> Measures:
    """The measures of a video or sound; None for whatever FFmpeg cannot read."""
    width, height = _size(path)
    return Measures(width, height, _duration(path))


def _size(path: str | Path) -> tuple[int, int] | tuple[None, None]:
    """The size of the first frame, turned as it is to be shown, with square pixels."""
    first = ["-map", _SIGHT, "-frames:v", "1", "-f", "framecrc", "-"]
    try:
        about = run([*input_of(path), *first], _TIMEOUT).decode()
    except FFmpegError:
        return None, None
    size = re.search(r"^#dimensions 0: (\d+)x(\d+)$", about, re.MULTILINE)
    if size is None:
        return None, None
    shape = re.search(r"^#sar 0: ([1-9]\d*)/([1-9]\d*)$", about, re.MULTILINE)
    pixel = Fraction(int(shape[1]), int(shape[2])) if shape else 1
    return round(int(size[1]) * pixel), int(size[2])


def _duration(path: str | Path) -> float | None:
    """How long it is: as its container says, unless what is in there is of another length.

    Reading it through is exact but for frames that are stored in another order than shown.
    """
    through = [*_SIGHT_AND_SOUND, "-c", "copy", "-f", "null", "-progress", "pipe:1", "-"]
    try:
        done = finished([*input_of(path), *through], _TIMEOUT, "info")
    except FFmpegError:
        return None
    times = re.findall(rb"^out_time_us=(\d+)$", done.output, re.MULTILINE)
    if not times:
        return None
    read = int(times[-1]) / 1_000_000
    told = re.search(r"^  Duration: (\d+):(\d\d):(\d\d\.\d+)", done.said, re.MULTILINE)
    if told is None:
        return round(read, 3)
    duration = int(told[1]) * 3600 + int(told[2]) * 60 + float(told[3])
    return round(duration if abs(duration - read) <= 1 else read, 3)
