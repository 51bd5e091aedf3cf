"""How captions look, and where they are in the frame. Pure.

The page's player has the same rules (console/static/timeline/caption-looks.js).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from export.plan.checks import check_color
from timeline.caption_lines import MAX_COLUMNS
from timeline.frames import Span

_CLOSE = 0.01  # pixels: boxes that overlap by less touch each other

WRAP = 0.85  # of the frame's width: the longest line
SIZE, LARGER, LARGEST, MARGIN = 0.05, 0.06, 0.095, 0.025  # of the frame's shorter side
OUTLINE = 0.07  # of the font's size
COLUMN = 0.6  # of the font's size: what a character of most texts takes at most

# Shares of the frame's height: the middle of a caption. Apps lay buttons over the lowest fifth of
# frames that are taller than wide.
MIDDLES = {"bottom": 0.86, "middle": 0.5, "top": 0.14}
UPRIGHT_BOTTOM, UPRIGHT_END = 0.75, 0.79

_COLOR, _ACCENT, BOX = "#ffffff", "#ffd400", "#000000b3"


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


@dataclass(frozen=True, slots=True)
class CaptionLook:
    """A style (plain, box, karaoke, one-word), its colours, and a place (bottom, middle, top).

    `is_chosen`: the work says how its captions look.
    """

    style: str = "plain"
    color: str = _COLOR
    accent: str = _ACCENT
    position: str = "bottom"
    is_chosen: bool = False

    @property
    def follows_words(self) -> bool:
        """Whether it changes with each spoken word."""
        return self.style in {"karaoke", "one-word"}

    @property
    def is_alone(self) -> bool:
        """Whether only the spoken word is shown."""
        return self.style == "one-word"

    def size(self, *, is_spoken: bool) -> float:
        """Return the size of the font as a share of the frame's shorter side."""
        if self.is_alone and is_spoken:
            return LARGEST
        return LARGER if self.follows_words else SIZE

    def effects(self, size: float) -> dict[str, Any]:
        """Return what is drawn around letters of a size, as arguments of a text overlay."""
        if self.style == "box":
            return {"shadow": False, "background": BOX}
        if self.follows_words:
            return {"shadow": False, "outline_width": size * OUTLINE}
        return {}


PLAIN = CaptionLook()


def caption_look(work: Mapping[str, Any]) -> CaptionLook:
    """Return the look of a work's captions. Raises FieldsError for colours that are none."""
    given = (work.get("sound") or {}).get("captions")
    look = {key: value for key, value in (given or {}).items() if value is not None}
    for key in ("color", "accent"):
        if key in look:
            look[key] = check_color(look[key], f"sound.captions.{key}")
    known = {key: look[key] for key in ("style", "color", "accent", "position") if key in look}
    return CaptionLook(**known, is_chosen=given is not None)


def line_columns(width: int, height: int, look: CaptionLook) -> int:
    """Return how many columns the lines of captions have in a frame: fewer if it is upright."""
    size = look.size(is_spoken=False) * min(width, height)
    return min(MAX_COLUMNS, int(WRAP * width / (size * COLUMN)))


def caption_room(width: int, height: int, look: CaptionLook) -> Room:
    """Return where captions may be in a frame."""
    margin = min(width, height) * MARGIN
    if look.is_chosen and look.position == "bottom" and height > width:
        return Room(margin, height * UPRIGHT_END, height * UPRIGHT_BOTTOM)
    return Room(margin, height - margin, height * MIDDLES[look.position])
