"""The tools of the Edit screen: its player, bar, menus and fields are where a hand expects them."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser import needs_browser
from tests.jobs.helpers import until
from tests.media.image_files import encoded

BESIDE = 3  # pixels
DARK = 200  # of 255: grounds and lines of the page are lighter

pytestmark = [needs_browser, pytest.mark.slow]  # each opens the Edit screen


def open_edit(opened, path):
    """Show the Edit screen of a work; return its page."""
    visit, _, page = opened
    visit.go(f"{path.removeprefix('/api')}/edit")
    expect(page.locator(".strip .item.clip").first).to_be_visible()
    return page


def darkest_around(page):
    """Return how light the darkest pixel across the middle of the picture and its edges is."""
    box = page.locator(".player-frame").bounding_box()
    with Image.open(BytesIO(page.screenshot())) as shown:
        pixels = np.asarray(shown.convert("L"))
    x, y, width, height = (round(box[name]) for name in ("x", "y", "width", "height"))
    row = pixels[y + height // 2, x - BESIDE : x + width + BESIDE]
    column = pixels[y - BESIDE : y + height + BESIDE, x + width // 2]
    return min(row.min(), column.min())


def test_player_keeps_its_height_when_lanes_come_which_scroll(opened, edited):
    client = opened[1]
    state = client.show(edited)["editorState"]
    tracks = {**state["editorData"], "textTrack": [], "imageTrack": []}
    client.save(edited, {"editorState": {**state, "editorData": tracks}})
    page = open_edit(opened, edited)
    stage, lanes = page.locator(".desk-stage"), page.locator(".strip .lane")
    expect(lanes).to_have_count(1)
    before = stage.bounding_box()

    for _ in range(5):
        page.get_by_role("button", name="Text", exact=True).click()
        page.keyboard.press("Escape")
    expect(page.locator(".strip .item.text")).to_have_count(5)
    expect(lanes).to_have_count(2)
    assert stage.bounding_box() == before
    scroller = page.locator(".strip-scroll")
    assert scroller.evaluate("each => each.scrollHeight > each.clientHeight")


@pytest.mark.parametrize("size", [(160, 90), (90, 160)])
def test_player_shows_no_line_at_the_edges_of_its_picture(opened, size):
    client = opened[1]
    path = client.new_work(client.new_project(name="White"), name="White")
    white = encoded(Image.new("RGB", size, "white"))
    client.put(f"{path}/media/scene/0/image", white, Content_Type="image/png")
    settings = {"width": size[0], "height": size[1], "fps": 30}
    client.save(path, {"editorState": {"exportSettings": settings}})
    page = open_edit(opened, path)
    until(lambda: page.locator(".player-picture:visible").evaluate("each => each.complete"))
    for width in (1280, 1283):
        page.set_viewport_size({"width": width, "height": 800})
        until(lambda: darkest_around(page) > DARK)
    page.set_viewport_size({"width": 1280, "height": 800})


def test_tools_have_words_where_there_is_room_for_them(opened, edited):
    page = open_edit(opened, edited)
    bar = page.get_by_role("toolbar", name="Tools of the timeline")
    words = bar.locator(".tool > span")
    adding = ["Media", "Text", "Picture", "Music", "Record", "Templates"]
    expect(words).to_have_text([*adding, "Split", "Freeze", "Mute", "Duplicate", "Delete"])
    expect(words.first).to_be_visible()
    expect(bar.get_by_role("button", name="Freeze frame")).to_have_text("Freeze")

    page.set_viewport_size({"width": 600, "height": 800})
    expect(words.first).to_be_hidden()
    assert bar.evaluate("each => each.scrollWidth <= each.clientWidth")
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(words.last).to_be_visible()


def test_frame_at_the_playhead_is_downloaded_in_full_size(opened, edited):
    page = open_edit(opened, edited)
    page.get_by_role("button", name="To the end").click()
    menu = page.get_by_role("button", name="This frame")
    menu.click()

    with page.expect_download() as at_end:
        page.get_by_role("menuitem", name="Download this frame").click()

    size = opened[1].show(edited)["editorState"]["exportSettings"]
    with Image.open(at_end.value.path()) as still:
        assert (still.format, still.size) == ("JPEG", (size["width"], size["height"]))
    assert at_end.value.suggested_filename.endswith(".jpg")
    expect(menu).to_be_enabled()


def test_frame_at_the_playhead_becomes_the_cover_until_that_is_undone(opened, edited):
    client = opened[1]
    page = open_edit(opened, edited)
    page.get_by_role("textbox", name="Time").fill("0:02")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="This frame").click()
    page.get_by_role("menuitem", name="Use as the cover").click()

    until(lambda: client.show(edited)["editorState"].get("cover") == {"at": 2})

    page.get_by_text("Export", exact=True).click()
    cover = page.get_by_label("Cover")
    expect(cover.locator("option:checked")).to_have_text("The frame at 0:02")
    cover.select_option(label="asset.png")
    until(lambda: "assetId" in client.show(edited)["editorState"]["cover"])
    cover.select_option(label="A frame of the first seconds")
    until(lambda: "cover" not in client.show(edited)["editorState"])


def test_transitions_move_and_the_opened_section_is_seen(opened, edited):
    page = open_edit(opened, edited)
    page.emulate_media(reduced_motion="no-preference")
    section = page.locator(".inspector-section", has_text="Transition to the next")
    page.locator("[data-transition]").first.click()
    fade = section.get_by_role("radio", name="Fade", exact=True)
    expect(fade).to_be_checked()
    expect(section.locator("summary")).to_be_in_viewport(ratio=1)
    expect(fade.locator("..")).to_be_in_viewport(ratio=1)

    up = section.get_by_role("radio", name="Slide up").locator("..")
    moving = "each => each.getAnimations({ subtree: true }).length"
    assert up.evaluate(moving) == 0
    up.hover()
    until(lambda: up.evaluate(moving) == 2)
    page.emulate_media(reduced_motion="reduce")
    up.click()
    expect(section.get_by_role("radio", name="Slide up")).to_be_checked()
    slider = section.get_by_role("slider", name="Duration")
    slider.fill("3")
    expect(section.get_by_role("spinbutton", name="Duration")).to_have_value("0.3")
    assert opened[0].accessibility_violations() == []

    section.locator("summary").click()
    page.get_by_role("tabpanel", name="Clip").evaluate("each => each.scrollTo(0, 0)")
    motion = page.locator(".inspector-section", has_text="Motion")
    motion.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(motion.get_by_text("Custom", exact=True)).to_be_in_viewport(ratio=1)
    page.keyboard.press("Enter")  # as other tests expect it
    expect(fade).to_have_count(0)


def test_sliders_come_before_their_numbers(opened, edited):
    page = open_edit(opened, edited)
    page.locator(".item.picture").first.click()
    opacity = page.get_by_role("slider", name="Opacity")
    number = page.get_by_role("spinbutton", name="Opacity")
    opacity.fill("40")
    expect(number).to_have_value("40")
    before, after = opacity.bounding_box(), number.bounding_box()
    assert before["x"] + before["width"] <= after["x"]
    assert before["width"] > after["width"]
    page.get_by_role("spinbutton", name="Rotation").fill("200")
    page.keyboard.press("Enter")
    expect(page.get_by_role("slider", name="Rotation")).to_have_value("180")


def test_colours_are_typed_or_chosen_by_sliders_and_swatches(opened, edited):
    visit, client, page = opened
    open_edit(opened, edited)
    page.locator(".item.text").first.click()
    colour = page.get_by_label("Colour", exact=True)
    expect(colour).to_have_value("#ffffff")
    colour.fill("#F50")
    page.keyboard.press("Enter")
    expect(colour).to_have_value("#ff5500")
    colour.fill("no colour")
    page.keyboard.press("Tab")
    expect(colour).to_have_value("#ff5500")

    page.get_by_role("button", name="Choose: Colour").click()
    hue = page.get_by_role("slider", name="Hue")
    expect(hue).to_be_focused()
    expect(hue).to_have_value("20")
    assert visit.accessibility_violations() == []
    page.get_by_role("button", name="#22c55e").click()
    expect(colour).to_have_value("#22c55e")
    hue.fill("240")
    page.get_by_role("slider", name="Saturation").fill("100")
    page.get_by_role("slider", name="Lightness").fill("50")
    expect(colour).to_have_value("#0000ff")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Choose: Colour")).to_be_focused()
    expect(page.locator(".save-status")).to_have_text("Saved")
    overlays = client.show(edited)["editorState"]["textOverlays"]
    assert "#0000ff" in [each["fontColor"] for each in overlays.values()]


def test_colours_are_the_same_after_both_conversions(modules):
    colours = ["#000000", "#ffffff", "#ff0000", "#00ff00", "#0000ff", "#808080", "#ff8000"]
    module = "screens/work/edit/inspector/color.js"
    numbers = modules.call_all(module, "toHsl", [[each] for each in colours])
    back = modules.call_all(module, "toHex", [[each] for each in numbers])
    assert back[:5] == colours[:5]
    assert back[5:] == ["#808080", "#ff8000"]
