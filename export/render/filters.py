"""FFmpeg's filters for pictures: fitted into the frame, with transitions, under overlays.

Filter graphs hold numbers and constants only, nothing that a client wrote.
"""

from fractions import Fraction
from typing import NamedTuple

from export.plan.clips import View
from export.plan.frames import Frame
from export.plan.plan import Plan, Segment
from export.plan.timeline import Timeline
from export.render.animated import faded, moved
from export.render.drawn_overlays import Shown
from export.render.transition_filters import transition
from export.sources.held_media import Media
from media.picture_filters import deinterlaced, scaled
from media.signals import Signal
from media.streams import VideoStream
from timeline.time_map import FREEZE, NORMAL_SPEED

_MAX_COVER = 4  # times a side of the frame: what more is scaled of a picture that covers it
_BLUR_DIVISOR = 8  # the blurred background is made of a small copy

# Times of frames are compared in microseconds. A frame halfway between two of the output belongs
# to the later one, also if its time was rounded down to milliseconds (Matroska).
_ROUNDING = 1000


class Look(NamedTuple):
    """What all segments of an export share."""

    frame: Frame
    fps: Fraction
    fit: str
    quality: str


def look_of(timeline: Timeline, plan: Plan) -> Look:
    """Return how the frames of a timeline are made."""
    return Look(timeline.frame, plan.fps, timeline.output.fit, timeline.output.quality)


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


def begin_of(video: VideoStream, view: View) -> float:
    """Return the time of the media that a view begins with: that of the last frame at most."""
    return max(0.0, min(view.at, video.last_frame - 1e-4))


def picture(number: int, source: Media, view: View, frames: int, look: Look) -> list[str]:
    """Return the chains from an input to the label `[v<number>]`: so many frames, in the frame.

    Timestamps are those of the file (`-copyts`), not shifted to the view's begin by FFmpeg: it
    rounds them to the file's time base, and so to other frames in each segment of a clip.
    """
    fit = _fit(number, source, look)
    end = f"trim=end_frame={frames},setpts=PTS-STARTPTS[v{number}]"
    if source.video is None:
        return [f"[{number}:v:0]{fit},loop=loop=-1:size=1:start=0,{end}"]
    at = round(begin_of(source.video, view) * 1_000_000) - _ROUNDING
    times = f"{deinterlaced(source.video.signal)}settb=1/1000000,{_times(at, view.speed)}"
    # By `pass` the last frame is shown also if it begins less than half a frame before the end.
    rate = f"fps={look.fps}:start_time=0:eof_action=pass,settb={1 / look.fps}"
    still = ",trim=end_frame=1" if view.speed == FREEZE else ""
    return [f"[{number}:V:0]{times},{rate}{still},{fit},tpad=stop=-1:stop_mode=clone,{end}"]


def _times(at: int, speed: float) -> str:
    """Return the filter that sets when frames are shown, from a time of the media on."""
    begun = f"PTS-({at})"
    return f"setpts={begun}" if speed in (FREEZE, NORMAL_SPEED) else f"setpts=({begun})/{speed}"


def _fit(number: int, source: Media, look: Look) -> str:
    """Return the filters that bring a picture to the frame's size."""
    frame = look.frame
    width, height = fitted_size(source.size, frame, cover=False)
    end = "setsar=1,format=yuv420p"
    inside = _scale(width, height, source)
    if (width, height) == (frame.width, frame.height):
        return f"{inside},{end}"
    if look.fit == "contain":
        return f"{inside},pad={frame.width}:{frame.height}:{centred(frame, width, height)},{end}"
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
        f"[c{number}][d{number}]overlay={centred(frame, width, height)},{end}"
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
    """Return the filters that scale a picture and convert its colours to BT.709."""
    # An image is a JPEG that the service has written, which states its colours.
    signal = Signal(matrix="bt470bg") if source.video is None else source.video.signal
    return scaled(width, height, signal)


def centred(frame: Frame, width: int, height: int) -> str:
    """Return where a picture of this size is in the middle of the frame: at even pixels."""
    return f"{(frame.width - width) // 4 * 2}:{(frame.height - height) // 4 * 2}"


def mixed(segment: Segment, look: Look) -> str:
    """Return the chain from the pictures to the label `[mixed0]`."""
    if segment.view is None:
        size = f"{look.frame.width}x{look.frame.height}"
        return f"color=black:s={size}:r={look.fps},trim=end_frame={segment.frames}[mixed0]"
    if segment.incoming is None:
        return "[v0]null[mixed0]"
    return transition(segment, look.frame, look.fps)


def overlaid(stream: int, number: int, shown: Shown, frames: int, look: Look) -> str:
    """Return the chain that lays an overlay over `[mixed<number>]`, to the label of the next.

    The overlay filter would move a picture at an odd position, since colours are stored for pairs
    of pixels; so it gets a transparent edge instead.
    """
    overlay = shown.overlay
    left, top = overlay.x % 2, overlay.y % 2
    width, height = (side + side % 2 for side in (overlay.width + left, overlay.height + top))
    pad = f"format=rgba,pad={width}:{height}:{left}:{top}:color=black@0"
    colors = "scale=out_color_matrix=bt709:out_range=tv,format=yuva420p"
    x, y = (
        moved(place - edge, axis, shown.animations, look.frame, look.fps)
        for axis, (place, edge) in enumerate(((overlay.x, left), (overlay.y, top)))
    )
    place = f"{x}:{y}"
    if (shown.start, shown.end) != (0, frames):
        place += f":enable='between(n,{shown.start},{shown.end - 1})'"
    return (
        f"[{stream}:v:0]{pad},{colors}{faded(shown, look.fps)}[over{number}];"
        f"[mixed{number}][over{number}]overlay={place}[mixed{number + 1}]"
    )


def _nearest_even(size: float) -> int:
    return max(2, round(size / 2) * 2)
