"""Pictures over the video: chosen, uploaded, put to their places, and deleted while shown."""

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser import needs_browser
from tests.console import edited_work
from tests.media import video_files
from tests.media.image_files import encoded

pytestmark = [needs_browser, pytest.mark.slow]

WIDTH, HEIGHT = 1280, 720
SIZE = (200, 100)
TEAL = (0, 128, 128)


def picture_of(color):
    return encoded(Image.new("RGB", SIZE, color), "PNG")


# Waits for an event of an asset.
LISTEN = """async id => {
    const base = new URL(".", document.querySelector("script[type=module]").src);
    const { on } = await import(new URL("state/events.js", base));
    window.told = new Promise(done => on("asset", each => each.assetId === id && done()));
}"""


class Editing:
    """The editor of a work with a clip of a picture."""

    def __init__(self, opened):
        self.visit, self.client, self.page = opened
        self.project = self.client.new_project(name="Spring")
        self.path = self.client.new_work(self.project, name="Teaser")
        self.beach = self.upload("beach.png", (200, 180, 90))
        clip = {"id": "c0", "start": 0, "end": 6, "assetId": self.beach}
        frame = {"width": WIDTH, "height": HEIGHT, "fps": 30}
        state = {"editorData": {"videoTrack": [clip]}, "exportSettings": frame}
        self.client.save(self.path, {"editorState": state})

    def upload(self, name, color):
        return edited_work.upload_bytes(
            self.client, f"{self.project}/assets", name, picture_of(color)
        )

    def add(self, asset, id_):
        """Put a picture over the video."""
        self.operate({"op": "picture", "asset": asset, "start": 0, "end": 6, "new": id_})

    def operate(self, operation):
        """Let the service change the timeline."""
        answer = self.client.post(f"{self.path}/timeline/operations", {"operations": [operation]})
        assert answer.status == 200, answer.body

    def delete(self, asset):
        """Delete an asset, once the page's stream has told of it.

        What is made and deleted between two looks of the service has no event.
        """
        path = f"{self.project}/assets/{asset}"
        self.page.evaluate(LISTEN, asset)
        assert self.client.put(path, {"tags": ["seen"]}).status == 200
        self.page.evaluate("window.told")
        assert self.client.delete(path).status < 300

    def open(self):
        self.visit.go(f"{self.path.removeprefix('/api')}/edit")
        expect(self.page.locator('.item[data-id="c0"]')).to_be_visible()

    @property
    def dialog(self):
        return self.page.get_by_role("dialog", name="Add a picture")

    def choose(self):
        """Open the dialog that adds a picture."""
        self.page.get_by_role("button", name="Add a picture").click()
        expect(self.dialog).to_be_visible()

    def overlays(self):
        """Return the pictures with their times, as they are stored."""
        expect(self.page.locator(".save-status")).to_have_text("Saved")
        state = self.client.get(self.path).json["editorState"]
        return [
            {**state["imageOverlays"][each["id"]], **each}
            for each in state["editorData"]["imageTrack"]
        ]


@pytest.fixture
def editing(opened):
    """The editor of a work with a clip."""
    return Editing(opened)


def test_picture_is_chosen_by_its_thumbnail_or_uploaded_and_put_to_a_corner(editing, tmp_path):
    editing.open()
    page = editing.page
    editing.choose()
    expect(editing.dialog.locator("img")).to_have_count(1)
    assert editing.visit.accessibility_violations() == []
    page.keyboard.press("Escape")
    expect(editing.dialog).to_have_count(0)

    editing.choose()
    file = tmp_path / "teal.png"
    file.write_bytes(picture_of(TEAL))
    editing.dialog.locator("input[type=file]").set_input_files(file)
    expect(editing.dialog).to_have_count(0)
    expect(page.locator(".item.picture")).to_have_attribute("title", "teal.png")
    page.get_by_role("button", name="Whole film").click()
    page.get_by_role("button", name="Bottom right").click()
    expect(page.get_by_role("button", name="Bottom right")).to_have_attribute(
        "aria-pressed", "true"
    )
    [added] = editing.overlays()
    assert (added["start"], added["end"]) == (0, 6)
    margin = round(0.04 * HEIGHT)
    assert added["centerX"] + added["width"] / 2 == pytest.approx(WIDTH / 2 - margin, abs=1)
    assert added["centerY"] + added["height"] / 2 == pytest.approx(HEIGHT / 2 - margin, abs=1)

    editing.choose()
    page.keyboard.press("Tab")
    editing.dialog.get_by_title("beach.png").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".item.picture")).to_have_count(2)
    assert [each["assetId"] for each in editing.overlays()][1] == editing.beach


def test_deleted_picture_is_named_where_it_was_and_comes_back(editing):
    teal, logo = editing.upload("teal.png", TEAL), editing.upload("logo.png", (90, 20, 20))
    editing.add(teal, "p0")
    editing.add(logo, "p1")
    editing.open()
    editing.visit.expect_problem("404")
    page, lane = editing.page, editing.page.locator('.item[data-id="p0"]')
    expect(lane).to_have_attribute("title", "teal.png")

    editing.delete(teal)

    expect(lane).to_have_attribute("title", "teal.png: the file was deleted")
    expect(page.locator(".player-problem")).to_have_text("“teal.png” was deleted")
    lane.click()
    inspector = page.get_by_role("region", name="Inspector")
    expect(inspector.get_by_text("“teal.png” was deleted")).to_be_visible()
    assert editing.visit.accessibility_violations() == []
    inspector.get_by_role("button", name="Restore").click()
    expect(lane).to_have_attribute("title", "teal.png")
    expect(page.locator(".player-problem")).to_be_hidden()
    expect(inspector.get_by_role("button", name="Restore")).to_have_count(0)

    editing.delete(logo)
    editing.delete(editing.beach)
    expect(page.locator(".item.gone")).to_have_count(2)
    page.locator('.item[data-id="p1"]').click()
    inspector.get_by_role("button", name="Replace").click()
    page.get_by_role("dialog").get_by_title("teal.png").click()
    expect(page.locator('.item[data-id="p1"]')).to_have_attribute("title", "teal.png")
    assert [each["assetId"] for each in editing.overlays()] == [teal, teal]
    page.locator('.item[data-id="c0"]').click()
    expect(page.locator(".player-problem")).to_have_text("“beach.png” was deleted")
    inspector.get_by_role("button", name="Replace").click()
    page.get_by_role("dialog").get_by_title("teal.png").click()
    expect(page.locator(".item.gone")).to_have_count(0)
    expect(page.locator(".player-problem")).to_be_hidden()


def test_deleted_music_is_named_where_it_was_and_comes_back(editing, tmp_path):
    file = video_files.make(tmp_path / "waves.wav", "-f lavfi -i sine=d=6:r=8000")
    music = edited_work.upload(editing.client, f"{editing.project}/assets", file)
    editing.operate({"op": "music", "asset": music})
    editing.open()
    editing.visit.expect_problem("404")
    page, lane = editing.page, editing.page.locator(".item.place")
    expect(lane).to_have_attribute("title", "waves.wav")

    editing.delete(music)

    expect(lane).to_have_attribute("title", "waves.wav: the file was deleted")
    lane.click()
    inspector = page.get_by_role("region", name="Inspector")
    expect(inspector.get_by_text("“waves.wav” was deleted")).to_be_visible()
    inspector.get_by_role("button", name="Restore").click()
    expect(lane).to_have_attribute("title", "waves.wav")
