"""Texts look as in Chromium."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import ImageChops
from playwright.sync_api import Page

from media.overlays import TextOverlay
from tests.media import browser
from tests.media.overlay_images import FRAME, draw, on_frame

pytestmark = [pytest.mark.slow, browser.NEEDED]


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with browser.open_page(FRAME) as page:
        yield page


@pytest.mark.parametrize(("size", "color"), [(20, "#000000"), (32, "#ffffff"), (48, "#ffcc00")])
@pytest.mark.parametrize(
    "text",
    [
        "Hamburgefonts AVATAR To Wa",
        "The quick brown fox jumps over the lazy dog, and more well-known words",
        "one\n\n  two   spaces",
        "Donaudampfschifffahrtsgesellschaftskapitänskajüte",
        "It's: 50% {a}\\ [b],; Ωδή Ђурађ",
    ],
)
def test_text_looks_as_in_a_browser(
    page: Page, text: str, size: int, color: str, tmp_path: Path
) -> None:
    overlay = TextOverlay(text, size, color, 30, -45)
    shown = browser.screenshot(page, overlay, tmp_path)

    ours = on_frame(draw(overlay, *FRAME))

    box = ImageChops.difference(shown, on_frame(None)).getbbox()
    assert box is not None
    assert browser.similarity(ours, shown, tmp_path) > 0.99
    assert browser.similarity(ours.crop(box), shown.crop(box), tmp_path) > 0.95
