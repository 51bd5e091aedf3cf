"""Keys of the order, of which many are put at one place: no other clip gets another key."""

from typing import Any

import pytest

from tests.timeline.running import apply_all, context_of, state_of, undone

Json = dict[str, Any]

COUNT = 130  # 53 exhaust the numbers between two keys
IN_A_ROW = [
    {"op": "insert", "scene": 0, "new": f"n{number}", "after": f"n{number - 1}" if number else "a"}
    for number in range(COUNT)
]
AT_ONE_CLIP = [{**operation, "after": "a"} for operation in IN_A_ROW]
# What another person does then, and what is left of both once the first one has undone all.
BY_OTHER: Json = {"op": "move", "clip": "c", "after": "n10"}
LEFT = ["a", "c", "b"]


def names(state: Any) -> list[str]:
    """Return the ids of the clips in order."""
    return [clip["id"] for clip in state["editorData"]["videoTrack"]]


@pytest.mark.parametrize("operations", [IN_A_ROW, AT_ONE_CLIP])
def test_undo_of_many_at_one_place_leaves_what_another_moved(operations):
    context = context_of({})
    state, changes = apply_all(state_of({}), operations, context)
    moved = apply_all(state, [BY_OTHER], context)[0]

    assert [[change["id"] for change in each] for each in changes] == [
        [f"n{number}"] for number in range(COUNT)
    ]
    assert names(undone(moved, changes, context)) == LEFT
