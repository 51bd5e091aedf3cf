"""The operations on a timeline. `apply` takes a timeline to another one."""

from importlib import import_module
from pkgutil import iter_modules
from typing import NamedTuple

from schemas.operations import SHAPES
from timeline.changes import Change, changes_of
from timeline.context import Context
from timeline.edit import Edit, Operation
from timeline.limits import check_limits
from timeline.operations.registry import OPERATIONS
from timeline.scene_clips import State

for _module in iter_modules(__path__, f"{__name__}."):  # each adds its functions to OPERATIONS
    import_module(_module.name)
if _incomplete := SHAPES.keys() ^ OPERATIONS.keys():
    raise LookupError(f"Operations without a shape or a function: {', '.join(_incomplete)}.")


class Applied(NamedTuple):
    """A timeline after an operation, and what it changed."""

    state: State
    changes: list[Change]


def apply(state: State, operation: Operation, context: Context) -> Applied:
    """Apply an operation that OperationSchema has loaded. Raises FieldsError, naming arguments."""
    edit = Edit(state, context)
    OPERATIONS[operation["op"]](edit, operation)
    check_limits(edit, operation)
    after = edit.write()
    return Applied(after, changes_of(edit))
