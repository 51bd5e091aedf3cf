"""What assets show, described by a vision model."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from media.thumbnails import scaled_jpeg
from tests.generation.scenes import digest
from tests.people import Person
from tests.vendors import Vendors

NewAsset = Callable[..., str]


def picture(size: tuple[int, int], kind: str = "JPEG", mode: str = "RGB", **how: Any) -> bytes:
    """An image file whose left third is red, and the rest blue, or clear."""
    image = Image.new(mode, size, (0, 0, 255) if mode == "RGB" else (0, 0, 0, 0))
    image.paste((255, 0, 0), (0, 0, size[0] // 3, size[1]))
    file = io.BytesIO()
    image.save(file, kind, **how)
    return file.getvalue()


def upload(ana: Person, project: str, data: bytes) -> str:
    answer = ana.post(f"{project}/assets", data=data)
    assert answer.status_code == 201, answer.text
    return str(answer.json["id"])


@pytest.mark.parametrize("provider", ["gemini", "openai", "claude"])
@pytest.mark.parametrize("sample", ["image.png", "image.jpg", "image.webp", "image.gif"])
def test_an_image_is_described_and_that_is_stored(
    ana: Person, vendors: Vendors, project: str, new_asset: NewAsset, sample: str, provider: str
) -> None:
    asset_id = new_asset(sample, description="Old")
    headers = {"x-vision-provider": provider}

    answer = ana.post(f"{project}/assets/{asset_id}/analyze", headers=headers)

    assert answer.status_code == 200, answer.text
    assert answer.json == {"assetId": asset_id, "description": "description"}
    assert ana.show(f"{project}/assets/{asset_id}/meta")["description"] == "description"
    [call] = vendors.counts()
    assert call["role"] == "vision"
    assert len(call["pictures"]) == 1


@pytest.mark.parametrize("sample", ["video.mp4", "audio.mp3"])
def test_only_images_are_described(
    ana: Person, vendors: Vendors, project: str, new_asset: NewAsset, sample: str
) -> None:
    answer = ana.post(f"{project}/assets/{new_asset(sample)}/analyze")

    assert answer.status_code == 400
    assert answer.json["error"] == "Only images can be described"
    assert vendors.counts() == []


def test_an_asset_that_is_not_there_is_404(ana: Person, project: str) -> None:
    assert ana.post(f"{project}/assets/asset_0/analyze").status_code == 404


def test_an_image_that_cannot_be_read_is_refused_unpaid(
    ana: Person, vendors: Vendors, project: str, samples: Path
) -> None:
    broken = bytearray((samples / "image.png").read_bytes())
    broken[40:60] = bytes(20)
    asset_id = upload(ana, project, bytes(broken))

    answer = ana.post(f"{project}/assets/{asset_id}/analyze")

    assert answer.status_code == 400, answer.text
    assert "cannot be read" in answer.json["details"]["message"]
    assert vendors.counts() == []


@pytest.mark.parametrize(("rule", "status"), [({"status": 500}, 502), ({"answer": "{}"}, 502)])
def test_a_vendor_that_fails_leaves_the_old_description(
    ana: Person,
    vendors: Vendors,
    project: str,
    new_asset: NewAsset,
    rule: dict[str, Any],
    status: int,
) -> None:
    vendors.rule(kind="text", **rule)
    asset_id = new_asset(description="Old")

    answer = ana.post(f"{project}/assets/{asset_id}/analyze")

    assert answer.status_code == status
    assert ana.show(f"{project}/assets/{asset_id}/meta")["description"] == "Old"


@pytest.mark.parametrize(
    ("orientation", "size", "red"), [(1, (60, 40), (2, 20)), (6, (40, 60), (20, 2))]
)
def test_the_model_sees_it_upright(
    tmp_path: Path, orientation: int, size: tuple[int, int], red: tuple[int, int]
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = tmp_path / "photo.jpg"
    path.write_bytes(picture((60, 40), exif=exif))

    seen = Image.open(io.BytesIO(scaled_jpeg(str(path), 1536) or b""))

    assert seen.size == size
    assert seen.getpixel(red)[0] > 200


def test_what_is_clear_becomes_white(tmp_path: Path) -> None:
    path = tmp_path / "cutout.png"
    path.write_bytes(picture((60, 40), "PNG", "RGBA"))

    seen = Image.open(io.BytesIO(scaled_jpeg(str(path), 1536) or b""))

    assert min(seen.getpixel((50, 20))) > 250  # type: ignore[arg-type]


def test_a_huge_photo_is_scaled_down(
    ana: Person, vendors: Vendors, project: str, tmp_path: Path
) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(picture((6000, 4000)))
    small = scaled_jpeg(str(photo), 1536) or b""

    answer = ana.post(f"{project}/assets/{upload(ana, project, photo.read_bytes())}/analyze")

    assert answer.status_code == 200, answer.text
    assert Image.open(io.BytesIO(small)).size == (1536, 1024)
    assert vendors.counts()[0]["pictures"] == [digest(small)]


def test_a_batch_answers_for_each_in_the_order_asked_for(
    ana: Person, vendors: Vendors, project: str, new_asset: NewAsset
) -> None:
    ids = [new_asset("image.png"), new_asset("video.mp4"), "asset_gone", new_asset("image.jpg")]

    answer = ana.post(f"{project}/assets/analyze-batch", json={"assetIds": [*ids, ids[0]]})

    assert answer.status_code == 200, answer.text
    assert answer.json["results"] == [
        {"assetId": ids[0], "description": "description"},
        {"assetId": ids[1], "error": "Only images can be described"},
        {"assetId": "asset_gone", "error": "No such asset"},
        {"assetId": ids[3], "description": "description"},
    ]
    assert ana.show(f"{project}/assets/{ids[3]}/meta")["description"] == "description"
    assert len(vendors.counts()) == 2


def test_a_batch_tells_of_a_vendor_that_fails_for_one(
    ana: Person, vendors: Vendors, project: str, new_asset: NewAsset
) -> None:
    vendors.rule(kind="text", status=500, match="first.png")
    ids = [new_asset(name="first.png"), new_asset(name="second.png")]

    answer = ana.post(f"{project}/assets/analyze-batch", json={"assetIds": ids})

    assert answer.status_code == 200, answer.text
    assert answer.json["results"] == [
        {"assetId": ids[0], "error": "Server error"},
        {"assetId": ids[1], "description": "description"},
    ]


@pytest.mark.parametrize("ids", [None, [], ["../x"], [5], "asset_1", ["asset_1"] * 101])
def test_a_wrong_list_of_assets_is_refused(ana: Person, project: str, ids: object) -> None:
    answer = ana.post(f"{project}/assets/analyze-batch", json={"assetIds": ids})

    assert answer.status_code == 400
    assert all(field.startswith("assetIds") for field in answer.json["details"])


def test_assets_of_another_project_are_not_there(
    ana: Person, vendors: Vendors, new_asset: NewAsset
) -> None:
    asset_id, other = new_asset(), ana.new_project()

    single = ana.post(f"{other}/assets/{asset_id}/analyze")
    batch = ana.post(f"{other}/assets/analyze-batch", json={"assetIds": [asset_id]})

    assert single.status_code == 404
    assert batch.json["results"] == [{"assetId": asset_id, "error": "No such asset"}]
    assert vendors.counts() == []
