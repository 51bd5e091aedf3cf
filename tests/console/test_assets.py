"""A project's assets: uploading, previews, descriptions, tags, deleting."""

import base64
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.assets.fonts import truetype
from tests.browser import needs_browser
from tests.console.visit import Visit

pytestmark = [needs_browser, pytest.mark.slow]

DROP = """([name, type, data]) => {
    const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([bytes], name, { type }));
    for (const event of ["dragover", "drop"]) {
        document.body.dispatchEvent(new DragEvent(event, { dataTransfer, bubbles: true }));
    }
}"""


def choose_files(page: Page, *paths: Path) -> None:
    """Choose files with the button."""
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Add files").click()
    chooser.value.set_files(paths)


def drop(page: Page, name: str, media_type: str, data: bytes) -> None:
    """Drop a file on the page."""
    page.evaluate(DROP, [name, media_type, base64.b64encode(data).decode()])


def test_files_are_uploaded_described_tagged_found_and_deleted(visit: Visit, samples: Path) -> None:
    client, page = visit.log_in(), visit.page
    project = client.new_project(name="Spring")
    visit.open(f"{project.removeprefix('/api')}/assets")

    choose_files(page, *(samples / name for name in ("image.png", "video.mp4", "audio.mp3")))
    for name in ("image.png", "video.mp4", "audio.mp3"):
        expect(page.get_by_role("link", name=name)).to_be_visible()
    drop(page, "sans.ttf", "font/ttf", truetype())
    page.get_by_role("link", name="sans.ttf").click()
    expect(page.get_by_text("Every lamp tells a story")).to_be_visible()
    page.keyboard.press("Escape")

    page.get_by_role("link", name="image.png").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Describe it").click()
    expect(dialog.get_by_label("Description")).not_to_have_value("")
    dialog.get_by_label("Name").fill("The lamp")
    dialog.get_by_label("Tags").fill("hero, warm light")
    dialog.get_by_label("Tags").press("Enter")
    expect(page.locator(".save-status")).to_have_text("Saved")
    assert visit.accessibility_violations() == []
    page.keyboard.press("Escape")

    page.get_by_label("Search assets").fill("lamp WARM")
    expect(page.locator(".card-name a")).to_have_text(["The lamp"])
    [lamp] = [each for each in client.get(f"{project}/assets").json["assets"] if "tags" in each]
    assert (lamp["name"], lamp["tags"]) == ("The lamp", ["hero", "warm light"])
    assert lamp["description"]
    page.get_by_role("button", name="Actions for The lamp").click()
    page.get_by_role("menuitem", name="Delete").click()
    question = page.get_by_role("dialog", name="Delete “The lamp”?")
    expect(question).to_contain_text("image.png")
    question.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("No such asset")).to_be_visible()
    page.get_by_label("Search assets").fill("")
    page.get_by_label("Type", exact=True).select_option("Sounds (1)")
    expect(page.locator(".card-name a")).to_have_text(["audio.mp3"])


def test_file_that_cannot_be_added_says_why(visit: Visit) -> None:
    visit.expect_problem("415")
    client, page = visit.log_in(), visit.page
    project = client.new_project(name="Spring")
    visit.open(f"{project.removeprefix('/api')}/assets")
    expect(page.get_by_role("button", name="Add files")).to_be_visible()

    drop(page, "notes.txt", "text/plain", b"Not a picture")

    row = page.get_by_role("listitem").filter(has_text="notes.txt")
    expect(row).to_contain_text("Unsupported media type")
    assert visit.accessibility_violations() == []
    row.get_by_role("button", name="Take notes.txt off the list").click()
    expect(row).to_have_count(0)
