"""The tracks of a stored timeline. Pure."""

from collections.abc import Mapping
from typing import Any

from export.plan.checks import check_range, check_times
from schemas.exports import MAX_TIME

Action = Mapping[str, Any]
_TIMES = ("start", "end", "trimStart", "trimEnd", "transitionDuration", "fadeIn", "fadeOut")


def actions_of(state: Mapping[str, Any], name: str) -> list[tuple[str, Action]]:
    """Return a track's actions with their paths. Raises FieldsError."""
    actions = (state.get("editorData") or {}).get(name) or []
    result = []
    for number, action in enumerate(actions):
        path = f"editorState.editorData.{name}.{number}"
        for key in _TIMES:
            check_range(f"{path}.{key}", action.get(key) or 0, 0, MAX_TIME)
        check_times(path, action["start"], action["end"])
        result.append((path, action))
    return result
