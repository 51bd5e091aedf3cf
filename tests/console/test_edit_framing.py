"""The crop and the motion of a clip are set in the inspector, by pointer and by numbers."""

import re

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser import needs_browser
from tests.console.inspector import open_section
from tests.console.timelines import Json
from tests.media.image_files import encoded

pytestmark = [pytest.mark.slow, needs_browser]


def test_crop_and_motion_of_a_clip(opened):
    visit, client, page = opened
    path = client.new_work(client.new_project(), scenes=[{"scene_index": 0}])
    picture = encoded(Image.new("RGB", (400, 200), "teal"))
    client.put(f"{path}/media/scene/0/image", picture, Content_Type="image/png")
    track = [{"id": "a", "start": 0, "end": 2, "sceneIndex": 0}]
    client.put(path, {"editorState": {"editorData": {"videoTrack": track}}})
    visit.go(f"{path.removeprefix('/api')}/edit")

    page.get_by_role("group", name="Clips").get_by_role("button").first.click()
    set_crop(page)
    set_motion(page)

    assert visit.accessibility_violations() == []
    expect(page.locator(".save-status")).to_have_text("Saved")
    clip: Json = client.get(path).json["editorState"]["editorData"]["videoTrack"][0]
    assert clip["crop"] == pytest.approx({"x": 23 / 64, "y": 0, "width": 9 / 32, "height": 1})
    assert clip["motion"]["from"] == {"x": 0.15, "y": 0.075, "width": 0.85, "height": 0.85}
    assert clip["motion"]["to"] == pytest.approx({"x": 0.5, "y": 0, "width": 0.5, "height": 0.5})


def set_crop(page: Page) -> None:
    """Set a crop by a corner and by numbers, remove it, and let one fill the frame."""
    crop = open_section(page, "Crop")
    fill = crop.get_by_role("button", name="Fill the frame")
    state = crop.locator("summary")
    expect(fill).to_be_enabled()
    box = crop.locator(".window-pad").bounding_box()
    assert box
    assert box["width"] / box["height"] == pytest.approx(2, rel=0.02)
    for is_cancelled in (True, False):
        crop.locator(".se").hover()
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] * 0.75, box["y"] + box["height"] / 2, steps=3)
        expect(state).not_to_contain_text("Whole picture")
        if is_cancelled:
            page.keyboard.press("Escape")
            expect(state).to_contain_text("Whole picture")
        page.mouse.up()
    expect(crop.get_by_label("Width")).to_have_value(re.compile(r"7[5-9]|8[01]"))  # about 78
    expect(crop.get_by_label("Height")).to_have_value(re.compile(r"5[0-9]"))
    crop.get_by_label("X").fill("12.5")
    crop.get_by_label("Width").fill("90")  # moves it, or it would end beyond the picture
    crop.get_by_label("Width").press("Enter")
    expect(crop.get_by_label("X")).to_have_value("10")
    crop.get_by_role("button", name="Reset").click()
    expect(state).to_contain_text("Whole picture")
    fill.click()
    frame = page.locator(".player-frame").bounding_box()
    assert frame
    page.mouse.move(frame["x"] + 20, frame["y"] + 20)
    page.mouse.down()
    page.mouse.move(frame["x"] + 20 + frame["width"] / 2, frame["y"] + 20, steps=3)
    page.mouse.up()  # half of the frame's width is half of the crop's
    expect(crop.get_by_label("X")).to_have_value(re.compile(r"21\.[6-9]|22"))  # 14 / 64
    page.get_by_role("button", name="Undo").first.click()


def set_motion(page: Page) -> None:
    """Choose a preset, and change what it moves to."""
    motion = open_section(page, "Motion")
    motion.get_by_role("radio", name="Pan left").check(force=True)
    motion.get_by_role("radio", name="Custom").check(force=True)
    end = motion.get_by_role("group", name="At the end")
    end.get_by_label("Zoom").fill("200")
    for label, percent in (("X", "100"), ("Y", "0")):
        end.get_by_label(label).fill(percent)
    page.get_by_role("button", name="Undo").first.click()
    expect(end.get_by_label("Y")).to_have_value("50")
    page.get_by_role("button", name="Redo").first.click()
