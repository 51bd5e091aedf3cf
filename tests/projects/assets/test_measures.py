"""Dimensions, duration and thumbnails of uploaded assets."""

import io
from typing import Any

import pytest
from PIL import Image

from media import ffmpeg
from media.limits import UPLOADS, Finished, run_limited
from media.thumbnails import inspect
from tests.cases import cases
from tests.media import video_files
from tests.media.image_files import grey_16, huge
from tests.people import Person


def image_file(
    image_format: str, size: tuple[int, int] = (60, 40), mode: str = "RGB", **options: Any
) -> bytes:
    """Return an image file whose left third is red and the rest blue."""
    image = Image.new("RGB", size, "blue")
    image.paste("red", (0, 0, size[0] // 3, size[1]))
    file = io.BytesIO()
    image.convert(mode).save(file, image_format, **options)
    return file.getvalue()


def image_with_orientation(image_format: str, orientation: int) -> bytes:
    """Return an image file with this EXIF orientation."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    return image_file(image_format, exif=exif)


def upload(ana: Person, assets: str, data: bytes) -> Any:
    """Upload data as the body and return the asset."""
    answer = ana.post(assets, data=data)
    assert answer.status_code == 201, answer.text
    return answer.json


def thumbnail(ana: Person, asset: Any) -> Image.Image:
    """Return the thumbnail of an asset."""
    answer = ana.get(asset["thumbnail"])
    assert answer.status_code == 200
    image = Image.open(io.BytesIO(answer.data))
    assert answer.content_type == Image.MIME[image.format or ""]
    return image


@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "WEBP", "GIF"])
def test_uploaded_image_has_dimensions_and_a_thumbnail(ana, assets, image_format):
    asset = upload(ana, assets, image_file(image_format))

    assert (asset["width"], asset["height"]) == (60, 40)
    assert thumbnail(ana, asset).size == (60, 40)


@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize(
    ("orientation", "size", "red"),
    [
        (1, (60, 40), (2, 20)),
        (3, (60, 40), (58, 20)),
        (6, (40, 60), (20, 2)),
        (8, (40, 60), (20, 58)),
    ],
)
def test_dimensions_and_thumbnail_respect_the_exif_orientation(
    ana, assets, image_format, orientation, size, red
):
    asset = upload(ana, assets, image_with_orientation(image_format, orientation))

    small = thumbnail(ana, asset).convert("RGB")
    assert (asset["width"], asset["height"]) == small.size == size
    assert is_red(small.getpixel(red))
    assert not is_red(small.getpixel((size[0] - red[0], size[1] - red[1])))


def is_red(pixel: Any) -> bool:
    return bool(pixel[0] > 150 and pixel[2] < 100)


@pytest.mark.parametrize(
    ("size", "small"),
    [((960, 540), (480, 270)), ((500, 1000), (240, 480)), ((4000, 2), (480, 1)), ((1, 1), (1, 1))],
)
def test_thumbnail_is_at_most_480_pixels_wide_and_high(ana, assets, size, small):
    asset = upload(ana, assets, image_file("PNG", size))

    assert thumbnail(ana, asset).size == small
    assert (asset["width"], asset["height"]) == size


@pytest.mark.parametrize(
    ("image_format", "mode"),
    [("JPEG", "CMYK"), ("JPEG", "L"), ("PNG", "P"), ("PNG", "1"), ("PNG", "LA")],
)
def test_image_of_another_colour_mode_has_a_thumbnail(ana, assets, image_format, mode):
    asset = upload(ana, assets, image_file(image_format, mode=mode))

    assert thumbnail(ana, asset).size == (60, 40)


def test_thumbnail_of_a_16_bit_grey_image_keeps_its_shades(ana, assets):
    asset = upload(ana, assets, grey_16((256, 40)))

    small = thumbnail(ana, asset).convert("L")
    assert [small.getpixel((x, 20)) for x in (0, 64, 128, 255)] == pytest.approx(
        [0, 64, 128, 255], abs=4
    )


def test_thumbnail_of_a_transparent_image_is_transparent(ana, assets):
    file = io.BytesIO()
    Image.new("RGBA", (20, 20), (255, 0, 0, 0)).save(file, "PNG")

    asset = upload(ana, assets, file.getvalue())

    assert thumbnail(ana, asset).convert("RGBA").getpixel((9, 9))[3] == 0


def test_thumbnail_contains_no_exif_data(ana, assets):
    exif = Image.Exif()
    exif[0x010F] = "A camera"

    asset = upload(ana, assets, image_file("JPEG", exif=exif))

    assert dict(thumbnail(ana, asset).getexif()) == {}


@pytest.mark.parametrize(
    "name",
    [
        *("video.mp4", "video.webm"),
        *(pytest.param(name, marks=pytest.mark.thorough) for name in ("video.mov", "video.avi")),
    ],
)
def test_uploaded_video_has_dimensions_duration_and_a_thumbnail(ana, assets, samples, name):
    asset = ana.upload(assets, samples / name).json

    assert (asset["width"], asset["height"], asset["duration"]) == (64, 64, 1.0)
    assert thumbnail(ana, asset).size == (64, 64)


def test_thumbnail_of_a_video_is_not_its_black_first_frame(ana, assets, tmp_path):
    video = tmp_path / "fades-in.mp4"
    arguments = "-f lavfi -i color=white:s=960x640:d=3 -vf fade=in:d=0.5 -pix_fmt yuv420p"
    video_files.make(video, arguments)

    small = thumbnail(ana, ana.upload(assets, video).json).convert("L")

    assert small.size == (480, 320)
    assert small.getpixel((9, 9)) == pytest.approx(255, abs=5)


@pytest.mark.parametrize(
    ("seconds", "black"), [(1.2, 0.7), pytest.param(3, 1.9, marks=pytest.mark.thorough), (9, 4.9)]
)
def test_thumbnail_of_a_video_is_not_its_black_beginning(ana, assets, tmp_path, seconds, black):
    box = f"drawbox=t=fill:color=black:enable='lt(t,{black})'"
    arguments = f"-f lavfi -i color=white:s=64x64:r=10:d={seconds} -vf {box} -pix_fmt yuv420p"
    video = video_files.make(tmp_path / "late.mp4", arguments)

    small = thumbnail(ana, ana.upload(assets, video).json).convert("L")

    assert small.getpixel((9, 9)) == pytest.approx(255, abs=5)


def test_at_most_three_programs_inspect_a_video(tmp_path, monkeypatch):
    """Also one that is black, in HLG that only its frames state."""
    hlg = "log-level=error:atc-sei=18:colorprim=bt2020:transfer=14:colormatrix=bt2020nc"
    encoder = f"-c:v libx265 -x265-params {hlg} -pix_fmt yuv420p10le"
    black = video_files.make(
        tmp_path / "black.mp4", f"-f lavfi -i color=black:s=64x64:r=5:d=8 {encoder}"
    )
    programs = []

    def count(command: Any, **options: Any) -> Finished:
        programs.append(command)
        return run_limited(command, **options)

    monkeypatch.setattr(ffmpeg, "run_limited", count)

    inspection = inspect(str(black), "video/mp4", UPLOADS)

    assert inspection.thumbnail
    assert len(programs) == 3


def test_uploaded_audio_has_a_duration_and_no_thumbnail(ana, assets, samples):
    asset = ana.upload(assets, samples / "audio.wav").json

    assert asset["duration"] == 1.0
    assert not asset.keys() & {"width", "height", "thumbnail"}
    assert ana.get(f"{asset['url']}/thumbnail").status_code == 404


@cases(
    "data",
    {
        "invalid png": b"\x89PNG\r\n\x1a\n" + bytes(500),
        "truncated png": image_file("PNG", (600, 400))[:200],
        "truncated jpeg": image_file("JPEG", (600, 400))[:900],
        "truncated webp": image_file("WEBP")[:60],
        "truncated gif": image_file("GIF")[:30],
        "invalid mp4": b"\0\0\0\x18ftypisom\0\0\0\0isommp42" + bytes(5000),
        "invalid mp3": b"ID3\x04\0\0\0\0\0\0" + bytes(5000),
    },
)
def test_file_that_cannot_be_measured_is_stored_without_measurements(ana, assets, data):
    asset = upload(ana, assets, data)

    assert not asset.keys() & {"width", "height", "duration", "thumbnail"}
    assert ana.get(asset["url"]).data == data
    assert ana.get(f"{asset['url']}/thumbnail").status_code == 404


def test_image_with_too_many_pixels_returns_413(ana, assets):
    """An image of a gigabyte can be a file of a few kilobytes."""
    data = huge(16_000, 16_000)

    answer = ana.post(assets, data=data, content_type="image/png")

    assert answer.status_code == 413
    assert answer.json == {
        "error": "The image is too large",
        "code": "too_large",
        "details": "It has 256 million pixels; at most 89 million are accepted.",
    }
    assert ana.get(assets).json["count"] == 0
