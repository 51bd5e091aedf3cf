"""Operations on the whole timeline. Times are in seconds."""

from marshmallow import validate

from schemas.json_fields import Array, Integer
from schemas.operation_parts import (
    OperationSchema,
    from_field,
    length_field,
    new_field,
    op_field,
    time_field,
    transition_field,
)
from schemas.scenes import MAX_SCENE_INDEX
from schemas.strict import Strict, StrictObject
from schemas.timeline_changes import MAX_CHANGES, ChangeField


class ArrangedClipSchema(Strict):
    """A scene at its place in the order; its clip keeps what is not given."""

    class Meta(Strict.Meta):
        """Options of marshmallow."""

        include = from_field("Where its media begin")

    scene = Integer(required=True, validate=validate.Range(0, MAX_SCENE_INDEX))
    new = new_field()
    seconds = length_field("By default what is left of its media")
    transition = transition_field()
    transitionSeconds = time_field("")


class ArrangeOperationSchema(OperationSchema):
    """Puts scenes in order. Clips that are there stay as they are, unless they are not listed."""

    op = op_field("arrange")
    clips = Array(StrictObject(ArrangedClipSchema), required=True)


class ClearOperationSchema(OperationSchema):
    """Removes clips, texts, pictures and places of voices: the scenes play in order."""

    op = op_field("clear")


class RevertOperationSchema(OperationSchema):
    """Undoes changes that an operation made, except where they were changed again."""

    op = op_field("revert")
    changes = Array(ChangeField(), required=True, max_size=MAX_CHANGES)
