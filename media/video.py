"""Probing video and sound files, and taking frames of videos; all by FFmpeg."""

import re
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

from media.ffmpeg import FFmpegError, input_args, run, run_logged

_TIMEOUT = 20
_VIDEO_STREAM = "0:V:0"  # the first video stream that is not the cover of a sound file
_ALL_STREAMS = ("-map", "0:V?", "-map", "0:a?")

# At most so many pixels on the longer side, with square pixels.
_SCALE = "min(1,{longest}/max(iw*sar,ih))"
_SHRINK = f"scale=w='max(2,round(iw*sar*{_SCALE}))':h='max(2,round(ih*{_SCALE}))',setsar=1"


class Probe(NamedTuple):
    """Width and height in pixels as shown, duration in seconds; None for what is not there."""

    width: int | None = None
    height: int | None = None
    duration: float | None = None


def probe(path: str | Path) -> Probe:
    """Measure a video or sound file; None for whatever FFmpeg cannot read."""
    width, height = _size(path)
    return Probe(width, height, _duration(path))


def frame_at(path: str | Path, seconds: float = 0.0, longest: int = 768) -> bytes:
    """Return the frame at a time as a JPEG, at most `longest` pixels wide and high.

    Raises FFmpegError, also where there is no frame.
    """
    shrink = _SHRINK.format(longest=longest)
    jpeg = ["-c:v", "mjpeg", "-q:v", "3", "-pix_fmt", "yuvj420p", "-f", "image2pipe", "-"]
    frame = ["-map", _VIDEO_STREAM, "-frames:v", "1", "-vf", shrink, *jpeg]
    data = run(["-ss", f"{seconds:.3f}", *input_args(path), *frame], _TIMEOUT)
    if not data:
        raise FFmpegError(f"No picture at {seconds:g} seconds")
    return data


def sample_frames(path: str | Path, count: int, longest: int = 768) -> list[bytes]:
    """Return `count` frames as JPEGs, evenly spaced over the video; fewer where it has fewer.

    Raises FFmpegError for a file without any.
    """
    duration = probe(path).duration or 0.0
    times = [duration * (number + 0.5) / count for number in range(count)] if duration else []
    frames = []
    for seconds in times:
        try:
            frames.append(frame_at(path, seconds, longest))
        except FFmpegError:
            continue  # the sound may go on after the last frame
    return frames or [frame_at(path, 0.0, longest)]


def _size(path: str | Path) -> tuple[int, int] | tuple[None, None]:
    """Return the size of the first frame, rotated as it is to be shown, with square pixels."""
    first = ["-map", _VIDEO_STREAM, "-frames:v", "1", "-f", "framecrc", "-"]
    try:
        header = run([*input_args(path), *first], _TIMEOUT).decode()
    except FFmpegError:
        return None, None
    size = re.search(r"^#dimensions 0: (\d+)x(\d+)$", header, re.MULTILINE)
    if size is None:
        return None, None
    ratio = re.search(r"^#sar 0: ([1-9]\d*)/([1-9]\d*)$", header, re.MULTILINE)
    pixel = Fraction(int(ratio[1]), int(ratio[2])) if ratio else 1
    return round(int(size[1]) * pixel), int(size[2])


def _duration(path: str | Path) -> float | None:
    """Return the duration that the container states, unless its streams are of another length.

    Reading the streams is exact but for frames that are stored in another order than shown.
    """
    copy = [*_ALL_STREAMS, "-c", "copy", "-f", "null", "-progress", "pipe:1", "-"]
    try:
        result = run_logged([*input_args(path), *copy], _TIMEOUT, "info")
    except FFmpegError:
        return None
    times = re.findall(rb"^out_time_us=(\d+)$", result.stdout, re.MULTILINE)
    if not times:
        return None
    read = int(times[-1]) / 1_000_000
    stated = re.search(r"^  Duration: (\d+):(\d\d):(\d\d\.\d+)", result.log, re.MULTILINE)
    if stated is None:
        return round(read, 3)
    duration = int(stated[1]) * 3600 + int(stated[2]) * 60 + float(stated[3])
    return round(duration if abs(duration - read) <= 1 else read, 3)
