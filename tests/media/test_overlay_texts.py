"""Texts over videos: where they stand, how they wrap, what their shadow is like."""

import pytest

from media.drawing.fonts import Fonts
from media.drawing.layout import lay_out
from media.drawing.overlays import TextOverlay
from media.overlays import OverlayError, draw_overlays
from tests.media.overlay_images import FRAME, draw, drawn, image_of, on_frame, red_box, width

pytestmark = pytest.mark.usefixtures("drawn_here")


def red(
    text: str,
    size: float = 48,
    *,
    center_x: float = 0,
    center_y: float = 0,
    left: float | None = None,
    top: float | None = None,
) -> TextOverlay:
    return TextOverlay(text, size, "#ff0000", center_x, center_y, left, top)


@pytest.mark.parametrize("center", [(0, 0), (-100, 250), (33.5, -77.5)])
def test_box_is_centred_at_the_given_point(center):
    one, three = draw_overlays(
        [
            red("H", center_x=center[0], center_y=center[1]),
            red("H\nH\nH", center_x=center[0], center_y=center[1]),
        ],
        *FRAME,
    )

    box, tall = red_box(one), red_box(three)
    assert (box[0] + box[2]) / 2 == pytest.approx(360 + center[0], abs=1)
    assert (tall[1] + tall[3]) / 2 == pytest.approx((box[1] + box[3]) / 2, abs=1)
    # Liberation Sans: ascent 0.905, descent 0.212, capitals 0.688; of a line 1.2 high.
    assert box[3] == pytest.approx(640 + center[1] + 48 * (0.905 - 0.212) / 2, abs=1)
    assert box[3] - box[1] == pytest.approx(48 * 0.688, abs=2)


def test_lines_are_1_2_times_the_font_size_apart():
    box = red_box(drawn("H\nH\nH\nH\nH", 50))

    assert box[3] - box[1] == pytest.approx(4 * 60 + 50 * 0.688, abs=2)


def test_left_and_top_place_the_box():
    box = red_box(draw(red("H", 100, left=50, top=70), *FRAME))

    assert box[0] == pytest.approx(50 + 100 * 0.07, abs=2)  # the letter's own space on the left
    assert box[3] == pytest.approx(70 + 60 + 100 * (0.905 - 0.212) / 2, abs=1)


def test_lengths_are_scaled():
    large = red_box(draw(red("H", 100, center_x=50, center_y=-20), *FRAME))
    small = red_box(draw(red("H", 100, center_x=50, center_y=-20), 360, 640, 0.5), (360, 640))

    assert small == pytest.approx([edge / 2 for edge in large], abs=1)


def test_lines_are_broken_between_words_at_half_of_the_frame():
    text = "several words that need more than a line"
    left, top, right, bottom = red_box(drawn(text))

    assert 300 < right - left <= 360
    lines = round((bottom - top) / 57.6)
    assert lines == 3
    assert red_box(drawn("several words\nthat need more\nthan a line")) == (
        left,
        top,
        right,
        bottom,
    )


def test_word_longer_than_a_line_is_broken():
    left, top, right, bottom = red_box(drawn("m" * 30))

    assert 300 < right - left <= 360
    assert bottom - top > 3 * 57.6


@pytest.mark.parametrize("text", ["Hello world", "Hello \u3000\u2003 world", "Hi: 100% it's"])
def test_space_after_a_word_that_is_broken_takes_no_line_of_its_own(text):
    fonts = Fonts(48)

    for max_width in range(1, 320, 3):
        lines = lay_out(text, fonts, max_width)
        assert all(line.width > 0 for line in lines), max_width


def test_white_space_is_kept():
    assert width("a    b") > width("a b") + 30
    assert red_box(drawn("a\n\n\nb"))[3] - red_box(drawn("a\nb"))[3] == pytest.approx(57.6, abs=1)
    assert width("a\tb") > width("a b")


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r", "\u2028", "\u2029"])
def test_each_kind_of_newline_breaks_the_line(newline):
    assert drawn(f"a{newline}b") == drawn("a\nb")


def test_shadow_is_black_below_and_to_the_right():
    sprite = drawn("I", 200)
    image, box = image_of(sprite), red_box(sprite)
    assert sprite is not None
    right, bottom = box[2] - sprite.x, box[3] - sprite.y

    shadow = image.getpixel((right + 2, bottom - 20))
    assert shadow[:3] == (0, 0, 0)
    assert 60 <= shadow[3] <= 0.7 * 255
    assert image.getpixel((right - 20, bottom + 2))[3] > 60
    # 2 pixels of offset and three times the blur's sigma on this side, the rest on the other.
    assert sprite.width - right == pytest.approx(2 + 6, abs=2)
    assert box[0] - sprite.x == pytest.approx(6 - 2, abs=2)


def test_text_is_cropped_at_the_edge_of_the_frame():
    whole, cropped = draw_overlays(
        [red("HHHH", 100), red("HHHH", 100, center_x=-360, center_y=-640)], *FRAME
    )

    assert whole is not None
    assert cropped is not None
    assert (cropped.x, cropped.y) == (0, 0)
    assert cropped.width == pytest.approx(whole.width / 2, abs=4)
    moved = on_frame(whole).crop((360, 640, 720, 1280))
    assert on_frame(cropped).crop((0, 0, 360, 640)).tobytes() == moved.tobytes()


@pytest.mark.parametrize(
    "overlay",
    [
        red(""),
        red("  \n\t "),
        red("\u200b\u200e\ufeff"),
        red("far", center_x=5000),
        red("far", center_y=-1_000_000),
        red("small", 0),
        red("negative", -5),
        TextOverlay("transparent", 48, "transparent"),
    ],
    ids=lambda overlay: overlay.text,
)
def test_nothing_visible_has_no_image(overlay):
    assert draw(overlay, *FRAME) is None


def test_color_has_its_opacity():
    image = image_of(draw(TextOverlay("\u2588", 100, "rgba(255, 0, 0, 0.5)"), *FRAME))

    middle = image.crop((image.width // 2, image.height // 2, image.width, image.height))
    red_level, green, blue, alpha = middle.tobytes()[:4]
    # Half red over a shadow of half of 0.7.
    assert alpha == pytest.approx(255 * (0.5 + 0.5 * 0.35), abs=2)
    assert [red_level, green, blue] == pytest.approx([255 * 0.5 / 0.675, 0, 0], abs=3)


def test_invalid_color_is_an_error():
    with pytest.raises(OverlayError, match="colour"):
        draw(TextOverlay("text", 48, "red;movie=/etc/passwd"), *FRAME)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -1e300, 2_000_000])
def test_length_without_bounds_is_an_error(value):
    with pytest.raises(OverlayError, match="center_x must be a number of at most 1,000,000"):
        draw(red("text", center_x=value), *FRAME)


def test_text_of_any_length_is_drawn():
    sprite = drawn("Hello world " * 833, 20)

    assert sprite is not None
    assert sprite.height == FRAME[1]


@pytest.mark.parametrize("side", [1024, pytest.param(4096, marks=pytest.mark.thorough)])
def test_large_text_in_a_large_frame_is_drawn(side):
    box = red_box(drawn("H", side, (side, side)), (side, side))

    assert box[3] - box[1] == pytest.approx(side * 0.688, abs=2)
