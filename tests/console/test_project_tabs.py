"""A project's templates and style."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser import needs_browser
from tests.console.visit import ANSWER_HEADERS

pytestmark = [needs_browser, pytest.mark.slow]

TEXT: dict[str, Any] = {
    "id": "a",
    "text": "Only {{price}}",
    "fontSize": 90,
    "fontColor": "white",
    "centerX": 0,
    "centerY": 300,
    "timingMode": "relative",
    "startPercent": 10,
    "endPercent": 80,
}


def test_template_is_previewed_renamed_and_deleted(opened):
    visit, client, page = opened
    project = client.new_project(name="Spring")
    client.post(f"{project}/templates", {"name": "Price", "content": {"textOverlays": [TEXT]}})
    visit.go(f"{project.removeprefix('/api')}/templates")

    page.get_by_role("link", name="Price").click()
    dialog = page.get_by_role("dialog")
    picture = dialog.get_by_role("img", name=re.compile("All overlays in a frame of 1080"))
    expect(picture.get_by_text("Only {{price}}")).to_be_visible()
    expect(dialog.get_by_text("From 10 to 80 % of the video")).to_be_visible()
    expect(dialog.get_by_text("Asks for: price")).to_be_visible()
    assert visit.accessibility_violations() == []
    dialog.get_by_label("Name").fill("Price tag")
    page.keyboard.press("Escape")

    expect(page.get_by_role("link", name="Price tag")).to_be_visible()
    page.get_by_role("button", name="Actions for Price tag").click()
    page.get_by_role("menuitem", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_role("heading", name="No templates yet")).to_be_visible()
    assert client.get(f"{project}/templates").json["count"] == 0


def test_style_is_saved_as_it_is_typed_and_presets_come_back(opened):
    visit, client, page = opened
    visit.expect_problem("412")
    project = client.new_project(name="Spring", styleGuide={"tone": "calm"})
    preset = client.get(project).json["imageSystemPrompt"]
    visit.go(f"{project.removeprefix('/api')}/style")

    page.get_by_label("Always include").fill("Daylight\n\nThe logo\n")
    page.get_by_role("button", name="Add a colour").click()
    page.get_by_label("Colour 1", exact=True).fill("#ff8800")
    expect(page.locator(".save-status")).to_have_text("Saved")
    guide = client.get(project).json["styleGuide"]
    client.request("PATCH", project, {"styleGuide": {**guide, "tone": "witty"}})
    page.get_by_label("How pictures look", exact=True).fill("Black and white")

    expect(page.get_by_label("Tone")).to_have_value("witty")
    expect(page.locator(".save-status")).to_have_text("Saved")
    stored = client.get(project).json
    assert stored["imageSystemPrompt"] == "Black and white"
    assert stored["styleGuide"] == {
        "tone": "witty",
        "color_palette": ["#ff8800"],
        "must_include": ["Daylight", "The logo"],
    }
    page.get_by_role("button", name="Use the preset: How pictures look").click()
    expect(page.get_by_label("How pictures look", exact=True)).to_have_value(preset)
    assert visit.accessibility_violations() == []
    page.get_by_role("log").get_by_role("button", name="Undo").click()
    expect(page.get_by_label("How pictures look", exact=True)).to_have_value("Black and white")


FOUND = {"styleGuide": {"tone": "bold", "color_palette": ["#112233"]}}


def test_style_found_on_a_page_is_shown_before_it_replaces_anything(opened):
    """The service reads public pages only, and there are none here: the answer is given."""
    visit, client, page = opened
    visit.expect_problem("400")
    project = client.new_project(name="Spring", styleGuide={"tone": "calm"})
    visit.go(f"{project.removeprefix('/api')}/style")

    page.get_by_label("Take it from a web page").fill("http://localhost/")
    page.get_by_role("button", name="Read the page").click()
    expect(page.get_by_role("alert")).to_contain_text("localhost")
    answer = {"json": FOUND, "headers": ANSWER_HEADERS}
    page.route("**/extract-from-landing", lambda route: route.fulfill(**answer))
    page.get_by_role("button", name="Read the page").click()
    dialog = page.get_by_role("dialog", name="Found on the page")
    expect(dialog.get_by_text("calm")).to_be_visible()
    assert visit.accessibility_violations() == []
    dialog.get_by_label("Tone").uncheck()
    dialog.get_by_role("button", name="Use the chosen ones").click()

    expect(page.get_by_label("Colour 1", exact=True)).to_have_value("#112233")
    expect(page.locator(".save-status")).to_have_text("Saved")
    assert client.get(project).json["styleGuide"] == {"tone": "calm", "color_palette": ["#112233"]}
