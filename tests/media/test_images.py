"""Decoding of uploaded images: modes, transparency, limits."""

from pathlib import Path

import pytest
from PIL import Image

from media.images import TooManyPixelsError, UnreadableImageError, check_pixels, decode, encode_jpeg
from tests.media.image_files import encoded, grey_16, huge

LIMIT_MESSAGE = "at most 89 million pixels are taken"


def test_path_and_content_are_decoded_equally(tmp_path: Path) -> None:
    path = tmp_path / "image.png"
    path.write_bytes(encoded(Image.new("RGB", (60, 40), "teal")))

    images = [decode(source, 30) for source in (str(path), path.read_bytes())]

    assert images[0].pixels == images[1].pixels
    assert {(each.width, each.height, each.pixels.size) for each in images} == {(60, 40, (30, 20))}


@pytest.mark.parametrize(
    ("mode", "decoded_mode"),
    [
        ("1", "RGB"),
        ("L", "RGB"),
        ("LA", "RGBA"),
        ("P", "RGB"),
        ("RGB", "RGB"),
        ("RGBA", "RGBA"),
        ("I;16", "RGB"),
    ],
)
@pytest.mark.parametrize("side", [20, 200], ids=["scaled down", "original size"])
def test_every_mode_is_converted_to_rgb_or_rgba(mode: str, decoded_mode: str, side: int) -> None:
    image = decode(encoded(Image.new("L", (60, 60), 255).convert(mode)), side)

    assert image.pixels.mode == decoded_mode
    assert image.pixels.size == (min(60, side),) * 2


def test_16_bit_greyscale_keeps_its_levels() -> None:
    pixels = decode(grey_16(), 1000).pixels

    assert [pixels.getpixel((x, 9)) for x in (0, 64, 128, 255)] == [
        (level,) * 3 for level in (0, 64, 128, 255)
    ]


def test_transparent_level_of_16_bit_greyscale_is_transparent() -> None:
    pixels = decode(grey_16((100, 40), transparent=50 * 65_535 // 99), 1000).pixels

    assert [pixels.convert("RGBA").getpixel((x, 9))[3] for x in (49, 50, 51)] == [255, 0, 255]


def test_transparent_pixels_are_white_in_a_jpeg() -> None:
    transparent = decode(encoded(Image.new("RGBA", (20, 20), (255, 0, 0, 0))), 20).pixels

    jpeg = decode(encode_jpeg(transparent, 90), 20).pixels

    assert jpeg.getpixel((9, 9)) == (255, 255, 255)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a",
        encoded(Image.new("RGB", (600, 400)))[:200],
        encoded(Image.new("L", (9, 9)), "BMP"),
    ],
    ids=["empty", "truncated GIF", "truncated PNG", "BMP"],
)
def test_unreadable_image_is_rejected_by_decode_only(data: bytes) -> None:
    check_pixels(data)

    with pytest.raises(UnreadableImageError, match="cannot be read"):
        decode(data, 100)


@pytest.mark.filterwarnings("ignore:Image size")  # the service ignores this warning
@pytest.mark.parametrize("size", [(9_500, 9_500), (13_000, 13_000), (14_000, 14_000)])
def test_too_many_pixels_are_rejected(size: tuple[int, int]) -> None:
    data = huge(*size)

    for function in (check_pixels, lambda data: decode(data, 100)):
        with pytest.raises(TooManyPixelsError, match=LIMIT_MESSAGE):
            function(data)
