"""Texts look as in Chromium."""

import pytest
from PIL import ImageChops

from media.drawing.overlays import TextOverlay
from tests.browser import needs_browser
from tests.media.browser import open_page, screenshot, similarity
from tests.media.overlay_images import FRAME, draw, on_frame

pytestmark = [pytest.mark.slow, needs_browser, pytest.mark.usefixtures("drawn_here")]


@pytest.fixture(scope="module")
def page(browser):
    with open_page(browser, FRAME) as page:
        yield page


@pytest.mark.parametrize(
    ("size", "color"),
    [
        (32, "#ffffff"),
        pytest.param(20, "#000000", marks=pytest.mark.thorough),
        pytest.param(48, "#ffcc00", marks=pytest.mark.thorough),
    ],
)
@pytest.mark.parametrize(
    "text",
    [
        "The quick brown fox jumps over the lazy dog, and more well-known words",
        *(
            pytest.param(text, marks=pytest.mark.thorough)
            for text in (
                "Hamburgefonts AVATAR To Wa",
                "one\n\n  two   spaces",
                "Donaudampfschifffahrtsgesellschaftskapitänskajüte",
                "It's: 50% {a}\\ [b],; Ωδή Ђурађ",
            )
        ),
    ],
)
def test_text_looks_as_in_a_browser(page, text, size, color, tmp_path):
    overlay = TextOverlay(text, size, color, 30, -45)
    shown = screenshot(page, overlay, tmp_path)

    ours = on_frame(draw(overlay, *FRAME))

    box = ImageChops.difference(shown, on_frame(None)).getbbox()
    assert box is not None
    assert similarity(ours, shown, tmp_path) > 0.99
    assert similarity(ours.crop(box), shown.crop(box), tmp_path) > 0.95
