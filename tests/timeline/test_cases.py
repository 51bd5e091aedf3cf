"""The cases of each operation, which the page's suite runs as well."""

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest

from errors import FieldsError
from schemas.operations import SHAPES
from schemas.transitions import CUT, MOVEMENTS, TRANSITIONS
from tests.service import ROOT
from tests.timeline.random_operations import MAKERS
from tests.timeline.running import CASES, apply_all, context_of, state_of, undone
from timeline.operations.registry import OPERATIONS

CASES_BY_NAME = {
    f"{path.stem}: {case['name']}": case
    for path in sorted(CASES.glob("*.json"))
    if path.stem != "base"
    for case in json.loads(path.read_text(encoding="utf-8"))
}


def contains(actual: Any, part: Any) -> bool:
    """Return whether a value has a part, as cases/README.md defines it."""
    if isinstance(part, Mapping):
        return isinstance(actual, Mapping) and all(
            key not in actual if value is None else contains(actual.get(key), value)
            for key, value in part.items()
        )
    if isinstance(part, list):
        is_list = isinstance(actual, list) and len(actual) == len(part)
        return is_list and all(map(contains, actual, part))
    return bool(actual == part) and isinstance(actual, bool) == isinstance(part, bool)


@pytest.mark.parametrize("name", CASES_BY_NAME)
def test_case(name):
    case = CASES_BY_NAME[name]
    state, context = state_of(case), context_of(case)
    operations = case["operations"]
    if error := case.get("error"):
        fine = operations[: error["operation"]]
        before = apply_all(state, fine, context)[0]
        with pytest.raises(FieldsError) as caught:
            apply_all(before, operations[error["operation"] :][:1], context)
        assert list(caught.value.details) == [error["field"]]
        return

    after, changes = apply_all(state, operations, context)

    assert contains(after, case["expect"]), json.dumps(after, indent=1)
    if case.get("undo", True):
        assert undone(after, changes, context) == state


def test_every_operation_has_at_least_ten_cases():
    counts = {op: sum(name.startswith(f"{op}: ") for name in CASES_BY_NAME) for op in SHAPES}

    assert {op: count for op, count in counts.items() if count < 10} == {}


def test_names_are_unique():
    for path in CASES.glob("*.json"):
        cases = json.loads(path.read_text(encoding="utf-8"))
        names = [case["name"] for case in cases] if path.stem != "base" else []
        assert len(set(names)) == len(names), path.stem


def test_every_operation_has_its_shape_its_random_ones_and_its_row_in_the_api_guide():
    guide = (ROOT / "docs/api.md").read_text(encoding="utf-8")
    table = guide.split("| `op` | Fields | Effect |\n")[1].split("\n\n")[0]

    assert SHAPES.keys() == OPERATIONS.keys()
    assert MAKERS.keys() | {"revert"} == OPERATIONS.keys()
    assert set(re.findall(r"^\| `(\w+)`", table, re.MULTILINE)) == OPERATIONS.keys()


def test_every_transition_that_can_be_named_is_drawn():
    assert set(TRANSITIONS) == {CUT, *MOVEMENTS}
