"""Pictures over videos: box, aspect, rotation, opacity."""

import math

import pytest
from PIL import Image

from media.drawing.overlays import PictureOverlay
from tests.media.image_files import encoded
from tests.media.overlay_images import FRAME, draw, image_of, on_frame

pytestmark = pytest.mark.usefixtures("drawn_here")


@pytest.fixture
def wide(tmp_path):
    """A picture of 400 by 200 pixels, red on the left and blue on the right."""
    image = Image.new("RGB", (400, 200), "red")
    image.paste("blue", (200, 0, 400, 200))
    path = tmp_path / "wide"
    path.write_bytes(encoded(image))
    return str(path)


def placed(overlay: PictureOverlay) -> tuple[int, int, int, int]:
    sprite = draw(overlay, *FRAME)
    assert sprite is not None
    return sprite.x, sprite.y, sprite.width, sprite.height


def test_picture_is_contained_in_its_box_or_stretched_to_it(wide):
    assert placed(PictureOverlay(wide, 100, 100, 20, -30)) == (330, 585, 100, 50)
    stretched = PictureOverlay(wide, 100, 100, 20, -30, keep_aspect=False)
    assert placed(stretched) == (330, 560, 100, 100)
    assert placed(PictureOverlay(wide, 100, 100, left=7, top=9)) == (7, 34, 100, 50)
    assert placed(stretched._replace(left=7, top=9)) == (7, 9, 100, 100)


def test_picture_is_scaled_with_the_frame(wide):
    sprite = draw(PictureOverlay(wide, 100, 100, 20, -30), 360, 640, 0.5)

    assert sprite is not None
    assert sprite[1:5] == (165, 292, 50, 25)


@pytest.mark.parametrize("rotation", [30, 45, 90, -120, 180, 359, 720 + 45])
def test_rotated_picture_has_its_exact_bounding_box(wide, rotation):
    x, y, width, height = placed(PictureOverlay(wide, 200, 100, 20, -30, rotation=rotation))

    angle = math.radians(rotation)
    across = abs(200 * math.cos(angle)) + abs(100 * math.sin(angle))
    down = abs(200 * math.sin(angle)) + abs(100 * math.cos(angle))
    assert [width, height] == pytest.approx([across, down], abs=2)
    assert (x + width / 2, y + height / 2) == (380, 610)


def test_rotated_picture_beside_a_corner_of_the_frame_has_no_image(wide):
    """Its bounding box reaches 21 pixels into the frame, the picture itself does not."""
    left_and_above = (-FRAME[0] / 2 - 120, -FRAME[1] / 2 - 120)

    overlay = PictureOverlay(wide, 200, 200, *left_and_above, rotation=45, keep_aspect=False)

    assert draw(overlay, *FRAME) is None


def test_rotation_is_clockwise(wide):
    frame = on_frame(draw(PictureOverlay(wide, 200, 100, rotation=90), *FRAME))

    assert frame.getpixel((360, 560)) == (255, 0, 0), "the left side is at the top"
    assert frame.getpixel((360, 720)) == (0, 0, 255)


def test_half_a_turn_is_the_same_as_both_mirrored(wide):
    turned = image_of(draw(PictureOverlay(wide, 200, 100, rotation=180), *FRAME))
    plain = image_of(draw(PictureOverlay(wide, 200, 100), *FRAME))

    middle = (10, 10, 90, 90)
    assert turned.crop(middle).tobytes() == plain.rotate(180).crop(middle).tobytes()


@pytest.mark.parametrize("rotation", [0, 45])
def test_opacity_is_the_alpha_of_the_picture(wide, rotation):
    overlay = PictureOverlay(wide, 200, 200, keep_aspect=False, opacity=0.3, rotation=rotation)
    image = image_of(draw(overlay, *FRAME))

    pixel = image.getpixel((image.width // 2 - 20, image.height // 2))
    assert pixel == (255, 0, 0, round(0.3 * 255))


def test_transparent_pixels_stay_transparent(tmp_path):
    image = Image.new("RGBA", (100, 100), (0, 255, 0, 255))
    image.paste((255, 0, 0, 0), (0, 0, 50, 100))
    (tmp_path / "half").write_bytes(encoded(image))
    drawn = image_of(draw(PictureOverlay(str(tmp_path / "half"), 50, 50, opacity=0.5), *FRAME))

    assert drawn.getpixel((5, 20))[3] == 0
    assert drawn.getpixel((40, 20)) == (0, 255, 0, 128)
    edge = [drawn.getpixel((x, 20)) for x in range(50)]
    assert all(pixel[:2] == (0, 255) for pixel in edge if pixel[3] > 20), "no red shines through"


def test_picture_is_cropped_to_the_frame(wide):
    assert placed(PictureOverlay(wide, 200, 100, -360, -640)) == (0, 0, 100, 50)
    assert placed(PictureOverlay(wide, 1_000_000, 1_000_000)) == (0, 0, 720, 1280)
    assert placed(PictureOverlay(wide, 1_000_000, 1_000_000, rotation=33)) == (0, 0, 720, 1280)
    cropped = on_frame(draw(PictureOverlay(wide, 200, 100, -360, 0), *FRAME))
    assert cropped.getpixel((50, 640)) == (0, 0, 255)


@pytest.mark.parametrize(
    "changed",
    [{"opacity": 0}, {"width": 0}, {"height": -3}, {"center_x": 900}, {"left": -500, "top": 0}],
    ids=str,
)
@pytest.mark.parametrize("rotation", [0, 10])
def test_invisible_picture_has_no_image(wide, changed, rotation):
    overlay = PictureOverlay(wide, 200, 100, rotation=rotation)._replace(**changed)

    assert draw(overlay, *FRAME) is None


@pytest.mark.parametrize("file_format", ["PNG", "JPEG", "WEBP", "GIF"])
def test_each_format_of_assets_is_drawn(file_format, tmp_path):
    path = tmp_path / "image"
    path.write_bytes(encoded(Image.new("RGB", (30, 30), "red"), file_format))

    image = image_of(draw(PictureOverlay(str(path), 60, 60), *FRAME))
    assert list(image.tobytes()[:4]) == pytest.approx([255, 0, 0, 255], abs=3)


def test_photo_is_upright(tmp_path):
    image = Image.new("RGB", (40, 20), "red")
    exif = Image.Exif()
    exif[0x0112] = 6  # rotate by a quarter
    image.save(tmp_path / "photo.jpg", exif=exif)

    assert placed(PictureOverlay(str(tmp_path / "photo.jpg"), 100, 100))[2:] == (50, 100)


def test_large_photo_is_drawn(tmp_path):
    Image.new("L", (12_000, 9_000)).save(tmp_path / "photo.jpg")
    overlay = PictureOverlay(str(tmp_path / "photo.jpg"), 1024, 1024, rotation=10)

    sprite = draw(overlay, 1024, 1024)
    assert sprite is not None
    assert sprite.width == 1024
