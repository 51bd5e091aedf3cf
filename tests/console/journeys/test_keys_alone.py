"""A journey of a stranger who has a keyboard alone."""

import pytest
from playwright.sync_api import expect

from tests.browser import needs_browser
from tests.console.journeys.edit_screen import EditScreen

pytestmark = [needs_browser, pytest.mark.thorough]  # its parts are in other tests of the page
CLIP = ".strip .item.clip"


def test_cut_is_made_by_keys_alone(desk, tmp_path):
    edit = desk.open()
    page = edit.page
    assert tab_until(edit, "Tab", CLIP, most=6)
    edit.press("Shift+ArrowRight", "s")
    expect(edit.clips).to_have_count(5)
    edit.press("ArrowRight", "Enter", "Delete")  # the second half of the first clip
    expect(edit.clips).to_have_count(4)
    edit.press("ControlOrMeta+z")
    expect(edit.clips).to_have_count(5)
    edit.press("ControlOrMeta+y")
    expect(edit.clips).to_have_count(4)

    expect(page.locator(f"{CLIP}:focus")).to_be_visible()
    edit.press("ArrowLeft", "ArrowLeft", "Enter", "Alt+ArrowRight")
    expect(edit.said).to_have_text("Clip 1 is now after Clip 2")
    tab_until(edit, "Shift+Tab", ".inspector .transition select", most=60)
    page.keyboard.type("Fade")

    edit.press("Escape")
    play = page.get_by_role("button", name="Play", exact=True)
    pause = page.get_by_role("button", name="Pause", exact=True)
    tab_until(edit, "Tab", CLIP, most=60)
    for place, start, stop in (("Home", " ", " "), ("Home", "l", "k"), ("End", "j", "k")):
        edit.press(place, start)
        expect(pause).to_be_visible()
        edit.press(stop)
        expect(play).to_be_visible()
    edit.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    edit.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)

    film = edit.export(tmp_path)
    assert film.seconds == pytest.approx(7)
    assert [film.shown(time) for time in (1, 2.2, 3.5, 6)] == ["green", "red", "blue", "yellow"]
    assert film.color(2.75)[::2] == pytest.approx((120, 120), abs=30)  # half red, half blue


def tab_until(edit: EditScreen, key: str, selector: str, most: int) -> int:
    """Press a key until an element has the focus; return how often."""
    for count in range(1, most + 1):
        edit.press(key)
        if edit.page.evaluate("document.activeElement.matches('a.skip')"):
            edit.press("Enter")
        if edit.page.evaluate(f"document.activeElement.matches('{selector}')"):
            return count
    raise AssertionError(f"no {selector} after {most} times {key}")
