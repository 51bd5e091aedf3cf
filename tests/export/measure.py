"""Measures the picture and the container of a video file: frames, times, colours, boxes of MP4.

Sound is measured by sound.py. A frame is an array of shape (height, width, 3): 8-bit RGB.
"""

import struct
from collections.abc import Iterator
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import NamedTuple, TypeAlias

import av
import numpy as np
import numpy.typing as npt
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter

Frame: TypeAlias = npt.NDArray[np.uint8]
Color = tuple[int, int, int]

_RANGES = {ColorRange.MPEG: "limited", ColorRange.JPEG: "full"}
_BLOCK = 8  # side of the blocks that `ssim` compares


class Box(NamedTuple):
    """A part of a frame, in pixels; `right` and `bottom` are outside."""

    left: int
    top: int
    right: int
    bottom: int


class VideoInfo(NamedTuple):
    """Properties of a video stream.

    Primaries, transfer and matrix are the code points of ITU-T H.273: 1 is BT.709, 2 unspecified,
    6 BT.601. The range is "limited", "full" or "unspecified", the start in seconds.
    """

    codec: str
    profile: str | None
    pix_fmt: str | None
    width: int
    height: int
    sample_aspect_ratio: Fraction
    primaries: int
    transfer: int
    matrix: int
    range: str
    start: Fraction


class AudioInfo(NamedTuple):
    """Properties of an audio stream: the rate in Hz, start and duration in seconds."""

    codec: str
    profile: str | None
    rate: int
    layout: str
    start: Fraction
    duration: Fraction


def stream_types(path: Path) -> list[str]:
    """Return the types of all streams in the order of the file, such as ["video", "audio"]."""
    with av.open(str(path)) as container:
        return [stream.type for stream in container.streams]


def video_info(path: Path) -> VideoInfo:
    """Return the properties of the first video stream. Raises IndexError without one."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        codec = stream.codec_context
        aspect = stream.sample_aspect_ratio or Fraction(1)
        return VideoInfo(
            codec.codec.canonical_name,
            stream.profile,
            codec.pix_fmt,
            codec.width,
            codec.height,
            Fraction(aspect.numerator, aspect.denominator),
            codec.color_primaries,
            codec.color_trc,
            codec.colorspace,
            _RANGES.get(ColorRange(codec.color_range), "unspecified"),
            (stream.start_time or 0) * (stream.time_base or Fraction(1)),
        )


def audio_info(path: Path) -> AudioInfo:
    """Return the properties of the first audio stream. Raises IndexError without one."""
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        unit = stream.time_base or Fraction(1)
        return AudioInfo(
            stream.codec_context.codec.canonical_name,
            stream.profile,
            stream.rate,
            stream.layout.name,
            (stream.start_time or 0) * unit,
            (stream.duration or 0) * unit,
        )


def frames(path: Path) -> Iterator[Frame]:
    """Yield the frames as stored (not rotated), read as BT.709 of limited range.

    Tags of the file are ignored on purpose: `video_info` checks them, this checks the pixels.
    """
    reformatter = VideoReformatter()
    for decoded in _decoded(path):
        converted = reformatter.reformat(
            decoded,
            format="rgb24",
            src_colorspace=Colorspace.ITU709,
            dst_colorspace=Colorspace.ITU709,
            src_color_range=ColorRange.MPEG,
            dst_color_range=ColorRange.JPEG,
            interpolation=Interpolation.BICUBIC  # else swscale is off by one level
            | Interpolation.ACCURATE_RND
            | Interpolation.FULL_CHR_H_INT,
        )
        yield np.asarray(converted.to_ndarray(), np.uint8)


def frame(path: Path, index: int) -> Frame:
    """Return the frame of this index, counted from 0. Raises IndexError if there is none."""
    for found in islice(frames(path), index, None):
        return found
    raise IndexError(f"{path.name} has no frame {index}")


def count_frames(path: Path) -> int:
    """Return how many frames can be decoded."""
    return sum(1 for _ in _decoded(path))


def frame_times(path: Path) -> list[Fraction]:
    """Return the time at which each frame is shown, in seconds. Raises ValueError without one."""
    return [_time(decoded) for decoded in _decoded(path)]


def are_even(times: list[Fraction], tolerance: Fraction = Fraction(0)) -> bool:
    """Return whether all frames last equally long, up to a tolerance in seconds.

    The tolerance is for frame rates that the time base of the file cannot express.
    """
    if len(times) < 2:
        return True
    step = (times[-1] - times[0]) / (len(times) - 1)
    ideal = (times[0] + index * step for index in range(len(times)))
    return step > 0 and all(
        abs(time - expected) <= tolerance for time, expected in zip(times, ideal, strict=True)
    )


def mean_color(picture: Frame, box: Box | None = None) -> tuple[float, float, float]:
    """Return the mean of red, green and blue in the frame or in a box of it."""
    red, green, blue = _part(picture, box).reshape(-1, 3).mean(axis=0)
    return float(red), float(green), float(blue)


def is_color(picture: Frame, color: Color, tolerance: int = 3, box: Box | None = None) -> bool:
    """Return whether no channel of any pixel differs by more than the tolerance, in levels."""
    return not _differs(_part(picture, box), color, tolerance).any()


def bounding_box(picture: Frame, background: Color, tolerance: int = 12) -> Box | None:
    """Return the smallest box with all pixels that differ from the background, None if none do."""
    rows, columns = np.nonzero(_differs(picture, background, tolerance))
    if not rows.size:
        return None
    return Box(
        int(np.min(columns)), int(np.min(rows)), int(np.max(columns)) + 1, int(np.max(rows)) + 1
    )


def ssim(one: Frame, other: Frame) -> float:
    """Return the structural similarity of two frames' luma, over blocks of 8 by 8: 1 if equal.

    Both have the same size; rests of less than a block are left out. Raises ValueError if not.
    """
    if one.shape != other.shape:
        raise ValueError(f"frames of {one.shape} and {other.shape}")
    a, b = _blocks(one), _blocks(other)
    mean_a, mean_b = a.mean(axis=1), b.mean(axis=1)
    covariance = (a * b).mean(axis=1) - mean_a * mean_b
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    luminance = (2 * mean_a * mean_b + c1) / (mean_a**2 + mean_b**2 + c1)
    structure = (2 * covariance + c2) / (a.var(axis=1) + b.var(axis=1) + c2)
    return float((luminance * structure).mean())


def top_level_boxes(path: Path) -> list[str]:
    """Return the types of the MP4's boxes in their order. Raises ValueError if the file is cut."""
    types, at, size = [], 0, path.stat().st_size
    with path.open("rb") as file:
        while at < size:
            file.seek(at)
            header = file.read(16).ljust(16, b"\0")
            length, name, long_length = struct.unpack(">I4sQ", header)
            length = {0: size - at, 1: long_length}.get(length, length)
            if length < 8 or at + length > size:
                raise ValueError(f"{path.name} ends within a box at {at}")
            types.append(name.decode("latin-1"))
            at += length
    return types


def is_faststart(path: Path) -> bool:
    """Return whether a player can start before it has the whole MP4: moov comes before mdat."""
    boxes = top_level_boxes(path)
    return boxes.index("moov") < boxes.index("mdat")


def _decoded(path: Path) -> Iterator[VideoFrame]:
    with av.open(str(path)) as container:
        yield from container.decode(container.streams.video[0])


def _time(decoded: VideoFrame) -> Fraction:
    if decoded.pts is None or decoded.time_base is None:
        raise ValueError("a frame has no time")
    return decoded.pts * decoded.time_base


def _part(picture: Frame, box: Box | None) -> Frame:
    if box is None:
        return picture
    part = picture[box.top : box.bottom, box.left : box.right]
    if part.shape[:2] != (box.bottom - box.top, box.right - box.left) or not part.size:
        raise ValueError(f"{box} is not within a frame of {picture.shape}")
    return part


def _differs(picture: Frame, color: Color, tolerance: int) -> npt.NDArray[np.bool_]:
    """Return which pixels differ in any channel: an array of shape (height, width)."""
    distances = np.abs(picture.astype(np.int16) - np.array(color, np.int16))
    return np.asarray(distances.max(axis=2) > tolerance)


def _blocks(picture: Frame) -> npt.NDArray[np.float64]:
    """Return the luma of whole blocks: an array of shape (blocks, 64)."""
    luma = picture @ np.array([0.2126, 0.7152, 0.0722])
    rows, columns = (length // _BLOCK for length in luma.shape)
    blocks = luma[: rows * _BLOCK, : columns * _BLOCK].reshape(rows, _BLOCK, columns, _BLOCK)
    return np.asarray(blocks.swapaxes(1, 2).reshape(rows * columns, _BLOCK * _BLOCK))
