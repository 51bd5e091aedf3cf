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
SEEDS = [0, *(pytest.param(seed, marks=pytest.mark.thorough) for seed in range(1, 200))]
_OPEN = """async (work) => {
    const { PendingOperations } = await import("/documents/pending-operations.js");
    window.restart = (work, pending) => {
        window.operations = new PendingOperations(work);
        operations.restore(pending);
    };
    restart(work, []);
}"""
# Returns what the operation has changed; null if it is refused.
_EDIT = """(operation) => {
    const before = operations.state;
    try {
        operations.add([operation]);
    } catch (error) {
        if (error.name !== "OperationError") throw error;
        return null;
    }
    return operations.changes(before, operations.state);
}"""
_ACCEPT = "(work) => { operations.accept(work); return operations.all; }"
_RESTART = "([work, pending]) => { restart(work, pending); return operations.all; }"
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
        self.call = modules.page.evaluate
        self.ana, self.path, self.timeline = ana, path, timeline
        self.etag = ""
        self.call(_OPEN, self.read())

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

    def edit(self, operation: Json) -> list[Json]:
        """Apply an operation; return what it has changed."""
        changes: list[Json] = self.call(_EDIT, operation) or []
        self.timeline.record(changes)
        self.timeline.see(self.state)
        return changes

    def accept(self, work: Json) -> None:
        self.replay(work, _ACCEPT, work)

    def restart(self) -> None:
        """Close the page, and open it with its draft."""
        work = self.read()
        self.replay(work, _RESTART, [work, self.call("operations.all")])

    def replay(self, work: Json, function: str, argument: Any) -> None:
        """Let the page apply what is pending to a version of the work."""
        before = self.call("operations.all")
        kept = {each["operationId"] for each in self.call(function, argument)}
        applied = {*work["editorState"].get("operationIds", ())}
        gone = [each for each in before if each["operationId"] not in kept | applied]
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
def test_page_and_program_see_the_same_in_the_end(
    modules: Modules, ana: Person, project: str, seed: int
) -> None:
    random = Random(seed)
    scenes = [{"scene_index": number, "duration_seconds": 4} for number in range(4)]
    path = ana.new_work(project)
    assert ana.put(path, json={"scenes": scenes}).status_code == 200
    timeline = Timeline()
    page = PageClient(modules, ana, path, timeline)
    mine, theirs = Names("mine"), Names("theirs")
    done: list[list[Json]] = []
    for _ in range(STEPS):
        match random.choices(
            ("edit", "undo", "program", "whole", "save", "restart"), (5, 1, 4, 1, 2, 0.3)
        ):
            case ["edit"]:
                done.append(page.edit(possible(random, page.state, mine)))
            case ["undo"] if done:
                page.edit({"op": "revert", "changes": done.pop()})
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
