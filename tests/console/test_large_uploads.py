"""A large reference video: its progress, cancelling, and what the service needs for it."""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import TIMEOUT, needs_browser
from tests.console.forms import choose_files, open_brief
from tests.console.visit import Visit
from tests.reliability.test_large_uploads import MB, Peak, memory
from tests.reliability.wire import wait_for_no_leftovers

pytestmark = [needs_browser, pytest.mark.slow]


def padded_video(samples: Path, path: Path, size: int) -> Path:
    """Make a video of a size: a `free` box without content follows what is played."""
    shutil.copyfile(samples / "video.mp4", path)
    padding = size - path.stat().st_size
    with path.open("ab") as file:
        file.write(padding.to_bytes(4, "big") + b"free")
        file.truncate(size)
    return path


def choose_video(page: Page, path: Path) -> None:
    """Choose the reference video with the button."""
    choose_files(page.get_by_role("button", name="Add a video"), path)


@contextmanager
def slow_connection(visit: Visit, bytes_per_second: int) -> Iterator[None]:
    """Let the tab send no more than that."""
    conditions = {"offline": False, "latency": 0, "downloadThroughput": -1}
    session = visit.context.new_cdp_session(visit.page)
    session.send("Network.enable")
    conditions["uploadThroughput"] = bytes_per_second
    session.send("Network.emulateNetworkConditions", conditions)
    yield
    session.detach()


def percent_sent(page: Page) -> int:
    """Return how much of the video has been sent, as the page says."""
    return int(page.get_by_role("progressbar").get_attribute("aria-valuenow") or 0)


def test_upload_that_is_cancelled_leaves_nothing_behind(visit, samples, tmp_path):
    client, work, page = open_brief(visit)
    video = padded_video(samples, tmp_path / "long.mp4", 24 * MB)
    with slow_connection(visit, MB):
        choose_video(page, video)
        expect(page.get_by_text("long.mp4")).to_be_visible()
        deadline = time.monotonic() + TIMEOUT / 1000
        while not 0 < percent_sent(page) < 100:
            assert time.monotonic() < deadline
            page.wait_for_timeout(50)

        page.get_by_role("button", name="Cancel").click()

        expect(page.get_by_role("progressbar")).to_have_count(0)
        expect(page.get_by_role("button", name="Add a video")).to_be_focused()
    wait_for_no_leftovers(visit.service)
    assert client.get(work).json["hasReferenceVideo"] is False
    choose_video(page, video)
    expect(page.get_by_label("Reference video", exact=True)).to_be_visible()


@pytest.mark.thorough
def test_video_of_400_mb_is_uploaded_and_analysed_without_being_held_in_memory(
    visit, samples, tmp_path
):
    client, work, page = open_brief(visit)
    video = padded_video(samples, tmp_path / "long.mp4", 400 * MB)
    expect(page.get_by_role("button", name="Add a video")).to_be_visible()
    before = memory(visit.service)

    with Peak(visit.service) as peak:
        choose_video(page, video)
        expect(page.get_by_label("Reference video", exact=True)).to_be_visible()
        visited: list[str] = []
        page.on("request", lambda request: visited.append(request.url))
        page.get_by_role("button", name="Analyse", exact=True).click()
        expect(page.get_by_role("button", name="Analyse again")).to_be_visible()

    assert peak.bytes - before < 60 * MB
    assert not [url for url in visited if "/media/" in url]  # the page neither reads nor sends it
    answer = client.get(f"{work}/media/reference", Range="bytes=0-0")
    assert answer.headers["Content-Range"] == f"bytes 0-0/{400 * MB}"


@pytest.mark.thorough
def test_video_over_the_limit_is_refused_in_words(visit, samples, tmp_path):
    visit.expect_problem("413")
    _, _, page = open_brief(visit)

    choose_video(page, padded_video(samples, tmp_path / "long.mp4", 700 * MB))

    expect(page.get_by_role("alert")).to_contain_text("At most 500 MB are accepted")
