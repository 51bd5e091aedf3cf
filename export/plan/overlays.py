"""What lies over the pictures of a film, as requests and works have it. Pure.

Texts and pictures of a timeline, how texts look, and in which frames they fade or slide.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from fractions import Fraction
from functools import partial
from typing import Any, NamedTuple

from errors import FieldsError
from export.plan.checks import check_color, check_range
from export.plan.timeline import Picture, Text
from schemas.text_looks import (
    ALIGNMENTS,
    ANIMATION_SECONDS,
    ANIMATIONS,
    LINE_HEIGHTS,
    OUTLINE_WIDTHS,
    TEXT_WIDTHS,
    WEIGHTS,
)
from timeline.frames import Span, to_frame

Overlay = Mapping[str, Any]
Read = Callable[[Any, str], Any]  # of a value and its path; raises FieldsError
_ANIMATIONS = {"animationIn": "enter", "animationOut": "leave"}

FADE = "fade"
# Where something moves that slides: in x to the right and in y downwards.
DIRECTIONS = {
    "slideleft": (-1, 0),
    "slideright": (1, 0),
    "slideup": (0, -1),
    "slidedown": (0, 1),
}


def text_of(overlay: Overlay, times: tuple[float, float], path: str) -> Text:
    """Return a text that is shown from its first time to its second.

    Null is like what is left out. Raises FieldsError, naming fields below `path`.
    """
    return Text(
        overlay["text"],
        times[0],
        times[1],
        float(overlay.get("fontSize") or 48),
        check_color(overlay.get("fontColor") or "#000000", f"{path}.fontColor"),
        **_place(overlay),
        font_asset=overlay.get("fontAssetId"),
        **_look(overlay, path),
        **_animations(overlay, path),
    )


def picture_of(overlay: Overlay, times: tuple[float, float], path: str) -> Picture:
    """Return a picture, as `text_of`."""
    opacity, aspect = overlay.get("opacity"), overlay.get("maintainAspectRatio")
    return Picture(
        overlay["assetId"],
        times[0],
        times[1],
        float(overlay["width"]),
        float(overlay["height"]),
        **_place(overlay),
        opacity=1.0 if opacity is None else float(opacity),
        rotation=float(overlay.get("rotation") or 0),
        keep_aspect=True if aspect is None else aspect,
        **_animations(overlay, path),
    )


def _place(overlay: Overlay) -> dict[str, Any]:
    """Return where an overlay is: a centre comes before a top left corner, and is the default."""
    centre = (overlay.get("centerX"), overlay.get("centerY"))
    corner = (overlay.get("x"), overlay.get("y"))
    if centre == (None, None) and corner != (None, None):
        return {"left": float(corner[0] or 0), "top": float(corner[1] or 0)}
    return {"center_x": float(centre[0] or 0), "center_y": float(centre[1] or 0)}


def _number(limits: tuple[float, float], value: float, path: str) -> float:
    check_range(path, value, *limits)
    return float(value)


def _choice(choices: Collection[Any], value: Any, path: str) -> Any:
    if value not in choices:
        raise FieldsError({path: [f"Must be one of: {', '.join(map(str, choices))}."]})
    return value


def _any(value: Any, _path: str) -> Any:
    return value


_LOOKS: Mapping[str, tuple[str, Read]] = {  # fields of a Text, by those of overlays
    "width": ("width", partial(_number, TEXT_WIDTHS)),
    "lineHeight": ("line_height", partial(_number, LINE_HEIGHTS)),
    "outlineWidth": ("outline_width", partial(_number, OUTLINE_WIDTHS)),
    "fontWeight": ("weight", partial(_choice, WEIGHTS)),
    "align": ("align", partial(_choice, ALIGNMENTS)),
    "outlineColor": ("outline_color", check_color),
    "backgroundColor": ("background", check_color),
    "shadow": ("shadow", _any),
}


LOOKS = frozenset(name for name, _ in _LOOKS.values())  # of a Text, beyond its size and colour


def _look(overlay: Overlay, path: str) -> dict[str, Any]:
    return {
        name: read(overlay[key], f"{path}.{key}")
        for key, (name, read) in _LOOKS.items()
        if overlay.get(key) is not None
    }


def _animations(overlay: Overlay, path: str) -> dict[str, Any]:
    """Return how a Text or Picture comes and goes."""
    found: dict[str, Any] = {}
    for key, name in _ANIMATIONS.items():
        if (animation := overlay.get(key)) is not None:
            seconds = _number(ANIMATION_SECONDS, animation["seconds"], f"{path}.{key}.seconds")
            kind = _choice(ANIMATIONS, animation["type"], f"{path}.{key}.type")
            found |= {name: kind, f"{name}_seconds": seconds}
    return found


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
        """Return whether it is shown in any frame from `start` to before `end`."""
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
