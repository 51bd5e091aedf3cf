"""Creating works: given fields, defaults, and what comes from the project."""

import time
from typing import Any

import pytest

from projects.presets import PROMPTS
from tests.people import Person

KEYS = {
    *("id", "projectId", "name", "mode", "productName", "productDescription", "targetAudience"),
    *("language", "videoDuration", "sceneCount", "selectedAssetIds", "assetUsageMode"),
    *("resolution", "currentStep", "hasReferenceVideo", "audioUpdatedAt", "systemPrompt"),
    *(
        "analyzerPrompt",
        "imageSystemPrompt",
        "videoSystemPrompt",
        "analysis",
        "scenes",
        "generatedScenes",
    ),
    *("editorState", "createdAt", "updatedAt"),
}
FIELDS = {
    "name": "Spring teaser",
    "mode": "content_remix",
    "productName": "Lamp",
    "productDescription": "A lamp that wakes you",
    "targetAudience": "Late risers",
    "language": "es",
    "videoDuration": 12.5,
    "sceneCount": 3,
    "selectedAssetIds": ["asset_1", "asset_2"],
    "assetUsageMode": "reference",
    "resolution": {"width": 1920, "height": 1080},
}


def create(person: Person, project: str, **fields: Any) -> Any:
    return person.create(f"{project}/works", fields)


def test_new_work_has_all_fields_with_defaults(ana, project):
    work = create(ana, project)

    assert set(work) == KEYS
    assert work["projectId"] == project.rpartition("/")[2]
    assert work["id"].startswith("work_")
    assert work["name"] == "Untitled work"
    assert work["mode"] == "style_transfer"
    assert work["resolution"] == {"width": 1080, "height": 1920}
    assert work["currentStep"] == 0
    assert work["hasReferenceVideo"] is False
    for text in ("productName", "productDescription", "targetAudience", "language"):
        assert work[text] == ""
    for unset in ("videoDuration", "sceneCount", "assetUsageMode", "audioUpdatedAt", "analysis"):
        assert work[unset] is None
    for empty in ("selectedAssetIds", "scenes", "generatedScenes"):
        assert work[empty] == []


def test_timestamps_of_a_new_work_are_unix_milliseconds(ana, project):
    before = int(time.time() * 1000)

    work = create(ana, project)

    assert before <= work["createdAt"] == work["updatedAt"] <= int(time.time() * 1000)


@pytest.mark.parametrize("body", [{}, {"json": {}}, {"data": b"", "content_type": "text/plain"}])
def test_work_can_be_created_without_a_body(ana, project, body):
    answer = ana.post(f"{project}/works", **body)

    assert answer.status_code == 201


def test_new_work_has_the_given_fields(ana, project):
    work = create(ana, project, **FIELDS)

    assert {key: work[key] for key in FIELDS} == FIELDS


def test_integers_of_a_work_are_returned_without_a_fraction(ana, project):
    answer = ana.post(f"{project}/works", json={"videoDuration": 15, "sceneCount": 3.0})

    assert '"videoDuration": 15,' in answer.text
    assert '"sceneCount": 3,' in answer.text


@pytest.mark.parametrize("key", FIELDS)
def test_null_on_creation_of_a_work_means_the_default(ana, project, key):
    expected = create(ana, project)[key]

    assert create(ana, project, **{key: None})[key] == expected


def test_new_work_inherits_the_prompts_of_its_project(ana):
    prompts = {prompt: f"My {prompt}" for prompt in PROMPTS}
    project = ana.new_project(projectType="news", **prompts)

    work = create(ana, project)

    assert {prompt: work[prompt] for prompt in PROMPTS} == prompts


def test_work_keeps_its_prompts_when_those_of_the_project_change(ana):
    project = ana.new_project(systemPrompt="Old")
    work = ana.new_work(project)

    ana.put(project, json={"systemPrompt": "New"})

    assert ana.show(work)["systemPrompt"] == "Old"
    assert create(ana, project)["systemPrompt"] == "New"


def test_editor_state_of_a_new_work_has_the_resolution_of_the_work(ana, project):
    editor = create(ana, project, resolution={"width": 1920, "height": 1080})["editorState"]

    assert editor["exportSettings"] == {"width": 1920, "height": 1080, "fps": 30}
    assert (editor["audioVolume"], editor["endPause"]) == (1, 1)
    assert editor["editorData"] == {
        "videoTrack": [],
        "textTrack": [],
        "imageTrack": [],
        "audioTrack": [],
    }
    assert editor["textOverlays"] == editor["imageOverlays"] == {}
    assert "audioUrl" not in editor


def test_new_work_has_one_scene_for_each_directly_used_asset(ana, project):
    assets = ["asset_1", "asset_2", "asset_unknown"]

    work = create(ana, project, selectedAssetIds=assets, assetUsageMode="direct", sceneCount=9)

    assert work["sceneCount"] == 3
    assert work["selectedAssetIds"] == assets


@pytest.mark.parametrize(
    "fields",
    [
        {"assetUsageMode": "reference", "selectedAssetIds": ["asset_1"]},
        {"assetUsageMode": "direct", "selectedAssetIds": []},
        {"assetUsageMode": "direct"},
        {"selectedAssetIds": ["asset_1"]},
    ],
)
def test_new_work_without_directly_used_assets_has_the_given_scene_count(ana, project, fields):
    assert create(ana, project, **fields, sceneCount=9)["sceneCount"] == 9


@pytest.mark.parametrize(
    "fields",
    [
        {"id": "work_mine", "projectId": "proj_other", "userId": "user_other"},
        {"createdAt": 1, "updatedAt": 1, "hasReferenceVideo": True, "audioUpdatedAt": 1},
        {"colour": "red", "nested": {"deep": [1, {"er": None}]}},
        {"editorState": 7, "systemPrompt": 3},
    ],
)
def test_read_only_and_unknown_fields_of_a_new_work_are_ignored(ana, project, fields):
    expected, work = create(ana, project), create(ana, project, **fields)

    own = {"id", "createdAt", "updatedAt"}
    assert {k: work[k] for k in KEYS - own} == {k: expected[k] for k in KEYS - own}
    assert work["id"] != "work_mine"
    assert work["createdAt"] > 1


def test_new_work_has_the_given_scenes(ana, project):
    scenes = [{"scene_index": 3, "image_prompt": "A lamp", "narration": None}, {"scene_index": 0}]

    created = create(ana, project, scenes=scenes)

    path = f"{project}/works/{created['id']}"
    other = f"{project}/works/{create(ana, project)['id']}"
    updated = ana.patch(other, json={"scenes": scenes}).json
    assert ana.show(path)["scenes"] == created["scenes"] == updated["scenes"]
    assert [each["scene_index"] for each in created["scenes"]] == [3, 0]


@pytest.mark.parametrize(
    ("scenes", "wrong"),
    [
        ("none", "scenes"),
        ([{"image_prompt": "A lamp"}], "scenes.0.scene_index"),
        ([{"scene_index": 1}, {"scene_index": 1}], "scenes.1.scene_index"),
    ],
)
def test_scenes_of_a_new_work_are_refused_by_name(ana, project, scenes, wrong):
    answer = ana.post(f"{project}/works", json={"scenes": scenes})

    assert answer.status_code == 400
    assert list(answer.json["details"]) == [wrong]
    assert ana.get(f"{project}/works").json == []


@pytest.mark.parametrize("text", ["Ω 🎬 \u0000 \u202e <script>", "x" * 500])
def test_text_of_a_work_is_stored_unchanged(ana, project, text):
    work = create(ana, project, name=text, productDescription=text)

    shown = ana.show(f"{project}/works/{work['id']}")
    assert shown["name"] == shown["productDescription"] == text


def test_get_work_returns_the_body_and_etag_of_its_creation(ana, project):
    created = ana.post(f"{project}/works", json=FIELDS)

    shown = ana.get(f"{project}/works/{created.json['id']}")

    assert shown.data == created.data
    assert shown.headers["ETag"] == created.headers["ETag"]


def test_creating_a_work_with_a_trailing_slash_does_not_redirect(ana, project):
    answer = ana.create(f"{project}/works/", {"name": "Kept"})

    assert answer["name"] == "Kept"


def test_creating_a_work_in_a_missing_project_returns_404(ana):
    assert ana.post("/api/projects/proj_none/works").status_code == 404


def test_creating_a_work_in_the_project_of_another_user_returns_404(ben, project):
    assert ben.post(f"{project}/works").status_code == 404


def test_creating_a_work_requires_works_write(ana, project):
    answer = ana.with_scopes("works:read").post(f"{project}/works")

    assert answer.status_code == 403
    assert answer.json["required"] == ["works:write"]
