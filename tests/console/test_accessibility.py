"""Every screen, for those who see little or use a phone; test_keyboard.py has the keyboard."""

import pytest
from playwright.sync_api import expect

from tests.browser import needs_browser

pytestmark = [needs_browser, pytest.mark.slow]


def test_no_screen_violates_what_axe_checks(visit):
    client = visit.log_in()
    project = client.new_project(name="Spring")
    work = client.new_work(project, name="Teaser").removeprefix("/api")
    screens = {
        "/": "Projects",
        project.removeprefix("/api"): "Spring",
        f"{project.removeprefix('/api')}/activity": "Activity",
        f"{project.removeprefix('/api')}/team": "Team",
        work: "Teaser",
        f"{work}/scenes": "Teaser",
        f"{work}/edit": "Teaser",
        f"{work}/export": "Teaser",
        "/jobs": "Jobs",
        "/trash": "Trash",
        "/settings": "Settings",
    }
    visit.open()
    for path, heading in screens.items():
        visit.go(path)
        expect(visit.page.get_by_role("heading", level=1, name=heading)).to_be_attached()
        expect(visit.page.get_by_text("Loading…")).to_have_count(0)
        assert visit.accessibility_violations() == [], path


def test_dialogs_and_menus_violate_nothing(visit):
    client, page = visit.log_in(), visit.page
    client.new_project(name="Spring")
    visit.open()
    page.get_by_role("button", name="Actions for Spring").click()
    expect(page.get_by_role("menu")).to_be_visible()
    assert visit.accessibility_violations() == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="New project").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert visit.accessibility_violations() == []


@pytest.mark.thorough  # test_hostile_texts.py measures all screens at this width
def test_phone_shows_everything_within_its_width(phone):
    client, page = phone.log_in(), phone.page
    project = client.new_project(name="A name that is much too long for the width of a telephone")
    work = client.new_work(project, name="Another-name-without-any-space-that-is-much-too-long")
    for path in ("/", project.removeprefix("/api"), work.removeprefix("/api"), "/jobs"):
        phone.open(path)
        expect(page.get_by_role("heading", level=1)).to_be_attached()
        expect(page.get_by_text("Loading…")).to_have_count(0)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= page.evaluate("innerWidth"), path
