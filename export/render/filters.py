"""FFmpeg's filters for pictures: fitted into the frame, with transitions, under overlays.

Filter graphs hold numbers and constants only, nothing that a client wrote.
"""

from fractions import Fraction
from typing import NamedTuple

from export.plan.clips import View
from export.plan.frame_size import Frame
from export.plan.plan import Plan, Segment
from export.plan.timeline import Timeline
from export.render.animated import faded, moved
from export.render.drawn_overlays import Shown
from export.render.fitting import CroppedPicture, fit
from export.render.moving import move
from export.render.transition_filters import transition
from export.sources.held_media import Media
from media.picture_filters import FAST_FLAGS, FLAGS, deinterlaced
from media.streams import VideoStream
from timeline.framing import WHOLE
from timeline.time_map import FREEZE, NORMAL_SPEED

_HELD_IMAGE = "loop=loop=-1:size=1:start=0"
_HELD_CLIP = "tpad=stop=-1:stop_mode=clone"
# Times of frames are compared in microseconds. A frame halfway between two of the output belongs
# to the later one, also if its time was rounded down to milliseconds (Matroska).
_ROUNDING = 1000


class Look(NamedTuple):
    """What all segments of an export share."""

    frame: Frame
    fps: Fraction
    fit: str
    quality: str

    @property
    def is_draft(self) -> bool:
        """Whether it is seen soon, and less exactly."""
        return self.quality == "draft"

    @property
    def scaling(self) -> str:
        """The flags of the filter that scales pictures."""
        return FAST_FLAGS if self.is_draft else FLAGS


def look_of(timeline: Timeline, plan: Plan) -> Look:
    """Return how the frames of a timeline are made."""
    return Look(timeline.frame, plan.fps, timeline.output.fit, timeline.output.quality)


def begin_of(video: VideoStream, view: View) -> float:
    """Return the time of the media that a view begins with: at most the time of its last frame."""
    return max(0.0, min(view.at, video.last_frame - 1e-4))


def picture(number: int, source: Media, view: View, frames: int, look: Look) -> list[str]:
    """Return the filter chains from an input to `[v<number>]`: `frames` frames of the output size.

    Timestamps are those of the file (`-copyts`), not shifted to the view's begin by FFmpeg: it
    rounds them to the file's time base, and so to other frames in each segment of a clip.
    """
    end = f"trim=end_frame={frames},setpts=PTS-STARTPTS[v{number}]"
    if source.video is None:
        return [f"[{number}:v:0]{_framed(number, source, view, frames, look, _HELD_IMAGE)},{end}"]
    at = round(begin_of(source.video, view) * 1_000_000) - _ROUNDING
    times = f"{deinterlaced(source.video.signal)}settb=1/1000000,{_times(at, view.speed)}"
    # By `pass` the last frame is shown also if it begins less than half a frame before the end.
    rate = f"fps={look.fps}:start_time=0:eof_action=pass,settb={1 / look.fps}"
    still = ",trim=end_frame=1" if view.speed == FREEZE else ""
    framed = _framed(number, source, view, frames, look, _HELD_CLIP)
    return [f"[{number}:V:0]{times},{rate}{still},{framed},{end}"]


def _framed(number: int, source: Media, view: View, frames: int, look: Look, hold: str) -> str:
    """Return the filters that show a view in the frame, and repeat its last picture by `hold`."""
    framing = view.framing
    crop = WHOLE if framing is None else framing.crop
    shown = CroppedPicture(source, crop, look.scaling)
    if framing is not None and framing.moves:
        return move(number, shown, framing, frames, look.frame, look.fps, look.fit, hold)
    return f"{fit(number, shown, look.frame, look.fit)},{hold}"


def _times(at: int, speed: float) -> str:
    """Return the filter that sets when frames are shown, from a time of the media on."""
    begun = f"PTS-({at})"
    return f"setpts={begun}" if speed in (FREEZE, NORMAL_SPEED) else f"setpts=({begun})/{speed}"


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
