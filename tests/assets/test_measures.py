"""What is measured on upload, and the small picture that is made of it."""

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from media.ffmpeg import run
from tests.assets.conftest import Files
from tests.media.image_files import grey_16
from tests.people import Person


def picture(kind: str, size: tuple[int, int] = (60, 40), mode: str = "RGB", **how: Any) -> bytes:
    """An image file whose left third is red, and the rest blue."""
    image = Image.new("RGB", size, "blue")
    image.paste("red", (0, 0, size[0] // 3, size[1]))
    file = io.BytesIO()
    image.convert(mode).save(file, kind, **how)
    return file.getvalue()


def oriented(kind: str, orientation: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return picture(kind, exif=exif)


def upload(ana: Person, assets: str, data: bytes) -> Any:
    answer = ana.post(assets, data=data)
    assert answer.status_code == 201, answer.text
    return answer.json


def thumbnail(ana: Person, asset: Any) -> Image.Image:
    answer = ana.get(asset["thumbnail"])
    assert answer.status_code == 200
    image = Image.open(io.BytesIO(answer.data))
    assert answer.content_type == Image.MIME[image.format or ""]
    return image


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_an_image(ana: Person, assets: str, kind: str) -> None:
    asset = upload(ana, assets, picture(kind))

    assert (asset["width"], asset["height"]) == (60, 40)
    assert thumbnail(ana, asset).size == (60, 40)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize(
    ("orientation", "size", "red"),
    [
        (1, (60, 40), (2, 20)),
        (3, (60, 40), (58, 20)),
        (6, (40, 60), (20, 2)),
        (8, (40, 60), (20, 58)),
    ],
)
def test_an_image_is_measured_as_it_is_shown(
    ana: Person,
    assets: str,
    kind: str,
    orientation: int,
    size: tuple[int, int],
    red: tuple[int, int],
) -> None:
    asset = upload(ana, assets, oriented(kind, orientation))

    small = thumbnail(ana, asset).convert("RGB")
    assert (asset["width"], asset["height"]) == small.size == size
    assert reddish(small.getpixel(red))
    assert not reddish(small.getpixel((size[0] - red[0], size[1] - red[1])))


def reddish(pixel: Any) -> bool:
    return bool(pixel[0] > 150 and pixel[2] < 100)


@pytest.mark.parametrize(
    ("size", "small"),
    [((960, 540), (480, 270)), ((500, 1000), (240, 480)), ((4000, 2), (480, 1)), ((1, 1), (1, 1))],
)
def test_a_thumbnail_is_at_most_480_pixels(
    ana: Person, assets: str, size: tuple[int, int], small: tuple[int, int]
) -> None:
    asset = upload(ana, assets, picture("PNG", size))

    assert thumbnail(ana, asset).size == small
    assert (asset["width"], asset["height"]) == size


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("JPEG", "CMYK"), ("JPEG", "L"), ("PNG", "P"), ("PNG", "1"), ("PNG", "LA")],
)
def test_images_of_other_colour_modes(ana: Person, assets: str, kind: str, mode: str) -> None:
    asset = upload(ana, assets, picture(kind, mode=mode))

    assert thumbnail(ana, asset).size == (60, 40)


def test_an_image_of_16_bits_of_grey_keeps_its_shades(ana: Person, assets: str) -> None:
    asset = upload(ana, assets, grey_16((256, 40)))

    small = thumbnail(ana, asset).convert("L")
    assert [small.getpixel((x, 20)) for x in (0, 64, 128, 255)] == pytest.approx(
        [0, 64, 128, 255], abs=4
    )


def test_what_is_transparent_stays_so(ana: Person, assets: str) -> None:
    file = io.BytesIO()
    Image.new("RGBA", (20, 20), (255, 0, 0, 0)).save(file, "PNG")

    asset = upload(ana, assets, file.getvalue())

    assert thumbnail(ana, asset).convert("RGBA").getpixel((9, 9))[3] == 0


def test_a_thumbnail_tells_nothing_of_where_a_photo_was_taken(ana: Person, assets: str) -> None:
    exif = Image.Exif()
    exif[0x010F] = "A camera"

    asset = upload(ana, assets, picture("JPEG", exif=exif))

    assert dict(thumbnail(ana, asset).getexif()) == {}


@pytest.mark.parametrize("name", ["video.mp4", "video.mov", "video.webm", "video.avi"])
def test_a_video(ana: Person, assets: str, samples: Path, name: str) -> None:
    asset = ana.upload(assets, samples / name).json

    assert (asset["width"], asset["height"], asset["duration"]) == (64, 64, 1.0)
    assert thumbnail(ana, asset).size == (64, 64)


def test_the_thumbnail_of_a_video_is_not_its_black_first_frame(
    ana: Person, assets: str, tmp_path: Path
) -> None:
    video = tmp_path / "fades-in.mp4"
    fading = "-f lavfi -i color=white:s=960x640:d=3 -vf fade=in:d=0.5 -pix_fmt yuv420p"
    run([*fading.split(), str(video)], 60)

    small = thumbnail(ana, ana.upload(assets, video).json).convert("L")

    assert small.size == (480, 320)
    assert small.getpixel((9, 9)) == pytest.approx(255, abs=5)


def test_a_sound(ana: Person, assets: str, samples: Path) -> None:
    asset = ana.upload(assets, samples / "audio.wav").json

    assert asset["duration"] == 1.0
    assert not asset.keys() & {"width", "height", "thumbnail"}
    assert ana.get(f"{asset['url']}/thumbnail").status_code == 404


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n" + bytes(500),
        picture("PNG", (600, 400))[:200],
        picture("JPEG", (600, 400))[:900],
        picture("WEBP")[:60],
        picture("GIF")[:30],
        b"\0\0\0\x18ftypisom\0\0\0\0isommp42" + bytes(5000),
        b"ID3\x04\0\0\0\0\0\0" + bytes(5000),
    ],
    ids=["png", "cut png", "cut jpeg", "cut webp", "cut gif", "mp4", "mp3"],
)
def test_what_cannot_be_measured_is_kept_all_the_same(
    ana: Person, assets: str, data: bytes
) -> None:
    asset = upload(ana, assets, data)

    assert not asset.keys() & {"width", "height", "duration", "thumbnail"}
    assert ana.get(asset["url"]).data == data
    assert ana.get(f"{asset['url']}/thumbnail").status_code == 404


@pytest.mark.filterwarnings("ignore:Image size")  # as in the service, where it is no error
@pytest.mark.parametrize("size", [(9_500, 9_500), (14_000, 14_000)])
def test_too_many_pixels_are_refused(
    ana: Person, assets: str, files: Files, size: tuple[int, int]
) -> None:
    """Ninety million pixels and more fit into a few kilobytes."""
    file = io.BytesIO()
    Image.new("1", size).save(file, "PNG")

    answer = ana.post(assets, data=file.getvalue())

    assert answer.status_code == 413, answer.text
    assert answer.json["error"] == "Image too large"
    assert "89 million pixels" in answer.json["details"]
    assert files() == []
