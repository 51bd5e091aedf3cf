"""A journey of a stranger with a phone."""

import pytest
from playwright.sync_api import expect

from tests.browser import needs_browser
from tests.console.strip import Fingers
from tests.jobs.helpers import until

pytestmark = [needs_browser, pytest.mark.thorough]  # test_timeline_gestures.py has its parts


def test_clips_are_scrolled_held_pulled_and_pinched(phone_desk, tmp_path):
    edit = phone_desk.open()
    hand = Fingers(edit.page)
    scroller = edit.strip.locator(".strip-scroll")
    before, fitted = edit.track(), edit.scale
    x, y = edit.place(edit.clip("Clip 2"))
    hand.down((x - 15, y), (x + 15, y))
    for by in (30, 45, 60):
        hand.move((x - by, y), (x + by, y))
    hand.up()
    until(lambda: edit.scale > 2 * fitted)

    left = scroller.evaluate("each => each.scrollLeft")
    hand.swipe((300, y), (120, y))
    until(lambda: scroller.evaluate("each => each.scrollLeft") > left + 50)
    assert edit.track() == before

    edit.tool("Fit")
    until(lambda: edit.scale == fitted)
    x, y = edit.place(edit.clip("Clip 3"))
    hand.down((x, y))
    expect(edit.strip.locator(".item.carried")).to_have_count(1)
    hand.slide((x, y), (edit.at(0.2)[0], y))
    hand.up()
    expect(edit.said).to_have_text("Clip 3 is now first")

    hand.tap(edit.place(edit.clip("Clip 3")))
    x, y = edit.place(edit.clip("Clip 3").locator("[data-grip=end]"))
    hand.swipe((x, y), (x - 0.8 * edit.scale, y))
    expect(edit.clip("Clip 3")).to_contain_text("1.2 s")

    film = edit.export(tmp_path)
    assert film.order() == ["blue", "red", "green", "yellow"]
    assert film.seconds == pytest.approx(7.2, abs=0.1)
