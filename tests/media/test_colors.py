"""Colours as CSS writes them."""

import pytest
from PIL import ImageColor

from media.colors import parse_color


@pytest.mark.parametrize(
    ("text", "color"),
    [
        ("#fc0", (255, 204, 0, 255)),
        ("#FC08", (255, 204, 0, 136)),
        ("#ffcc00", (255, 204, 0, 255)),
        (" #ffcc0080 ", (255, 204, 0, 128)),
        ("rgb(1, 2, 3)", (1, 2, 3, 255)),
        ("rgb(1 2 3)", (1, 2, 3, 255)),
        ("rgba(1,2,3,.5)", (1, 2, 3, 128)),
        ("RGB(10% 20% 30% / 40%)", (26, 51, 77, 102)),
        ("rgb(300, -5, 1e3, 2)", (255, 0, 255, 255)),
        ("Transparent", (0, 0, 0, 0)),
        ("rebeccapurple", (102, 51, 153, 255)),
    ],
)
def test_color_is_read(text, color):
    assert parse_color(text) == color


def test_all_names_of_css_are_known():
    assert len(ImageColor.colormap) == 148
    for name in ImageColor.colormap:
        assert parse_color(name)[:3] == ImageColor.getrgb(name)


@pytest.mark.parametrize(
    "text",
    [
        *("", "#", "#ff", "#fffff", "#ggg", "#\uff11\uff12\uff13", "ffcc00", "0xffcc00"),
        *("rgb(1, 2)", "rgb(1, 2 3)", "rgb(1,2,3,4,5)", "rgb(nan,0,0)"),
        *("red;", "red\0", "black@0.5", "url(x)", "#fff" * 9999),
    ],
)
def test_anything_else_is_rejected(text):
    with pytest.raises(ValueError, match="Not a colour such as #ffcc00"):
        parse_color(text)
