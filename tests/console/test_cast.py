"""The cast of a project: its tab, and the chips of scenes."""

import base64

import pytest
from PIL import Image
from playwright.sync_api import Locator, expect

from tests.browser import needs_browser
from tests.console import edited_work
from tests.console.forms import choose_files
from tests.media.image_files import encoded

pytestmark = [needs_browser, pytest.mark.slow]


RED_THIRD = "red.png, picture 3 of 4: make it the first"
IMAGE_SECOND = "image.jpg, picture 2 of 4: make it the first"
DROP = """(element, [name, data]) => {
    const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([bytes], name, { type: "image/png" }));
    for (const event of ["dragover", "drop"]) {
        element.dispatchEvent(new DragEvent(event, { dataTransfer, bubbles: true }));
    }
}"""


def picture(client, project, name, color):
    """Upload a picture; return its id."""
    content = encoded(Image.new("RGB", (64, 64), color))
    return edited_work.upload_bytes(client, f"{project}/assets", name, content)


def names_of(pictures: Locator) -> list[str]:
    """Return the pictures of a member, in their order."""
    labels = [each.get_attribute("aria-label") for each in pictures.all()]
    return [label.partition(",")[0] for label in labels if label]


def test_member_is_added_with_pictures_in_order(opened, samples):
    visit, client, page = opened
    project = client.new_project(name="Spring")
    for name in ("one.png", "two.png"):
        picture(client, project, name, "teal")
    visit.go(f"{project.removeprefix('/api')}/cast")
    expect(page.get_by_role("heading", name="The same faces in every scene")).to_be_visible()
    assert visit.accessibility_violations() == []

    page.get_by_role("button", name="Add to the cast").click()
    dialog = page.get_by_role("dialog", name="Add to the cast")
    expect(dialog.get_by_label("Name")).to_be_focused()
    dialog.get_by_label("Name").fill("Mina")
    dialog.get_by_label("Kind").select_option("Person")
    dialog.get_by_text("Choose from the pictures").click()
    dialog.get_by_role("checkbox", name="one.png").check()
    dialog.get_by_role("checkbox", name="two.png").check()
    choose_files(dialog.get_by_role("button", name="Upload pictures"), samples / "image.jpg")
    pictures = dialog.locator(".photo-place")
    expect(pictures).to_have_count(3)
    dropped = base64.b64encode(encoded(Image.new("RGB", (8, 8), "red"))).decode()
    dialog.get_by_role("group", name="Pictures").evaluate(DROP, ["red.png", dropped])
    expect(pictures).to_have_count(4)
    pictures.nth(3).press("ArrowLeft")
    expect(pictures.nth(2)).to_have_attribute("aria-label", RED_THIRD)
    pictures.nth(1).click()
    pictures.nth(3).drag_to(pictures.nth(1))
    expect(pictures.nth(1)).to_have_attribute("aria-label", IMAGE_SECOND)
    assert names_of(pictures) == ["two.png", "image.jpg", "one.png", "red.png"]
    dialog.get_by_role("button", name="Take one.png out").click()
    dialog.get_by_label("Description").fill("Short grey hair")
    assert visit.accessibility_violations() == []
    dialog.get_by_role("button", name="Add to the cast").click()

    expect(page.get_by_role("link", name="Mina")).to_be_visible()
    expect(page.locator(".card")).to_contain_text("Person · 3 pictures")
    [mina] = client.get(f"{project}/cast").json["cast"]
    assets = {each["id"]: each["name"] for each in client.get(f"{project}/assets").json["assets"]}
    stored = [assets[asset_id] for asset_id in mina["assetIds"]]
    assert stored == ["two.png", "image.jpg", "red.png"]
    assert (mina["kind"], mina["description"]) == ("person", "Short grey hair")
    assert visit.accessibility_violations() == []


def test_deletion_of_a_picture_says_who_is_shown_by_it(opened, samples):
    visit, client, page = opened
    project = client.new_project(name="Spring")
    asset = edited_work.upload(client, f"{project}/assets", samples / "image.png")
    client.post(f"{project}/cast", {"name": "Mina", "kind": "person", "assetIds": [asset]})
    visit.go(f"{project.removeprefix('/api')}/assets")

    page.get_by_role("button", name="Actions for image.png").click()
    page.get_by_role("menuitem", name="Delete").click()

    question = page.get_by_role("dialog", name="Delete “image.png”?")
    expect(question).to_contain_text("1 member of the cast is shown by it:")
    expect(question.get_by_role("listitem")).to_have_text(["Mina"])
