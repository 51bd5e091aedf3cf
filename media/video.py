"""Probing video and sound files, and taking frames of videos; all by FFmpeg."""

import re
import time
from collections.abc import Sequence
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

from media.ffmpeg import FFmpegError, FFmpegLimitError, Result, input_args, run_logged
from media.limits import JOBS, MediaBusyError, Pool
from media.picture_filters import (
    FIND_BLACK,
    JPEG,
    decoder_args,
    deinterlaced,
    is_black,
    scaled,
)
from media.signals import Signal
from media.streams import signal_by_log, signal_of

_TIMEOUT = 60  # on a busy machine, a second of processor time takes long
_SAMPLING_SECONDS = 60  # after which no further frames are sampled
_VIDEO_STREAM = "0:V:0"  # the first video stream that is not the cover of a sound file
# Reads the first frame, which tells the size, and writes it at once.
_BARE = ("-map_metadata", "-1")  # so that the log has the metadata of the file just once
_ONE_FRAME = ("-map", _VIDEO_STREAM, "-frames:v", "1", *_BARE)
_FIRST_FRAME = [*_ONE_FRAME, "-flush_packets", "1", "-f", "framecrc", "-"]
# Reads all packets, which tells the duration.
_ALL_STREAMS = ("-map", "0:V?", "-map", "0:a?")
_ALL_PACKETS = [*_ALL_STREAMS, *_BARE, "-c", "copy", "-f", "null", "-progress", "pipe:1", "-"]
_JPEG = ["-c:v", "mjpeg", "-threads", "1", "-pix_fmt", "yuvj420p", "-q:v", "3"]

# At most so many pixels on the longer side, with square pixels.
_SCALE = "min(1,{longest}/max(iw*sar,ih))"
_SHRUNK = (f"'max(2,round(iw*sar*{_SCALE}))'", f"'max(2,round(ih*{_SCALE}))'")


class Probe(NamedTuple):
    """Width and height in pixels as shown, duration in seconds; None for what is not there.

    `signal` says how the pictures are to be read.
    """

    width: int | None = None
    height: int | None = None
    duration: float | None = None
    signal: Signal | None = None


def probe(path: str | Path, pool: Pool = JOBS) -> Probe:
    """Measure a video or sound file; None for whatever FFmpeg cannot read.

    Raises MediaBusyError.
    """
    try:
        result = run_logged(
            [*input_args(path), *_FIRST_FRAME, *_ALL_PACKETS], _TIMEOUT, pool, "info"
        )
    except FFmpegLimitError as exc:
        return _probed(exc.partial, _stated_duration(exc.partial))
    except FFmpegError:  # there is no video, or it cannot be decoded
        return Probe(duration=_duration_of_packets(path, pool))
    return _probed(result, _duration(result))


def frame_at(
    path: str | Path,
    seconds: float = 0.0,
    longest: int = 768,
    pool: Pool = JOBS,
    signal: Signal | None = None,
) -> bytes:
    """Return the frame at a time as a JPEG, at most `longest` pixels wide and high.

    `signal` is that of the file, if it is known. Raises FFmpegError, also where there is no frame,
    and MediaBusyError.
    """
    return _frame(path, seconds, longest, pool, signal or signal_of(path, pool)).stdout


def non_black_frame(
    path: str | Path,
    times: Sequence[float],
    longest: int,
    pool: Pool = JOBS,
    signal: Signal | None = None,
) -> bytes:
    """Return the frame at the first of some times, or at a later one where that is black.

    If all are black, or the later ones cannot be had, it is the first. Raises as `frame_at`.
    """
    signal = signal or signal_of(path, pool)
    first = _frame(path, times[0], longest, pool, signal)
    if not is_black(first.log):
        return first.stdout
    with suppress(FFmpegError, MediaBusyError):  # the video has ended, or takes long to decode
        for seconds in times[1:]:
            found = _frame(path, seconds, longest, pool, signal)
            if not is_black(found.log):
                return found.stdout
    return first.stdout


def _frame(path: str | Path, seconds: float, longest: int, pool: Pool, signal: Signal) -> Result:
    """Return the frame at a time as a JPEG, and a log that says whether it is black."""
    width, height = (side.format(longest=longest) for side in _SHRUNK)
    fit = f"{deinterlaced(signal, 'send_frame')}{scaled(width, height, signal, JPEG)},setsar=1"
    frame = [*_ONE_FRAME, "-vf", f"{fit},{FIND_BLACK}", *_JPEG, "-f", "image2pipe", "-"]
    opened = ["-ss", f"{seconds:.3f}", *decoder_args(signal), *input_args(path)]
    result = run_logged([*opened, *frame], _TIMEOUT, pool, "info")
    if not result.stdout:
        raise FFmpegError(f"No picture at {seconds:g} seconds")
    return result


def sample_frames(path: str | Path, count: int, longest: int = 768) -> list[bytes]:
    """Return `count` frames as JPEGs, evenly spaced over the video; fewer where it has fewer.

    Ends early with the frames so far if they take too long to decode. Raises FFmpegError for a
    file without any, and MediaBusyError.
    """
    deadline = time.monotonic() + _SAMPLING_SECONDS
    probed = probe(path)
    duration, signal = probed.duration or 0.0, probed.signal or signal_of(path)
    times = [duration * (number + 0.5) / count for number in range(count)] if duration else []
    frames = []
    for seconds in times:
        try:
            frames.append(frame_at(path, seconds, longest, signal=signal))
        except FFmpegLimitError:
            break
        except FFmpegError:
            continue  # the sound may go on after the last frame
        if time.monotonic() > deadline:
            break
    return frames or [frame_at(path, 0.0, longest, signal=signal)]


def _probed(result: Result, duration: float | None) -> Probe:
    """Add the size of the first frame, rotated as it is to be shown, with square pixels."""
    header = result.stdout.decode(errors="replace")
    size = re.search(r"^#dimensions 0: (\d+)x(\d+)$", header, re.MULTILINE)
    if size is None:
        return Probe(duration=duration)
    ratio = re.search(r"^#sar 0: ([1-9]\d*)/([1-9]\d*)$", header, re.MULTILINE)
    pixel = Fraction(int(ratio[1]), int(ratio[2])) if ratio else 1
    width = round(int(size[1]) * pixel)
    return Probe(width, int(size[2]), duration, signal_by_log(result.log))


def _duration_of_packets(path: str | Path, pool: Pool) -> float | None:
    try:
        return _duration(run_logged([*input_args(path), *_ALL_PACKETS], _TIMEOUT, pool, "info"))
    except FFmpegLimitError as exc:
        return _stated_duration(exc.partial)
    except FFmpegError:
        return None


def _duration(result: Result) -> float | None:
    """Return the duration that the container states, unless its streams are of another length.

    Reading the streams is exact but for frames that are stored in another order than shown.
    """
    times = re.findall(rb"^out_time_us=(\d+)$", result.stdout, re.MULTILINE)
    if not times:
        return None
    read = int(times[-1]) / 1_000_000
    stated = _stated_duration(result)
    return stated if stated is not None and abs(stated - read) <= 1 else round(read, 3)


def _stated_duration(result: Result) -> float | None:
    """Return the duration that the container states, in seconds."""
    stated = re.search(r"^  Duration: (\d+):(\d\d):(\d\d\.\d+)", result.log, re.MULTILINE)
    if stated is None:
        return None
    return round(int(stated[1]) * 3600 + int(stated[2]) * 60 + float(stated[3]), 3)
