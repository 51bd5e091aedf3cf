"""Captions that are drawn into the picture: their size, which depends on the frame, and place."""

from collections.abc import Sequence

from errors import InvalidError
from export.plan.caption_looks import (
    WRAP,
    CaptionLook,
    caption_room,
    place_captions,
    with_dependencies,
)
from export.plan.cues import Cue
from export.plan.frame_size import Frame
from export.plan.plan import Plan
from export.plan.timeline import Timeline
from media.drawing.overlays import SpokenWords, TextOverlay
from media.limits import retry_while_busy
from media.overlays import OverlayError, measure_heights
from media.processes import Check, go_on


def caption_middles(
    timeline: Timeline, plan: Plan, check: Check = go_on, wait: Check = go_on
) -> dict[int, float]:
    """Return where the captions that are burned in stand, by their indexes: all but blank ones.

    It is the distance of a caption's middle from that of the frame, in pixels of the frame. `check`
    is called while their lines are counted, and `wait` between two programs. Raises InvalidError
    naming one that cannot be drawn, and what both raise.
    """
    indexes = with_dependencies(plan.cues, plan.burned)
    if not indexes:
        return {}
    wanted = [index for index in indexes if timeline.cues[index].text.strip()]
    cues = [timeline.cues[index] for index in wanted]
    heights: list[float] = []
    retry_while_busy(lambda: _measure(timeline, cues, heights, check, wait), wait)
    by_index = dict(zip(wanted, heights, strict=True))
    width, height, _ = timeline.frame
    room = caption_room(width, height, timeline.caption_look)
    placed = place_captions(plan.cues, by_index, room)
    return {index: middle - height / 2 for index, middle in placed.items()}


def caption_overlay(cue: Cue, look: CaptionLook, frame: Frame, middle: float = 0.0) -> TextOverlay:
    """Return a caption as an overlay; `middle` is one of `caption_middles`."""
    words = cue.words if look.follows_words else ()
    size = min(frame.width, frame.height) * look.size(is_spoken=bool(words)) / frame.scale
    spoken = [word.text for word in words]
    return TextOverlay(
        "" if spoken and look.is_alone else cue.text,
        size,
        look.color,
        center_y=middle / frame.scale,
        wrap=WRAP,
        spoken=SpokenWords(spoken, look.accent, look.is_alone) if spoken else None,
        **look.effects(size),
    )


def name_of(text: str) -> str:
    """Return how errors name a text or caption."""
    return f"The text {text[:40]!r}"


def _measure(
    timeline: Timeline, cues: Sequence[Cue], heights: list[float], check: Check, wait: Check
) -> None:
    """Add the heights of captions that have none yet. Raises InvalidError, MediaBusyError."""
    missing = cues[len(heights) :]
    frame = timeline.frame
    overlays = [caption_overlay(cue, timeline.caption_look, frame) for cue in missing]
    try:
        for height in measure_heights(overlays, *frame, check):
            heights.append(height)
            wait()
    except OverlayError as exc:
        raise InvalidError(f"{name_of(missing[exc.index].text)} cannot be drawn", str(exc)) from exc
