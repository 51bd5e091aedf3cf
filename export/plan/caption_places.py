"""Where burned captions stand: one above the other while they are shown together. Pure.

As in WebVTT, a caption stays where it is for as long as it is shown, and one that begins later
moves up until it covers none that was there before.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from timeline.frames import Span

_CLOSE = 0.01  # pixels: boxes that overlap by less touch each other


class Room(NamedTuple):
    """Where captions may be, in pixels from the frame's top; `middle` is a lone one's."""

    top: float
    bottom: float
    middle: float


class _Box(NamedTuple):
    """What a caption takes of the frame's height."""

    top: float
    bottom: float


def with_dependencies(cues: Sequence[Sequence[Span]], wanted: Iterable[int]) -> set[int]:
    """Return the indexes of wanted captions, and of those that their places depend on."""
    result = set(wanted)
    if not result:
        return result
    for index, earlier in reversed(_with_earlier(cues)):
        if index in result:
            result.update(earlier)
    return result


def place_captions(
    cues: Sequence[Sequence[Span]], heights: Mapping[int, float], room: Room
) -> dict[int, float]:
    """Return the vertical middle of each caption that has a height, in pixels from the top.

    `cues` are the times at which each is shown. Captions that find no room cover others.
    """
    boxes: dict[int, _Box] = {}
    for index, earlier in _with_earlier(cues):
        if index in heights:
            shown = [boxes[other] for other in earlier if other in boxes]
            top = _free_top(heights[index], shown, room)
            boxes[index] = _Box(top, top + heights[index])
    return {index: (box.top + box.bottom) / 2 for index, box in boxes.items()}


def _with_earlier(cues: Sequence[Sequence[Span]]) -> list[tuple[int, list[int]]]:
    """Return the captions in the order of their starts, each with earlier ones that it meets.

    Of two that begin together, the one that is shown longer is the earlier one.
    """
    shown = [index for index, spans in enumerate(cues) if spans]
    result: list[tuple[int, list[int]]] = []
    left: list[int] = []
    for index in sorted(shown, key=lambda each: (cues[each][0].start, -cues[each][0].end)):
        left = [other for other in left if cues[other][-1].end > cues[index][0].start]
        result.append((index, [other for other in left if _meet(cues[other], cues[index])]))
        left.append(index)
    return result


def _meet(one: Sequence[Span], other: Sequence[Span]) -> bool:
    """Return whether two captions are shown in a common frame."""
    return any(max(a.start, b.start) < min(a.end, b.end) for a in one for b in other)


def _free_top(height: float, shown: Sequence[_Box], room: Room) -> float:
    lowest = max(room.bottom - height, room.top)
    usual = min(max(room.middle - height / 2, room.top), lowest)
    for top in _candidates(usual, height, shown):
        inside = room.top - _CLOSE < top < lowest + _CLOSE
        if inside and not any(_covers(top, top + height, box) for box in shown):
            return top
    return usual


def _candidates(usual: float, height: float, shown: Sequence[_Box]) -> Iterator[float]:
    """Yield the usual top, then those above other captions, then those below, nearest first."""
    yield usual
    yield from sorted({box.top - height for box in shown if box.top - height < usual}, reverse=True)
    yield from sorted({box.bottom for box in shown if box.bottom > usual})


def _covers(top: float, bottom: float, box: _Box) -> bool:
    return top < box.bottom - _CLOSE and box.top < bottom - _CLOSE
