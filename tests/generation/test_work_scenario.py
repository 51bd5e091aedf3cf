"""A work's scenario: what the model is told of the work, and what becomes of its answer."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.generation.conftest import Tell
from tests.people import Person
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


def told(vendors: Vendors) -> str:
    """What the model was told by the one call there was."""
    [paid] = vendors.counts()
    return str(paid["prompt"])


def scenario(*scenes: dict[str, Any]) -> str:
    return json.dumps({"scenes": scenes})


def test_scenes_are_answered_and_stored(ana: Person, tell: Tell) -> None:
    work = tell(1, **BRIEF)

    answer = ana.post(f"{work}/scenario")

    assert answer.status_code == 200, answer.text
    scenes = answer.json["scenes"]
    assert [scene["scene_index"] for scene in scenes] == [0, 1, 2, 3]
    assert [scene["duration_seconds"] for scene in scenes] == [3, 3, 3, 3]
    assert scenes[2]["image_prompt"] == "image_prompt of scene 2"
    assert ana.show(work)["scenes"] == scenes


def test_nothing_else_of_the_work_changes(ana: Person, tell: Tell) -> None:
    work = tell(**BRIEF)
    before = ana.show(work)

    ana.post(f"{work}/scenario")

    after = ana.show(work)
    assert after["updatedAt"] > before["updatedAt"]
    same = before.keys() - {"scenes", "updatedAt"}
    assert {key: after[key] for key in same} == {key: before[key] for key in same}


def test_the_model_is_told_all_that_is_known(
    ana: Person, vendors: Vendors, tell: Tell, project: str
) -> None:
    guide = {"tone": "Dry humour", "must_include": ["the dial"], "color_palette": ["#102030"]}
    ana.put(project, json={"knowledge": "Made of recycled aluminium.", "styleGuide": guide})

    ana.post(f"{tell(**BRIEF, analysis=analysis())}/scenario")

    for text in (
        *("Made of recycled aluminium.", "Dry humour", "the dial", "#102030"),
        *("You love long shots.", "Arc", "A lamp that wakes you", "Late risers", "Spanish"),
        *("scene_count: 4", "video_duration: 12", "1080 by 1920", "A dark room"),
    ):
        assert text in told(vendors), text


@pytest.mark.parametrize("mode", ["reference", None])
def test_assets_are_described_to_the_model(
    ana: Person, vendors: Vendors, tell: Tell, new_asset: Callable[..., str], mode: str | None
) -> None:
    ids = [new_asset(description="A brass lamp", name="lamp"), new_asset(name="desk")]

    ana.post(f"{tell(selectedAssetIds=ids, assetUsageMode=mode)}/scenario")

    assert "lamp (image): A brass lamp" in told(vendors)
    assert "desk (image): not described" in told(vendors)
    assert "scene_index 0" not in told(vendors)


def test_assets_used_directly_make_a_scene_each(
    ana: Person, vendors: Vendors, tell: Tell, new_asset: Callable[..., str]
) -> None:
    ids = [new_asset(description="A brass lamp", name="lamp"), new_asset(name="desk")]
    work = tell(selectedAssetIds=ids, assetUsageMode="direct", sceneCount=7)

    answer = ana.post(f"{work}/scenario")

    assert len(answer.json["scenes"]) == 2
    assert "scene_index 0: lamp (image): A brass lamp" in told(vendors)
    assert "scene_index 1: desk" in told(vendors)


@pytest.mark.parametrize("mode", ["reference", "direct", None])
def test_missing_assets_are_named_and_nothing_is_paid(
    ana: Person, vendors: Vendors, tell: Tell, new_asset: Callable[..., str], mode: str | None
) -> None:
    there = new_asset()
    work = tell(selectedAssetIds=["asset_old", there, "asset_gone"], assetUsageMode=mode)

    answer = ana.post(f"{work}/scenario")

    assert answer.status_code == 400
    assert answer.json["details"] == {
        "selectedAssetIds": "No longer in the project: asset_old, asset_gone."
    }
    assert vendors.counts() == []
    assert ana.show(f"{work}/jobs") == []


def test_the_indexes_are_ours_and_the_durations_add_up(
    ana: Person, vendors: Vendors, tell: Tell
) -> None:
    scenes: list[dict[str, Any]] = [
        {"scene_index": 9, "image_prompt": "A lamp", "duration_seconds": "4 s"},
        {"scene_index": 9, "image_prompt": "A desk", "duration_seconds": 1},
        {"image_prompt": "A hand", "text_overlay": OVERLAY},
    ]
    vendors.rule(kind="text", answer=scenario(*scenes))

    answer = ana.post(f"{tell(videoDuration=15)}/scenario")

    made = answer.json["scenes"]
    assert [scene["scene_index"] for scene in made] == [0, 1, 2]
    assert [scene["text_overlay"] for scene in made] == [None, None, OVERLAY]
    assert sum(scene["duration_seconds"] for scene in made) == pytest.approx(15)
    assert made[0]["duration_seconds"] == pytest.approx(4 * made[1]["duration_seconds"])


def test_an_answer_around_which_the_model_talks_is_taken(
    ana: Person, vendors: Vendors, tell: Tell
) -> None:
    json_in_prose = f"Sure!\n```json\n{scenario({'image_prompt': 'A lamp'})}\n```\nEnjoy."
    vendors.rule(kind="text", answer=json_in_prose)

    answer = ana.post(f"{tell()}/scenario")

    assert [scene["image_prompt"] for scene in answer.json["scenes"]] == ["A lamp"]


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ("I would rather not.", "I would rather not."),
        ('{"scenes": []}', "scenes: Expected 1 to 1000 scenes."),
        ('{"film": []}', "It answered no JSON object"),
        ('{"scenes": [5]}', "scenes.0: Invalid"),
        (scenario({"video_prompt": "It swings"}), "scenes.0.image_prompt: Missing data"),
        (scenario({"image_prompt": "A", "duration_seconds": "soon"}), "scenes.0.duration_seconds"),
        (scenario({"image_prompt": "A lamp"}), "Expected 2 scenes, got 1."),
    ],
)
def test_an_answer_that_cannot_be_used_is_502_and_says_why(
    ana: Person, vendors: Vendors, tell: Tell, said: str, wrong: str
) -> None:
    vendors.rule(kind="text", answer=said)
    work = tell(1, sceneCount=2)
    before = ana.show(work)

    answer = ana.post(f"{work}/scenario")

    assert answer.status_code == 502
    assert wrong in answer.json["details"]["message"]
    assert ana.show(work) == before


@pytest.mark.parametrize("said", ["refuse", "half", "garbage"])
def test_a_vendor_that_fails_is_502_and_leaves_the_work_alone(
    ana: Person, vendors: Vendors, tell: Tell, said: str
) -> None:
    vendors.rule(kind="text", **{said: True})
    work = tell(1)
    before = ana.show(work)

    answer = ana.post(f"{work}/scenario")

    assert answer.status_code == 502
    assert answer.json["error"] == "The provider failed"
    assert ana.show(work) == before


@pytest.mark.parametrize("count", [1001, 2**53 - 1])
def test_more_scenes_than_a_work_can_have_are_refused_unpaid(
    ana: Person, vendors: Vendors, tell: Tell, count: int
) -> None:
    work = tell(sceneCount=count)

    answer = ana.post(f"{work}/scenario")

    assert answer.status_code == 400
    assert answer.json["details"] == {"sceneCount": "Expected at most 1000 scenes."}
    assert vendors.counts() == []


def test_a_thousand_scenes_can_be_had(ana: Person, vendors: Vendors, tell: Tell) -> None:
    vendors.rule(kind="text", answer=scenario(*[{"image_prompt": "A lamp"}] * 1000))

    answer = ana.post(f"{tell(sceneCount=1000)}/scenario")

    assert answer.json["scenes"][-1]["scene_index"] == 999
