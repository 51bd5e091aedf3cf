"""Direct mode: the selected assets are the scenes' images, and no image model is used."""

import pytest

from tests.generation.helpers import generated_scenes, paid_call, sha256, start_job
from tests.jobs.helpers import wait_until_finished


@pytest.mark.parametrize(
    ("index", "sample"), [(0, "image.png"), (1, "image.jpg"), (2, "image.png")]
)
def test_direct_mode_uses_the_selected_assets_in_turn(
    ana, vendors, save_work, new_asset, samples, index, sample
):
    ids = [new_asset("image.png"), new_asset("image.jpg")]
    work = save_work(3, selectedAssetIds=ids, assetUsageMode="direct")

    answer = ana.post(f"{work}/generate/scene/{index}")

    assert answer.status_code == 200, answer.text
    file = (samples / sample).read_bytes()
    assert ana.get(answer.json["imageUrl"]).data == file
    assert [call["role"] for call in vendors.counts()] == ["video"]
    assert paid_call(vendors, "video")["pictures"] == [sha256(file)]


def test_direct_mode_needs_no_key_for_an_image_model(ana, vendors, save_work, new_asset):
    work = save_work(1, selectedAssetIds=[new_asset()], assetUsageMode="direct")

    answer = ana.post(f"{work}/generate/scene/0", headers={"x-image-api-key": "wrong-key"})

    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    ("sample", "media_type"), [("image.gif", "image/gif"), ("video.mp4", "video/mp4")]
)
@pytest.mark.parametrize("kind", ["scene", "scenes"])
def test_direct_mode_rejects_unsuitable_assets_without_a_paid_call(
    ana, vendors, save_work, new_asset, sample, media_type, kind
):
    asset_id = new_asset(sample)
    work = save_work(1, selectedAssetIds=[asset_id], assetUsageMode="direct")

    answer = ana.post(f"{work}/jobs", json={"kind": kind, "sceneIndex": 0})

    assert answer.status_code == 400
    assert answer.json == {
        "error": f"Asset {asset_id} cannot be a scene's image",
        "code": "invalid_request",
        "details": f"It is {media_type}; expected one of image/png, image/jpeg, image/webp.",
    }
    assert vendors.counts() == []


def test_direct_mode_rejects_a_missing_asset_without_a_paid_call(
    ana, vendors, save_work, new_asset
):
    work = save_work(2, selectedAssetIds=[new_asset(), "asset_gone"], assetUsageMode="direct")

    answer = ana.post(f"{work}/generate/scene/0")

    assert answer.status_code == 400
    assert "asset_gone" in answer.json["details"]["selectedAssetIds"]
    assert vendors.counts() == []


def test_direct_mode_without_assets_generates_images(ana, vendors, save_work):
    answer = ana.post(f"{save_work(1, assetUsageMode='direct')}/generate/scene/0")

    assert answer.status_code == 200, answer.text
    assert [call["role"] for call in vendors.counts()] == ["image", "video"]


def test_direct_mode_needs_no_image_prompt(ana, save_work, new_asset):
    work = save_work(selectedAssetIds=[new_asset()], assetUsageMode="direct")
    ana.put(work, json={"scenes": [{"scene_index": 0}]})

    assert ana.post(f"{work}/generate/scene/0").status_code == 200


def test_resumed_job_in_direct_mode_keeps_finished_scenes(ana, vendors, save_work, new_asset):
    work = save_work(2, selectedAssetIds=[new_asset(), new_asset()], assetUsageMode="direct")
    vendors.rule(kind="submit", status=400, skip=1)
    job = start_job(ana, work)
    assert wait_until_finished(ana, job)["state"] == "failed"
    [done] = [scene for scene in generated_scenes(ana, work) if scene["status"] == "done"]
    etag = ana.get(done["imageUrl"]).headers["ETag"]

    ana.post(f"{job}/resume")

    assert wait_until_finished(ana, job)["state"] == "succeeded"
    assert [scene["status"] for scene in generated_scenes(ana, work)] == ["done", "done"]
    assert ana.get(done["imageUrl"]).headers["ETag"] == etag


def test_images_alone_are_the_photos_for_nothing(ana, vendors, save_work, new_asset, samples):
    work = save_work(2, selectedAssetIds=[new_asset("image.jpg")], assetUsageMode="direct")

    wait_until_finished(ana, start_job(ana, work, redo="image"))

    photo = (samples / "image.jpg").read_bytes()
    scenes = generated_scenes(ana, work)
    assert [scene["status"] for scene in scenes] == ["image_ready"] * 2
    assert [ana.get(scene["imageUrl"]).data == photo for scene in scenes] == [True, True]
    assert vendors.counts() == []
