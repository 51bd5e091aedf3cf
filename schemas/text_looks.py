"""How texts over the video look and come and go, and what part of its picture a clip shows."""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, validate

from schemas.common import Base
from schemas.json_fields import MAX_NAME, Boolean, Integer, Number, Object, Text
from schemas.strict import Strict, StrictObject

WEIGHTS = (400, 700)
ALIGNMENTS = ("left", "center", "right")
ANIMATIONS = ("fade", "slideleft", "slideright", "slideup", "slidedown")
TEXT_PRESETS = ("title", "lowerThird", "callToAction", "caption")
TEXT_WIDTHS = (0.01, 100_000)  # pixels
LINE_HEIGHTS = (0.5, 5)  # of the font's size
OUTLINE_WIDTHS = (0, 200)  # pixels
ANIMATION_SECONDS = (0.1, 10)
# The same as arguments of the operation `text`, by their names there.
LOOK_ARGUMENTS = {
    "weight": "fontWeight",
    "width": "width",
    "align": "align",
    "lineHeight": "lineHeight",
    "outlineColor": "outlineColor",
    "outlineWidth": "outlineWidth",
    "shadow": "shadow",
    "background": "backgroundColor",
    "animationIn": "animationIn",
    "animationOut": "animationOut",
}

MIN_SHARE = 0.05  # of a side of the picture
PRESETS = ("zoomIn", "zoomOut", "panLeft", "panRight", "panUp", "panDown")

_ROUNDING = 1e-6  # of shares that make a whole together
_PLACE = validate.Range(0, 1)
_SIDE = validate.Range(MIN_SHARE, 1)


def weight_field() -> Integer:
    """Return a field for how bold a text is."""
    told = {"description": "Of the bundled font, by default 700; a font asset has its own"}
    known = f"Must be one of: {', '.join(map(str, WEIGHTS))}."
    return Integer(
        validate=validate.OneOf(WEIGHTS, error=known),
        allow_none=True,
        error_messages={"invalid": known},
        metadata=told,
    )


def width_field() -> Number:
    """Return a field for the width of the area that a text stands in."""
    told = {"description": "Pixels of the longest line; by default half of the frame's width"}
    return Number(validate=validate.Range(*TEXT_WIDTHS), allow_none=True, metadata=told)


def align_field() -> Text:
    """Return a field for the side of its area that a text stands at."""
    told = {"description": "Where its lines stand in its width; by default in the middle"}
    return Text(validate=validate.OneOf(ALIGNMENTS), allow_none=True, metadata=told)


def line_height_field() -> Number:
    """Return a field for the distance of lines."""
    told = {"description": "Of the font's size, from line to line; by default 1.2"}
    return Number(validate=validate.Range(*LINE_HEIGHTS), allow_none=True, metadata=told)


def color_field(description: str) -> Text:
    """Return a field for a colour."""
    return Text(max_size=MAX_NAME, allow_none=True, metadata={"description": description})


def outline_width_field() -> Number:
    """Return a field for how far an outline reaches."""
    told = {"description": "Pixels around the letters; by default 0: no outline"}
    return Number(validate=validate.Range(*OUTLINE_WIDTHS), allow_none=True, metadata=told)


def shadow_field() -> Boolean:
    """Return a field for whether letters have a shadow."""
    return Boolean(allow_none=True, metadata={"description": "By default true"})


class AnimationSchema(Base):
    """How something comes or goes: fading, or sliding over the frame's edge in a direction."""

    type = Text(required=True, validate=validate.OneOf(ANIMATIONS))
    seconds = Number(required=True, validate=validate.Range(*ANIMATION_SECONDS))


def animation_field(description: str, kind: type[Object] = Object) -> Object:
    """Return a field for how something comes or goes."""
    return kind(AnimationSchema, allow_none=True, metadata={"description": description})


def preset_field() -> Text:
    """Return a field for the name of a preset."""
    told = {"description": "Size, place and look for a purpose; what else is given comes after it"}
    return Text(validate=validate.OneOf(TEXT_PRESETS), metadata=told)


class AnimatedSchema(Base):
    """How an overlay comes and goes; null is at once."""

    animationIn = animation_field("How it comes when it starts")
    animationOut = animation_field("How it goes before it ends")


class TextLookSchema(AnimatedSchema):
    """How a text looks beyond its size and colour; null is the default."""

    fontWeight = weight_field()
    width = width_field()
    align = align_field()
    lineHeight = line_height_field()
    outlineColor = color_field("By default black")
    outlineWidth = outline_width_field()
    shadow = shadow_field()
    backgroundColor = color_field("Of a box behind the text, such as `#00000099`")


ANIMATION_FIELDS = tuple(AnimatedSchema().fields)


LOOK_FIELDS = tuple(TextLookSchema().fields)


class WindowSchema(Strict):
    """A part of a picture, in shares of its width and height, from its top left corner."""

    x = Number(required=True, validate=_PLACE)
    y = Number(required=True, validate=_PLACE)
    width = Number(required=True, validate=_SIDE)
    height = Number(required=True, validate=_SIDE)


class WindowField(StrictObject):
    """A part of a picture, which ends within it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(WindowSchema, **kwargs)

    def _load(self, value: Any, partial: Any = None) -> Any:
        window = super()._load(value)
        for place, side in (("x", "width"), ("y", "height")):
            if window[place] + window[side] > 1 + _ROUNDING:
                raise ValidationError({side: [f"Must end within the picture, with {place}."]})
        return window


class ScaledWindowField(WindowField):
    """A part of a picture that has the picture's shape."""

    def _load(self, value: Any, partial: Any = None) -> Any:
        window = super()._load(value)
        if abs(window["width"] - window["height"]) > _ROUNDING:
            raise ValidationError({"height": ["Must be equal to width, as a share."]})
        return window


class MotionSchema(Strict):
    """How a clip moves over its picture: a preset, or from one window to another."""

    class Meta(Strict.Meta):
        """Options of marshmallow: `from` is a keyword of Python."""

        include = {"from": ScaledWindowField()}  # noqa: RUF012 - as marshmallow requires

    preset = Text(validate=validate.OneOf(PRESETS))
    to = ScaledWindowField()


class MotionField(StrictObject):
    """A motion: `preset` alone, or both `from` and `to`."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(MotionSchema, **kwargs)

    def _load(self, value: Any, partial: Any = None) -> Any:
        motion: Mapping[str, Any] = super()._load(value)
        if motion.keys() not in ({"preset"}, {"from", "to"}):
            raise ValidationError({"preset": ["Give a preset alone, or from and to."]})
        return motion


def crop_field() -> WindowField:
    """Return a field for the crop of a clip."""
    told = "Of a clip: the part of its picture that is shown, fitted as a picture of this shape"
    return WindowField(allow_none=True, metadata={"description": told})


def motion_field() -> MotionField:
    """Return a field for the motion of a clip."""
    told = "Of a clip: how it moves over its picture, from its beginning to its end"
    return MotionField(allow_none=True, metadata={"description": told})
