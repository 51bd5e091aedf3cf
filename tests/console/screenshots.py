"""What a page shows, compared with a frame of an export."""

import time
from io import BytesIO

import numpy as np
from PIL import Image
from playwright.sync_api import FloatRect, Page

from tests.export.measure import Frame, ssim

_SECONDS = 30  # in which a picture is shown


def compare_until(
    page: Page, clip: FloatRect, exported: Frame, least: float, most: float
) -> tuple[float, float]:
    """Compare a part of a page with a frame until they are alike, or for half a minute.

    Return how similar they are, `least` at least, and by how many levels they differ on average,
    `most` at most. On a busy machine, Chromium shows a picture some time after it has said so.
    """
    deadline = time.monotonic() + _SECONDS
    while True:
        shown = np.asarray(Image.open(BytesIO(page.screenshot(clip=clip))).convert("RGB"))
        similarity = ssim(shown, exported)
        distance = float(np.abs(shown.astype(int) - exported).mean())
        if (similarity > least and distance < most) or time.monotonic() > deadline:
            return similarity, distance
        page.wait_for_timeout(100)
