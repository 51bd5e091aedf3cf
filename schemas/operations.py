"""Operations on a timeline: `op` says which one it is.

What an export would refuse is refused here, or by the operation itself (timeline/operations/).
"""

from types import ModuleType
from typing import Any

from marshmallow import ValidationError, fields

from schemas import clip_operations, item_operations, timeline_operations
from schemas.common import Base
from schemas.editor import EditorStateSchema
from schemas.json_fields import Array, Integer, Object, OneOfObjects
from schemas.operation_parts import OperationSchema
from schemas.strict import StrictObject
from schemas.timeline_changes import TimelineChangeSchema

MAX_OPERATIONS = 100  # of a request


def _shapes(module: ModuleType) -> dict[str, type[OperationSchema]]:
    """Return the schemas of a module that have an `op`, by the name that it requires."""
    classes = (value for value in vars(module).values() if isinstance(value, type))
    shapes = (each for each in classes if issubclass(each, OperationSchema))
    return {op.metadata["const"]: shape for shape in shapes if (op := shape().fields.get("op"))}


SHAPES = _shapes(clip_operations) | _shapes(item_operations) | _shapes(timeline_operations)


class OperationField(OneOfObjects):
    """An operation, with the arguments that it needs."""

    def __init__(self, **kwargs: Any) -> None:
        objects = {name: StrictObject(shape) for name, shape in SHAPES.items()}
        super().__init__("op", objects, **kwargs)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        loaded = super()._deserialize(value, attr, data, **kwargs)
        names = SHAPES[loaded["op"]].one_at_least
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
