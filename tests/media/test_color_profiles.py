"""Pictures with a colour profile come out in sRGB, wherever they are decoded."""

import io
import struct
import zlib
from typing import Any

import pytest
from PIL import Image

from media.drawing.overlays import PictureOverlay
from media.images import Encoding, ScaledImage, UnreadableImageError, scale
from media.limits import JOBS
from tests.cases import cases
from tests.media import profiles
from tests.media.image_files import compressed_zeros, png, png_chunk
from tests.media.overlay_images import draw, image_of

pytestmark = pytest.mark.usefixtures("decoded_here")

JPEG = Encoding("JPEG", (95,))
WEBP = Encoding("WEBP", (95,))

Color = tuple[int, ...]

RED, SKIN = (255, 0, 0), (203, 158, 100)
P3_RED, P3_SKIN = (234, 51, 35), (196, 159, 108)
ADOBE_RED, ADOBE_SKIN = (219, 0, 0), (190, 157, 104)


def file_of(
    mode: str, color: Any, profile: bytes | None, file_format: str = "PNG", **options: Any
) -> bytes:
    """Return an image of one colour with a profile."""
    file = io.BytesIO()
    image = Image.new(mode, (32, 16), color)
    image.save(file, file_format, icc_profile=profile, **options)
    return file.getvalue()


def decoded(data: bytes, encoding: Encoding = WEBP) -> tuple[ScaledImage, Image.Image]:
    scaled = scale(data, 100, encoding, JOBS)
    return scaled, Image.open(io.BytesIO(scaled.data))


@pytest.mark.parametrize(
    ("file_format", "profile", "color", "expected"),
    [
        ("PNG", profiles.display_p3, P3_RED, RED),
        ("JPEG", profiles.display_p3, P3_RED, RED),
        ("WEBP", profiles.display_p3, P3_RED, RED),
        ("MPO", profiles.display_p3, P3_SKIN, SKIN),
        ("PNG", profiles.adobe_rgb, ADOBE_RED, RED),
        ("JPEG", profiles.adobe_rgb, ADOBE_SKIN, SKIN),
    ],
)
def test_colours_of_a_wider_space_are_converted(file_format, profile, color, expected):
    lossy = {} if file_format == "PNG" else {"quality": 100}
    scaled, image = decoded(file_of("RGB", color, profile(), file_format, **lossy))

    assert scaled.is_converted
    assert image.convert("RGB").getpixel((9, 9)) == pytest.approx(expected, abs=4)
    assert "icc_profile" not in image.info


def test_inks_look_as_printed():
    printed = {
        (0, 0, 0, 0): (255, 255, 255),
        (255, 0, 0, 0): (0, 150, 218),
        (0, 255, 255, 0): (215, 24, 31),
        (255, 255, 255, 255): (0, 0, 0),
    }
    strips = Image.new("CMYK", (24 * len(printed), 24))
    for number, ink in enumerate(printed):
        strips.paste(ink, (24 * number, 0, 24 * number + 24, 24))
    file = io.BytesIO()
    strips.save(file, "JPEG", quality=100, icc_profile=profiles.cmyk())

    _, image = decoded(file.getvalue())

    found = [image.convert("RGB").getpixel((24 * n + 12, 12)) for n in range(len(printed))]
    for color, expected in zip(found, printed.values(), strict=True):
        assert color == pytest.approx(expected, abs=6)


def test_inks_without_a_profile_are_mixed_plainly():
    scaled, image = decoded(file_of("CMYK", (255, 0, 0, 51), None, "JPEG", quality=100))

    assert not scaled.is_converted
    assert image.convert("RGB").getpixel((9, 9)) == pytest.approx((0, 204, 204), abs=4)


@pytest.mark.parametrize("mode", ["L", "LA"])
def test_grey_of_another_gamma_is_converted(mode):
    color = 128 if mode == "L" else (128, 128)
    _, image = decoded(file_of(mode, color, profiles.grey(1.0)))

    assert image.convert("RGB").getpixel((9, 9)) == pytest.approx((188, 188, 188), abs=2)
    assert image.mode == ("RGB" if mode == "L" else "RGBA")


def test_transparency_and_orientation_are_kept():
    exif = Image.Exif()
    exif[0x0112] = 6
    scaled, image = decoded(
        file_of("RGBA", (*P3_RED, 100), profiles.display_p3(), exif=exif.tobytes())
    )

    assert scaled[:2] == image.size == (16, 32)
    assert image.getpixel((9, 9)) == pytest.approx((255, 0, 0, 100), abs=3)


def test_palette_of_a_wider_space_is_converted():
    file = io.BytesIO()
    Image.new("RGB", (32, 16), P3_RED).quantize(4).save(
        file, "PNG", icc_profile=profiles.display_p3()
    )

    assert decoded(file.getvalue())[1].convert("RGB").getpixel((9, 9)) == pytest.approx(
        (255, 0, 0), abs=3
    )


def test_16_bits_of_a_wider_space_are_converted():
    row = b"\0" + struct.pack(">3H", *(level * 257 for level in P3_RED)) * 8
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 16, 2, 0, 0, 0))
    profile = png_chunk(b"iCCP", b"P3\0\0" + zlib.compress(profiles.display_p3()))
    data = png(header, profile, png_chunk(b"IDAT", zlib.compress(row * 8)))

    assert decoded(data)[1].convert("RGB").getpixel((4, 4)) == pytest.approx((255, 0, 0), abs=3)


@cases(
    "profile",
    {
        "sRGB": profiles.srgb(),
        "empty": b"",
        "broken": b"no profile",
        "truncated": profiles.display_p3()[:300],
        "of inks": profiles.cmyk(),
        "of greys": profiles.grey(1.0),
    },
)
def test_srgb_and_profiles_that_do_not_fit_change_nothing(profile):
    data = file_of("RGB", (200, 20, 90), profile)
    scaled, image = decoded(data, JPEG)

    assert not scaled.is_converted
    assert scaled.data == scale(file_of("RGB", (200, 20, 90), None), 100, JPEG, JOBS).data
    assert "icc_profile" not in image.info


def test_image_in_srgb_is_not_decoded_only_for_its_colours():
    truncated = file_of("RGB", (200, 20, 90), profiles.srgb())[:-30]

    scaled = scale(truncated, 100, Encoding("JPEG", (95,), only_colors=True), JOBS)

    assert scaled == (32, 16, False, b"")


def test_profile_that_is_a_bomb_is_refused():
    bomb = png_chunk(b"iCCP", b"P3\0\0" + compressed_zeros(64 << 20))
    header, rest = file_of("RGB", "teal", None)[:33], file_of("RGB", "teal", None)[33:]

    with pytest.raises(UnreadableImageError):
        scale(header + bomb + rest, 100, JPEG, JOBS)


def test_picture_over_a_video_is_converted(tmp_path):
    path = tmp_path / "picture.png"
    path.write_bytes(file_of("RGB", P3_RED, profiles.display_p3()))

    image = image_of(draw(PictureOverlay(str(path), 32, 16), 64, 64))

    assert image.getpixel((9, 9)) == pytest.approx((255, 0, 0, 255), abs=2)
    assert "icc_profile" not in image.info
