"""Decoding of uploaded images: modes, transparency, limits."""

import io
import os

import pytest
from PIL import Image

from errors import TooLargeError
from export.sources.held_media import STILL_PIXELS
from media.images import (
    Encoding,
    ImageTooLargeError,
    UnreadableImageError,
    check_file,
    check_pixels,
    image_size,
    scale,
)
from media.limits import JOBS
from tests.cases import cases
from tests.media.hostile_files import gif_of_frames, jpeg_of_scans, webp_of_one_colour
from tests.media.image_files import encoded, grey_16, huge

JPEG = Encoding("JPEG", (90,))
WEBP = Encoding("WEBP", (90,))


def scaled(data: bytes, max_side: int, encoding: Encoding = WEBP) -> Image.Image:
    """Return the scaled copy of an image."""
    return Image.open(io.BytesIO(scale(data, max_side, encoding, JOBS).data))


def test_path_and_content_are_decoded_equally(tmp_path):
    path = tmp_path / "image.png"
    path.write_bytes(encoded(Image.new("RGB", (60, 40), "teal")))

    images = [scale(source, 30, JPEG, JOBS) for source in (str(path), path.read_bytes())]

    assert images[0] == images[1]
    assert images[0][:2] == (60, 40)
    assert scaled(path.read_bytes(), 30).size == (30, 20)


@pytest.mark.thorough  # test_limits.py has programs that take longer than a step
def test_large_content_is_decoded_even_if_it_takes_longer_than_a_step():
    noise = io.BytesIO()
    picture = Image.frombytes("RGB", (2000, 2000), os.urandom(12_000_000))
    picture.save(noise, "PNG", compress_level=1)

    assert scaled(noise.getvalue(), 30).size == (30, 30)


@pytest.mark.usefixtures("decoded_here")
@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
@cases("side", {"scaled down": 20, "original size": 200})
def test_every_mode_is_decoded(mode, side):
    image = scaled(encoded(Image.new("L", (60, 60), 255).convert(mode)), side)

    assert image.size == (min(60, side),) * 2
    assert image.convert("RGB").getpixel((9, 9)) == (255, 255, 255)


@pytest.mark.usefixtures("decoded_here")
def test_16_bit_greyscale_keeps_its_levels():
    pixels = scaled(grey_16(), 1000, Encoding("JPEG", (100,)))

    levels = [pixels.convert("L").getpixel((x, 9)) for x in (0, 64, 128, 255)]
    assert levels == pytest.approx([0, 64, 128, 255], abs=2)


@pytest.mark.usefixtures("decoded_here")
def test_transparent_level_of_16_bit_greyscale_is_transparent():
    pixels = scaled(grey_16((100, 40), transparent=50 * 65_535 // 99), 1000)

    assert [pixels.convert("RGBA").getpixel((x, 9))[3] for x in (49, 50, 51)] == [255, 0, 255]


@pytest.mark.usefixtures("decoded_here")
def test_transparent_pixels_are_white_in_a_jpeg():
    transparent = encoded(Image.new("RGBA", (20, 20), (255, 0, 0, 0)))

    assert scaled(transparent, 20, JPEG).getpixel((9, 9)) == (255, 255, 255)


@pytest.mark.usefixtures("decoded_here")
def test_quality_is_lowered_to_the_maximum_length():
    noise = encoded(Image.frombytes("RGB", (300, 300), os.urandom(270_000)))
    lengths = [
        len(scale(noise, 300, Encoding("JPEG", qualities, max_bytes), JOBS).data)
        for qualities, max_bytes in [((90,), 0), ((50,), 0), ((90, 50), 270_000), ((90, 50), 0)]
    ]

    best, worst, within, neither_within = lengths
    assert within == best > worst == neither_within


@cases(
    "data",
    {
        "empty": b"",
        "truncated GIF": b"GIF89a",
        "truncated PNG": encoded(Image.new("RGB", (600, 400)))[:200],
        "BMP": encoded(Image.new("L", (9, 9)), "BMP"),
    },
)
def test_unreadable_image_is_rejected_when_it_is_decoded(data):
    check_pixels(data)

    with pytest.raises(UnreadableImageError, match="cannot be read"):
        scale(data, 100, JPEG, JOBS)


@pytest.mark.parametrize("size", [(9_500, 9_500), (14_000, 14_000)])
def test_too_many_pixels_are_rejected(size):
    data = huge(*size)

    with pytest.raises(ImageTooLargeError, match="at most 89 million pixels are taken") as error:
        check_pixels(data)
    assert error.value.size == size
    with pytest.raises(ImageTooLargeError, match="at most 89 million pixels are taken"):
        scale(data, 100, JPEG, JOBS)


@cases(
    ("data", "limit"),
    {
        "WebP": (webp_of_one_colour(), "53 million"),
        "GIF": (gif_of_frames(1, 65_535), "89 million"),
        "progressive JPEG": (jpeg_of_scans(10_000, 1), "89 million"),
        "JPEG": (jpeg_of_scans(20_000, 1).replace(b"\xff\xc2", b"\xff\xc0", 1), "268 million"),
    },
)
def test_limit_of_pixels_follows_from_the_memory_that_a_format_takes(data, limit):
    with pytest.raises(ImageTooLargeError, match=f"at most {limit} pixels are taken"):
        check_pixels(data)


@pytest.mark.parametrize(
    ("file_format", "mode", "size"),
    [
        pytest.param("PNG", "RGBA", (6144, 3456), marks=pytest.mark.thorough),
        ("WEBP", "RGB", (6144, 3456)),  # which takes the most memory
        pytest.param("JPEG", "RGB", (8064, 6048), marks=pytest.mark.thorough),
    ],
)
def test_large_still_is_scaled_to_the_size_of_an_export(file_format, mode, size):
    file = io.BytesIO()
    fast = {"compress_level": 1} if file_format == "PNG" else {"lossless": True, "method": 0}
    Image.new(mode, size, (200, 90, 40)).save(file, file_format, **fast)

    scaled = scale(file.getvalue(), STILL_PIXELS, JPEG, JOBS)

    assert scaled[:2] == size
    assert Image.open(io.BytesIO(scaled.data)).size[0] in (4096, 4032)


def test_size_after_a_megabyte_of_metadata_is_read(tmp_path):
    large = jpeg_of_scans(10_000, 1)
    path = tmp_path / "image.jpg"
    path.write_bytes(large[:2] + (b"\xff\xed\xff\xff" + bytes(65_533)) * 30 + large[2:])

    with path.open("rb") as file, pytest.raises(TooLargeError):
        check_file(file.fileno(), "image/jpeg")
    with pytest.raises(ImageTooLargeError, match="at most 89 million pixels are taken"):
        scale(str(path), 100, JPEG, JOBS)


def test_photo_of_108_megapixels_is_scaled_down():
    photo = encoded(Image.new("L", (12_000, 9_000), 90).convert("RGB"), "JPEG")

    assert scale(photo, 480, JPEG, JOBS)[:2] == (12_000, 9_000)


@pytest.mark.parametrize("file_format", ["PNG", "GIF", "JPEG", "WEBP"])
@pytest.mark.parametrize("options", [{}, {"lossless": True}, {"exif": b"Exif\0\0"}])
def test_size_is_read_from_the_header(file_format, options):
    file = io.BytesIO()
    Image.new("RGB", (1234, 567), "teal").save(file, file_format, **options)

    assert image_size(file.getvalue()) == (1234, 567)


@cases(
    "data",
    {
        "empty": b"",
        "JPEG start": b"\xff\xd8",
        "JPEG of comments": b"\xff\xd8" + b"\xff\xfe\0\2" * 50_000,
        "PNG start": b"\x89PNG\r\n\x1a\n",
        "WebP start": b"RIFF1234WEBPVP8X",
    },
)
def test_header_without_a_size_has_none(data):
    assert image_size(data) is None
