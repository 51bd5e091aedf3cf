"""Operations on a timeline in the page's modules: the cases of both languages."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from media.colors import NAMES, parse_color
from tests.browser import needs_browser
from tests.service import ROOT
from tests.timeline.running import BASE
from tests.timeline.test_orders import AT_ONE_CLIP, BY_OTHER, IN_A_ROW, LEFT

pytestmark = needs_browser

Json = dict[str, Any]

CASES = ROOT / "tests" / "timeline" / "cases"
# Applies the operations of each case, then reverts the changes of each, last first.
_RUN = """async (cases) => {
    const { applyOperation, changesOf } = await import("/timeline/operations/index.js");
    const freeze = (value) => {
        if (value instanceof Object) Object.values(Object.freeze(value)).forEach(freeze);
        return value;
    };
    const run = ({ state, context, operations }) => {
        const states = [freeze(state)];
        try {
            for (const operation of operations) {
                states.push(freeze(applyOperation(states.at(-1), freeze(operation), context)));
            }
        } catch (error) {
            if (error.name !== "OperationError") throw error;
            return { error: { operation: states.length - 1, field: error.field } };
        }
        let undone = states.at(-1);
        for (let number = operations.length; number > 0; number -= 1) {
            const changes = changesOf(states[number - 1], states[number], context);
            undone = applyOperation(undone, { op: "revert", changes }, context);
        }
        return { state: states.at(-1), undone };
    };
    return cases.map((each) => {
        try {
            return run(each);
        } catch (error) {
            return { failure: error.stack };
        }
    });
}"""


# Applies operations, and another one; returns the ids of the clips after the first were undone.
_UNDO_BEFORE_OTHER = """async ([state, operations, byOther, context]) => {
    const { applyOperation, changesOf } = await import("/timeline/operations/index.js");
    const done = [];
    for (const operation of operations) {
        const after = applyOperation(state, operation, context);
        done.push(changesOf(state, after, context));
        state = after;
    }
    state = applyOperation(state, byOther, context);
    for (const changes of done.reverse()) {
        state = applyOperation(state, { op: "revert", changes }, context);
    }
    return state.editorData.videoTrack.map(({ id }) => id);
}"""


def read_cases() -> list[Json]:
    """Return all cases with the defaults of `base.json`."""
    base = json.loads((CASES / "base.json").read_text(encoding="utf-8"))
    files = sorted(path for path in CASES.glob("*.json") if path.stem != "base")
    return [
        with_defaults(case, base, path)
        for path in files
        for case in json.loads(path.read_text(encoding="utf-8"))
    ]


def with_defaults(case: Json, base: Json, path: Path) -> Json:
    given = case.get("state", {})
    tracks = {**base["state"]["editorData"], **given.get("editorData", {})}
    return {
        **case,
        "name": f"{path.stem}: {case['name']}",
        "state": {**base["state"], **given, "editorData": tracks},
        "context": {**base["context"], **case.get("context", {})},
    }


def can_be_drawn(color: str) -> bool:
    try:
        parse_color(color)
    except ValueError:
        return False
    return True


def test_colours_are_those_that_exports_draw(modules):
    """The names, and what is like one or like a number."""
    names = [*NAMES, "transparent"]
    others = ["#fff", "#FF8800cc", "#ff88", "#ff880", "#ggg", " gold\t", "Gold ", "goldish", ""]
    numbers = ["1, 2, 3", "1 2 3 / 50%", "1,2,3,.5", "1e2 0 0", "1, 2", "1 2, 3", "a,2,3", "٣,1,2"]
    functions = [*(f"rgba({each})" for each in numbers), "rgb( 1,2,3 )", "rgb(1,2,3"]
    colors = [*names, *others, *functions]
    found = modules.call_all(
        "timeline/operations/arguments.js", "isColor", [[each] for each in colors]
    )

    assert found == [can_be_drawn(each) for each in colors]
    assert found.count(True) == len(names) + 10


def test_cases(modules):
    cases = read_cases()
    inputs = [{key: case[key] for key in ("state", "context", "operations")} for case in cases]

    results = modules.page.evaluate(_RUN, inputs)

    problems = [
        f"{case['name']}: {problem}"
        for case, result in zip(cases, results, strict=True)
        for problem in problems_of(case, result)
    ]
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("operations", [IN_A_ROW, AT_ONE_CLIP])
def test_undo_of_many_at_one_place_leaves_what_another_moved(modules, operations):
    arguments = [BASE["state"], operations, BY_OTHER, BASE["context"]]

    assert modules.page.evaluate(_UNDO_BEFORE_OTHER, arguments) == LEFT


def test_keys_beyond_all_others_count_as_missing(modules):
    calls = [
        [[{"id": "a", "action": {"order": 5}}, {"id": "b", "action": {"order": key}}]]
        for key in (7, [6, 1], 1e300, [6, 1e300], [6] * 5_000, [], None, True)
    ]
    found = modules.call_all("timeline/operations/order.js", "keysOf", calls)

    assert found == [[5, 7], [5, [6, 1]], *[[5, 6]] * 6]


def problems_of(case: Json, result: Json) -> Iterator[str]:
    if "failure" in result or "error" in case or "error" in result:
        if result.get("error") != case.get("error"):
            yield f"expected {case.get('error')}, got {result}"
        return
    yield from differences(case["expect"], result["state"], "")
    if case.get("undo", True):
        yield from (f"undone: {each}" for each in differences(case["state"], result["undone"], ""))
        yield from (f"undone: {each}" for each in differences(result["undone"], case["state"], ""))


def differences(expected: Any, found: Any, path: str) -> Iterator[str]:
    """Yield where a value is not what is expected of it, as tests/timeline/cases/README.md says."""
    if isinstance(expected, dict) and isinstance(found, dict):
        for key, value in expected.items():
            if value is None:
                if key in found:
                    yield f"{path}{key} should be missing"
            else:
                yield from differences(value, found.get(key), f"{path}{key}.")
    elif isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        for number, pair in enumerate(zip(expected, found, strict=True)):
            yield from differences(*pair, f"{path}{number}.")
    elif expected != found:
        yield f"{path} expected {expected}, got {found}"
