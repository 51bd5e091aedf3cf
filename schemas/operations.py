"""Operations on a timeline: `op` says which one it is.

What an export would refuse is refused here, or by the operation itself (timeline/operations/).
"""

from typing import Any

from marshmallow import ValidationError, fields

from schemas.clip_operations import (
    ArrangeOperationSchema,
    ClearOperationSchema,
    ClipOperationSchema,
    DeleteOperationSchema,
    GapOperationSchema,
    InsertOperationSchema,
    MoveOperationSchema,
    RevertOperationSchema,
    SplitOperationSchema,
    TransitionOperationSchema,
    TrimOperationSchema,
)
from schemas.common import Base
from schemas.editor import EditorStateSchema
from schemas.item_operations import (
    CaptionOperationSchema,
    CaptionsOperationSchema,
    FormatOperationSchema,
    LayerOperationSchema,
    MusicOperationSchema,
    PictureOperationSchema,
    PlaceOperationSchema,
    SoundOperationSchema,
    TextOperationSchema,
    VoiceOperationSchema,
)
from schemas.json_fields import Array, Integer, Object, OneOfObjects
from schemas.strict import StrictObject
from schemas.timeline_changes import TimelineChangeSchema

MAX_OPERATIONS = 100  # of a request

# By the names of the operations; OPERATIONS in timeline/operations has what they do.
SHAPES = {
    "insert": InsertOperationSchema,
    "move": MoveOperationSchema,
    "trim": TrimOperationSchema,
    "gap": GapOperationSchema,
    "clip": ClipOperationSchema,
    "split": SplitOperationSchema,
    "delete": DeleteOperationSchema,
    "transition": TransitionOperationSchema,
    "text": TextOperationSchema,
    "picture": PictureOperationSchema,
    "caption": CaptionOperationSchema,
    "captions": CaptionsOperationSchema,
    "music": MusicOperationSchema,
    "place": PlaceOperationSchema,
    "voice": VoiceOperationSchema,
    "sound": SoundOperationSchema,
    "layer": LayerOperationSchema,
    "format": FormatOperationSchema,
    "arrange": ArrangeOperationSchema,
    "clear": ClearOperationSchema,
    "revert": RevertOperationSchema,
}
_ONE_AT_LEAST = {
    "insert": ("scene", "asset"),
    "trim": ("from", "seconds"),
    "clip": ("speed", "volume", "fadeIn", "fadeOut", "crop", "motion"),
    "transition": ("transition", "seconds"),
    "music": ("asset", "volume", "level", "loop"),
    "voice": ("start", "trimStart", "trimEnd", "speed", "volume"),
    "format": ("width", "height", "fps", "fit"),
}


class OperationField(OneOfObjects):
    """An operation, with the arguments that it needs."""

    def __init__(self, **kwargs: Any) -> None:
        objects = {name: StrictObject(shape) for name, shape in SHAPES.items()}
        super().__init__("op", objects, **kwargs)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        loaded = super()._deserialize(value, attr, data, **kwargs)
        names = _ONE_AT_LEAST.get(loaded["op"], ())
        if names and not loaded.keys() & {*names}:
            raise ValidationError({"op": [f"Needs {' or '.join(names)}."]})
        if loaded["op"] == "insert" and {"scene", "asset"} <= loaded.keys():
            raise ValidationError({"asset": ["Needs either scene or asset, not both."]})
        return loaded


class OperationsBodySchema(Base):
    """Operations on a timeline, in their order: all are applied, or none."""

    operations = Array(OperationField(), required=True, min_size=1, max_size=MAX_OPERATIONS)


class TimelineWarningSchema(Base):
    """What an operation made that may not be meant, such as a clip longer than its media."""

    operation = Integer(required=True, metadata={"description": "Its number, from 0 on"})
    message = fields.String(required=True)


class OperationsResultSchema(Base):
    """What operations changed, and the timeline as it is now."""

    changes = Array(
        Array(Object(TimelineChangeSchema), max_size=None),
        required=True,
        max_size=None,
        metadata={"description": "For each operation; `revert` takes them back"},
    )
    warnings = Array(Object(TimelineWarningSchema), required=True, max_size=None)
    skipped = Array(
        Integer(),
        required=True,
        metadata={"description": "Numbers of operations that were applied before"},
    )
    timeline = Object(EditorStateSchema, required=True)
    updatedAt = Integer(required=True)
