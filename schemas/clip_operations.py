"""Operations on clips of a timeline. Times are in seconds."""

from marshmallow import validate

from schemas.editor import CLIP_VOLUME, SPEED
from schemas.json_fields import Boolean, Integer, Number, Text
from schemas.operation_parts import (
    KINDS,
    OperationSchema,
    fade_field,
    from_field,
    id_field,
    length_field,
    new_field,
    op_field,
    time_field,
    transition_field,
)
from schemas.scenes import MAX_SCENE_INDEX
from schemas.strict import Strict
from schemas.text_looks import crop_field, motion_field


class InsertOperationSchema(OperationSchema):
    """Adds a clip of a scene or an asset; later clips follow. Needs one of them."""

    class Meta(Strict.Meta):
        """Options of marshmallow."""

        include = from_field("Where its media begin")

    op = op_field("insert")
    one_at_least = ("scene", "asset")
    scene = Integer(validate=validate.Range(0, MAX_SCENE_INDEX))
    asset = id_field("Video or image asset that it shows instead of a scene")
    new = new_field()
    after = id_field("Clip before it; null: first; by default last", allow_none=True)
    seconds = length_field("By default what is left of its media; an image as long as its scene")
    gap = time_field("Black before it")
    transition = transition_field()
    transitionSeconds = time_field("By default 0.5")


class MoveOperationSchema(OperationSchema):
    """Puts a clip at another place, with the black before it."""

    op = op_field("move")
    clip = id_field(required=True)
    after = id_field("Clip before it; null: first", required=True, allow_none=True)


class TrimOperationSchema(OperationSchema):
    """Changes what part of its media a clip shows; later clips follow. Needs from or seconds."""

    class Meta(Strict.Meta):
        """Options of marshmallow."""

        include = from_field("Where its media begin")

    op = op_field("trim")
    one_at_least = ("from", "seconds")
    clip = id_field(required=True)
    seconds = length_field("How long the clip is")


class GapOperationSchema(OperationSchema):
    """Sets how long it is black before a clip; later clips follow."""

    op = op_field("gap")
    clip = id_field(required=True)
    seconds = time_field("0 for none", required=True)


class ClipOperationSchema(OperationSchema):
    """Changes what is given of a clip; null removes it."""

    op = op_field("clip")
    one_at_least = ("speed", "volume", "fadeIn", "fadeOut", "crop", "motion")
    clip = id_field(required=True)
    speed = Number(
        allow_none=True,
        validate=SPEED,
        metadata={"description": "0.25 to 4, 0: still. Shows the same part; later clips follow"},
    )
    volume = Number(allow_none=True, validate=CLIP_VOLUME)
    fadeIn = fade_field("in")
    fadeOut = fade_field("out")
    crop = crop_field()
    motion = motion_field()


class SplitOperationSchema(OperationSchema):
    """Divides a clip so that nothing looks different."""

    op = op_field("split")
    clip = id_field(required=True)
    at = time_field("After the clip's start; 0.1 or more from both of its ends", required=True)
    new = new_field()


class DeleteOperationSchema(OperationSchema):
    """Removes something from the timeline; later clips follow. A voice is silenced."""

    op = op_field("delete")
    kind = Text(required=True, validate=validate.OneOf(KINDS))
    id = id_field(required=True)
    leaveGap = Boolean(metadata={"description": "Later clips stay where they are"})


class TransitionOperationSchema(OperationSchema):
    """Sets the transition from a clip to the next one. Needs transition or seconds."""

    op = op_field("transition")
    one_at_least = ("transition", "seconds")
    clip = id_field(required=True)
    transition = transition_field()
    seconds = time_field("As it is by default, or 0.5")
