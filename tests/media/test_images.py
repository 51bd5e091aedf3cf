"""Images that come from outside: what is seen of them, and what is refused."""

from pathlib import Path

import pytest
from PIL import Image

from media.images import TooManyPixelsError, UnreadableImageError, check_pixels, decode, encode_jpeg
from tests.media.image_files import encoded, grey_16, huge

LIMIT = "at most 89 million pixels are taken"


def test_a_file_and_its_content_show_the_same(tmp_path: Path) -> None:
    path = tmp_path / "image.png"
    path.write_bytes(encoded(Image.new("RGB", (60, 40), "teal")))

    seen = [decode(source, 30) for source in (str(path), path.read_bytes())]

    assert seen[0].pixels == seen[1].pixels
    assert {(each.width, each.height, each.pixels.size) for each in seen} == {(60, 40, (30, 20))}


@pytest.mark.parametrize(
    ("mode", "shows"),
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
@pytest.mark.parametrize("side", [20, 200], ids=["smaller", "as it is"])
def test_every_mode_is_seen_in_colours(mode: str, shows: str, side: int) -> None:
    seen = decode(encoded(Image.new("L", (60, 60), 255).convert(mode)), side)

    assert seen.pixels.mode == shows
    assert seen.pixels.size == (min(60, side),) * 2


def test_16_bits_of_grey_keep_their_shades() -> None:
    picture = decode(grey_16(), 1000).pixels

    assert [picture.getpixel((x, 9)) for x in (0, 64, 128, 255)] == [
        (level,) * 3 for level in (0, 64, 128, 255)
    ]


def test_a_clear_level_of_16_bits_is_clear() -> None:
    picture = decode(grey_16((100, 40), clear=50 * 65_535 // 99), 1000).pixels

    assert [picture.convert("RGBA").getpixel((x, 9))[3] for x in (49, 50, 51)] == [255, 0, 255]


def test_what_is_clear_is_white_in_a_jpeg() -> None:
    clear = decode(encoded(Image.new("RGBA", (20, 20), (255, 0, 0, 0))), 20).pixels

    made = decode(encode_jpeg(clear, 90), 20).pixels

    assert made.getpixel((9, 9)) == (255, 255, 255)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a",
        encoded(Image.new("RGB", (600, 400)))[:200],
        encoded(Image.new("L", (9, 9)), "BMP"),
    ],
)
def test_what_cannot_be_read_says_so_to_those_who_decode_it(data: bytes) -> None:
    check_pixels(data)

    with pytest.raises(UnreadableImageError, match="cannot be read"):
        decode(data, 100)


@pytest.mark.filterwarnings("ignore:Image size")  # as in the service, where it is no error
@pytest.mark.parametrize("size", [(9_500, 9_500), (13_000, 13_000), (14_000, 14_000)])
def test_too_many_pixels_are_refused(size: tuple[int, int]) -> None:
    data = huge(*size)

    for look in (check_pixels, lambda data: decode(data, 100)):
        with pytest.raises(TooManyPixelsError, match=LIMIT):
            look(data)
