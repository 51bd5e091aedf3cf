"""The operations on a timeline, by their names. `apply` takes a timeline to another one."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from timeline.changes import Change, changes_of
from timeline.context import Context
from timeline.edit import Edit, Operation
from timeline.limits import check_limits
from timeline.operations.captions import caption, captions
from timeline.operations.clip import set_clip
from timeline.operations.cutting import split, transition, trim
from timeline.operations.deleting import delete
from timeline.operations.format import set_format
from timeline.operations.music import music, place
from timeline.operations.overlays import layer, picture, text
from timeline.operations.placing import arrange, clear, gap, insert, move
from timeline.operations.reverting import revert
from timeline.operations.sounds import sound
from timeline.operations.voices import voice
from timeline.scene_clips import State

OPERATIONS: Mapping[str, Callable[[Edit, Operation], None]] = {
    "insert": insert,
    "move": move,
    "trim": trim,
    "gap": gap,
    "clip": set_clip,
    "split": split,
    "delete": delete,
    "transition": transition,
    "text": text,
    "picture": picture,
    "caption": caption,
    "captions": captions,
    "music": music,
    "place": place,
    "voice": voice,
    "sound": sound,
    "layer": layer,
    "format": set_format,
    "arrange": arrange,
    "clear": clear,
    "revert": revert,
}


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
