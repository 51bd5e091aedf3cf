"""Changing works: what is given changes, what is not given stays."""

from collections.abc import Callable
from typing import Any

import pytest

from storage import clock
from tests.people import Person
from tests.simultaneous import at_once
from tests.works.shapes import filled, scene

Change = Callable[..., Any]


@pytest.fixture(params=["PUT", "PATCH"])
def change(request: pytest.FixtureRequest, ana: Person, work: str) -> Change:
    """Changes ana's work, once by PUT and once by PATCH; returns the work."""

    def send(**fields: Any) -> Any:
        answer = ana.request(request.param, work, json=fields)
        assert answer.status_code == 200, answer.text
        return answer.json

    return send


def test_changes_what_is_given_and_keeps_the_rest(ana: Person, work: str, change: Change) -> None:
    change(**filled())
    before = ana.show(work)

    after = change(name="New", currentStep=4)

    later = after["updatedAt"]
    assert after == {**before, "name": "New", "currentStep": 4, "updatedAt": later}
    assert ana.show(work) == after


@pytest.mark.parametrize("field", filled())
def test_every_field_can_be_set(ana: Person, work: str, field: str) -> None:
    value = filled()[field]

    answer = ana.put(work, json={field: value})

    assert answer.status_code == 200, answer.text
    assert answer.json[field] == value
    assert ana.show(work)[field] == value


def test_null_goes_back_to_the_default(ana: Person, work: str) -> None:
    fresh = ana.show(work)
    prompts = {field for field in filled() if field.endswith("Prompt")}
    ana.put(work, json=filled())

    for field in filled().keys() - prompts - {"editorState"}:
        before = ana.show(work)
        after = ana.put(work, json={field: None}).json

        later = after["updatedAt"]
        assert after == {**before, field: fresh[field], "updatedAt": later}


def test_null_takes_the_prompts_away(ana: Person, work: str) -> None:
    after = ana.put(work, json={"systemPrompt": None, "imageSystemPrompt": ""}).json

    assert after["systemPrompt"] is None
    assert after["imageSystemPrompt"] == ""
    assert after["videoSystemPrompt"]


def test_null_empties_the_editor_for_the_resolution_of_now(ana: Person, work: str) -> None:
    fresh = ana.show(work)["editorState"]
    ana.put(work, json=filled())

    after = ana.put(work, json={"editorState": None}).json["editorState"]

    assert after == {**fresh, "exportSettings": {"width": 1920, "height": 1080, "fps": 30}}


def test_a_whole_snapshot_with_extras_can_be_written_back(
    ana: Person, work: str, change: Change
) -> None:
    before = change(**filled())

    after = change(**before, _dirty=True, user={"id": "user_x"})

    assert after == {**before, "updatedAt": after["updatedAt"]}


def test_nothing_given_is_fine(ana: Person, work: str) -> None:
    before = ana.show(work)

    after = ana.put(work)

    assert after.status_code == 200
    assert after.json == {**before, "updatedAt": after.json["updatedAt"]}


@pytest.mark.parametrize("key", ["id", "projectId"])
@pytest.mark.parametrize("value", ["work_other", "", None, 7, ["x"]])
def test_another_id_is_a_mismatch(ana: Person, work: str, key: str, value: Any) -> None:
    before = ana.show(work)

    answer = ana.put(work, json={key: value, "name": "New"})

    assert answer.status_code == 400
    assert answer.json["error"] == "ID mismatch"
    assert ana.show(work) == before


def test_the_same_ids_are_no_mismatch(ana: Person, work: str, change: Change) -> None:
    before = ana.show(work)

    assert change(id=before["id"], projectId=before["projectId"], name="New")["name"] == "New"


@pytest.mark.parametrize(
    "fields",
    [
        {"createdAt": 1},
        {"updatedAt": 1},
        {"updatedAt": 10**15},
        {"hasReferenceVideo": True},
        {"hasReferenceVideo": "yes"},
        {"userId": "user_other"},
    ],
)
def test_what_is_the_servers_stays(ana: Person, work: str, fields: dict[str, Any]) -> None:
    before = ana.show(work)

    after = ana.put(work, json=fields).json

    assert after == {**before, "updatedAt": after["updatedAt"]}
    assert before["updatedAt"] < after["updatedAt"] < before["updatedAt"] + 60_000


def test_updated_at_strictly_increases_though_the_clock_stands_still(
    ana: Person, work: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = ana.show(work)["updatedAt"]
    monkeypatch.setattr(clock, "now_ms", lambda: now - 1000)

    stamps = [ana.put(work, json={"name": "Same"}).json["updatedAt"] for _ in range(5)]

    assert stamps == [now + 1, now + 2, now + 3, now + 4, now + 5]


def test_direct_assets_make_one_scene_each(ana: Person, work: str, change: Change) -> None:
    change(sceneCount=7, selectedAssetIds=["asset_1", "asset_2"])

    assert change(assetUsageMode="direct")["sceneCount"] == 2
    assert change(selectedAssetIds=["asset_1"])["sceneCount"] == 1
    assert change(sceneCount=5)["sceneCount"] == 1
    assert change(selectedAssetIds=[])["sceneCount"] == 1
    assert change(sceneCount=5)["sceneCount"] == 5


def test_bare_scenes_get_their_defaults(change: Change) -> None:
    after = change(scenes=[{"scene_index": 0}, {"scene_index": 1, "duration_seconds": 3}])

    bare = {
        "image_prompt": "",
        "negative_prompt": "",
        "video_prompt": "",
        "text_overlay": None,
        "transition": "cut",
    }
    assert after["scenes"] == [
        {"scene_index": 0, **bare},
        {"scene_index": 1, "duration_seconds": 3, **bare},
    ]


def test_scenes_keep_the_order_they_are_given_in(change: Change) -> None:
    scenes = [scene(2), scene(0), scene(1)]

    assert change(scenes=scenes)["scenes"] == scenes


def test_unknown_fields_deep_inside_are_ignored(change: Change) -> None:
    after = change(
        scenes=[{**scene(0), "id": "s1"}],
        generatedScenes=[{"sceneIndex": 0, "status": "pending", "progress": 0.5}],
        editorState={"zoom": 2, "exportSettings": {"width": 1, "height": 2, "fps": 3, "q": 4}},
    )

    assert after["scenes"] == [scene(0)]
    assert after["generatedScenes"] == [{"sceneIndex": 0, "status": "pending"}]
    assert after["editorState"]["exportSettings"] == {"width": 1, "height": 2, "fps": 3}
    assert "zoom" not in after["editorState"]


def test_parts_of_the_editors_state_are_merged(change: Change) -> None:
    before = change(**filled())["editorState"]

    after = change(editorState={"audioVolume": 0.25})["editorState"]

    assert after == {**before, "audioVolume": 0.25}


def test_a_part_of_the_editors_state_is_replaced_whole(change: Change) -> None:
    overlays = {"t9": {"text": "", "fontSize": 1, "fontColor": "red", "centerX": 0, "centerY": 0}}
    change(**filled())

    after = change(editorState={"textOverlays": overlays, "editorData": {"textTrack": []}})

    assert after["editorState"]["textOverlays"] == overlays
    assert after["editorState"]["editorData"] == {"textTrack": []}


def test_null_takes_an_optional_part_of_the_editors_state_away(change: Change) -> None:
    change(editorState={"audioUrl": "/music.mp3"})

    after = change(editorState={"audioUrl": None, "imageOverlays": None})["editorState"]

    assert "audioUrl" not in after
    assert "imageOverlays" not in after
    assert "textOverlays" in after


def test_clients_that_change_different_fields_all_win(ana: Person, work: str) -> None:
    fields = {key: value for key, value in filled().items() if isinstance(value, str)}

    def saving(field: str) -> Callable[[], Any]:
        return lambda: ana.put(work, json={field: fields[field]})

    at_once([saving(field) for field in fields])

    after = ana.show(work)
    assert {key: after[key] for key in fields} == fields


def test_of_a_work_that_is_not_there_is_404(ana: Person, project: str) -> None:
    assert ana.put(f"{project}/works/work_none", json={"name": "x"}).status_code == 404


def test_of_another_persons_work_is_404(ana: Person, ben: Person, work: str) -> None:
    answer = ben.put(work, json={"name": "Ben's now"})

    assert answer.status_code == 404
    assert ana.show(work)["name"] == "Untitled work"


def test_through_another_project_is_404(ana: Person, work: str) -> None:
    elsewhere = f"{ana.new_project()}/works/{work.rpartition('/')[2]}"

    assert ana.put(elsewhere, json={"name": "x"}).status_code == 404
    assert ana.get(elsewhere).status_code == 404


def test_needs_the_scope_to_write(ana: Person, work: str) -> None:
    reader = ana.with_scopes("works:read")

    assert reader.put(work, json={}).status_code == 403
    assert reader.get(work).status_code == 200
