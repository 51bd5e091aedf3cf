"""Descriptions of assets by a vision model."""

import io
from itertools import product
from typing import Any

import pytest
from PIL import Image

from media.limits import LimitExceededError
from media.thumbnails import scaled_jpeg
from tests.generation.helpers import sha256
from tests.people import Person

# Each type of image and each vendor once; the other pairs are decoded and sent alike.
QUICK = (
    ("image.png", "gemini"),
    ("image.jpg", "openai"),
    ("image.webp", "claude"),
    ("image.gif", "gemini"),
)
DESCRIBED = [
    pytest.param(*pair, marks=() if pair in QUICK else pytest.mark.thorough)
    for pair in product(*map(dict.fromkeys, zip(*QUICK, strict=True)))
]


def image_file(
    size: tuple[int, int], image_format: str = "JPEG", mode: str = "RGB", **options: Any
) -> bytes:
    """Return an image whose left third is red; the rest is blue, or transparent in mode RGBA."""
    image = Image.new(mode, size, (0, 0, 255) if mode == "RGB" else (0, 0, 0, 0))
    image.paste((255, 0, 0), (0, 0, size[0] // 3, size[1]))
    file = io.BytesIO()
    image.save(file, image_format, **options)
    return file.getvalue()


def upload(ana: Person, project: str, data: bytes) -> str:
    answer = ana.post(f"{project}/assets", data=data)
    assert answer.status_code == 201, answer.text
    return str(answer.json["id"])


@pytest.mark.parametrize(("sample", "provider"), DESCRIBED)
def test_description_of_an_image_is_returned_and_stored(
    ana, vendors, project, new_asset, sample, provider
):
    asset_id = new_asset(sample, description="Old")
    headers = {"x-vision-provider": provider}

    answer = ana.post(f"{project}/assets/{asset_id}/analyze", headers=headers)

    assert answer.status_code == 200, answer.text
    assert answer.json == {"assetId": asset_id, "description": "description"}
    assert ana.show(f"{project}/assets/{asset_id}/meta")["description"] == "description"
    [call] = vendors.counts()
    assert call["role"] == "vision"
    assert len(call["pictures"]) == 1


def test_image_that_takes_too_long_to_decode_is_not_described(ana, vendors, project, monkeypatch):
    def exceed(*_arguments: Any, **_limits: Any) -> None:
        raise LimitExceededError(b"")

    asset_id = upload(ana, project, image_file((30, 30)))
    monkeypatch.setattr("media.images.run_limited", exceed)

    answer = ana.post(f"{project}/assets/{asset_id}/analyze")

    assert answer.status_code == 413, answer.text
    assert "takes too much time or memory" in answer.text
    assert vendors.counts() == []


@pytest.mark.parametrize("sample", ["video.mp4", "audio.mp3"])
def test_describing_an_asset_that_is_not_an_image_returns_400(
    ana, vendors, project, new_asset, sample
):
    answer = ana.post(f"{project}/assets/{new_asset(sample)}/analyze")

    assert answer.status_code == 400
    assert answer.json["error"] == "Only images can be described"
    assert vendors.counts() == []


def test_describing_a_missing_asset_returns_404(ana, project):
    assert ana.post(f"{project}/assets/asset_0/analyze").status_code == 404


def test_describing_an_unreadable_image_returns_400_without_a_paid_call(
    ana, vendors, project, samples
):
    broken = bytearray((samples / "image.png").read_bytes())
    broken[40:60] = bytes(20)
    asset_id = upload(ana, project, bytes(broken))

    answer = ana.post(f"{project}/assets/{asset_id}/analyze")

    assert answer.status_code == 400, answer.text
    assert answer.json["error"] == "The image cannot be read"
    assert "cannot be read" in answer.json["details"]["message"]
    assert "provider" not in answer.json["details"]
    assert vendors.counts() == []


@pytest.mark.parametrize(("rule", "status"), [({"status": 500}, 502), ({"answer": "{}"}, 502)])
def test_failed_description_keeps_the_previous_one(ana, vendors, project, new_asset, rule, status):
    vendors.rule(kind="text", **rule)
    asset_id = new_asset(description="Old")

    answer = ana.post(f"{project}/assets/{asset_id}/analyze")

    assert answer.status_code == status
    assert ana.show(f"{project}/assets/{asset_id}/meta")["description"] == "Old"


@pytest.mark.parametrize(
    ("orientation", "size", "red_pixel"), [(1, (60, 40), (2, 20)), (6, (40, 60), (20, 2))]
)
def test_scaled_image_has_the_orientation_of_its_exif_data(tmp_path, orientation, size, red_pixel):
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = tmp_path / "photo.jpg"
    path.write_bytes(image_file((60, 40), exif=exif))

    scaled = Image.open(io.BytesIO(scaled_jpeg(str(path), 1536) or b""))

    assert scaled.size == size
    assert scaled.getpixel(red_pixel)[0] > 200


def test_transparent_areas_of_a_scaled_image_are_white(tmp_path):
    path = tmp_path / "cutout.png"
    path.write_bytes(image_file((60, 40), "PNG", "RGBA"))

    scaled = Image.open(io.BytesIO(scaled_jpeg(str(path), 1536) or b""))

    assert min(scaled.getpixel((50, 20))) > 250  # type: ignore[arg-type]


def test_large_photo_is_scaled_down_for_the_vendor(ana, vendors, project, tmp_path):
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(image_file((6000, 4000)))
    scaled = scaled_jpeg(str(photo), 1536) or b""

    answer = ana.post(f"{project}/assets/{upload(ana, project, photo.read_bytes())}/analyze")

    assert answer.status_code == 200, answer.text
    assert Image.open(io.BytesIO(scaled)).size == (1536, 1024)
    assert vendors.counts()[0]["pictures"] == [sha256(scaled)]


def test_batch_description_has_a_result_per_asset_in_the_requested_order(
    ana, vendors, project, new_asset
):
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


def test_batch_description_has_the_vendors_error_of_a_single_asset(
    ana, vendors, project, new_asset
):
    vendors.rule(kind="text", status=500, match="first.png")
    ids = [new_asset(name="first.png"), new_asset(name="second.png")]

    answer = ana.post(f"{project}/assets/analyze-batch", json={"assetIds": ids})

    assert answer.status_code == 200, answer.text
    assert answer.json["results"] == [
        {"assetId": ids[0], "error": "Server error"},
        {"assetId": ids[1], "description": "description"},
    ]


@pytest.mark.parametrize(
    "ids", [None, [], ["../x"], [5], "asset_1", ["asset_1"] * 101], ids=lambda ids: str(ids)[:20]
)
def test_batch_description_rejects_invalid_asset_ids(ana, project, ids):
    answer = ana.post(f"{project}/assets/analyze-batch", json={"assetIds": ids})

    assert answer.status_code == 400
    assert all(field.startswith("assetIds") for field in answer.json["details"])


def test_describing_assets_of_another_project_is_rejected(ana, vendors, new_asset):
    asset_id, other = new_asset(), ana.new_project()

    single = ana.post(f"{other}/assets/{asset_id}/analyze")
    batch = ana.post(f"{other}/assets/analyze-batch", json={"assetIds": [asset_id]})

    assert single.status_code == 404
    assert batch.json["results"] == [{"assetId": asset_id, "error": "No such asset"}]
    assert vendors.counts() == []
