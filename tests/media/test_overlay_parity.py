"""Texts look as in Chromium."""

import html
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import Page, sync_playwright

from media.ffmpeg import run_logged
from media.overlays import TextOverlay, draw_text
from tests.media.overlay_images import FRAME, on_frame
from tests.service import ROOT

CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="`chromium` is not installed"),
]

FONT = ROOT / "media" / "fonts" / "LiberationSans-Bold.ttf"
PAGE = """<!doctype html><meta charset="utf-8"><style>
@font-face {{ font-family: Bundled; font-weight: bold; src: url("{font}") }}
body {{ margin: 0; background: rgb(90, 140, 90); overflow: hidden }}
div {{
    position: absolute; left: 0; top: 0; width: max-content; max-width: 360px;
    font: bold {size}px/1.2 Bundled; color: {color}; text-shadow: 2px 2px 4px rgba(0, 0, 0, .7);
    text-align: center; white-space: pre-wrap; overflow-wrap: break-word;
}}
</style><div>{text}</div>"""
CENTRE = """async ([x, y]) => {
    await document.fonts.ready;
    const box = document.querySelector("div"), size = box.getBoundingClientRect();
    box.style.left = `${x - size.width / 2}px`;
    box.style.top = `${y - size.height / 2}px`;
}"""


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"], timeout=60_000
        )
        page = browser.new_page(viewport={"width": FRAME[0], "height": FRAME[1]})
        page.set_default_timeout(60_000)
        yield page
        browser.close()


def similarity(one: Image.Image, other: Image.Image, directory: Path) -> float:
    """Return the structural similarity (SSIM) of two images."""
    paths = [directory / "one.png", directory / "other.png"]
    for path, image in zip(paths, (one, other), strict=True):
        image.save(path)
    inputs = [argument for path in paths for argument in ("-i", str(path))]
    graph = "[0:v]format=gbrp[a];[1:v]format=gbrp[b];[a][b]ssim"
    log = run_logged([*inputs, "-lavfi", graph, "-f", "null", "-"], 60, level="info").log
    match = re.search(r"SSIM .*All:(\d\.\d+)", log)
    assert match, log
    return float(match[1])


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
    content = PAGE.format(font=FONT.as_uri(), size=size, color=color, text=html.escape(text))
    (tmp_path / "page.html").write_text(content)
    page.goto((tmp_path / "page.html").as_uri())
    page.evaluate(CENTRE, [FRAME[0] / 2 + 30, FRAME[1] / 2 - 45])
    page.screenshot(path=tmp_path / "page.png")
    shown = Image.open(tmp_path / "page.png").convert("RGB")

    ours = on_frame(draw_text(TextOverlay(text, size, color, 30, -45), *FRAME))

    box = ImageChops.difference(shown, on_frame(None)).getbbox()
    assert box is not None
    assert similarity(ours, shown, tmp_path) > 0.99
    assert similarity(ours.crop(box), shown.crop(box), tmp_path) > 0.95
