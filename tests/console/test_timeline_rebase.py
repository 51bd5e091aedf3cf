"""Pending operations of the page on what others saved, and what is one change."""

from typing import Any

import pytest

from tests.browser import needs_browser
from tests.console.modules import Modules
from tests.console.timelines import Json, scene, work_of
from tests.timeline.test_scene_numbers import CASES as SCENE_NUMBERS
from tests.timeline.test_scene_numbers import work_of as work_of_numbers

pytestmark = needs_browser

INDEX = "timeline/operations/index.js"
CONTEXT = {
    "projectId": "proj_1",
    "workId": "work_1",
    "resolution": {"width": 1080, "height": 1920},
    "scenes": [
        {"scene": index, "seconds": 4, "stillSeconds": 5, "transition": "cut", "text": ""}
        for index in range(3)
    ],
}


class Client:
    """Somebody who edits a timeline by the page's modules."""

    def __init__(self, modules: Modules, state: Json) -> None:
        self._modules = modules
        self.state = state
        self.pending: list[Json] = []

    def do(self, op: str, **arguments: Any) -> "Client":
        operation = {"op": op, **arguments}
        self.state = self._modules.call(INDEX, "applyOperation", self.state, operation, CONTEXT)
        self.pending.append(operation)
        return self

    def on(self, base: Json, theirs: Json) -> Json:
        """Return the pending operations replayed on what somebody else saved."""
        result: Json = self._modules.call(
            INDEX, "rebaseOperations", base, self.pending, theirs, CONTEXT
        )
        return result

    @property
    def clips(self) -> list[tuple[str, float, float]]:
        return clips_of(self.state)


def clips_of(state: Json) -> list[tuple[str, float, float]]:
    return [(each["id"], each["start"], each["end"]) for each in state["editorData"]["videoTrack"]]


@pytest.fixture
def base():
    track = [
        {"id": id_, "start": 4 * number, "end": 4 * number + 4, "sceneIndex": number}
        for number, id_ in enumerate("abc")
    ]
    tracks: Json = {"videoTrack": track, "textTrack": [], "imageTrack": [], "audioTrack": []}
    settings = {"width": 1080, "height": 1920, "fps": 30}
    return {"editorData": tracks, "textOverlays": {}, "exportSettings": settings}


def test_operations_of_two_clients_are_both_kept(modules, base):
    mine = Client(modules, base).do("move", clip="c", after=None).do("text", new="t", **SPRING)
    theirs = Client(modules, base).do("trim", clip="a", seconds=2).do("text", new="u", **SPRING)

    result = mine.on(base, theirs.state)

    assert clips_of(result["state"]) == [("c", 0, 4), ("a", 4, 6), ("b", 6, 10)]
    assert set(result["state"]["textOverlays"]) == {"t", "u"}
    assert (result["kept"], result["dropped"]) == (mine.pending, [])


SPRING = {"text": "Spring", "start": 0, "end": 1}


def test_what_was_deleted_stays_deleted(modules, base):
    mine = Client(modules, base).do("trim", clip="b", seconds=1).do("gap", clip="c", seconds=1)
    theirs = Client(modules, base).do("delete", kind="clip", id="b")

    result = mine.on(base, theirs.state)

    assert clips_of(result["state"]) == [("a", 0, 4), ("c", 5, 9)]
    [dropped] = result["dropped"]
    assert dropped["operation"] == mine.pending[0]
    assert dropped["field"] == "clip"


def test_a_place_after_a_deleted_clip_is_after_the_one_before(modules, base):
    mine = (
        Client(modules, base)
        .do("insert", scene=0, new="n", after="b", seconds=1)
        .do("insert", scene=0, new="m", after="n", seconds=1)
    )
    theirs = Client(modules, base).do("delete", kind="clip", id="b")

    result = mine.on(base, theirs.state)

    assert [id_ for id_, *_ in clips_of(result["state"])] == ["a", "n", "m", "c"]
    assert [each["after"] for each in result["kept"]] == ["a", "n"]

    theirs.do("delete", kind="clip", id="a")
    result = mine.on(base, theirs.state)
    assert [id_ for id_, *_ in clips_of(result["state"])] == ["n", "m", "c"]


def test_an_anchor_that_is_gone_is_left_out(modules, base):
    mine = Client(modules, base).do("text", new="t", anchor="b", **SPRING)
    theirs = Client(modules, base).do("delete", kind="clip", id="b")

    state = mine.on(base, theirs.state)["state"]

    assert state["editorData"]["textTrack"] == [{"id": "t", "start": 0, "end": 1}]


def test_an_operation_that_was_saved_is_not_repeated(modules, base):
    """The answer was lost."""
    mine = Client(modules, base).do("split", clip="a", at=1, new="n", operationId="op-1")
    theirs = {**mine.state, "operationIds": ["op-1"]}

    result = mine.on(base, theirs)

    assert result == {"state": theirs, "kept": [], "dropped": []}


def test_undo_takes_back_ones_own_changes_alone(modules, base):
    mine = Client(modules, base).do("trim", clip="a", seconds=2)
    changes = modules.call(INDEX, "changesOf", base, mine.state, CONTEXT)
    both = (
        Client(modules, mine.state).do("trim", clip="b", seconds=1).do("move", clip="c", after="a")
    )

    both.do("revert", changes=changes)

    assert both.clips == [("a", 0, 4), ("c", 4, 8), ("b", 8, 9)]
    assert changes == [{"kind": "clip", "id": "a", "field": "length", "before": 4, "after": 2}]
    both.do("trim", clip="a", seconds=3)
    assert Client(modules, both.state).do("revert", changes=changes).state == both.state


def test_letters_and_steps_are_one_operation(modules):
    text = {"op": "text", "id": "t", "text": "S"}
    longer = {**text, "text": "Sp"}
    quiet = {"op": "clip", "clip": "a", "volume": 0.5}
    cases: list[tuple[list[Json], Json, list[Json]]] = [
        ([text], longer, [longer]),
        ([text], {**longer, "id": "u"}, [text, {**longer, "id": "u"}]),
        (
            [text],
            {"op": "text", "id": "t", "size": 3},
            [text, {"op": "text", "id": "t", "size": 3}],
        ),
        ([text], {**longer, "size": 3}, [{**longer, "size": 3}]),
        ([quiet], {**quiet, "volume": 0.4}, [{**quiet, "volume": 0.4}]),
        ([text, {"op": "clear"}], longer, [text, {"op": "clear"}, longer]),
        *(
            ([operation], operation, [operation, operation])
            for operation in (
                {"op": "split", "clip": "a", "at": 1},
                {"op": "insert", "scene": 0},
                {"op": "clip", "clip": "a", "speed": 2},  # sets a length by what it was before
                {"op": "delete", "kind": "text", "id": "t"},
                {"op": "text", "text": "S", "start": 0, "end": 1},
            )
        ),
    ]
    found = modules.call_all(INDEX, "coalesce", [[pending, one] for pending, one, _ in cases])

    assert found == [expected for *_, expected in cases]


def test_scenes_are_shown_as_clips(modules):
    work = work_of(
        scenes=[scene(0, transition="fade"), scene(1, duration_seconds=3, text_overlay="Hi")],
        generatedScenes=[{"sceneIndex": 7, "videoUrl": "/v"}, {"sceneIndex": 0, "videoUrl": "/v"}],
    )
    context = modules.call(INDEX, "contextOf", work, {"0": {"seconds": 1.5}, "7": {"seconds": 2}})

    assert context["scenes"] == [
        {"scene": 0, "seconds": 1.5, "stillSeconds": 5, "transition": "fade", "text": ""},
        {"scene": 1, "seconds": None, "stillSeconds": 3, "transition": "cut", "text": "Hi"},
        {
            "scene": 7,
            "seconds": 2,
            "stillSeconds": 5,
            "transition": "cut",
            "text": "",
            "plays": False,
        },
    ]
    assert clips_of(modules.call(INDEX, "withClipsOfScenes", {}, context)) == [
        ("scene-0", 0, 1.5),
        ("scene-1", 1.5, 4.5),
    ]


def test_scenes_have_the_numbers_of_the_service_s_messages(modules):
    works = [[work_of_numbers(case)] for case in SCENE_NUMBERS]
    found = modules.call_all("timeline/editor-state.js", "sceneNumbers", works)

    assert found == [case["expect"] for case in SCENE_NUMBERS]


def test_removed_scenes_do_not_play(modules):
    made = [
        {"sceneIndex": 1, "videoUrl": "/v", "removedAt": 1},
        {"sceneIndex": 2, "videoUrl": "/v"},
    ]
    context = modules.call(INDEX, "contextOf", work_of(scenes=[], generatedScenes=made), {})

    plays = {each["scene"]: each.get("plays", True) for each in context["scenes"]}
    assert plays == {1: False, 2: True}


def test_new_ids_are_random(modules):
    ids = modules.call_all(INDEX, "newId", [["clip"]] * 100)

    assert len(set(ids)) == 100
    assert all(len(each) == len("clip-") + 8 for each in ids)
