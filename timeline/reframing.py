"""Texts and pictures in a frame of another shape. Pure.

An item keeps its distance to the edge of the frame that is nearest, or to the middle, as a share of
the frame. Texts keep the width of their area as a share of the frame's, and their size as a share
of its shorter side: smaller only where words would be broken, or lines leave the frame. Pictures
keep their size as a share of the shorter side as well, and their shape. Nothing leaves the frame.

The page has the same rules (console/static/timeline/reframing.js); the cases in
tests/timeline/reframing.json hold both together.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from schemas.exports import MAX_FONT_SIZE, MAX_PIXELS, MIN_SIDE
from schemas.text_looks import LINE_HEIGHTS, OUTLINE_WIDTHS
from timeline.frames import Number, plain
from timeline.item_kinds import PICTURE, TEXT, Kind
from timeline.text_extents import Paragraph, lines_within, longest_piece, paragraphs_of

Overlay = Mapping[str, Any]
Changed = dict[str, Any]

WRAP = 0.5  # of the frame's width: the area of a text that says none
PADDING = (0.35, 0.15)  # of the font's size: how far the box behind a text reaches beyond its lines
LINE_HEIGHT = 1.2
MARGIN = 0.05  # of a side: what becomes too large leaves that much, if it did so before
NEARLY = 0.05  # of a side: so near to the middle, an item is there, even one as large as the frame
SLACK = 1.02  # of a word's width: fonts differ
SMALLER = 0.95  # a text that is too large is tried again in so much of its size
_PRECISION = 1000  # parts of a pixel that are stored
_SIDES = {"left": -1, "right": 1}
_LIMITS = {
    "centerX": (-MAX_PIXELS, MAX_PIXELS),
    "centerY": (-MAX_PIXELS, MAX_PIXELS),
    "fontSize": (1, MAX_FONT_SIZE),
    "outlineWidth": OUTLINE_WIDTHS,
    "width": (MIN_SIDE, MAX_PIXELS),
    "height": (MIN_SIDE, MAX_PIXELS),
}


class Size(NamedTuple):
    """The width and the height of a frame, or of what is in it."""

    width: Number
    height: Number

    def times(self, factor: float) -> "Size":
        """Return this size times a factor."""
        return Size(self.width * factor, self.height * factor)


def reframed(kind: Kind, overlay: Overlay, before: Size, after: Size) -> Changed:
    """Return a text or a picture of a frame in another frame."""
    if before == after:
        return dict(overlay)
    factor = min(after) / min(before)
    if before.width * after.height == after.width * before.height:
        return _scaled(overlay, factor, plain)
    known = _scaled(overlay, 1, plain)  # clients may have stored any numbers
    changed = _CHANGES[kind](known, before, virtual_frame(before, after))
    return _scaled({**overlay, **changed}, factor, _rounded)


def with_reframed(state: Mapping[str, Any], before: Size, after: Size) -> Changed:
    """Return a stored timeline with its texts and pictures arranged for another frame."""
    found = {
        kind.overlays: {
            key: reframed(kind, overlay, before, after)
            for key, overlay in state[kind.overlays].items()
        }
        for kind in (TEXT, PICTURE)
        if state.get(kind.overlays)
    }
    return {**state, **found}


def virtual_frame(before: Size, after: Size) -> Size:
    """Return the frame of the shape of one with the shorter side of the other."""
    return after.times(min(before) / min(after))


def _scaled(overlay: Overlay, factor: float, stored: Callable[[Number], Number]) -> Changed:
    scaled = dict(overlay)
    for name, limits in _LIMITS.items():
        if overlay.get(name) is not None:
            scaled[name] = stored(_within(overlay[name] * factor, limits))
    return scaled


def _within(value: Number, limits: tuple[Number, Number]) -> Number:
    return min(max(value, limits[0]), limits[1])


def _rounded(length: Number) -> Number:
    return plain(math.floor(length * _PRECISION + 0.5) / _PRECISION)


def _picture(overlay: Overlay, before: Size, after: Size) -> Changed:
    size, rotation = Size(overlay["width"], overlay["height"]), overlay["rotation"]
    turned = _turned(size, rotation)
    room = _room(overlay, turned, before, after)
    shares = (part / max(side, MIN_SIDE) for part, side in zip(room, turned, strict=True))
    fitted = size.times(min(1, *shares))
    if overlay.get("maintainAspectRatio") is False and rotation % 180 == 0:
        fitted = _spanning(size, fitted, before, after)
    places = _places(overlay, turned, _turned(fitted, rotation), before, after)
    return {"width": fitted.width, "height": fitted.height, **places}


def _spanning(size: Size, fitted: Size, before: Size, after: Size) -> Size:
    """Return the size of a stretched picture: a side that spanned the frame does so again."""
    spans = [side >= whole for side, whole in zip(size, before, strict=True)]
    if not any(spans):
        return fitted
    sides = zip(spans, size, after, strict=True)
    return Size(*(whole if is_whole else min(side, whole) for is_whole, side, whole in sides))


def _turned(size: Size, rotation: float) -> Size:
    """Return the width and the height that a turned picture takes."""
    if rotation % 180 == 0:
        return size
    if rotation % 90 == 0:
        return Size(size.height, size.width)
    angle = math.radians(rotation)
    cos, sin = abs(math.cos(angle)), abs(math.sin(angle))
    return Size(size.width * cos + size.height * sin, size.width * sin + size.height * cos)


class _Text(NamedTuple):
    """What decides how much room a text takes; `padding` and `outline` are around its lines."""

    paragraphs: list[Paragraph]
    size: float
    line_height: float
    outline: float
    padding: tuple[float, float]
    side: int  # of its area at which its lines stand: -1 left, 0 in the middle, 1 right
    area: float

    def in_size(self, factor: float, area: float) -> "_Text":
        """Return it in a part of its size, in another area."""
        size, outline = self.size * factor, self.outline * factor
        return self._replace(size=size, outline=outline, area=area)

    @property
    def beyond(self) -> Size:
        """How far something of it reaches beyond its lines."""
        across, down = (max(share * self.size, self.outline) for share in self.padding)
        return Size(across, down)

    @property
    def longest_word(self) -> float:
        """The width of an area in which no word is broken."""
        return longest_piece(self.paragraphs) * self.size / 1000 * SLACK

    @property
    def extents(self) -> Size:
        """The width and the height of its lines and of what is around them."""
        lines = lines_within(self.paragraphs, self.area * 1000 / self.size)
        width, height = lines.width * self.size / 1000, lines.rows * self.size * self.line_height
        return Size(width + 2 * self.beyond.width, height + 2 * self.beyond.height)


def _text(overlay: Overlay, before: Size, after: Size) -> Changed:
    old = _read(overlay, before)
    extents = old.extents
    room = _room(overlay, extents, before, after)
    least = min(1, after.width / before.width, after.height / before.height)
    factor = 1.0
    new = _resized(old, factor, before, after)
    while factor > least and not _fits(new, old, room):
        factor = max(factor * SMALLER, least)
        new = _resized(old, factor, before, after)
    changed: Changed = {"fontSize": new.size}
    if overlay.get("outlineWidth") is not None:
        changed["outlineWidth"] = new.outline
    if overlay.get("width") is not None or new.area != after.width * WRAP:
        changed["width"] = new.area
    return {**changed, **_text_places(overlay, (old, extents), new, before, after)}


def _read(overlay: Overlay, frame: Size) -> _Text:
    width = overlay.get("width")
    return _Text(
        paragraphs_of(overlay["text"]),
        overlay["fontSize"],
        _within(overlay.get("lineHeight") or LINE_HEIGHT, LINE_HEIGHTS),
        overlay.get("outlineWidth") or 0,
        PADDING if overlay.get("backgroundColor") else (0, 0),
        _SIDES.get(overlay.get("align") or "", 0),
        frame.width * WRAP if width is None else width,
    )


def _resized(old: _Text, factor: float, before: Size, after: Size) -> _Text:
    """Return a text in a part of its size, in an area that breaks no further words."""
    small = old.in_size(factor, old.area)
    beyond = 2 * small.beyond.width
    area = min(old.area / before.width * after.width, after.width - beyond)
    needed = min(old.longest_word, old.area) * factor
    area = max(area, min(needed, after.width * (1 - 2 * MARGIN) - beyond))
    return small._replace(area=max(area, MIN_SIDE))


def _fits(new: _Text, old: _Text, room: Size) -> bool:
    breaks = new.longest_word > new.area and old.longest_word <= old.area
    return not breaks and new.extents.height <= room.height


def _text_places(
    overlay: Overlay, measured: tuple[_Text, Size], new: _Text, before: Size, after: Size
) -> Changed:
    """Return where a text is: one that stands at a side of its area by that side."""
    old, extents = measured
    found = new.extents
    places = _places(overlay, extents, found, before, after)
    if old.side:
        edge = overlay["centerX"] + old.side * old.area / 2
        moved = edge * after.width / before.width - new.side * new.area / 2
        inner = new.side * (new.area - found.width) / 2 + new.side * new.beyond.width
        room = max(after.width - found.width, 0) / 2
        places["centerX"] = min(max(moved + inner, -room), room) - inner
    return places


def _room(overlay: Overlay, extents: Size, before: Size, after: Size) -> Size:
    """Return how wide and high an item may be: with the margins that it had, or narrow ones."""
    centers = (overlay["centerX"], overlay["centerY"])
    rooms = []
    for center, extent, old, new in zip(centers, extents, before, after, strict=True):
        margin = (old - extent) / 2 - abs(center)
        rooms.append(new * (1 - 2 * min(max(margin / old, 0), MARGIN)))
    return Size(*rooms)


def _places(
    overlay: Overlay, extents: Size, found: Size, before: Size, after: Size
) -> dict[str, float]:
    """Return the centre of an item that took `extents`, and takes what was `found`."""
    sides = zip(("centerX", "centerY"), extents, found, before, after, strict=True)
    return {name: _place(overlay[name], *lengths) for name, *lengths in sides}


def _place(center: float, extent: float, found: float, before: float, after: float) -> float:
    """Return where the middle of an item is, from the middle of the frame."""
    share = after / before
    edge = (before - extent) / 2 - abs(center)  # how far the nearest edge is
    moved = center * share
    if abs(center) > max(edge, before * NEARLY):
        moved = math.copysign(1, center) * ((after - found) / 2 - edge * share)
    room = max(after - found, 0) / 2
    return min(max(moved, -room), room)


_CHANGES: Mapping[Kind, Callable[[Overlay, Size, Size], Changed]] = {TEXT: _text, PICTURE: _picture}
