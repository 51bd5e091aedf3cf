"""The menus of the Edit screen: by right click, by the keyboard and by a finger that is held."""

import pytest
from playwright.sync_api import expect

from tests.browser import needs_browser
from tests.console import edited_work
from tests.console.strip import Fingers, Strip

pytestmark = [needs_browser, pytest.mark.slow]  # each opens the Edit screen

CLIP = ["Split", "Freeze frame", "Mute clip", "Cut", "Copy", "Paste at the playhead", "Duplicate"]
TRIM = ["Trim the start to the playhead", "Trim the end to the playhead"]
NOTHING = ["Paste at the playhead", "Select all", "Undo", "Redo", "Show the whole timeline"]
REMOVE = ["Delete", "Delete and leave a gap"]


def open_edit(visit, path):
    """Show the Edit screen of a work; return its timeline."""
    visit.go(f"{path.removeprefix('/api')}/edit")
    strip = Strip(visit.page)
    expect(strip.clips).to_have_count(edited_work.CLIPS)
    return strip


def names(page):
    """Return what the open menu offers, without the keys that are shown beside it."""
    items = page.get_by_role("menu", name="Actions").locator(".menu-item > span")
    expect(items.first).to_be_visible()
    return items.all_inner_texts()


def test_right_click_opens_the_menu_of_what_is_there(opened, edited):
    visit, _, page = opened
    strip = open_edit(visit, edited)
    menu, item = page.get_by_role("menu", name="Actions"), strip.item("clip-2")

    item.click(button="right")
    assert names(page) == [*CLIP, *TRIM, *REMOVE]
    expect(item).to_have_attribute("aria-pressed", "true")
    expect(menu.get_by_role("menuitem").first).to_be_focused()
    expect(menu.get_by_role("menuitem", name="Duplicate")).to_contain_text("Ctrl+D")
    expect(menu.get_by_role("menuitem", name="Duplicate")).to_have_accessible_name("Duplicate")
    expect(menu.get_by_role("menuitem", name="Paste")).to_have_attribute("aria-disabled", "true")
    assert visit.accessibility_violations() == []
    menu.get_by_role("menuitem", name="Duplicate").click()
    expect(strip.clips).to_have_count(edited_work.CLIPS + 1)
    expect(menu).to_be_hidden()

    strip.item("clip-1").click()
    strip.item("clip-4").click(button="right")
    expect(strip.item("clip-1")).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    strip.item("clip-1").click(modifiers=["Control"])
    strip.item("clip-4").click(button="right")
    menu.get_by_role("menuitem", name="Delete", exact=True).click()
    expect(strip.clips).to_have_count(edited_work.CLIPS - 1)
    expect(strip.item("clip-1")).to_have_count(0)

    page.locator(".gap").click(button="right")
    menu.get_by_role("menuitem", name="Close the gap").click()
    expect(page.locator(".gap")).to_have_count(0)
    page.locator(".ruler").click(button="right", position={"x": 300, "y": 8})
    assert names(page) == NOTHING
    menu.get_by_role("menuitem", name="Undo").click()
    expect(page.locator(".gap")).to_have_count(1)


def test_each_kind_of_item_has_what_can_be_done_with_it(opened, edited):
    visit, _, page = opened
    strip = open_edit(visit, edited)
    menu = page.get_by_role("menu", name="Actions")
    found = {}
    for kind, item in (("text", strip.item("Latin")), ("picture", strip.item("turned"))):
        item.click(button="right")
        found[kind] = names(page)
        page.keyboard.press("Escape")
        expect(menu).to_be_hidden()
    page.locator(".transition-box").first.click(button="right")
    assert names(page) == ["Paste at the playhead", "Delete"]
    page.mouse.click(5, 300)
    expect(menu).to_be_hidden()
    assert "Edit text" in found["text"]
    assert {"Front", "Back"} < set(found["picture"])
    assert "Freeze frame" not in found["text"] + found["picture"]

    page.locator(".player-overlays > [data-id=plain]").click(button="right")
    expect(strip.item("plain")).to_have_attribute("aria-pressed", "true")
    assert "Front" in names(page)
    page.keyboard.press("Escape")
    page.get_by_role("region", name="Player").click(button="right", position={"x": 20, "y": 20})
    assert names(page) == [*CLIP, *TRIM, *REMOVE]
    page.keyboard.press("Escape")
    strip.item("Latin").click(button="right")
    menu.get_by_role("menuitem", name="Edit text").click()
    expect(page.get_by_role("textbox", name="Text on the picture")).to_be_focused()


@pytest.mark.parametrize("key", ["Shift+F10", "ContextMenu"])
def test_keys_open_the_menu_of_the_focused_item(opened, edited, key):
    visit, _, page = opened
    strip = open_edit(visit, edited)
    menu = page.get_by_role("menu", name="Actions")
    item = strip.item("clip-1")
    item.focus()
    page.keyboard.press(key)
    assert names(page) == [*CLIP, *TRIM, *REMOVE]
    below, shown = item.bounding_box(), menu.bounding_box()
    assert abs(shown["x"] - below["x"]) < 40
    page.keyboard.press("Escape")
    expect(item).to_be_focused()

    page.keyboard.press(key)
    page.keyboard.press("End")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(item).to_have_count(0)
    expect(strip.clips).to_have_count(edited_work.CLIPS - 1)
    expect(strip.item("clip-2")).to_be_focused()


def test_finger_that_is_held_opens_a_menu_or_drags(phone, tmp_path):
    client = phone.log_in()
    phone.open("/trash")
    work = edited_work.create(client, tmp_path)
    strip = open_edit(phone, f"/api/projects/{work['projectId']}/works/{work['id']}")
    page, fingers = phone.page, Fingers(phone.page)
    menu = page.get_by_role("menu", name="Actions")
    page.get_by_role("button", name="Zoom in").click()
    page.get_by_role("button", name="Zoom in").click()

    x, y = strip.place(strip.item("clip-1"))
    fingers.down((x, y))
    expect(page.locator(".item.carried")).to_have_count(1)  # it was held long enough
    fingers.up()
    assert names(page) == [*CLIP, *TRIM, *REMOVE]
    expect(page.locator(".item.carried")).to_have_count(0)
    heights = menu.locator(".menu-item").evaluate_all("all => all.map((e) => e.offsetHeight)")
    assert min(heights) >= 44
    box, size = menu.bounding_box(), page.viewport_size
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= size["width"]
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= size["height"]
    fingers.tap((20, 70))
    expect(menu).to_be_hidden()

    fingers.down((x, y))
    expect(page.locator(".item.carried")).to_have_count(1)
    fingers.slide((x, y), (x + 1.2 * strip.scale, y))
    fingers.up()
    expect(strip.said).to_contain_text("is now after")
    expect(menu).to_be_hidden()

    picture = page.locator(".player-overlays > [data-id=plain]")
    box = picture.bounding_box()
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    fingers.down(middle)
    page.wait_for_timeout(400)  # as long as a finger is held
    fingers.up()
    assert "Front" in names(page)
