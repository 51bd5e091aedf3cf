"""Random operations: the page's modules and the service agree after each, and undo is exact."""

from typing import Any

import pytest

from tests.browser import needs_browser
from tests.console.modules import Modules
from tests.timeline.random_operations import Sequence, random_sequence
from tests.timeline.running import BASE

pytestmark = needs_browser

LENGTH = 50
# Applies operations, those that are refused aside, then reverts the changes of each, last first.
_RUN = """async ([state, operations, context]) => {
    const { applyOperation, changesOf } = await import("/timeline/operations/index.js");
    const steps = [];
    const done = [];
    for (const operation of operations) {
        try {
            const after = applyOperation(state, operation, context);
            done.push(changesOf(state, after, context));
            state = after;
            steps.push(state);
        } catch (error) {
            if (error.name !== "OperationError") throw error;
            steps.push(null);
        }
    }
    for (const changes of done.reverse()) {
        state = applyOperation(state, { op: "revert", changes }, context);
    }
    return { steps, undone: state };
}"""


def run(modules: Modules, sequence: Sequence) -> Any:
    operations = [step.operation for step in sequence.steps]
    return modules.page.evaluate(_RUN, [sequence.state, operations, BASE["context"]])


def check(modules: Modules, seed: int) -> None:
    sequence = random_sequence(seed, LENGTH)
    found = run(modules, sequence)
    for number, (step, state) in enumerate(zip(sequence.steps, found["steps"], strict=True)):
        assert state == step.state, f"seed {seed}, operation {number}: {step.operation}"
    if not changes_rate(sequence):  # another rate rounds times for good
        assert found["undone"] == sequence.state, f"seed {seed}"


def changes_rate(sequence: Sequence) -> bool:
    return any("fps" in step.operation for step in sequence.steps if step.state is not None)


def test_page_and_service_agree(modules):
    for seed in range(10):
        check(modules, seed)


@pytest.mark.thorough
def test_page_and_service_agree_on_many(modules):
    for seed in range(10, 200):
        check(modules, seed)
