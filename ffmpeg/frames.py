"""Stills of videos, as JPEG files in memory."""

from pathlib import Path

from ffmpeg.measure import measure
from ffmpeg.run import FFmpegError, input_of, run

_TIMEOUT = 20

# At most so many pixels on the longer side, with square pixels.
_SCALE = "min(1,{longest}/max(iw*sar,ih))"
_SHRINK = f"scale=w='max(2,round(iw*sar*{_SCALE}))':h='max(2,round(ih*{_SCALE}))',setsar=1"


def still(path: str | Path, at: float = 0.0, longest: int = 768) -> bytes:
    """The frame at so many seconds, as a JPEG; at most `longest` pixels wide and high.

    Raises FFmpegError, also where there is no frame.
    """
    shrink = _SHRINK.format(longest=longest)
    jpeg = ["-c:v", "mjpeg", "-q:v", "3", "-pix_fmt", "yuvj420p", "-f", "image2pipe", "-"]
    frame = ["-map", "0:V:0", "-frames:v", "1", "-vf", shrink, *jpeg]
    data = run(["-ss", f"{at:.3f}", *input_of(path), *frame], _TIMEOUT)
    if not data:
        raise FFmpegError(f"No picture at {at:g} seconds")
    return data


def sample(path: str | Path, count: int, longest: int = 768) -> list[bytes]:
    """So many frames, evenly spaced over the video, as JPEGs; fewer where it has fewer.

    Raises FFmpegError for a file without any.
    """
    duration = measure(path).duration or 0.0
    times = [duration * (number + 0.5) / count for number in range(count)] if duration else []
    frames = []
    for at in times:
        try:
            frames.append(still(path, at, longest))
        except FFmpegError:
            continue  # it may show nothing any more while it sounds on
    return frames or [still(path, 0.0, longest)]
