"""The scenes of a film from photos: what is seen and heard, and not what models would be asked."""

import pytest
from playwright.sync_api import expect

from tests.browser import needs_browser
from tests.console import photo_film

pytestmark = [needs_browser, pytest.mark.slow]


def test_scenes_of_a_photo_film_show_what_is_seen_and_heard(opened, tmp_path):
    visit, client, page = opened
    work = photo_film.make(client, ["Warm light.", "A wide desk."], tmp_path)
    project, _, _ = work.partition("/works/")
    visit.go(project.removeprefix("/api"))
    expect(page.get_by_text("2 photos")).to_be_visible()
    expect(page.locator(".card-bar")).to_have_count(0)

    visit.go(work.removeprefix("/api") + "/scenes")
    first, second = (page.locator(f"#scene-{index}") for index in range(2))
    expect(first.locator(".scene-length")).to_have_text("6.5 s")  # with the pause after its voice
    expect(second.locator(".scene-length")).to_have_text("4 s")
    expect(first.get_by_text("Your photo")).to_be_visible()
    expect(first.get_by_label("Spoken line")).to_have_value("Warm light.")
    expect(first.get_by_text("voice 6.1 s")).to_be_visible()
    expect(first.get_by_label("Picture", exact=True)).to_be_hidden()
    expect(page.get_by_role("button", name="Make the clip")).to_have_count(0)
    expect(page.get_by_role("button", name="Write the scenario again")).to_have_count(0)
    page.get_by_role("button", name="More actions for all scenes").click()
    expect(page.get_by_role("menuitem", name="Write the scenario again")).to_be_visible()
    page.keyboard.press("Escape")

    first.get_by_text("prompts for a clip").click()
    expect(first.get_by_label("Shown for at least")).to_have_value("4")
    first.get_by_label("Clip", exact=True).fill("It glows")
    first.get_by_role("button", name="More actions for scene 1").click()
    page.get_by_role("menuitem", name="Make the clip").click()
    expect(first.get_by_text("Clip ready")).to_be_visible(timeout=30_000)
    expect(first.get_by_role("button", name="Make again")).to_be_visible()
    visit.go(project.removeprefix("/api"))
    expect(page.get_by_text("1 photo · 1 clip")).to_be_visible()
