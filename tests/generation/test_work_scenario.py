"""The scenario of a work: the prompt, and the validation and storage of the model's answer."""

import json
from typing import Any

import pytest

from tests.vendors import Vendors
from tests.works.shapes import analysis

BRIEF = {
    "mode": "content_remix",
    "productName": "Arc",
    "productDescription": "A lamp that wakes you",
    "targetAudience": "Late risers",
    "language": "Spanish",
    "videoDuration": 12,
    "sceneCount": 4,
    "systemPrompt": "You love long shots.",
}
OVERLAY = "Buy now"


def prompt_of(vendors: Vendors) -> str:
    """Return the prompt of the only paid call."""
    [call] = vendors.counts()
    return str(call["prompt"])


def scenario_json(*scenes: dict[str, Any]) -> str:
    return json.dumps({"scenes": scenes})


def test_scenario_is_returned_and_stored_in_the_work(ana, save_work):
    work = save_work(1, **BRIEF)

    answer = ana.post(f"{work}/scenario")

    assert answer.status_code == 200, answer.text
    scenes = answer.json["scenes"]
    assert [scene["scene_index"] for scene in scenes] == [0, 1, 2, 3]
    assert [scene["duration_seconds"] for scene in scenes] == [3, 3, 3, 3]
    assert scenes[2]["image_prompt"] == "image_prompt of scene 2"
    assert ana.show(work)["scenes"] == scenes


def test_scenario_changes_no_other_field_of_the_work(ana, save_work):
    work = save_work(**BRIEF)
    before = ana.show(work)

    ana.post(f"{work}/scenario")

    after = ana.show(work)
    assert after["updatedAt"] > before["updatedAt"]
    others = before.keys() - {"scenes", "updatedAt"}
    assert {key: after[key] for key in others} == {key: before[key] for key in others}


def test_scenario_prompt_contains_project_brief_and_analysis(ana, vendors, save_work, project):
    guide = {"tone": "Dry humour", "must_include": ["the dial"], "color_palette": ["#102030"]}
    ana.put(project, json={"knowledge": "Made of recycled aluminium.", "styleGuide": guide})

    ana.post(f"{save_work(**BRIEF, analysis=analysis())}/scenario")

    for text in (
        *("Made of recycled aluminium.", "Dry humour", "the dial", "#102030"),
        *("You love long shots.", "Arc", "A lamp that wakes you", "Late risers", "Spanish"),
        *("scene_count: 4", "video_duration: 12", "1080 by 1920", "A dark room"),
    ):
        assert text in prompt_of(vendors), text


@pytest.mark.parametrize("mode", ["reference", None])
def test_scenario_prompt_contains_descriptions_of_assets(ana, vendors, save_work, new_asset, mode):
    ids = [new_asset(description="A brass lamp", name="lamp"), new_asset(name="desk")]

    ana.post(f"{save_work(selectedAssetIds=ids, assetUsageMode=mode)}/scenario")

    assert "lamp (image): A brass lamp" in prompt_of(vendors)
    assert "desk (image): not described" in prompt_of(vendors)
    assert "scene_index 0" not in prompt_of(vendors)


def test_scenario_in_direct_mode_has_one_scene_per_asset(ana, vendors, save_work, new_asset):
    ids = [new_asset(description="A brass lamp", name="lamp"), new_asset(name="desk")]
    work = save_work(selectedAssetIds=ids, assetUsageMode="direct", sceneCount=7)

    answer = ana.post(f"{work}/scenario")

    assert len(answer.json["scenes"]) == 2
    assert "scene_index 0: lamp (image): A brass lamp" in prompt_of(vendors)
    assert "scene_index 1: desk" in prompt_of(vendors)


def test_photos_are_the_images_of_scenes_as_soon_as_there_is_a_scenario(
    ana, vendors, save_work, new_asset, samples
):
    ids = [new_asset("image.png"), new_asset("image.gif"), new_asset("image.jpg")]
    work = save_work(selectedAssetIds=ids, assetUsageMode="direct", sceneCount=3)
    ana.upload(f"{work}/media/scene/0/image", samples / "image.webp")

    ana.post(f"{work}/scenario")

    scenes = ana.show(work)["generatedScenes"]
    assert [(scene["sceneIndex"], scene["status"]) for scene in scenes] == [
        (0, "image_ready"),
        (2, "image_ready"),
    ]
    assert ana.get(scenes[0]["imageUrl"]).data == (samples / "image.webp").read_bytes()
    assert ana.get(scenes[1]["imageUrl"]).data == (samples / "image.jpg").read_bytes()
    assert [call["role"] for call in vendors.counts()] == ["llm"]


@pytest.mark.parametrize("mode", ["reference", "direct", None])
def test_scenario_with_missing_assets_is_rejected_without_a_paid_call(
    ana, vendors, save_work, new_asset, mode
):
    existing = new_asset()
    work = save_work(selectedAssetIds=["asset_old", existing, "asset_gone"], assetUsageMode=mode)

    answer = ana.post(f"{work}/scenario")

    assert answer.status_code == 400
    assert answer.json["details"] == {
        "selectedAssetIds": "No longer in the project: asset_old, asset_gone."
    }
    assert vendors.counts() == []
    assert ana.show(f"{work}/jobs") == []


def test_scene_indexes_and_durations_are_normalized(ana, vendors, save_work):
    scenes: list[dict[str, Any]] = [
        {"scene_index": 9, "image_prompt": "A lamp", "duration_seconds": "4 s"},
        {"scene_index": 9, "image_prompt": "A desk", "duration_seconds": 1},
        {"image_prompt": "A hand", "text_overlay": OVERLAY},
    ]
    vendors.rule(kind="text", answer=scenario_json(*scenes))

    answer = ana.post(f"{save_work(videoDuration=15)}/scenario")

    stored = answer.json["scenes"]
    assert [scene["scene_index"] for scene in stored] == [0, 1, 2]
    assert [scene["text_overlay"] for scene in stored] == [None, None, OVERLAY]
    assert sum(scene["duration_seconds"] for scene in stored) == pytest.approx(15)
    assert stored[0]["duration_seconds"] == pytest.approx(4 * stored[1]["duration_seconds"])


def test_scenario_inside_of_prose_is_accepted(ana, vendors, save_work):
    prose = f"Sure!\n```json\n{scenario_json({'image_prompt': 'A lamp'})}\n```\nEnjoy."
    vendors.rule(kind="text", answer=prose)

    answer = ana.post(f"{save_work()}/scenario")

    assert [scene["image_prompt"] for scene in answer.json["scenes"]] == ["A lamp"]


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ({"answer": "I would rather not."}, "I would rather not."),
        ({"answer": '{"scenes": []}'}, "scenes: Expected 1 to 1000 scenes."),
        ({"answer": '{"shots": []}'}, "The answer contains no JSON object"),
        ({"answer": '{"scenes": [5]}'}, "scenes.0: Must be an object"),
        (
            {"answer": scenario_json({"video_prompt": "It swings"})},
            "scenes.0.image_prompt: Missing data",
        ),
        (
            {"answer": scenario_json({"image_prompt": "A", "duration_seconds": "soon"})},
            "scenes.0.duration_seconds",
        ),
        *(({failure: True}, "") for failure in ("refuse", "half", "garbage")),
    ],
)
def test_unusable_scenario_returns_502_with_the_reason_and_keeps_the_work_unchanged(
    ana, vendors, save_work, rule, message
):
    vendors.rule(kind="text", **rule)
    work = save_work(1, sceneCount=2)
    before = ana.show(work)

    answer = ana.post(f"{work}/scenario")

    assert answer.status_code == 502
    assert answer.json["error"] == "The provider failed"
    assert message in answer.json["details"]["message"]
    assert ana.show(work) == before


@pytest.mark.parametrize("count", [1001, 2**53 - 1])
def test_scenario_of_too_many_scenes_is_rejected_without_a_paid_call(
    ana, store, vendors, work, count
):
    """A work may have been saved with more, before `sceneCount` was limited."""
    _, project_id, _, work_id = work.removeprefix("/api/").split("/")
    store.works(project_id).change(work_id, lambda stored: stored.update(sceneCount=count))

    answer = ana.post(f"{work}/scenario")

    assert answer.status_code == 400
    assert answer.json["details"] == {"sceneCount": "Expected at most 1000 scenes."}
    assert vendors.counts() == []


def test_scenario_of_1000_scenes_is_accepted(ana, vendors, save_work):
    vendors.rule(kind="text", answer=scenario_json(*[{"image_prompt": "A lamp"}] * 1000))

    answer = ana.post(f"{save_work(sceneCount=1000)}/scenario")

    assert answer.json["scenes"][-1]["scene_index"] == 999


def test_scenario_that_would_make_the_work_too_large_fails_with_413(
    ana, vendors, save_work, monkeypatch
):
    work = save_work(productDescription="x" * 60_000)
    before = ana.get(work)
    monkeypatch.setattr("storage.documents.snapshots.MAX_DOCUMENT_BYTES", len(before.data) + 5000)
    scenes = [{"image_prompt": "A lamp" * 1500}] * 3
    vendors.rule(kind="text", answer=scenario_json(*scenes))

    answer = ana.post(f"{work}/scenario")

    assert (answer.status_code, answer.json["error"]) == (413, "The result is too large")
    assert "at most" in answer.json["details"]
    assert ana.get(work).data == before.data


def test_fewer_scenes_than_requested_are_stored_with_a_warning(ana, save_work, vendors):
    scene = {"image_prompt": "A lamp", "duration_seconds": 3}
    vendors.rule(kind="text", answer=scenario_json(scene, scene))
    work = save_work(1, **BRIEF)

    answer = ana.post(f"{work}/scenario")

    assert answer.status_code == 200, answer.text
    warnings = ["The model wrote 2 of 4 scenes: scenes 3 to 4 are missing."]
    assert answer.json["warnings"] == warnings
    assert ana.show(work)["scenes"] == answer.json["scenes"]
    [job] = ana.show(f"{work}/jobs")
    assert (job["state"], job["result"]["warnings"]) == ("succeeded", warnings)
