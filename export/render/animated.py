"""FFmpeg's filters for overlays that come and go: they fade, or slide over the frame's edge."""

from collections.abc import Sequence
from fractions import Fraction

from export.plan.frame_size import Frame
from export.plan.overlays import DIRECTIONS, FADE, Animation
from export.render.drawn_overlays import Shown


def moved(
    place: int, axis: int, animations: Sequence[Animation], frame: Frame, fps: Fraction
) -> str:
    """Return where an overlay is at each frame, as an expression of the filter `overlay`.

    It comes from as far as the frame is wide (axis 0) or high (axis 1), and goes as far, ever
    slower or faster. Steps are even, as the colours of pairs of pixels are stored together.
    The filter counts frames from 1 on, so that they are told by their times.
    """
    steps = []
    for each in animations:
        direction = DIRECTIONS.get(each.kind, (0, 0))[axis]
        if direction:
            progress = f"clip((round(t*{fps})-{each.start})/{each.frames},0,1)"
            left = progress if each.leaves else f"(1-{progress})"
            sign = "+" if (direction > 0) == each.leaves else "-"
            steps.append(f"{sign}2*trunc({frame[axis] // 2}*pow({left},3))")
    return f"'{place}{''.join(steps)}'" if steps else str(place)


def faded(shown: Shown, fps: Fraction) -> str:
    """Return the filters that make an overlay fade, to follow those of its picture; or "".

    They repeat the picture for each frame from the begin of the first animation on, and leave out
    the frames before those that are rendered.
    """
    fades = [each for each in shown.animations if each.kind == FADE]
    if not fades:
        return ""
    first = min(shown.start, *(each.start for each in fades))
    filters = [f",loop=loop=-1:size=1:start=0,settb={1 / fps},setpts=N"]
    for each in fades:
        begin, seconds = (float(frames / fps) for frames in (each.start - first, each.frames))
        way = "out" if each.leaves else "in"
        filters.append(f"fade=t={way}:st={begin:.6f}:d={seconds:.6f}:alpha=1")
    filters.append(f"trim=start_frame={shown.start - first}:end_frame={shown.end - first}")
    return ",".join([*filters, f"setpts=PTS-STARTPTS+{shown.start}"])
