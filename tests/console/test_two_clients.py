"""A page and a program edit one timeline: both see the same in the end, and nothing gets lost."""

from random import Random
from typing import Any

import pytest

from export.plan.from_work import timeline_of_work
from tests.browser import needs_browser
from tests.console.modules import Modules
from tests.people import Person
from tests.timeline.generated import Names, ids_of, random_operation

pytestmark = needs_browser

Json = dict[str, Any]

STEPS = 120  # ten minutes, with one step in five seconds
SEEDS = [*range(3), *(pytest.param(seed, marks=pytest.mark.thorough) for seed in range(3, 200))]
# Opens a work with its draft, and with the steps of earlier visits; returns what is pending.
_OPEN = """async ([path, work, pending]) => {
    const { PendingOperations } = await import("/documents/pending-operations.js");
    const { Steps } = await import("/screens/work/edit/kept.js");
    window.operations = new PendingOperations(work);
    operations.restore(pending);
    window.steps = new Steps("ana", path, (before, after) => operations.changes(before, after));
    await steps.found;
    window.edit = (operation, done) => {
        const before = operations.state;
        operations.add([operation]);
        done(before, operations.state);
        return operations.changes(before, operations.state);
    };
    window.revert = (step, done) =>
        step ? edit({ op: "revert", changes: steps.changesOf(step) }, done) : [];
    return operations.all;
}"""
# Returns what the operation has changed; null if it is refused.
_EDIT = """(operation) => {
    try {
        return edit(operation, (before, after) => {
            if (before !== after) steps.record({ before, after, key: null });
        });
    } catch (error) {
        if (error.name !== "OperationError") throw error;
        return null;
    }
}"""
_UNDO = "() => revert(steps.last, (before, after) => steps.undone(before, after))"
_REDO = "() => revert(steps.next, (before, after) => steps.redone(before, after))"
# Waits until the steps are stored: while a page is being closed, that succeeds mostly, not always.
_STORE = """async (path) => {
    const { StepStore } = await import("/documents/step-store.js");
    await new StepStore("ana", path, () => []).find();
}"""
# What would be undone or redone next.
_STEPS = """() => [steps.last, steps.next].map(
    (step) => step && [step.id, step.madeAt, steps.changesOf(step)],
)"""
_ACCEPT = "(work) => { operations.accept(work); return operations.all; }"
_REFUSE = "([sent, fields]) => { operations.refuse(sent, fields); return operations.all; }"


class Timeline:
    """What people did to a timeline: which objects were there, and which of them were deleted."""

    def __init__(self) -> None:
        self.seen: set[str] = set()
        self.deleted: set[str | None] = set()

    def see(self, state: Json) -> None:
        self.seen.update(each for ids in ids_of(state).values() for each in ids)

    def record(self, changes: list[Json]) -> None:
        self.deleted.update(each["id"] for each in changes if "removed" in each)

    def forget(self, dropped: list[Json], pending: list[Json]) -> None:
        """Operations are dropped: their objects are gone, or others have made them impossible."""
        replaces_all = bool({each["op"] for each in pending} & {"arrange", "captions", "clear"})
        for each in dropped:
            is_gone = replaces_all or self.deleted & {*map(str, each.values())}
            assert is_gone or each["op"] in {"split", "revert"}, each
            self.deleted.add(each.get("new", ""))
        for each in pending:  # what is there of a scene is taken in place of a new clip
            self.deleted.update(clip.get("new") for clip in each.get("clips", ()))


class PageClient:
    """The page: it edits while it is offline, loses answers, and is closed and opened again."""

    def __init__(self, modules: Modules, ana: Person, path: str, timeline: Timeline) -> None:
        self.page = modules.page
        self.call = modules.page.evaluate
        self.ana, self.path, self.timeline = ana, path, timeline
        self.etag = ""
        self.call(_OPEN, [path, self.read(), []])

    def read(self) -> Any:
        answer = self.ana.get(self.path)
        self.etag = answer.headers["ETag"]
        work: Any = answer.json
        self.timeline.see(work["editorState"])
        return work

    @property
    def state(self) -> Json:
        state: Json = self.call("operations.state")
        return state

    def edit(self, operation: Json) -> None:
        self.note(self.call(_EDIT, operation) or [])

    def undo(self) -> None:
        self.note(self.call(_UNDO))

    def redo(self) -> None:
        self.note(self.call(_REDO))

    def note(self, changes: list[Json]) -> None:
        self.timeline.record(changes)
        self.timeline.see(self.state)

    def accept(self, work: Json) -> None:
        before = self.call("operations.all")
        self.forget_dropped(work, before, self.call(_ACCEPT, work))

    def restart(self) -> None:
        """Load the page anew, and open the work with its draft."""
        before, steps = self.call("operations.all"), self.call(_STEPS)
        self.call(_STORE, self.path)
        self.page.reload()
        work = self.read()
        self.forget_dropped(work, before, self.call(_OPEN, [self.path, work, before]))
        assert self.call(_STEPS) == steps

    def forget_dropped(self, work: Json, before: list[Json], after: list[Json]) -> None:
        """The page has applied what was pending to a version of the work."""
        known = {each["operationId"] for each in after}
        known.update(work["editorState"].get("operationIds", ()))
        gone = [each for each in before if each["operationId"] not in known]
        self.timeline.forget(gone, before)

    def save(self, *, loses_answer: bool) -> None:
        """Send what is pending, until all of it is saved, or once if the answer is lost."""
        while sent := self.call("operations.batch()"):
            answer = self.ana.post(
                f"{self.path}/timeline/operations",
                json={"operations": sent},
                headers={"If-Match": self.etag},
            )
            if answer.status_code == 200:
                for changes in answer.json["changes"]:
                    self.timeline.record(changes)
            if loses_answer:
                return
            if answer.status_code == 400:
                self.call(_REFUSE, [sent, answer.json["details"]])
                numbers = {int(path.split(".")[1]) for path in answer.json["details"]}
                self.timeline.forget([sent[number] for number in numbers], sent)
            else:
                assert answer.status_code in {200, 412}, answer.text
                self.accept(self.read())


def edit_by_program(ana: Person, path: str, operation: Json, timeline: Timeline) -> None:
    answer = ana.post(f"{path}/timeline/operations", json={"operations": [operation]})
    if answer.status_code == 200:
        for changes in answer.json["changes"]:
            timeline.record(changes)
        timeline.see(answer.json["timeline"])


def write_back(ana: Person, path: str, random: Random) -> None:
    """Save the work as an editor does that knows no operations: whole, with a text elsewhere."""
    answer = ana.get(path)
    work: Any = answer.json
    for action in work["editorState"]["editorData"]["textTrack"][:1]:
        action.pop("order", None)
        action["end"] = action["start"] + random.choice((0.5, 1, 2))
    saved = ana.put(path, json=work, headers={"If-Match": answer.headers["ETag"]})
    assert saved.status_code == 200, saved.text


def possible(random: Random, state: Json, names: Names) -> Json:
    """Return an operation that needs no files."""
    while True:
        operation = random_operation(random, state, names)
        if not {"asset", "font"} & operation.keys():
            return operation


@pytest.mark.parametrize("seed", SEEDS)
def test_page_and_program_see_the_same_in_the_end(modules, ana, project, seed):
    random = Random(seed)
    scenes = [{"scene_index": number, "duration_seconds": 4} for number in range(4)]
    path = ana.new_work(project)
    assert ana.put(path, json={"scenes": scenes}).status_code == 200
    timeline = Timeline()
    page = PageClient(modules, ana, path, timeline)
    mine, theirs = Names("mine"), Names("theirs")
    for _ in range(STEPS):
        match random.choices(
            ("edit", "undo", "redo", "program", "whole", "save", "restart"),
            (5, 1, 0.5, 4, 1, 2, 0.5),
        ):
            case ["edit"]:
                page.edit(possible(random, page.state, mine))
            case ["undo"]:
                page.undo()
            case ["redo"]:
                page.redo()
            case ["program"]:
                state = ana.show(path)["editorState"]
                edit_by_program(ana, path, possible(random, state, theirs), timeline)
            case ["whole"]:
                write_back(ana, path, random)
            case ["save"]:
                page.save(loses_answer=random.random() < 0.3)
            case ["restart"]:
                page.restart()
    page.save(loses_answer=False)
    page.accept(page.read())

    work = ana.show(path)
    assert page.state == work["editorState"]
    there = {each for ids in ids_of(work["editorState"]).values() for each in ids}
    assert timeline.seen - timeline.deleted <= there
    if work["editorState"]["editorData"]["videoTrack"]:
        timeline_of_work(work, {})  # an export does not refuse it
