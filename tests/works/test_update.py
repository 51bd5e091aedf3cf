"""Updating works: given fields change, all others are kept."""

from collections.abc import Callable
from typing import Any

import pytest

from storage import clock
from tests.simultaneous import at_once
from tests.works.shapes import all_fields, scene, text_overlay
from works import service

Update = Callable[..., Any]


@pytest.fixture(params=["PUT", "PATCH"])
def update(request, ana, work):
    """Return a function that updates the work, by PUT and by PATCH, and returns it."""

    def send(**fields: Any) -> Any:
        answer = ana.request(request.param, work, json=fields)
        assert answer.status_code == 200, answer.text
        return answer.json

    return send


def test_update_changes_the_given_fields_and_keeps_the_others(ana, work, update):
    update(**all_fields())
    before = ana.show(work)

    after = update(name="New", currentStep=4)

    later = after["updatedAt"]
    assert after == {**before, "name": "New", "currentStep": 4, "updatedAt": later}
    assert ana.show(work) == after


@pytest.mark.parametrize("field", all_fields())
def test_each_field_of_a_work_can_be_set(ana, work, field):
    value = all_fields()[field]

    answer = ana.save(work, {field: value})

    assert answer[field] == value
    assert ana.show(work)[field] == value


def test_null_resets_a_field_of_a_work_to_its_default(ana, work):
    new = ana.show(work)
    prompts = {field for field in all_fields() if field.endswith("Prompt")}
    ana.put(work, json=all_fields())

    for field in all_fields().keys() - prompts - {"editorState"}:
        before = ana.show(work)
        after = ana.put(work, json={field: None}).json

        later = after["updatedAt"]
        assert after == {**before, field: new[field], "updatedAt": later}


def test_null_clears_a_prompt_of_a_work(ana, work):
    after = ana.put(work, json={"systemPrompt": None, "imageSystemPrompt": ""}).json

    assert after["systemPrompt"] is None
    assert after["imageSystemPrompt"] == ""
    assert after["videoSystemPrompt"]


def test_null_resets_the_editor_state_for_the_current_resolution(ana, work):
    new = ana.show(work)["editorState"]
    ana.put(work, json=all_fields())

    after = ana.put(work, json={"editorState": None}).json["editorState"]

    assert after == {**new, "exportSettings": {"width": 1920, "height": 1080, "fps": 30}}


def test_complete_work_with_unknown_fields_can_be_written_back(ana, work, update):
    before = update(**all_fields())

    after = update(**before, _dirty=True, user={"id": "user_x"})

    assert after == {**before, "updatedAt": after["updatedAt"]}


def test_update_without_a_body_changes_updated_at_only(ana, work):
    before = ana.show(work)

    after = ana.put(work)

    assert after.status_code == 200
    assert after.json == {**before, "updatedAt": after.json["updatedAt"]}


@pytest.mark.parametrize("key", ["id", "projectId"])
@pytest.mark.parametrize("value", ["work_other", "", None, 7, ["x"]])
def test_update_with_another_id_returns_400(ana, work, key, value):
    before = ana.show(work)

    answer = ana.put(work, json={key: value, "name": "New"})

    assert answer.status_code == 400
    assert answer.json["error"] == "ID mismatch"
    assert ana.show(work) == before


def test_update_with_the_ids_of_the_work_is_accepted(ana, work, update):
    before = ana.show(work)

    assert update(id=before["id"], projectId=before["projectId"], name="New")["name"] == "New"


@pytest.mark.parametrize(
    "fields",
    [
        {"createdAt": 1},
        {"updatedAt": 1},
        {"updatedAt": 10**15},
        {"hasReferenceVideo": True},
        {"hasReferenceVideo": "yes"},
        {"audioUpdatedAt": 1},
        {"userId": "user_other"},
    ],
)
def test_read_only_fields_in_an_update_are_ignored(ana, work, fields):
    before = ana.show(work)

    after = ana.put(work, json=fields).json

    assert after == {**before, "updatedAt": after["updatedAt"]}
    assert before["updatedAt"] < after["updatedAt"] < before["updatedAt"] + 60_000


def test_updates_increase_updated_at_with_a_clock_in_the_past(ana, work, monkeypatch):
    now = ana.show(work)["updatedAt"]
    monkeypatch.setattr(clock, "now_ms", lambda: now - 1000)

    timestamps = [ana.put(work, json={"name": "Same"}).json["updatedAt"] for _ in range(5)]

    assert timestamps == [now + 1, now + 2, now + 3, now + 4, now + 5]


def test_updated_work_has_one_scene_for_each_directly_used_asset(ana, work, update):
    update(sceneCount=7, selectedAssetIds=["asset_1", "asset_2"])

    assert update(assetUsageMode="direct")["sceneCount"] == 2
    assert update(selectedAssetIds=["asset_1"])["sceneCount"] == 1
    assert update(sceneCount=5)["sceneCount"] == 1
    assert update(selectedAssetIds=[])["sceneCount"] == 1
    assert update(sceneCount=5)["sceneCount"] == 5


def test_scenes_get_default_fields(update):
    after = update(scenes=[{"scene_index": 0}, {"scene_index": 1, "duration_seconds": 3}])

    defaults = {
        "image_prompt": "",
        "negative_prompt": "",
        "video_prompt": "",
        "text_overlay": None,
        "transition": "cut",
    }
    assert after["scenes"] == [
        {"scene_index": 0, **defaults},
        {"scene_index": 1, "duration_seconds": 3, **defaults},
    ]


def test_scenes_keep_their_given_order(update):
    scenes = [scene(2), scene(0), scene(1)]

    assert update(scenes=scenes)["scenes"] == scenes


def test_unknown_nested_fields_of_a_work_are_ignored(update):
    after = update(
        scenes=[{**scene(0), "id": "s1"}],
        generatedScenes=[{"sceneIndex": 0, "status": "pending", "progress": 0.5}],
        editorState={"zoom": 2, "exportSettings": {"width": 1, "height": 2, "fps": 3, "q": 4}},
    )

    assert after["scenes"] == [scene(0)]
    assert after["generatedScenes"] == [{"sceneIndex": 0, "status": "pending"}]
    assert after["editorState"]["exportSettings"] == {"width": 1, "height": 2, "fps": 3}
    assert "zoom" not in after["editorState"]


def test_frame_of_the_timeline_follows_the_resolution_until_it_is_set(update):
    landscape, square = {"width": 1920, "height": 1080}, {"width": 1080, "height": 1080}

    followed = update(resolution=landscape)["editorState"]["exportSettings"]
    update(editorState={"exportSettings": {**square, "fps": 25}})
    kept = update(resolution={"width": 320, "height": 180})["editorState"]["exportSettings"]

    assert followed == {**landscape, "fps": 30}
    assert kept == {**square, "fps": 25}


def test_overlays_are_arranged_for_a_new_resolution_unless_they_come_with_it(update):
    logo = {"assetId": "a", "width": 100, "height": 100, "opacity": 1, "rotation": 0}
    right = {"logo": {**logo, "centerX": 470, "centerY": 0}}
    update(editorState={"imageOverlays": right})

    wide = update(resolution={"width": 1920, "height": 1080})["editorState"]["imageOverlays"]
    square = {"width": 1080, "height": 1080}
    given = update(resolution=square, editorState={"imageOverlays": right})["editorState"]

    assert wide["logo"]["centerX"] == pytest.approx(960 - 50 - 20 * 1920 / 1080, abs=0.001)
    assert given["imageOverlays"] == right
    assert given["exportSettings"]["width"] == 1080


def test_frame_that_comes_with_a_resolution_is_kept(update):
    portrait = {"width": 1080, "height": 1920, "fps": 30}
    landscape = {"width": 1920, "height": 1080}

    after = update(resolution=landscape, editorState={"exportSettings": portrait})

    assert after["editorState"]["exportSettings"] == portrait


def test_parts_of_the_editor_state_are_merged(update):
    before = update(**all_fields())["editorState"]

    after = update(editorState={"audioVolume": 0.25})["editorState"]

    assert after == {**before, "audioVolume": 0.25}


def test_each_part_of_the_editor_state_is_replaced_completely(update):
    overlays = {"t9": {"text": "", "fontSize": 1, "fontColor": "red", "centerX": 0, "centerY": 0}}
    update(**all_fields())

    after = update(editorState={"textOverlays": overlays, "editorData": {"textTrack": []}})

    assert after["editorState"]["textOverlays"] == overlays
    assert after["editorState"]["editorData"] == {"textTrack": []}


def test_null_removes_optional_parts_of_the_editor_state(update):
    update(editorState={"audioUrl": "/music.mp3"})

    after = update(editorState={"audioUrl": None, "imageOverlays": None})["editorState"]

    assert "audioUrl" not in after
    assert "imageOverlays" not in after
    assert "textOverlays" in after


def test_simultaneous_updates_of_different_fields_are_all_kept(ana, work):
    fields = {key: value for key, value in all_fields().items() if isinstance(value, str)}

    def save(field: str) -> Callable[[], Any]:
        return lambda: ana.put(work, json={field: fields[field]})

    at_once([save(field) for field in fields])

    after = ana.show(work)
    assert {key: after[key] for key in fields} == fields


def test_updating_a_missing_work_returns_404(ana, project):
    assert ana.put(f"{project}/works/work_none", json={"name": "x"}).status_code == 404


def test_updating_the_work_of_another_user_returns_404(ana, ben, work):
    answer = ben.put(work, json={"name": "Ben's now"})

    assert answer.status_code == 404
    assert ana.show(work)["name"] == "Untitled work"


def test_work_in_the_url_of_another_project_returns_404(ana, work):
    other_url = f"{ana.new_project()}/works/{work.rpartition('/')[2]}"

    assert ana.put(other_url, json={"name": "x"}).status_code == 404
    assert ana.get(other_url).status_code == 404


def test_updating_a_work_requires_works_write(ana, work):
    reader = ana.with_scopes("works:read")

    assert reader.put(work, json={}).status_code == 403
    assert reader.get(work).status_code == 200


def test_work_can_have_at_most_16_mb(ana, work):
    """The limit of a request is 10 MB, but its fields are merged with those that are stored."""
    prompts = [scene(index, image_prompt="x" * 90_000) for index in range(100)]
    overlays = {f"t{number}": text_overlay(text="x" * 9000) for number in range(1000)}
    assert ana.put(work, json={"scenes": prompts}).status_code == 200
    before = ana.get(work).data

    answer = ana.put(work, json={"editorState": {"textOverlays": overlays}})

    assert (answer.status_code, answer.json["error"]) == (413, "Document too large")
    assert "at most 16,777,216 are stored" in answer.json["details"]
    assert ana.get(work).data == before


def test_scenes_are_compared_with_those_that_are_stored_under_the_lock(ana, work, monkeypatch):
    """They were validated before, against scenes that another update has replaced since."""
    ana.put(work, json={"generatedScenes": [{"sceneIndex": 0, "status": "error", "error": "a"}]})
    stale = ana.show(work)["generatedScenes"]
    validated = service._validated_fields

    def change_meanwhile(*args: Any) -> Any:
        fields = validated(*args)
        monkeypatch.undo()
        assert ana.put(work, json={"generatedScenes": []}).status_code == 200
        return fields

    monkeypatch.setattr(service, "_validated_fields", change_meanwhile)

    answer = ana.put(work, json={"name": "New", "generatedScenes": stale})

    assert answer.json["name"] == "New"
    assert answer.json["generatedScenes"] == stale, "the later update wins"
