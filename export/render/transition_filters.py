"""FFmpeg's filters for transitions, from `[v0]` and `[v1]` to `[mixed0]`.

Most movements are those of xfade. It has no usable zoom and blur (`zoomin` takes the nearest pixel,
`hblur` smears lines), and its `fadeblack` leaves the range of colours of a video.
"""

import math
from collections.abc import Callable
from fractions import Fraction

from export.plan.frame_size import Frame
from export.plan.plan import Segment
from export.render.fitting import window
from timeline.transitions import BLUR_SHARE, ZOOM

# Movements of xfade, drawn as the opposite movement of clips that a filter mirrors: in their first
# frame, these read a line beyond the picture, which is whatever is in the memory there.
_MIRRORED = {"slideup": ("vflip", "slidedown"), "slideleft": ("hflip", "slideright")}
_COLORS = {"fadeblack": "black", "fadewhite": "white"}


def transition(segment: Segment, frame: Frame, fps: Fraction) -> str:
    """Return the chains that draw the transition of a segment."""
    movement = segment.transition
    if movement in _MIRRORED:
        return _mirrored(*_MIRRORED[movement], _times(segment, fps))
    if movement in _COLORS:
        return _through_color(_COLORS[movement], segment, frame, fps)
    own = _OWN.get(movement)
    if own is not None:
        return own(segment, frame, fps)
    return f"[v0][v1]{_xfade(movement, _times(segment, fps))}[mixed0]"


def _mirrored(mirror: str, opposite: str, times: str) -> str:
    clips = f"[v0]{mirror}[mirrored0];[v1]{mirror}[mirrored1];[mirrored0][mirrored1]"
    return f"{clips}{_xfade(opposite, times)},{mirror}[mixed0]"


def _through_color(color: str, segment: Segment, frame: Frame, fps: Fraction) -> str:
    """Return the chains that fade to a colour, and from there to the next clip.

    Its middle can be between two frames, so time has half of them. An xfade leaves its second input
    alone before it begins, and takes wrong times if it is over when it begins.
    """
    half = Fraction(segment.transition_frames, 2) / fps
    begin = -segment.skip / fps
    hidden = max(0, math.ceil(segment.transition_frames / 2) - segment.skip)  # frames before half
    base = f"settb={1 / (2 * fps)}"
    source = f"color={color}:s={frame.width}x{frame.height}:r={fps},format=yuv420p,{base}[color]"
    to_color = f"[v0]{base}[old];[old][color]{_xfade('fade', _span(half, begin))}[half]"
    if not hidden:
        to_color = "[v0]nullsink;[color]null[half]"
    new = f"[v1]trim=start_frame={hidden},{base}[new]"
    from_color = f"{new};[half][new]{_xfade('fade', _span(half, begin + half))}[mixed0]"
    if hidden >= segment.frames:
        from_color = "[v1]nullsink;[half]null[mixed0]"
    return f"{source};{to_color};{from_color}"


def _zoom(segment: Segment, _frame: Frame, fps: Fraction) -> str:
    """Return the chains in which the outgoing clip comes nearer, faster and faster, and fades."""
    share = f"1/(1+{ZOOM - 1}*pow({_progress('on', segment)},2))"
    x, y = (f"{side}*(1-{share})/2" for side in "WH")
    nearer = window(x, y, share, share)
    return f"[v0]{nearer}[near];[near][v1]{_xfade('fade', _times(segment, fps))}[mixed0]"


def _blur(segment: Segment, frame: Frame, fps: Fraction) -> str:
    """Return the chains of a fade that is blurred, most in its middle."""
    most = BLUR_SHARE * min(frame.width, frame.height)
    sigma = f"{most:.6f}*(1-abs(2*{_progress('N', segment)}-1))"
    commands = ",".join(f"[expr] gblur {name} {sigma}" for name in ("sigma", "sigmaV"))
    blur = f"sendcmd=c='0-{_ALWAYS} {commands}',gblur=steps=3"
    return f"[v0][v1]{_xfade('fade', _times(segment, fps))},{blur}[mixed0]"


_ALWAYS = 86_400  # seconds
_OWN: dict[str, Callable[[Segment, Frame, Fraction], str]] = {"zoom": _zoom, "blur": _blur}


def _progress(counter: str, segment: Segment) -> str:
    """Return the share of a transition that is done; filters count frames from 1 on."""
    return f"({counter}-1+{segment.skip})/{segment.transition_frames}"


def _times(segment: Segment, fps: Fraction) -> str:
    return _span(segment.transition_frames / fps, -segment.skip / fps)


def _span(duration: Fraction, offset: Fraction) -> str:
    return f"duration={float(duration):.6f}:offset={float(offset):.6f}"


def _xfade(movement: str, times: str) -> str:
    return f"xfade=transition={movement}:{times}"
