"""Debian's Chromium, driven by Playwright; tests that need it are left out without it."""

from collections.abc import Iterator
from contextlib import contextmanager

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
    # a microphone that beeps, which pages may use
    *("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"),
    # other hosts than those of tests are not to be found
    f"--host-resolver-rules=MAP {HOST} 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE localhost",
    "--renderer-process-limit=1",  # a new one for each tab takes a tenth of opening a page
)
TIMEOUT = 60_000  # milliseconds: a busy machine is slow

needs_browser = pytest.mark.skipif(
    CHROMIUM is None, reason=programs.missing("chromium-headless-shell") or ""
)
expect.set_options(timeout=TIMEOUT)


@contextmanager
def running() -> Iterator[Browser]:
    """Run the browser. Only one instance of Playwright can run in a thread."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=OPTIONS, timeout=TIMEOUT
        )
        yield browser
        browser.close()
