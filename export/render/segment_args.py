"""FFmpeg's arguments for the segments that are rendered at once: inputs, filters, and outputs."""

from collections.abc import Mapping, Sequence
from itertools import accumulate

from export.plan.clips import View
from export.plan.frame_size import Frame
from export.plan.plan import Segment
from export.render.drawn_overlays import Shown
from export.render.encoding import draft_threads, threads, timescale, video_args
from export.render.filters import Look, begin_of, mixed, overlaid, picture
from export.render.fitting import CroppedPicture
from export.sources.held_media import Media
from export.sources.openers import clip_name
from media.ffmpeg import input_args
from media.picture_filters import decoder_args
from timeline.framing import WHOLE

# FFmpeg tags its output with what the frames say, whatever its options are.
_COLORS = "setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709"

# In files without an edit list (fragmented MP4) FFmpeg seeks by the order in which frames are
# decoded, and so comes out some frames too late.
_SEEK_MARGIN = 0.3  # seconds

# A draft shows clips that are at least so many times as large without the filter that smooths the
# edges of blocks: scaling hides them. The filter takes a seventh of the time of decoding.
_REDUCED = 2


def segment_args(
    segments: Sequence[Segment], media: Mapping[str, Media], shown: Sequence[Shown], look: Look
) -> list[str]:
    """Return the arguments that render adjacent segments of one clip, but for the output."""
    segment = segments[0]._replace(frames=sum(each.frames for each in segments))
    inputs: list[str] = []
    chains: list[str] = []
    views = [view for view in (segment.view, segment.incoming) if view is not None]
    for number, view in enumerate(views):
        source = media[clip_name(view.media)]
        begun = view.after(segment.skip, look.fps)
        inputs += _input(source, begun, look)
        chains += picture(number, source, begun, segment.frames, look)
    chains.append(mixed(segment, look))
    for number, each in enumerate(shown):
        inputs += _overlay_input(each)
        chains.append(overlaid(len(views) + number, number, each, segment.frames, look))
    chains.append(f"[mixed{len(shown)}]{_COLORS},format=yuv420p[out]")
    count = str(draft_threads() if look.is_draft else threads(look.frame))
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


def _input(source: Media, view: View, look: Look) -> list[str]:
    if source.video is None:
        return ["-framerate", str(look.fps), *_still_input(source.path)]
    # Frames before that time are decoded too: the one that is visible then may begin earlier.
    seek = begin_of(source.video, view) - _SEEK_MARGIN
    found = ["-noaccurate_seek", "-ss", f"{seek:.6f}"] if seek > 0 else []
    decoder = decoder_args(source.video.signal)
    if look.is_draft and _is_reduced(source, view, look.frame):
        decoder += ["-skip_loop_filter", "all"]
    return [*found, *decoder, *input_args(source.path)]


def _is_reduced(source: Media, view: View, frame: Frame) -> bool:
    """Return whether what is shown of a picture is much larger than the frame."""
    framing = view.framing
    crop, nearest = (WHOLE, 1.0) if framing is None else (framing.crop, framing.nearest)
    width, height = CroppedPicture(source, crop).size
    least = _REDUCED * min(frame.width, frame.height)
    return min(width, height) * nearest >= least


def _overlay_input(shown: Shown) -> list[str]:
    """Return the arguments that open the picture of an overlay, or the list of its pictures."""
    if shown.playlist is None:
        return _still_input(shown.overlay.path)
    return ["-f", "concat", "-safe", "0", "-i", f"file:{shown.playlist}"]


def _still_input(path: str) -> list[str]:
    """Return the arguments that open an image which the service itself has written."""
    return ["-f", "image2", "-pattern_type", "none", "-i", f"file:{path}"]
