"""POST …/works/<id>/timeline/operations: operations on the timeline of a work."""

from typing import Any

import pytest

from storage.paths import WorkRef
from storage.store import Store
from tests.people import Person
from works.service import change_slowly

SCENES = [
    {"scene_index": 0, "duration_seconds": 4, "text_overlay": "Hello"},
    {"scene_index": 1, "duration_seconds": 6},
]
TRIM = {"op": "trim", "clip": "scene-0", "seconds": 2}
SPLIT = {"op": "split", "clip": "scene-1", "at": 1, "new": "clip-b"}


@pytest.fixture
def edited(ana, project):
    work = ana.new_work(project)
    ana.save(work, {"scenes": SCENES})
    return work


def edit(ana: Person, work: str, *operations: Any, status: int = 200, **kwargs: Any) -> Any:
    answer = ana.post(f"{work}/timeline/operations", json={"operations": operations}, **kwargs)
    assert answer.status_code == status, answer.text
    return answer.json


def clips_of(ana: Person, work: str) -> list[tuple[str, float, float]]:
    track = ana.show(work)["editorState"]["editorData"]["videoTrack"]
    return [(clip["id"], clip["start"], clip["end"]) for clip in track]


def test_operations_are_applied_one_after_the_other(ana, edited):
    result = edit(ana, edited, TRIM, SPLIT)

    assert clips_of(ana, edited) == [("scene-0", 0, 2), ("scene-1", 2, 3), ("clip-b", 3, 8)]
    work = ana.show(edited)
    assert result["timeline"] == work["editorState"]
    assert result["updatedAt"] == work["updatedAt"]
    assert {"kind": "clip", "id": "scene-0", "field": "length", "before": 4, "after": 2} in (
        result["changes"][0]
    )
    assert [change["kind"] for change in result["changes"][1]] == ["clip"] * 2


def test_answer_has_the_etag_of_the_work(ana, edited):
    answer = ana.post(f"{edited}/timeline/operations", json={"operations": [TRIM]})

    assert answer.headers["ETag"] == ana.get(edited).headers["ETag"]


def test_changes_that_are_reverted_leave_nothing(ana, edited):
    before = ana.show(edited)["editorState"]
    changes = edit(ana, edited, TRIM, SPLIT)["changes"]

    edit(ana, edited, *({"op": "revert", "changes": each} for each in reversed(changes)))

    assert ana.show(edited)["editorState"] == before


def test_none_is_applied_if_one_is_refused(ana, edited):
    before = ana.get(edited)

    error = edit(ana, edited, TRIM, {"op": "trim", "clip": "x", "seconds": 2}, status=400)

    assert error["error"] == "Validation error"
    assert list(error["details"]) == ["operations.1.clip"]
    assert ana.get(edited).headers["ETag"] == before.headers["ETag"]


def test_stale_if_match_gets_the_work_as_it_is_now(ana, edited):
    error = edit(ana, edited, TRIM, status=412, headers={"If-Match": '"stale"'})

    assert error["details"]["id"] == ana.show(edited)["id"]
    assert clips_of(ana, edited) == []


def test_operation_is_applied_once_whatever_the_etag(ana, edited):
    etag = ana.get(edited).headers["ETag"]
    named = {**TRIM, "operationId": "operation-1"}
    edit(ana, edited, named, headers={"If-Match": etag})
    edit(ana, edited, {"op": "trim", "clip": "scene-0", "seconds": 3})
    now = ana.get(edited).headers["ETag"]

    again = edit(ana, edited, named, headers={"If-Match": etag})  # the answer was lost

    assert again["skipped"] == [0]
    assert again["changes"] == [[]]
    assert clips_of(ana, edited)[0] == ("scene-0", 0, 3)
    assert ana.get(edited).headers["ETag"] == now


def test_repeated_operation_is_left_out_beside_a_new_one(ana, edited):
    edit(ana, edited, {**TRIM, "operationId": "operation-1"})

    result = edit(ana, edited, {**TRIM, "seconds": 9, "operationId": "operation-1"}, SPLIT)

    assert result["skipped"] == [0]
    assert clips_of(ana, edited)[0] == ("scene-0", 0, 2)
    assert len(clips_of(ana, edited)) == 3


def test_clients_cannot_set_the_ids_of_operations(ana, edited):
    edit(ana, edited, {**TRIM, "operationId": "operation-1"})

    for state in ({"operationIds": ["x"]}, {"operationIds": 7}, {"operationIds": None}, None):
        saved = ana.save(edited, {"editorState": state})
        assert saved["editorState"]["operationIds"] == ["operation-1"]


def test_only_the_last_100_ids_are_kept(ana, edited):
    for half in range(2):
        ids = [f"operation-{half}-{number}" for number in range(60)]
        operations = [{"op": "music", "volume": 1, "operationId": each} for each in ids]
        edit(ana, edited, *operations)

    kept = ana.show(edited)["editorState"]["operationIds"]
    assert len(kept) == 100
    assert kept[-1] == "operation-1-59"


def test_unknown_names_are_refused_with_the_known_ones(ana, edited):
    clips = [{"scene": 0, "duration": 3}]

    error = edit(ana, edited, {**TRIM, "length": 3}, {"op": "arrange", "clips": clips}, status=400)

    message = error["details"]["operations.0.length"]
    assert all(f" {name}" in message for name in ("op", "operationId", "clip", "seconds", "from"))
    assert "transitionSeconds" in error["details"]["operations.1.clips.0.duration"]


@pytest.mark.parametrize("newer_versions", [0, 1, 3])
def test_slow_change_of_a_work_is_prepared_without_its_lock(app, ana, edited, newer_versions):
    """And again for a newer version; the last time under the lock."""
    store: Store = app.extensions["services"].store
    ref = WorkRef(*edited.split("/")[3::2])
    names: list[str] = []

    def mutate(work: dict[str, Any]) -> None:
        if len(names) < newer_versions:  # which the lock permits
            ana.save(edited, {"name": f"Version {len(names) + 1}"})
        names.append(work["name"])
        work["targetAudience"] = f"All who saw {work['name']}"

    saved = change_slowly(store, ref, mutate)

    first = names[0]
    assert names == [first, *(f"Version {number + 1}" for number in range(newer_versions))]
    assert saved.values == ana.show(edited)
    assert saved.values["name"] == names[-1]
    assert saved.values["targetAudience"] == f"All who saw {names[-1]}"


@pytest.mark.parametrize("speed", [-1, 0.2, 4.5])
def test_speed_out_of_range_is_told_once(ana, edited, speed):
    refused = edit(ana, edited, {"op": "clip", "clip": "scene-0", "speed": speed}, status=400)

    assert refused["details"] == {"operations.0.speed": "Must be 0, or from 0.25 to 4."}


@pytest.mark.parametrize("operations", [[], "all", None, [TRIM] * 101])
def test_from_1_to_100_operations_are_accepted(ana, edited, operations):
    answer = ana.post(f"{edited}/timeline/operations", json={"operations": operations})

    assert answer.status_code == 400


def test_operation_without_a_name_is_refused_with_the_names(ana, edited):
    error = edit(ana, edited, {"clip": "scene-0"}, status=400)

    assert "insert, move, trim" in error["details"]["operations.0.op"]


def test_assets_are_those_of_the_project(ana, project, edited):
    picture = {"op": "picture", "asset": "asset_none", "start": 0, "end": 1}
    font = {"op": "text", "text": "T", "start": 0, "end": 1, "font": "asset_none"}

    for operation, field in (
        (picture, "asset"),
        (font, "font"),
        ({"op": "music", "asset": "../x"}, "asset"),
        ({"op": "music", "asset": "work"}, "asset"),
    ):
        error = edit(ana, edited, operation, status=400)
        assert list(error["details"]) == [f"operations.0.{field}"]


def test_reverted_changes_have_to_make_a_valid_timeline(ana, edited):
    removed = {"start": 0, "length": 1, "overlay": {"text": 7}}
    change = {"kind": "text", "id": "t", "removed": removed}

    error = edit(ana, edited, {"op": "revert", "changes": [change]}, status=400)

    assert list(error["details"]) == ["operations.0.changes"]


CLIP = {"order": 0, "gap": 0, "length": 1, "sceneIndex": 0}


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "clip", "id": "a"},
        {"kind": "clip", "field": "length", "before": 1, "after": 2},
        {"kind": "clip", "id": "a", "field": "length", "before": "1", "after": 2},
        {"kind": "clip", "id": "a", "removed": {"order": 0}},
        {"kind": "clip", "id": "a", "removed": CLIP | {"length": 1e308}},
        {"kind": "text", "id": "a", "removed": {"start": "0", "length": 1}},
        {"kind": "text", "id": "a", "field": "start", "before": {"anchor": 1}, "after": 1},
        {"kind": "voice", "id": "a", "added": {"length": 1, "sceneIndex": 0}},
        {"kind": "voice", "id": "a", "added": {"start": "0", "length": 1, "sceneIndex": 0}},
        {"kind": "voice", "id": "a", "removed": {"start": 0, "length": 1}},
        {"kind": "voice", "id": "a", "field": "sceneIndex", "after": 0},
        {"kind": "sound", "id": "a", "removed": {"start": 0, "length": 1}},
        {"kind": "sound", "id": "a", "field": "assetId", "after": "asset_1"},
        {"kind": "sound", "id": "a", "field": "trimEnd", "before": {}},
        {"kind": "music", "field": "loudness", "before": 1},
        {"kind": "scene", "id": "a", "added": {}},
        {"kind": "clip", "id": "a", "added": {}, "when": 1},
        7,
    ],
)
def test_changes_of_a_wrong_shape_are_refused(ana, edited, change):
    error = edit(ana, edited, {"op": "revert", "changes": [change]}, status=400)

    assert all(path.startswith("operations.0.changes.0") for path in error["details"])


def test_what_may_not_be_meant_is_a_warning(ana, edited):
    text = {"op": "text", "text": "Late", "start": 9, "end": 12, "new": "text-a"}
    caption = {"op": "caption", "text": "Mine", "start": 0, "end": 1}
    transition = {"op": "transition", "clip": "scene-0", "transition": "fade", "seconds": 3}
    fade = {"op": "clip", "clip": "scene-0", "fadeOut": 60}

    warnings = edit(ana, edited, TRIM, text, transition, caption, fade)["warnings"]

    assert [each["operation"] for each in warnings] == [1, 2, 3, 4, 4]
    assert "The fades of the clip scene-0 are shortened" in warnings[3]["message"]
    assert "ends after the video" in warnings[0]["message"]
    assert "shortened" in warnings[1]["message"]
    assert "texts of the scenes" in warnings[2]["message"]


def test_change_is_told_to_those_who_watch_the_work(ana, edited):
    before = ana.show(edited)["updatedAt"]

    assert edit(ana, edited, TRIM)["updatedAt"] > before
