"""The first two minutes of someone who has never seen the page."""

import pytest
from playwright.sync_api import expect

from tests.browser import needs_browser
from tests.console.visit import PASSWORD, Visit

PLAYS = """video => new Promise(done => {
    video.addEventListener("timeupdate", () => video.currentTime > 0.2 && done());
})"""
pytestmark = [needs_browser, pytest.mark.slow]


def test_newcomer_plays_and_downloads_a_demo_video(visit: Visit) -> None:
    page = visit.page
    visit.open()
    page.get_by_role("button", name="Create account").click()
    page.get_by_label("Your name").fill("Ana")
    page.get_by_label("E-mail").fill(visit.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    page.get_by_role("button", name="Make a demo video").click()

    expect(page.get_by_role("heading", name="Your demo video")).to_be_visible()
    expect(page.get_by_text("These are placeholders.")).to_be_visible()
    page.reload()  # it goes on
    video = page.locator("video.player")
    expect(video).to_be_visible()
    expect(page.get_by_text("3 of 3 clips")).to_be_visible()
    video.evaluate(PLAYS)
    assert visit.accessibility_violations() == []

    with page.expect_download() as download:
        page.get_by_role("link", name="Download video").click()
    assert download.value.suggested_filename == "Arc lamp teaser.mp4"
    assert download.value.path().stat().st_size > 10_000

    page.get_by_role("link", name="Open the work").click()
    expect(page.get_by_role("link", name="Scenes")).to_have_attribute("aria-current", "page")
    page.get_by_role("link", name="Projects", exact=True).click()
    expect(page.get_by_role("link", name="Demo")).to_be_visible()
