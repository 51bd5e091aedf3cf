"""The tabs of a work stay in their places."""

import pytest
from playwright.sync_api import expect

from tests.browser import needs_browser

pytestmark = [needs_browser, pytest.mark.slow]

TABS = ("", "/scenes", "/edit", "/export")
WIDTHS = (1920, 1280, 900, 600)


def places(visit, work, width):
    """Return where the first tab is, on each of them."""
    page, found = visit.page, set()
    page.set_viewport_size({"width": width, "height": 800})
    for tab in TABS:
        visit.go(work.removeprefix("/api") + tab)
        current = page.locator(".tabs [aria-current]")
        expect(current).to_have_attribute("href", f"{visit.path}{work.removeprefix('/api')}{tab}")
        expect(page.get_by_text("Loading…")).to_have_count(0)
        first = page.locator(".tabs .tab").first.bounding_box()
        found.add((width, round(first["x"]), round(first["y"])))
    return found


def test_tabs_of_a_work_stay_in_place(opened):
    visit, client, _ = opened
    work = client.new_work(client.new_project(name="Spring"), name="Teaser")

    assert [len(places(visit, work, width)) for width in WIDTHS] == [1] * len(WIDTHS)


def test_tabs_of_a_work_stay_in_place_on_a_phone(phone):
    client = phone.log_in()
    work = client.new_work(client.new_project(name="Spring"), name="Teaser")
    phone.open()

    assert len(places(phone, work, 390)) == 1
