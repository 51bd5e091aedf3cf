"""How captions look, and where they are in the frame. Pure.

The page's player has the same rules (console/static/timeline/caption-looks.js).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from export.plan.caption_places import Room
from export.plan.checks import check_color
from timeline.caption_lines import MAX_COLUMNS

WRAP = 0.85  # of the frame's width: the longest line
SIZE, LARGER, LARGEST, MARGIN = 0.05, 0.06, 0.095, 0.025  # of the frame's shorter side
OUTLINE = 0.07  # of the font's size
COLUMN = 0.6  # of the font's size: what a character of most texts takes at most

# Shares of the frame's height: the middle of a caption. Apps lay buttons over the lowest fifth of
# frames that are taller than wide.
MIDDLES = {"bottom": 0.86, "middle": 0.5, "top": 0.14}
UPRIGHT_BOTTOM, UPRIGHT_END = 0.75, 0.79

_COLOR, _ACCENT, BOX = "#ffffff", "#ffd400", "#000000b3"


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
