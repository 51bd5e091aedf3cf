"""Assets used directly: each scene shows one, as it is, and no image model is asked."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.generation.conftest import Tell
from tests.generation.scenes import digest, paid
from tests.people import Person
from tests.vendors import Vendors

NewAsset = Callable[..., str]


@pytest.mark.parametrize(
    ("index", "sample"), [(0, "image.png"), (1, "image.jpg"), (2, "image.png")]
)
def test_the_image_is_the_asset_of_this_number_round_and_round(
    ana: Person,
    vendors: Vendors,
    tell: Tell,
    new_asset: NewAsset,
    samples: Path,
    index: int,
    sample: str,
) -> None:
    ids = [new_asset("image.png"), new_asset("image.jpg")]
    work = tell(3, selectedAssetIds=ids, assetUsageMode="direct")

    answer = ana.post(f"{work}/generate/scene/{index}")

    assert answer.status_code == 200, answer.text
    file = (samples / sample).read_bytes()
    assert ana.get(answer.json["imageUrl"]).data == file
    assert [call["role"] for call in vendors.counts()] == ["video"]
    assert paid(vendors, "video")["pictures"] == [digest(file)]


def test_it_needs_no_key_of_an_image_model(
    ana: Person, vendors: Vendors, tell: Tell, new_asset: NewAsset
) -> None:
    work = tell(1, selectedAssetIds=[new_asset()], assetUsageMode="direct")

    answer = ana.post(f"{work}/generate/scene/0", headers={"x-image-api-key": "wrong-key"})

    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    ("sample", "kind"), [("image.gif", "image/gif"), ("video.mp4", "video/mp4")]
)
@pytest.mark.parametrize("job", ["scene", "scenes"])
def test_an_asset_that_can_be_no_scenes_image_is_named_and_nothing_is_paid(
    ana: Person,
    vendors: Vendors,
    tell: Tell,
    new_asset: NewAsset,
    sample: str,
    kind: str,
    job: str,
) -> None:
    asset_id = new_asset(sample)
    work = tell(1, selectedAssetIds=[asset_id], assetUsageMode="direct")

    answer = ana.post(f"{work}/jobs", json={"kind": job, "sceneIndex": 0})

    assert answer.status_code == 400
    assert answer.json == {
        "error": f"Asset {asset_id} cannot be a scene's image",
        "details": f"It is {kind}; expected one of image/png, image/jpeg, image/webp.",
    }
    assert vendors.counts() == []


def test_a_missing_asset_is_named_and_nothing_is_paid(
    ana: Person, vendors: Vendors, tell: Tell, new_asset: NewAsset
) -> None:
    work = tell(2, selectedAssetIds=[new_asset(), "asset_gone"], assetUsageMode="direct")

    answer = ana.post(f"{work}/generate/scene/0")

    assert answer.status_code == 400
    assert "asset_gone" in answer.json["details"]["selectedAssetIds"]
    assert vendors.counts() == []


def test_without_assets_images_are_made(ana: Person, vendors: Vendors, tell: Tell) -> None:
    answer = ana.post(f"{tell(1, assetUsageMode='direct')}/generate/scene/0")

    assert answer.status_code == 200, answer.text
    assert [call["role"] for call in vendors.counts()] == ["image", "video"]


def test_a_scene_needs_no_prompt(ana: Person, tell: Tell, new_asset: NewAsset) -> None:
    work = tell(selectedAssetIds=[new_asset()], assetUsageMode="direct")
    ana.put(work, json={"scenes": [{"scene_index": 0}]})

    assert ana.post(f"{work}/generate/scene/0").status_code == 200


def test_a_job_that_goes_on_leaves_scenes_that_are_done_as_they_are(
    ana: Person, vendors: Vendors, tell: Tell, new_asset: NewAsset
) -> None:
    work = tell(2, selectedAssetIds=[new_asset(), new_asset()], assetUsageMode="direct")
    vendors.rule(kind="submit", status=400, skip=1)
    job = ana.post(f"{work}/jobs", json={"kind": "scenes"}).headers["Location"]
    assert ana.show(f"{job}?wait=20")["state"] == "failed"
    [done] = [s for s in ana.show(work)["generatedScenes"] if s["status"] == "done"]
    image = ana.get(done["imageUrl"]).headers["ETag"]

    ana.post(f"{job}/resume")

    assert ana.show(f"{job}?wait=20")["state"] == "succeeded"
    assert [s["status"] for s in ana.show(work)["generatedScenes"]] == ["done", "done"]
    assert ana.get(done["imageUrl"]).headers["ETag"] == image
