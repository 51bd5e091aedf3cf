"""How texts and pictures come and go: the frames in which they fade or slide. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from export.plan.timeline import Picture, Text
from timeline.frames import Span, to_frame

FADE = "fade"
# Where something moves that slides: in x to the right and in y downwards.
DIRECTIONS = {
    "slideleft": (-1, 0),
    "slideright": (1, 0),
    "slideup": (0, -1),
    "slidedown": (0, 1),
}


class Animation(NamedTuple):
    """Frames in which something comes, or goes (`leaves`): `frames` from `start` on."""

    kind: str
    leaves: bool
    start: int
    frames: int

    @property
    def end(self) -> int:
        """The frame after the last one."""
        return self.start + self.frames

    def meets(self, start: int, end: int) -> bool:
        """Return whether any of some frames is one of these."""
        return self.start < end and start < self.end


Animations = Mapping[int, Sequence[Animation]]  # by the indexes of overlays


def animations_of(
    overlays: Iterable[Text | Picture], spans: Sequence[Span], fps: Fraction
) -> Animations:
    """Return the animations of overlays that have any: first the one by which it comes.

    What is longer than the overlay is shown is cut: the first has its full length.
    """
    found = {}
    for index, (overlay, span) in enumerate(zip(overlays, spans, strict=True)):
        length = span.end - span.start
        enter = min(_frames(overlay.enter, overlay.enter_seconds, fps), length)
        leave = min(_frames(overlay.leave, overlay.leave_seconds, fps), length - enter)
        both = (
            Animation(overlay.enter, False, span.start, enter),
            Animation(overlay.leave, True, span.end - leave, leave),
        )
        if enter or leave:
            found[index] = [each for each in both if each.frames]
    return found


def _frames(kind: str, seconds: float, fps: Fraction) -> int:
    return max(to_frame(seconds, fps), 1) if kind else 0
