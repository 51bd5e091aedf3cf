"""FFmpeg's filters for a window that moves by less than a pixel, made of steps of whole pixels.

For each frame, a part of the picture is cut out and scaled to a little more than is shown, and the
rest is cut off. Both cuts are in whole pixels; but of all their sizes and places, some differ from
the window by less than can be seen. FFmpeg scales much faster than it samples between pixels.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from timeline.framing import Window

MARGIN = 64  # pixels around the scaled picture, in the colours of its edges
_MORE = 48  # pixels that are scaled in addition to what is shown, at most
_CLOSE = 0.03  # pixels of the result that a cut may differ by: no closer one is looked for
_TOLERANCE = 0.07  # the same for the frame that differs most, or the window is sampled

# The commands are an argument of FFmpeg, which may have 128 KB, two of them in a transition.
_MAX_FRAMES = 400

_FLAGS = "bilinear"


class Cut(NamedTuple):
    """What is cut out of a side of the picture, to what it is scaled, and where it is shown."""

    length: int
    begin: int
    scaled: int
    hidden: int  # pixels of the scaled part before what is shown
    error: float  # in pixels of what is shown


def cut_of(begin: float, step: float, shown: int, length: int) -> Cut | None:
    """Return the cut for a window that begins at a place, and has so many pixels for each shown.

    `length` is that of the picture, without the margins. None if no cut is inside of these.
    """
    best: Cut | None = None
    for scaled in range(shown, shown + _MORE + 1):
        kept = round(step * scaled)
        ratio = kept / scaled
        drift = abs(ratio - step) / step * shown / 2
        if best is not None and drift >= best.error:
            continue
        middle = begin + (step - ratio) * shown / 2
        for hidden in range(scaled - shown + 1):
            place = round(middle - hidden * ratio)
            if place < -MARGIN or place + kept > length + MARGIN:
                continue
            error = abs(place - middle + hidden * ratio) / step + drift
            if best is None or error < best.error:
                best = Cut(kept, place, scaled, hidden, error)
            if error <= _CLOSE:
                return best
    return best


def stepped(
    number: int,
    windows: Sequence[Window],
    size: tuple[int, int],
    shown: tuple[int, int],
    fps: Fraction,
) -> str | None:
    """Return the filters that show the windows of a picture of this size, one for each frame.

    The picture has `MARGIN` pixels more on each side. None if a frame would differ visibly, or if
    there are too many.
    """
    cuts = _cuts(windows, size, shown) if len(windows) <= _MAX_FRAMES else None
    if cuts is None:
        return None
    kept, scaled, left = f"crop@kept{number}", f"scale@scaled{number}", f"crop@left{number}"
    x, y = cuts[0]
    commands = ";".join(
        f"{max(0.0, float((frame - Fraction(1, 2)) / fps)):.6f} "
        f"{kept} w {x.length},{kept} h {y.length},"
        f"{kept} x {x.begin + MARGIN},{kept} y {y.begin + MARGIN},"
        f"{scaled} w {x.scaled},{scaled} h {y.scaled},"
        f"{left} x {x.hidden},{left} y {y.hidden}"
        for frame, (x, y) in enumerate(cuts)
    )
    # The last filter takes the size at the beginning for the largest one.
    width, height = (side + _MORE for side in shown)
    return (
        f"sendcmd=c='{commands}',"
        f"{kept}={x.length}:{y.length}:{x.begin + MARGIN}:{y.begin + MARGIN},"
        f"{scaled}={width}:{height}:flags={_FLAGS},format=yuv444p,"
        f"{left}={shown[0]}:{shown[1]}:{x.hidden}:{y.hidden}"
    )


def _cuts(
    windows: Sequence[Window], size: tuple[int, int], shown: tuple[int, int]
) -> list[tuple[Cut, Cut]] | None:
    """Return the cuts of both sides for each window; None if one of them would be visible."""
    cuts = []
    for window in windows:
        sides = [
            cut_of(begin * length, part * length / seen, seen, length)
            for begin, part, length, seen in zip(
                (window.x, window.y), (window.width, window.height), size, shown, strict=True
            )
        ]
        across, down = sides
        if across is None or down is None or max(across.error, down.error) > _TOLERANCE:
            return None
        cuts.append((across, down))
    return cuts
