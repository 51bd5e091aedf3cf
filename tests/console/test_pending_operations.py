"""Operations of the page that are not saved yet: what is sent, what is told of others."""

from typing import Any

from tests.browser import needs_browser
from tests.console.modules import Modules
from tests.console.timelines import Json

pytestmark = needs_browser

CLIP = {"id": "a", "start": 0, "end": 4, "sceneIndex": 0}
_RUN = """async ([work, operations, theirs]) => {
    const { PendingOperations } = await import("/documents/pending-operations.js");
    const pending = new PendingOperations(work);
    for (const operation of operations) pending.add([operation]);
    const sent = pending.batch();
    if (theirs) pending.accept({ ...work, editorState: theirs });
    const notices = pending.notices.value.map(({ outcome, message }) => [outcome, message ?? ""]);
    return { sent, kept: pending.all, notices, state: pending.state };
}"""


def state(*clips: Json) -> Json:
    tracks = {"videoTrack": [*clips], "textTrack": [], "imageTrack": [], "audioTrack": []}
    settings = {"width": 1080, "height": 1920, "fps": 30}
    return {"editorData": tracks, "textOverlays": {}, "exportSettings": settings}


def run(modules: Modules, *operations: Json, theirs: Json | None = None) -> Any:
    work = {
        "id": "work_1",
        "projectId": "proj_1",
        "resolution": {"width": 1080, "height": 1920},
        "scenes": [{"scene_index": 0, "duration_seconds": 4}],
        "generatedScenes": [],
        "editorState": state(CLIP),
    }
    return modules.page.evaluate(_RUN, [work, operations, theirs])


def test_what_is_made_has_the_same_id_on_the_page_and_in_the_service(modules):
    split = {"op": "split", "clip": "a", "at": 2}
    arranged = {"op": "arrange", "clips": [{"scene": 0}, {"scene": 0}]}

    for operation in (split, {"op": "insert", "scene": 0}, arranged):
        result = run(modules, operation)
        (sent,) = result["sent"]
        made = [sent["new"]] if "new" in sent else [clip["new"] for clip in sent["clips"]]
        shown = {clip["id"] for clip in result["state"]["editorData"]["videoTrack"]}
        assert shown - {"a"} <= {*made}


def test_change_that_is_not_possible_any_more_is_told(modules):
    split = {"op": "split", "clip": "a", "at": 3}

    result = run(modules, split, theirs=state({**CLIP, "end": 2}))

    assert result["kept"] == []
    ((outcome, message),) = result["notices"]
    assert (outcome, message != "") == ("refused", True)


def test_change_of_what_was_deleted_is_told_once(modules):
    result = run(modules, {"op": "trim", "clip": "a", "seconds": 1}, theirs=state())

    assert (result["kept"], result["notices"]) == ([], [["deleted", ""]])


def test_operations_that_were_answered_are_done(modules):
    trim = {"op": "trim", "clip": "a", "seconds": 1, "operationId": "mine"}
    saved = {**state({**CLIP, "end": 1}), "operationIds": ["mine"]}

    result = run(modules, trim, theirs=saved)

    assert (result["kept"], result["notices"]) == ([], [])
