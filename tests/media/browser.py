"""Texts as Chromium shows them, to be compared with those that are drawn into videos."""

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page

from media.drawing.overlays import TextOverlay
from media.ffmpeg import run_logged
from tests.browser import TIMEOUT
from tests.service import ROOT

_FONT = ROOT / "media" / "fonts" / "LiberationSans-Bold.ttf"
_PAGE = """<!doctype html><meta charset="utf-8"><style>
@font-face {{ font-family: Bundled; font-weight: bold; src: url("{font}") }}
body {{ margin: 0; background: rgb(90, 140, 90); overflow: hidden }}
div {{
    position: absolute; left: 0; top: 0; width: max-content; max-width: {width}px;
    font: bold {size}px/1.2 Bundled; color: {color}; text-shadow: 2px 2px 4px rgba(0, 0, 0, .7);
    text-align: center; white-space: pre-wrap; overflow-wrap: break-word;
}}
</style><div>{text}</div>"""
_CENTRE = """async ([x, y]) => {
    await document.fonts.ready;
    const box = document.querySelector("div"), size = box.getBoundingClientRect();
    box.style.left = `${x - size.width / 2}px`;
    box.style.top = `${y - size.height / 2}px`;
}"""


@contextmanager
def open_page(browser: Browser, frame: tuple[int, int]) -> Iterator[Page]:
    """Open a page of this size."""
    with browser.new_context(viewport={"width": frame[0], "height": frame[1]}) as context:
        page = context.new_page()
        page.set_default_timeout(TIMEOUT)
        yield page


def screenshot(page: Page, text: TextOverlay, directory: Path) -> Image.Image:
    """Return how the page shows a text over (90, 140, 90), as the web editor's preview does."""
    size = page.viewport_size
    assert size is not None
    content = _PAGE.format(
        font=_FONT.as_uri(),
        width=size["width"] * text.wrap,
        size=text.font_size,
        color=text.color,
        text=html.escape(text.text),
    )
    (directory / "page.html").write_text(content)
    page.goto((directory / "page.html").as_uri())
    place = [size["width"] / 2 + text.center_x, size["height"] / 2 + text.center_y]
    page.evaluate(_CENTRE, place)
    page.screenshot(path=directory / "page.png")
    return Image.open(directory / "page.png").convert("RGB")


def similarity(
    one: Image.Image, other: Image.Image, directory: Path, pixel_format: str = "gbrp"
) -> float:
    """Return the structural similarity (SSIM) of two images, in a format of FFmpeg."""
    paths = [directory / "one.png", directory / "other.png"]
    for path, image in zip(paths, (one, other), strict=True):
        image.save(path)
    inputs = [argument for path in paths for argument in ("-i", str(path))]
    graph = f"[0:v]format={pixel_format}[a];[1:v]format={pixel_format}[b];[a][b]ssim"
    log = run_logged([*inputs, "-lavfi", graph, "-f", "null", "-"], 60, level="info").log
    match = re.search(r"SSIM .*All:(\d\.\d+)", log)
    assert match, log
    return float(match[1])
