"""Debian's Chromium, driven by Playwright; tests that need it are left out without it."""

import math
import wave
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import NamedTemporaryFile

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests import programs

# The same browser without a window takes half of the processor time.
CHROMIUM = programs.find("chromium-headless-shell") or programs.find("chromium")
HOST = "vidworks.example"  # pages may behave differently on localhost
OPTIONS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
    "--font-render-hinting=none",  # as with a window
    # a microphone, which pages may use
    *("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"),
    # other hosts than those of tests are not to be found
    f"--host-resolver-rules=MAP {HOST} 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE localhost",
    "--renderer-process-limit=1",  # a new one for each tab takes a tenth of opening a page
)
# What the microphone hears, again and again. Chromium's own beep is as short as a click.
TONE = 400  # Hz
_RATE = 48_000
TIMEOUT = 60_000  # milliseconds: a busy machine is slow

needs_browser = pytest.mark.skipif(
    CHROMIUM is None, reason=programs.missing("chromium-headless-shell") or ""
)
expect.set_options(timeout=TIMEOUT)


@contextmanager
def running() -> Iterator[Browser]:
    """Run the browser. Only one instance of Playwright can run in a thread."""
    with NamedTemporaryFile(suffix=".wav") as heard, sync_playwright() as playwright:
        _write_sound(heard.name)
        options = [*OPTIONS, f"--use-file-for-fake-audio-capture={heard.name}"]
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=options, timeout=TIMEOUT
        )
        yield browser
        browser.close()


def _write_sound(path: str) -> None:
    """Write half a second of the tone and half a second of silence."""
    with wave.open(path, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_RATE)
        tone = (math.sin(math.tau * TONE * n / _RATE) for n in range(_RATE // 2))
        samples = array("h", [*(round(16_000 * value) for value in tone), *[0] * (_RATE // 2)])
        file.writeframes(samples.tobytes())
