"""The cast of a project: its tab, and the chips of scenes."""

import base64

import pytest
from PIL import Image
from playwright.sync_api import Locator, expect

from tests.browser import needs_browser
from tests.console import edited_work
from tests.console.fingertips import missed_controls
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


def test_member_is_edited_beside_others_and_deleted_with_a_word_about_its_scenes(opened):
    visit, client, page = opened
    visit.expect_problem("409")
    visit.expect_problem("412")
    project = client.new_project(name="Spring")
    cast = f"{project}/cast"
    mina = client.create(cast, {"name": "Mina", "kind": "person"})
    client.create(cast, {"name": "Lamp", "kind": "product"})
    work = client.new_work(project, name="Teaser")
    client.save(work, {"scenes": [{"scene_index": 0, "cast": [mina["id"]]}]})
    visit.go(f"{project.removeprefix('/api')}/cast")

    page.get_by_role("link", name="Mina").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Lamp ")
    expect(dialog.get_by_text("already has someone or something with this name")).to_be_visible()
    expect(dialog.get_by_label("Name")).to_have_attribute("aria-invalid", "true")
    assert visit.accessibility_violations() == []
    client.save(f"{cast}/{mina['id']}", {"description": "Short grey hair"})
    dialog.get_by_label("Name").fill("Mina Rossi")
    expect(dialog.locator(".save-status")).to_have_text("Saved")
    expect(dialog.get_by_label("Description")).to_have_value("Short grey hair")
    dialog.get_by_label("Kind").select_option("Style")
    dialog.get_by_role("button", name="Voice: none chosen").click()
    voices = page.get_by_role("dialog", name="Voice of this member")
    voices.get_by_role("radio").nth(1).check()
    voices.get_by_role("button", name="Use this voice").click()
    expect(dialog.get_by_role("button", name="Voice: none chosen")).to_have_count(0)
    expect(dialog.locator(".save-status")).to_have_text("Saved")
    page.keyboard.press("Escape")

    stored = client.get(f"{cast}/{mina['id']}").json
    assert (stored["name"], stored["kind"]) == ("Mina Rossi", "style")
    assert stored["description"] == "Short grey hair"
    assert stored["voice"]
    client.create(cast, {"name": "Harbour", "kind": "place"})
    expect(page.get_by_role("link", name="Harbour")).to_be_visible()  # by its event
    page.get_by_role("button", name="Actions for Mina Rossi").click()
    page.get_by_role("menuitem", name="Delete").click()
    question = page.get_by_role("dialog", name="Delete “Mina Rossi”?")
    expect(question.get_by_role("listitem")).to_have_text(["Teaser: 1 scene"])
    question.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("link", name="Mina Rossi")).to_have_count(0)
    assert client.get(f"{cast}/{mina['id']}").status == 404


def test_taken_name_is_told_at_the_field_of_a_new_member(opened):
    visit, client, page = opened
    visit.expect_problem("409")
    project = client.new_project(name="Spring")
    client.create(f"{project}/cast", {"name": "Mina", "kind": "person"})
    visit.go(f"{project.removeprefix('/api')}/cast")

    page.get_by_role("button", name="Add to the cast").click()
    dialog = page.get_by_role("dialog", name="Add to the cast")
    dialog.get_by_label("Name").fill("Mina")
    dialog.get_by_role("button", name="Add to the cast").click()

    expect(dialog.get_by_label("Name")).to_have_attribute("aria-invalid", "true")
    expect(dialog.locator(".field-error")).to_have_text(
        "The cast already has someone or something with this name."
    )
    expect(dialog.get_by_role("alert")).to_have_count(0)
    dialog.get_by_label("Name").fill("Nina")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Nina")).to_be_visible()


def scene(page, number: int) -> Locator:
    """Return the cast of a scene."""
    return page.get_by_role("group", name=f"Cast of scene {number}")


def with_scenes(client) -> tuple[str, list[str]]:
    """Make a work with two scenes; return its path and the ids of Mina and Lamp."""
    project = client.new_project(name="Spring")
    shown = picture(client, project, "mina.png", "teal")
    members = [
        client.create(f"{project}/cast", {"name": "Mina", "kind": "person", "assetIds": [shown]}),
        client.create(f"{project}/cast", {"name": "Lamp", "kind": "product"}),
    ]
    work = client.new_work(project, name="Teaser")
    client.save(work, {"scenes": [{"scene_index": index} for index in range(2)]})
    return work, [member["id"] for member in members]


def cast_of(client, work) -> list[list[str]]:
    """Return the cast of each scene."""
    return [each.get("cast") or [] for each in client.get(work).json["scenes"]]


def test_members_are_put_into_scenes_and_taken_out(opened):
    visit, client, page = opened
    visit.expect_problem("412")
    work, [mina, lamp] = with_scenes(client)
    visit.go(work.removeprefix("/api") + "/scenes")
    add = scene(page, 2).get_by_role("button", name="Add to the cast of scene 2")
    add.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("menuitem", name="Lamp")).to_be_focused()  # the latest comes first
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("menuitem", name="Mina").locator("img")).to_be_visible()
    page.keyboard.press("Enter")
    expect(scene(page, 2).get_by_role("listitem")).to_have_text(["Mina"])
    expect(page.locator(".save-status")).to_have_text("Saved")
    assert cast_of(client, work) == [[], [mina]]
    assert visit.accessibility_violations() == []

    # Somebody else adds another member at the same time: both are there.
    scenes = client.get(work).json["scenes"]
    with_lamp = [scenes[0], {**scenes[1], "cast": [mina, lamp]}]
    assert client.request("PATCH", work, {"scenes": with_lamp}).status == 200
    remove = scene(page, 2).get_by_role("button", name="Take Mina out of scene 2")
    remove.focus()
    page.keyboard.press("Enter")
    expect(scene(page, 2).get_by_role("listitem")).to_have_text(["Lamp"])
    expect(page.locator(".save-status")).to_have_text("Saved")
    expect(page.locator(".conflict")).to_have_count(0)
    assert cast_of(client, work) == [[], [lamp]]

    client.delete(f"{work.partition('/works')[0]}/cast/{lamp}")
    expect(scene(page, 2).get_by_role("listitem")).to_have_text(["Deleted member"])


def test_scenes_of_a_project_without_a_cast_lead_to_its_tab(opened):
    visit, client, page = opened
    work = client.new_work(client.new_project(name="Spring"), name="Teaser")
    client.save(work, {"scenes": [{"scene_index": 0}]})
    visit.go(work.removeprefix("/api") + "/scenes")

    scene(page, 1).get_by_role("link", name="Set up the cast").click()

    expect(page.get_by_role("heading", name="The same faces in every scene")).to_be_visible()


def test_cast_on_a_phone(phone):
    client, page = phone.log_in(), phone.page
    work, [mina, _] = with_scenes(client)
    phone.open(work.removeprefix("/api") + "/scenes")
    scene(page, 1).get_by_role("button", name="Add to the cast of scene 1").tap()
    page.get_by_role("menuitem", name="Mina").tap()
    expect(scene(page, 1).get_by_role("listitem")).to_have_text(["Mina"])
    expect(page.locator(".save-status")).to_have_text("Saved")
    assert cast_of(client, work) == [[mina], []]
    assert missed_controls(page) == []
    assert phone.accessibility_violations() == []

    project = work.partition("/works")[0]
    picture(client, project, "lamp.png", "red")
    phone.go(f"{project.removeprefix('/api')}/cast")
    page.get_by_role("link", name="Mina").tap()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("Choose from the pictures").tap()
    dialog.get_by_role("checkbox", name="lamp.png").check()
    pictures = dialog.locator(".photo-place")
    expect(pictures).to_have_count(2)
    pictures.nth(1).tap()
    expect(dialog.locator(".save-status")).to_have_text("Saved")
    assert names_of(pictures) == ["lamp.png", "mina.png"]
    assert missed_controls(page) == []
    assert phone.accessibility_violations() == []
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.evaluate("innerWidth")


def test_viewers_see_the_cast_and_change_nothing(opened, console_service):
    visit, client, page = opened
    other = console_service.client(console_service.register("cast-owner@example.com"))
    project = other.new_project(name="Spring")
    other.create(f"{project}/cast", {"name": "Mina", "kind": "person"})
    link = other.create(f"{project}/invitations", {"role": "viewer"})["url"].rpartition("/")[2]
    client.post(f"/api/invitations/{link}/accept")
    visit.go(f"{project.removeprefix('/api')}/cast")

    page.get_by_role("link", name="Mina").click()
    dialog = page.get_by_role("dialog", name="Mina")
    expect(dialog.get_by_label("Name")).to_have_js_property("readOnly", True)
    expect(dialog.get_by_role("button")).to_have_count(1)  # "Close"
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Add to the cast")).to_have_count(0)
    expect(page.get_by_role("button", name="Actions for Mina")).to_have_count(0)
