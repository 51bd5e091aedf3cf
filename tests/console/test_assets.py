"""A project's assets: uploading, previews, descriptions, tags, deleting."""

import base64
import re

import pytest
from PIL import Image
from playwright.sync_api import Page, Route, expect

from tests.browser import needs_browser
from tests.console.forms import choose_files
from tests.console.visit import ANSWER_HEADERS
from tests.jobs.helpers import until
from tests.media.image_files import encoded
from tests.projects.assets.fonts import truetype
from tests.service import Client

pytestmark = [needs_browser, pytest.mark.slow]

_PICTURE = encoded(Image.new("RGB", (8, 8), "teal"))
DROP = """([names, type, data]) => {
    const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
    const dataTransfer = new DataTransfer();
    for (const name of names) dataTransfer.items.add(new File([bytes], name, { type }));
    for (const event of ["dragover", "drop"]) {
        document.body.dispatchEvent(new DragEvent(event, { dataTransfer, bubbles: true }));
    }
}"""
# How many files are sent at the same time, at most.
COUNT_UPLOADS = """() => {
    const { send } = XMLHttpRequest.prototype;
    let running = 0;
    window.mostUploads = 0;
    XMLHttpRequest.prototype.send = function (body) {
        running += 1;
        window.mostUploads = Math.max(window.mostUploads, running);
        this.addEventListener("readystatechange", () => {
            if (this.readyState === XMLHttpRequest.DONE) running -= 1;
        });
        send.call(this, body);
    };
}"""


def drop(page: Page, names: list[str], media_type: str, data: bytes) -> None:
    """Drop files with the same content on the page."""
    page.evaluate(DROP, [names, media_type, base64.b64encode(data).decode()])


def test_files_are_uploaded_described_tagged_found_and_deleted(opened, samples):
    visit, client, page = opened
    project = client.new_project(name="Spring")
    visit.go(f"{project.removeprefix('/api')}/assets")

    choose_files(
        page.get_by_role("button", name="Add files"),
        *(samples / name for name in ("image.png", "video.mp4", "audio.mp3")),
    )
    for name in ("image.png", "video.mp4", "audio.mp3"):
        expect(page.get_by_role("link", name=name)).to_be_visible()
    drop(page, ["sans.ttf"], "font/ttf", truetype())
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
    # By the event of the change: what is read for it is not asked for when the asset is deleted.
    expect(page.locator(".card").filter(has_text="hero · warm light")).to_contain_text("The lamp")
    page.keyboard.press("Escape")

    page.get_by_label("Search assets").fill("lamp WARM")
    expect(page.locator(".card-name a")).to_have_text(["The lamp"])
    expect(page.locator(".card .poster-image")).to_have_js_property("complete", True)
    [lamp] = [each for each in client.get(f"{project}/assets").json["assets"] if "tags" in each]
    assert (lamp["name"], lamp["tags"]) == ("The lamp", ["hero", "warm light"])
    assert lamp["description"]
    page.get_by_role("button", name="Actions for The lamp").click()
    page.get_by_role("menuitem", name="Delete").click()
    question = page.get_by_role("dialog", name="Delete “The lamp”?")
    expect(question).to_contain_text("image.png")
    question.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("No such asset")).to_be_visible()
    expect(question).to_have_count(0)  # or nothing behind it can be typed into
    page.get_by_label("Search assets").fill("")
    page.get_by_label("Type", exact=True).select_option("Sounds (1)")
    expect(page.locator(".card-name a")).to_have_text(["audio.mp3"])


def test_file_that_cannot_be_added_says_why(opened):
    visit, client, page = opened
    visit.expect_problem("415")
    visit.expect_problem("413")
    project = client.new_project(name="Spring")
    visit.go(f"{project.removeprefix('/api')}/assets")
    expect(page.get_by_role("button", name="Add files")).to_be_visible()

    drop(page, ["notes.txt"], "text/plain", b"Not a picture")

    row = page.get_by_role("listitem").filter(has_text="notes.txt")
    expect(row).to_contain_text("This file cannot be used here. These can: MP4, WebM, MOV,")
    expect(row.get_by_role("button", name="Try again")).to_have_count(0)
    assert visit.accessibility_violations() == []
    row.get_by_role("button", name="Take notes.txt off the list").click()
    expect(row).to_have_count(0)
    expect(page.get_by_role("button", name="Add files")).to_be_focused()

    def refuse(route: Route) -> None:
        if route.request.method != "POST":
            return route.fallback()
        body = {"error": "File too large", "details": "At most 50 MB are accepted."}
        return route.fulfill(status=413, headers=ANSWER_HEADERS, json=body)

    page.route("**/assets", refuse)
    drop(page, ["long.mp4"], "video/mp4", b"A long video")
    row = page.get_by_role("listitem").filter(has_text="long.mp4")
    expect(row).to_contain_text("50 MB are accepted. Larger clips can be added to a scene.")
    row.get_by_role("button", name="Take long.mp4 off the list").click()
    page.unroute_all()


def test_twenty_dropped_files_are_sent_a_few_at_a_time_and_the_bad_one_is_named(visit):
    visit.expect_problem("415")
    client, page = visit.log_in(), visit.page
    project = client.new_project(name="Spring")
    visit.open(f"{project.removeprefix('/api')}/assets")
    expect(page.get_by_role("button", name="Add files")).to_be_visible()
    lists: list[Route] = []

    def hold_lists(route: Route) -> None:
        if route.request.method == "GET":
            lists.append(route)
        else:
            route.fallback()

    page.route("**/assets", hold_lists)
    page.evaluate(COUNT_UPLOADS)
    drop(page, [f"sans-{number}.ttf" for number in range(12)], "font/ttf", truetype())
    drop(page, ["notes.ttf"], "font/ttf", b"Not a font")
    drop(page, [f"serif-{number}.ttf" for number in range(8)], "font/ttf", truetype())

    row = page.locator(".upload")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("notes.ttf")
    expect(page.get_by_text("1 file was not added")).to_be_attached()
    assert page.evaluate("mostUploads") == 3
    until(lambda: page.wait_for_timeout(20) or lists)
    assert len(lists) == 1  # the next one is read when this one has come
    lists[0].continue_()
    page.unroute_all()
    expect(page.locator(".card")).to_have_count(20)
    assert len(client.get(f"{project}/assets").json["assets"]) == 20


def test_assets_of_other_clients_show_without_a_reload_and_are_read_singly(visit):
    visit.expect_problem("404")  # of the picture of a template that is deleted meanwhile
    client, page = visit.log_in(), visit.page
    project = client.new_project(name="Spring")
    upload(client, project, "lamp.png")
    read: list[str] = []
    page.on("request", lambda request: read.append(request.url.rpartition("/")[2]))
    visit.open(f"{project.removeprefix('/api')}/assets")
    expect(page.get_by_role("link", name="lamp.png")).to_be_visible()

    desk = f"{project}/assets/{upload(client, project, 'desk.png')}"
    expect(page.get_by_role("link", name="desk.png")).to_be_visible()
    client.put(desk, {"name": "Renamed by a script"})
    expect(page.get_by_role("link", name="Renamed by a script")).to_be_visible()
    client.delete(desk)
    expect(page.locator(".card-name a")).to_have_text(["lamp.png"])
    assert "meta" in read
    lists = read.count("assets") - 1  # the page itself has this address, too
    assert lists <= 2  # once more when the stream of events begins

    page.get_by_role("link", name="Templates").click()
    body = {"name": "Price", "content": {"textOverlays": []}}
    template = f"{project}/templates/{client.post(f'{project}/templates', body).json['id']}"
    expect(page.get_by_role("link", name="Price")).to_be_visible()
    client.put(template, {"name": "Renamed by a script"})
    expect(page.get_by_role("link", name="Renamed by a script")).to_be_visible()
    client.delete(template)
    expect(page.get_by_role("heading", name="No templates yet")).to_be_visible()


@pytest.mark.thorough
def test_two_hundred_assets_are_found_by_name_and_tag(visit):
    client, page = visit.log_in(), visit.page
    project = client.new_project(name="Spring")
    ids = [upload(client, project, f"picture-{number}.png") for number in range(200)]
    answer = client.request("PATCH", f"{project}/assets/{ids[7]}", {"tags": ["warm light"]})
    assert answer.status == 200, answer.body
    visit.open(f"{project.removeprefix('/api')}/assets")
    cards = page.locator(".card")
    expect(cards).to_have_count(60)

    page.get_by_label("Search assets").fill("warm")
    expect(cards).to_have_text([re.compile("picture-7.png")])
    page.get_by_label("Search assets").fill("picture-199")
    expect(cards).to_have_count(1)
    page.get_by_label("Search assets").fill("")
    for number in (59, 119, 179):
        cards.nth(number).scroll_into_view_if_needed()
    expect(cards).to_have_count(200)


def upload(client: Client, project: str, name: str) -> str:
    """Upload a small picture; return its id."""
    head = f'--x\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
    body = f"{head}Content-Type: image/png\r\n\r\n".encode() + _PICTURE + b"\r\n--x--\r\n"
    form = "multipart/form-data; boundary=x"
    answer = client.request("POST", f"{project}/assets", body, Content_Type=form)
    assert answer.status == 201, answer.body
    return str(answer.json["id"])
