"""Looks of texts: alignment, width, line height, weight, outline, shadow, and the box behind."""

import pytest
from PIL import ImageStat

from media.drawing.overlays import TextOverlay
from media.overlays import OverlayError, draw_overlays
from tests.media.overlay_images import FRAME, draw, image_of, on_frame, red_box

pytestmark = pytest.mark.usefixtures("drawn_here")

PLAIN = TextOverlay("H", 100, "#ff0000", shadow=False)
BOLD = 8  # pixels between the edge of a letter and that of its place, at most, at this size


def box_of(text: TextOverlay) -> tuple[int, int, int, int]:
    """Return where anything of a text is."""
    sprite = draw(text, *FRAME)
    assert sprite is not None
    return (sprite.x, sprite.y, sprite.x + sprite.width, sprite.y + sprite.height)


def ink(text: TextOverlay) -> float:
    """Return how opaque a text's picture is, all in all."""
    image = image_of(draw(text, *FRAME))
    return ImageStat.Stat(image.getchannel("A")).sum[0]


def test_lines_stand_at_a_side_of_the_texts_width():
    boxes = {
        align: box_of(PLAIN._replace(text="H\nHHH", wrap=0.8, align=align))
        for align in ("left", "center", "right")
    }
    single = box_of(PLAIN._replace(wrap=0.8, align="left"))

    assert boxes["left"][0] == single[0] == pytest.approx(720 * 0.1, abs=BOLD)
    assert boxes["right"][2] == pytest.approx(720 * 0.9, abs=BOLD)
    assert sum(boxes["center"][::2]) / 2 == pytest.approx(360, abs=1)


def test_lines_are_aligned_to_each_other():
    lines = PLAIN._replace(text="HHHH\nH", left=50, top=0)
    lefts = []
    for align in ("left", "center", "right"):
        image = on_frame(draw(lines._replace(align=align), *FRAME), color=(0, 0, 0))
        second = image.crop((0, 120, *FRAME)).getbbox()
        assert second is not None
        lefts.append(second[0])

    assert lefts[1] - lefts[0] == pytest.approx(lefts[2] - lefts[1], abs=1)
    assert lefts[2] - lefts[0] == pytest.approx(3 * 72, abs=3)  # so wide are three letters


def test_lines_are_as_far_apart_as_wanted():
    near, far = (box_of(PLAIN._replace(text="H\nH", line_height=height)) for height in (0.8, 2))

    assert (far[3] - far[1]) - (near[3] - near[1]) == pytest.approx(120, abs=1)
    assert far[1] + far[3] == pytest.approx(near[1] + near[3], abs=2)


def test_regular_is_thinner_than_bold():
    assert ink(PLAIN._replace(weight=400)) < 0.8 * ink(PLAIN)


def test_outline_reaches_as_far_as_it_is_wide():
    left, top, right, bottom = box_of(PLAIN)
    outlined = PLAIN._replace(outline_width=6, outline_color="#0000ff80")

    assert box_of(outlined) == pytest.approx((left - 6, top - 6, right + 6, bottom + 6), abs=1)
    image = image_of(draw(outlined, *FRAME))
    assert image.getpixel((2, image.height // 2)) == (0, 0, 255, 255)  # opaque
    assert red_box(draw(outlined, *FRAME)) == pytest.approx(red_box(draw(PLAIN, *FRAME)), abs=1)


def test_outline_has_no_gaps_around_small_parts():
    dots = PLAIN._replace(text=".", font_size=60, outline_width=14, outline_color="#ff0000")
    image = image_of(draw(dots, *FRAME)).getchannel("A")

    middle = image.crop((4, image.height // 2 - 1, image.width - 4, image.height // 2 + 1))
    assert middle.getextrema() == (255, 255)


def test_shadow_can_be_left_out():
    assert ink(PLAIN) < ink(PLAIN._replace(shadow=True))


def test_box_is_around_the_lines():
    boxed = PLAIN._replace(text="HH\nH", background="#00ff0080")
    left, top, right, bottom = box_of(boxed)
    image = image_of(draw(boxed, *FRAME))

    assert bottom - top == pytest.approx(2 * 120 + 2 * 15, abs=1)
    assert right - left == pytest.approx(2 * 72.2 + 2 * 35, abs=2)
    assert image.getpixel((image.width // 2, 3)) == (0, 255, 0, 128)
    assert image.getpixel((0, 0))[3] == 0  # its corners are round


def test_blank_text_has_no_box():
    assert draw(PLAIN._replace(text=" \n ", background="#00ff00"), *FRAME) is None


def test_text_that_slides_is_drawn_beyond_the_frame():
    beyond = PLAIN._replace(text="HHHH", center_x=-360)

    assert box_of(beyond)[0] == pytest.approx(0, abs=BOLD)
    assert box_of(beyond._replace(beyond_x=True))[0] == pytest.approx(-2 * 72, abs=BOLD)
    assert box_of(beyond._replace(beyond_y=True)) == box_of(beyond)


def test_unknown_colour_of_a_box_names_the_text():
    with pytest.raises(OverlayError, match="Not a colour"):
        list(draw_overlays([PLAIN._replace(background="blurred")], *FRAME))
