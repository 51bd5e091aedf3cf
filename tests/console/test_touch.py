"""By touch, mostly on a phone: a tap on a control meets that control, on every screen."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import needs_browser
from tests.console import edited_work
from tests.console.every_screen import EveryScreen, wait_until_shown
from tests.console.fingertips import missed_controls
from tests.jobs.helpers import until

pytestmark = [needs_browser, pytest.mark.slow]  # each shows many screens, one after the other

SIZES = [
    (390, 844),
    *(
        pytest.param(size, marks=pytest.mark.thorough)
        for size in ((320, 568), (844, 390), (820, 1180))
    ),
]
WAYS = [re.compile(f"^{way}") for way in ("Photos", "My clips", "An idea")]
# Buttons that open a dialog or a panel, by the ends of the addresses where they are.
OPENING = {
    "/team": ["Invite", "Add key"],
    "/scenes": ["Models", "Narrator", "Make music", "Takes of scene 1", "Record scene 1"],
    "/edit": ["Comments", "Show media"],  # the latter stays open
    "/export": ["Share for review", "Play the video"],
    "/trash": ["Empty trash"],
    "/jobs": ["Details of Export"],
    "/settings/tokens": ["New token"],
}
SELECTED = ("clip", "text", "picture", "caption", "voice")  # each has a tab of the inspector


@pytest.fixture(params=SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def finger(request, phone):
    """A person who is not logged in, with a device of a size."""
    width, height = request.param
    phone.page.set_viewport_size({"width": width, "height": height})
    return phone


def test_controls_of_first_screens_are_met(finger, samples):
    page, faults = finger.page, []
    finger.open("/login")
    wait_until_shown(page)
    faults += missed_controls(page)
    finger.log_in()
    finger.open()
    wait_until_shown(page)
    faults += missed_controls(page)
    page.get_by_role("button", name=WAYS[0]).tap()
    photos = [samples / name for name in ("image.png", "image.jpg", "image.webp")]
    for way in WAYS:
        page.get_by_role("radio", name=way).tap()
        page.locator("input[type=file]").set_input_files(photos)
        expect(page.get_by_role("button", name="Remove image.webp")).to_be_visible()
        faults += [f"{way.pattern}: {each}" for each in missed_controls(page)]
    page.get_by_role("button", name="Close").tap()
    faults += missed_controls(page)
    assert not faults, "\n".join(faults)


def test_controls_of_every_screen_are_met(finger, console_service, tmp_path, samples):
    screens = EveryScreen(console_service, finger.log_in(), tmp_path, samples)
    page, faults = finger.page, []
    finger.open()
    for address in screens.addresses():
        finger.go(address)
        wait_until_shown(page)
        faults += [f"{address}: {each}" for each in missed_controls(page)]
        for kind in SELECTED if address.endswith("/edit") else ():
            faults += [f"{address}, {kind}: {each}" for each in missed_beside(page, kind)]
        for end, names in OPENING.items():
            for name in names if address.endswith(end) else ():
                faults += [f"{address}, {name}: {each}" for each in missed_behind(page, name)]
    finger.open(screens.review)
    expect(page.get_by_role("slider", name="Position")).to_be_visible()
    faults += [f"{screens.review}: {each}" for each in missed_controls(page)]
    assert not faults, "\n".join(faults)


def missed_behind(page: Page, name: str) -> list[str]:
    """Return the controls that a tap misses after one on a button, and close what that opened."""
    page.get_by_role("button", name=name).first.tap()
    expect(page.get_by_text("Loading…")).to_have_count(0)
    missed = missed_controls(page)
    page.keyboard.press("Escape")
    expect(page.locator("dialog:modal")).to_have_count(0)
    return missed


def missed_beside(page: Page, kind: str) -> list[str]:
    """Return the controls of the editor that a tap misses while something is selected."""
    page.locator(f".item.{kind}").first.tap()
    expect(page.locator(f".item.{kind}[aria-pressed=true]")).to_have_count(1)
    return missed_controls(page)


# Puts a keyboard over the lower part of the window: it makes the visual viewport smaller alone.
KEYBOARD = """(height) => {
    Object.defineProperty(visualViewport, "height", { get: () => height, configurable: true });
    visualViewport.dispatchEvent(new Event("resize"));
}"""


@pytest.mark.parametrize("shrinks", ["window", "visual viewport"])
def test_player_stays_in_sight_while_words_are_typed(phone, tmp_path, shrinks):
    client = phone.log_in()
    phone.open("/trash")
    page, height = phone.page, 844 - 336  # pixels that a keyboard leaves
    work = edited_work.create(client, tmp_path)
    phone.go(f"/projects/{work['projectId']}/works/{work['id']}/edit")
    page.get_by_role("tab", name="Captions").tap()
    page.get_by_role("button", name="Add a caption").tap()
    words = page.get_by_role("textbox", name="Caption 1")
    expect(words).to_be_focused()
    if shrinks == "window":
        page.set_viewport_size({"width": 390, "height": height})
    else:
        page.evaluate(KEYBOARD, height)

    def is_seen(each, least):
        box = each.bounding_box()
        return box["y"] >= least and box["y"] + box["height"] <= height

    picture = page.locator(".player-frame")
    assert until(lambda: is_seen(picture, 0) and is_seen(words, picture.bounding_box()["y"]))
    view = page.locator(".desk-view").bounding_box()
    assert words.bounding_box()["y"] >= view["y"] + view["height"]
    assert picture.bounding_box()["height"] > 150
    words.press_sequentially("Hello")
    expect(page.locator(".player-caption, .player-text").filter(has_text="Hello")).to_be_visible()
    assert phone.accessibility_violations() == []
    words.blur()
    expect(page.locator(".desk.is-typing")).to_have_count(0)
