"""FFmpeg's arguments for one segment: its pictures, scaled, mixed and laid over each other.

Filter graphs hold numbers and constants only, nothing that a client wrote.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import accumulate
from typing import NamedTuple

from export.encoding import Frame, threads, timescale, video_args
from export.plan import Segment, View
from export.sources import Media, scene_name
from media.ffmpeg import input_args
from media.streams import VideoStream

# Pictures with no stated matrix: as in browsers, HD is BT.709, and less is BT.601.
_HD_LINES = 720
# FFmpeg tags its output with what the frames say, whatever its options are.
_COLORS = "setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709"
_MAX_COVER = 4  # times a side of the frame: what more is scaled of a picture that covers it
_BLUR_DIVISOR = 8  # the blurred background is made of a small copy

# Times of frames are compared in microseconds. A frame halfway between two of the output belongs
# to the later one, also if its time was rounded down to milliseconds (Matroska).
_ROUNDING = 1000

# In files without an edit list (fragmented MP4) FFmpeg seeks by the order in which frames are
# decoded, and so comes out some frames too late.
_SEEK_MARGIN = 0.3  # seconds


class Overlay(NamedTuple):
    """A picture to lay over the frames: a PNG at a path, its top left in the frame, its size."""

    path: str
    x: int
    y: int
    width: int
    height: int


class Shown(NamedTuple):
    """An overlay, and the frames of the rendered ones in which it is visible."""

    overlay: Overlay
    start: int
    end: int


class Look(NamedTuple):
    """What all segments of an export share."""

    frame: Frame
    fps: Fraction
    fit: str
    quality: str


def segment_args(
    segments: Sequence[Segment], media: Mapping[str, Media], shown: Sequence[Shown], look: Look
) -> list[str]:
    """Return the arguments that render adjacent segments of one clip, but for the output."""
    segment = segments[0]._replace(frames=sum(each.frames for each in segments))
    inputs: list[str] = []
    chains: list[str] = []
    views = [view for view in (segment.view, segment.incoming) if view is not None]
    for number, view in enumerate(views):
        source = media[scene_name(view.scene)]
        begun = view._replace(at=view.at + float(segment.skip / look.fps))
        inputs += _input(source, begun, look.fps)
        chains += _picture(number, source, begun, segment.frames, look)
    chains.append(_mix(segment, look))
    for number, each in enumerate(shown):
        inputs += still_input(each.overlay.path)
        chains.append(_overlay(len(views) + number, number, each, segment.frames))
    chains.append(f"[mixed{len(shown)}]{_COLORS},format=yuv420p[out]")
    count = str(threads(look.frame))
    return [
        *("-copyts", "-start_at_zero", "-filter_complex_threads", count),
        *inputs,
        *("-filter_complex", ";".join(chains), "-map", "[out]", "-an"),
        *("-frames:v", str(segment.frames), "-fps_mode", "passthrough"),
        *(*video_args(look.quality, look.fps, look.frame), "-threads", count),
    ]


def output_args(segments: Sequence[Segment], directory: str, look: Look) -> list[str]:
    """Return the arguments that write the segments to files in an empty directory.

    Their paths are `output_path(directory, number)`, from 0 on.
    """
    scale = ("video_track_timescale", str(timescale(look.fps)))
    if len(segments) == 1:
        return [f"-{scale[0]}", scale[1], "-f", "mp4", f"file:{output_path(directory, 0)}"]
    edges = list(accumulate(segment.frames for segment in segments))[:-1]
    pattern = f"{directory.replace('%', '%%')}/%05d.mp4"
    return [
        *("-force_key_frames", "expr:" + "+".join(f"eq(n,{edge})" for edge in edges)),
        *("-f", "segment", "-segment_frames", ",".join(map(str, edges))),
        *("-segment_format", "mp4", "-segment_format_options", "=".join(scale)),
        *("-reset_timestamps", "1", f"file:{pattern}"),
    ]


def output_path(directory: str, number: int) -> str:
    """Return the path of a file that FFmpeg writes with `output_args`."""
    return f"{directory}/{number:05}.mp4"


def fitted_size(size: tuple[int, int], frame: Frame, *, cover: bool) -> tuple[int, int]:
    """Return the size of a picture scaled into the frame, or so that it covers it, in even pixels.

    A difference of a few pixels in aspect is taken for none, so that no thin edge stays black.
    """
    factors = (frame.width / size[0], frame.height / size[1])
    factor = max(factors) if cover else min(factors)
    width, height = size[0] * factor, size[1] * factor
    even = (_nearest_even(width), _nearest_even(height))
    full = (frame.width, frame.height)
    scaled = tuple(
        whole if abs(part - whole) <= 2 else part for part, whole in zip(even, full, strict=True)
    )
    return max(2, scaled[0]), max(2, scaled[1])


def _input(source: Media, view: View, fps: Fraction) -> list[str]:
    if source.video is None:
        return ["-framerate", str(fps), *still_input(source.path)]
    # Frames before that time are decoded too: the one that is visible then may begin earlier.
    seek = _begin(source.video, view) - _SEEK_MARGIN
    found = ["-noaccurate_seek", "-ss", f"{seek:.6f}"] if seek > 0 else []
    return [*found, *input_args(source.path)]


def _begin(video: VideoStream, view: View) -> float:
    """Return the time of the media that a view begins with: that of the last frame at most."""
    return max(0.0, min(view.at, video.last_frame - 1e-4))


def still_input(path: str) -> list[str]:
    """Return the arguments that open an image which the service itself has written."""
    return ["-f", "image2", "-pattern_type", "none", "-i", f"file:{path}"]


def _picture(number: int, source: Media, view: View, frames: int, look: Look) -> list[str]:
    """Return the chains from an input to the label `[v<number>]`: so many frames, in the frame.

    Timestamps are those of the file (`-copyts`), not shifted to the view's begin by FFmpeg: it
    rounds them to the file's time base, and so to other frames in each segment of a clip.
    """
    fit = _fit(number, source, look)
    end = f"trim=end_frame={frames},setpts=PTS-STARTPTS[v{number}]"
    if source.video is None:
        return [f"[{number}:v:0]{fit},loop=loop=-1:size=1:start=0,{end}"]
    at = round(_begin(source.video, view) * 1_000_000) - _ROUNDING
    times = f"settb=1/1000000,setpts=PTS-({at})"
    # By `pass` the last frame is shown also if it begins less than half a frame before the end.
    rate = f"fps={look.fps}:start_time=0:eof_action=pass,settb={1 / look.fps}"
    return [f"[{number}:V:0]{times},{rate},{fit},tpad=stop=-1:stop_mode=clone,{end}"]


def _fit(number: int, source: Media, look: Look) -> str:
    """Return the filters that bring a picture to the frame's size."""
    frame = look.frame
    width, height = fitted_size(source.size, frame, cover=False)
    end = "setsar=1,format=yuv420p"
    inside = f"{_scale(width, height, source)}"
    if (width, height) == (frame.width, frame.height):
        return f"{inside},{end}"
    if look.fit == "contain":
        return f"{inside},pad={frame.width}:{frame.height}:{_centred(frame, width, height)},{end}"
    if look.fit == "cover":
        return f"{_cover(source, frame)},{end}"
    small = (
        _nearest_even(frame.width / _BLUR_DIVISOR),
        _nearest_even(frame.height / _BLUR_DIVISOR),
    )
    return (
        f"split[a{number}][b{number}];"
        f"[b{number}]{_cover(source, Frame(*small, 1.0))},format=yuv444p,gblur=sigma=4:steps=3,"
        f"scale={frame.width}:{frame.height}:flags=bilinear,setsar=1,format=yuv420p[c{number}];"
        f"[a{number}]{inside},setsar=1,format=yuv420p[d{number}];"
        f"[c{number}][d{number}]overlay={_centred(frame, width, height)},{end}"
    )


def _cover(source: Media, frame: Frame) -> str:
    """Return the filters that scale a picture so that it covers the frame, and cut off the rest.

    Of an extreme shape most is cut off before, or it would be scaled to gigabytes. Otherwise it is
    not, since that is done in whole pixels of the source.
    """
    width, height = fitted_size(source.size, frame, cover=True)
    cut = f"crop={frame.width}:{frame.height}"
    limits = (_MAX_COVER * frame.width, _MAX_COVER * frame.height)
    if width <= limits[0] and height <= limits[1]:
        return f"{_scale(width, height, source)},{cut}"
    kept = (min(width, limits[0]), min(height, limits[1]))
    before = f"crop=ceil(iw*{kept[0]}/{width}):ceil(ih*{kept[1]}/{height})"
    return f"{before},{_scale(*kept, source)},{cut}"


def _scale(width: int, height: int, source: Media) -> str:
    """Return the filter that scales a picture and converts its colours to BT.709."""
    matrix = "auto"
    if source.video is not None and not source.video.has_matrix:
        matrix = "bt709" if min(source.size) >= _HD_LINES else "smpte170m"
    return (
        f"scale={width}:{height}:flags=bicubic+accurate_rnd"
        f":in_color_matrix={matrix}:out_color_matrix=bt709:out_range=tv"
    )


def _centred(frame: Frame, width: int, height: int) -> str:
    return f"{(frame.width - width) // 4 * 2}:{(frame.height - height) // 4 * 2}"


def _mix(segment: Segment, look: Look) -> str:
    """Return the chain from the pictures to the label `[mixed0]`."""
    if segment.view is None:
        size = f"{look.frame.width}x{look.frame.height}"
        return f"color=black:s={size}:r={look.fps},trim=end_frame={segment.frames}[mixed0]"
    if segment.incoming is None:
        return "[v0]null[mixed0]"
    seconds, skipped = (
        float(frames / look.fps) for frames in (segment.transition_frames, segment.skip)
    )
    return (
        f"[v0][v1]xfade=transition={segment.transition}:duration={seconds:.6f}"
        f":offset={-skipped:.6f}[mixed0]"
    )


def _overlay(stream: int, number: int, shown: Shown, frames: int) -> str:
    """Return the chain that lays an overlay over `[mixed<number>]`, to the label of the next.

    The overlay filter would move a picture at an odd position, since colours are stored for pairs
    of pixels; so it gets a transparent edge instead.
    """
    overlay = shown.overlay
    left, top = overlay.x % 2, overlay.y % 2
    width, height = (side + side % 2 for side in (overlay.width + left, overlay.height + top))
    pad = f"format=rgba,pad={width}:{height}:{left}:{top}:color=black@0"
    colors = "scale=out_color_matrix=bt709:out_range=tv,format=yuva420p"
    place = f"{overlay.x - left}:{overlay.y - top}"
    if (shown.start, shown.end) != (0, frames):
        place += f":enable='between(n,{shown.start},{shown.end - 1})'"
    return (
        f"[{stream}:v:0]{pad},{colors}[over{number}];"
        f"[mixed{number}][over{number}]overlay={place}[mixed{number + 1}]"
    )


def _nearest_even(size: float) -> int:
    return max(2, round(size / 2) * 2)
