"""What is chosen for a film from photos: fit, voice, captions, length, and the order of photos."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import needs_browser
from tests.console import photo_film

pytestmark = [needs_browser, pytest.mark.slow]

SHORT, LONG = "Warm light.", "A lamp that follows the sun from the morning to the evening. " * 3


def open_film(visit, names):
    """Open the dialog for a film, and add photos to it."""
    page = visit.page
    page.get_by_role("button", name=re.compile("^Photos")).click()
    files = [{"name": name, "mimeType": "image/png", "buffer": photo_film.PHOTO} for name in names]
    page.get_by_role("dialog").locator("input[type=file]").set_input_files(files)
    expect(page.locator(".film-photos li")).to_have_count(len(names))


def order(page):
    """Return the names of the photos in their order."""
    labels = page.locator(".film-photos .photo-place")
    return [label.get_attribute("aria-label").split(",")[0] for label in labels.all()]


def test_lines_decide_how_long_a_film_is(modules):
    cases = [[[SHORT, ""], None], [[SHORT, ""], 6], [[LONG, "", ""], 20], [[LONG, ""], 5]]

    planned = modules.call_all("screens/new-video/lengths.js", "plannedSeconds", cases)
    shown = modules.call_all("screens/new-video/lengths.js", "shownSeconds", cases)

    assert planned[0] == [4, 4]
    assert planned[1] == [3, 3]
    assert sum(shown[2]) == pytest.approx(20, abs=0.2)
    assert shown[2][1] == shown[2][2] > 1.5
    assert shown[3][0] > 13
    assert shown[3][1] == 1.5  # in which a photo is recognized


def test_signs_of_which_each_is_a_syllable_take_longer(modules):
    calls = [[["你好" * 10, ""], None], [["ab" * 10, ""], None]]

    chinese, latin = modules.call_all("screens/new-video/lengths.js", "shownSeconds", calls)

    assert chinese[0] > 6 > latin[0]


def test_film_has_what_was_chosen_for_it(visit):
    client, page = visit.log_in(), visit.page
    visit.open()
    open_film(visit, ["lamp.png", "desk.png"])
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Language of the lines").select_option("English")
    expect(dialog.get_by_role("radio", name="Fill (edges cut off)")).to_be_checked()
    dialog.get_by_role("radio", name="Blurred background").check(force=True)
    dialog.get_by_role("radio", name="One word at a time").check(force=True)
    dialog.get_by_label("What is said with photo 1").fill(LONG)
    dialog.get_by_label("Wished length").fill("5")
    expect(dialog.get_by_text("The lines alone come to about 15 s")).to_be_visible()
    dialog.get_by_label("What is said with photo 1").fill(SHORT)
    expect(dialog.get_by_text("the film is about 5 s long")).to_be_visible()
    assert visit.accessibility_violations() == []
    dialog.get_by_role("button", name="Play a sample").click()
    expect(dialog.get_by_role("button", name="Stop", exact=True)).to_be_visible()
    dialog.get_by_role("button", name="Make the film").click()

    expect(page.get_by_role("heading", name="Your film")).to_be_visible()
    work = client.show(page.url.replace(visit.base, "/api").removesuffix("/film"))
    assert work["editorState"]["exportSettings"]["fit"] == "blur"
    assert work["sound"]["captions"] == {"style": "one-word"}
    assert [scene["duration_seconds"] for scene in work["scenes"]] == [2.5, 2.5]


def test_photos_are_ordered_by_mouse_and_keys(visit):
    page = visit.page
    visit.log_in()
    visit.open()
    open_film(visit, ["a.png", "b.png", "c.png"])
    handles = page.locator(".film-photos .photo-place")
    start, end = handles.nth(0).bounding_box(), handles.nth(2).bounding_box()
    page.mouse.move(start["x"] + 20, start["y"] + 20)
    page.mouse.down()
    page.mouse.move(end["x"] + 20, end["y"] + 60, steps=6)
    expect(page.locator("li[data-dragged]")).to_have_count(1)
    page.mouse.up()
    expect(page.locator("li[data-dragged]")).to_have_count(0)
    assert order(page) == ["b.png", "c.png", "a.png"]

    handles.nth(0).press("ArrowDown")
    assert order(page) == ["c.png", "b.png", "a.png"]


def test_photos_are_ordered_by_touch(phone):
    page = phone.page
    phone.log_in()
    phone.open()
    open_film(phone, ["a.png", "b.png", "c.png"])
    handles = page.locator(".film-photos .photo-place")
    handles.nth(0).scroll_into_view_if_needed()
    boxes = [handles.nth(index).bounding_box() for index in (0, 1)]
    start, end = ({"x": box["x"] + 20, "y": box["y"] + 20} for box in boxes)
    end["y"] += 50
    finger = page.context.new_cdp_session(page)

    def touch(kind, *points):
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

    touch("touchStart", start)
    for step in range(1, 6):
        touch("touchMove", {"x": start["x"], "y": start["y"] + (end["y"] - start["y"]) * step / 5})
    touch("touchEnd")
    expect(handles.nth(1)).to_have_attribute("aria-label", re.compile(r"^a\.png"))
    assert order(page) == ["b.png", "a.png", "c.png"]
