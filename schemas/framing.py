"""What part of its picture a clip shows: a crop of it, and in that a window that moves."""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, validate

from schemas.json_fields import Number, Text
from schemas.strict import Strict, StrictObject

MIN_SHARE = 0.05  # of a side of the picture
PRESETS = ("zoomIn", "zoomOut", "panLeft", "panRight", "panUp", "panDown")

_ROUNDING = 1e-6  # of shares that make a whole together
_PLACE = validate.Range(0, 1)
_SIDE = validate.Range(MIN_SHARE, 1)


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
