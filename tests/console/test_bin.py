"""The bin of the editor: scenes and assets are searched, added, dragged and dropped."""

from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import needs_browser
from tests.console import edited_work
from tests.console.timelines import Json
from tests.console.visit import Visit
from tests.media import video_files
from tests.service import Client

pytestmark = [needs_browser, pytest.mark.slow]

# Drops files with these names and contents at a place of the window, as another program would.
DROP = """([files, [x, y]]) => {
    const dataTransfer = new DataTransfer();
    for (const [name, type, bytes] of files) {
        dataTransfer.items.add(new File([new Uint8Array(bytes)], name, { type }));
    }
    const at = { bubbles: true, cancelable: true, dataTransfer, clientX: x, clientY: y };
    const target = document.elementFromPoint(x, y);
    return ["dragover", "drop"].map((name) => !target.dispatchEvent(new DragEvent(name, at)));
}"""


class Editing(NamedTuple):
    """An editor with its bin, a client of its owner, and the work's path in the API."""

    visit: Visit
    client: Client
    path: str

    @property
    def page(self) -> Page:
        return self.visit.page

    @property
    def clips(self) -> Locator:
        strip = self.page.get_by_role("region", name="Timeline")
        return strip.get_by_role("group", name="Clips").get_by_role("button")

    @property
    def assets(self) -> str:
        return f"{self.path.partition('/works')[0]}/assets"

    def open(self) -> None:
        """Go to the editor of the work, and show the bin."""
        self.visit.go(f"{self.path.removeprefix('/api')}/edit")
        expect(self.page.get_by_role("region", name="Timeline")).to_be_visible()
        show = self.page.get_by_role("button", name="Show media")
        if show.is_visible():
            show.click()

    def stored(self) -> Json:
        """Return the editorState when it is saved."""
        expect(self.page.locator(".save-status")).to_have_text("Saved")
        state: Json = self.client.get(self.path).json["editorState"]
        return state

    def track(self, name: str = "videoTrack") -> list[Json]:
        tracks: dict[str, list[Json]] = self.stored()["editorData"]
        return tracks[name]

    def tile(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=f"Add {name}", exact=True)

    def search(self, words: str) -> None:
        self.page.get_by_role("searchbox", name="Search media").fill(words)

    def place(self, clip: int, share: float) -> tuple[float, float]:
        """Return a place of the window: at a share of the width of a clip on the timeline."""
        box = self.clips.nth(clip).bounding_box()
        assert box
        return box["x"] + box["width"] * share, box["y"] + box["height"] / 2

    def on_ruler(self, share: float) -> tuple[float, float]:
        """Return a place of the window: at a share of the width of the ruler."""
        box = self.page.get_by_role("slider", name="Time").bounding_box()
        assert box
        return box["x"] + box["width"] * share, box["y"] + box["height"] / 2

    def drag(self, tile: Locator, to: tuple[float, float]) -> None:
        tile.hover()
        self.page.mouse.down()
        self.page.mouse.move(*to, steps=5)
        expect(self.page.locator(".drag-ghost.over")).to_be_visible()


def test_bin(opened, tmp_path, samples):
    visit, client, _ = opened
    work = edited_work.create(client, tmp_path)
    path = f"/projects/{work['projectId']}/works/{work['id']}"
    editing = Editing(visit, client, f"/api{path}")
    beach = "-f lavfi -i testsrc=s=64x96:r=10:d=1.5 -pix_fmt yuv420p"
    for name, options in (("beach.mp4", beach), ("waves.wav", "-f lavfi -i sine=d=16")):
        file = video_files.make(tmp_path / name, options)
        edited_work.upload(client, editing.assets, file)
    editing.open()
    check_clicks(editing)
    check_dragging(editing)
    check_dropped_files(editing, samples)
    assert visit.accessibility_violations() == []
    check_beginning(editing, samples)
    check_scrolled_beginning(editing)
    check_large_library(editing)


def check_clicks(editing: Editing) -> None:
    """A scene is added behind the clip at the playhead, a picture over it, a sound as music."""
    page = editing.page
    before = [clip["id"] for clip in editing.track()]
    editing.tile("Scene 2").click()
    after = editing.track()
    assert [clip["id"] for clip in after][2:] == before[1:]
    assert after[1]["sceneIndex"] == 1

    page.get_by_role("tab", name="Project").click()
    page.get_by_role("button", name="Actions for asset.png").click()
    page.get_by_role("menuitem", name="Add over the video").click()
    editing.tile("waves.wav").click()
    state = editing.stored()
    [sound] = editing.client.get(f"{editing.assets}?type=audio").json["assets"]
    assert state["audioUrl"] == sound["url"]
    assert len(state["editorData"]["imageTrack"]) == 4


def check_dragging(editing: Editing) -> None:
    """A video plays under the pointer, and is dragged between clips; Escape ends that."""
    page = editing.page
    count = len(editing.track())
    editing.search("BEACH mp4")
    expect(page.locator(".bin-tile")).to_have_count(1)
    video = editing.tile("beach.mp4")
    video.hover()
    expect(video.locator("video")).to_be_attached()
    editing.drag(video, editing.place(3, 0.2))
    expect(page.locator(".landing-mark")).to_be_visible()
    page.keyboard.press("Escape")
    video.hover()
    page.mouse.up()  # this is no click
    expect(page.locator(".drag-ghost")).to_have_count(0)
    assert len(editing.track()) == count

    editing.drag(video, editing.place(3, 0.2))
    page.mouse.up()
    inserted = editing.track()[3]
    assert inserted["assetId"]
    assert inserted["end"] - inserted["start"] == pytest.approx(1.5)
    expect(editing.clips.nth(3)).to_have_attribute("title", "beach.mp4")
    expect(page.get_by_role("heading", name="beach.mp4")).to_be_visible()

    editing.search("asset")
    editing.drag(editing.tile("asset.png"), editing.on_ruler(0.2))  # it is put over the video there
    page.mouse.up()
    expect(page.get_by_role("group", name="Pictures").get_by_role("button")).to_have_count(5)
    assert len(editing.track("imageTrack")) == 5
    editing.search("")


def check_dropped_files(editing: Editing, samples: Path) -> None:
    """Files are uploaded wherever they fall, and put where they fell on the timeline."""
    page, clips = editing.page, editing.clips
    png = [*(samples / "image.png").read_bytes()]
    mp4 = [*(samples / "video.mp4").read_bytes()]
    files = [["one.png", "image/png", png], ["two.mp4", "video/mp4", mp4]]
    count = len(editing.track())

    assert page.evaluate(DROP, [files, editing.place(1, 0.9)]) == [True, True]
    expect(clips.nth(2)).to_have_attribute("title", "one.png")
    expect(clips.nth(3)).to_have_attribute("title", "two.mp4")
    assert [bool(clip.get("assetId")) for clip in editing.track()[2:4]] == [True, True]

    assert page.evaluate(DROP, [[["three.png", "image/png", png]], [640, 70]]) == [True, True]
    expect(editing.tile("three.png")).to_be_visible()
    assert len(editing.track()) == count + 2


def check_beginning(editing: Editing, samples: Path) -> None:
    """Files that are dropped where there is no cut begin one, in their order."""
    page = editing.page
    empty = editing.client.new_work(editing.assets.removesuffix("/assets"), name="Empty")
    editing.visit.go(f"{empty.removeprefix('/api')}/edit")
    expect(page.get_by_text("Or begin with media of the project")).to_be_visible()
    expect(page.get_by_role("link", name="Go to the scenes")).to_be_visible()
    png = [*(samples / "image.png").read_bytes()]
    files = [[name, "image/png", png] for name in ("first.png", "second.png")]
    page.evaluate(DROP, [files, [640, 300]])
    expect(editing.clips.nth(1)).to_have_attribute("title", "second.png")
    expect(editing.clips.nth(0)).to_have_attribute("title", "first.png")


def check_large_library(editing: Editing) -> None:
    """Of a thousand assets, the page has those in view."""
    page = editing.page
    [asset, *_] = editing.client.get(f"{editing.assets}?type=image").json["assets"]
    assets = [{**asset, "id": f"asset_{n}", "name": f"Picture {n}"} for n in range(1000)]
    body = {"assets": assets, "totalSize": 1, "count": 1000}
    page.route(
        "**/api/projects/*/assets",
        lambda route: route.fulfill(json=body, headers={"X-Request-Id": "x"}),
    )
    editing.visit.go("/trash")
    editing.open()
    page.get_by_role("tab", name="Project").click()

    expect(editing.tile("Picture 0")).to_be_visible()
    assert page.locator(".bin-tile").count() < 60
    page.locator(".bin-tiles").evaluate("(list) => (list.scrollTop = list.scrollHeight)")
    expect(editing.tile("Picture 999")).to_be_visible()
    assert page.locator(".bin-tile").count() < 60


def check_scrolled_beginning(editing: Editing) -> None:
    """A list that is scrolled still hears of it after the first clip has replaced it."""
    page = editing.page
    project = editing.assets.removesuffix("/assets")
    empty = editing.client.new_work(project, name="Scrolled")
    editing.visit.go(f"{empty.removeprefix('/api')}/edit")
    expect(editing.tile("beach.mp4")).to_be_visible()
    scrolled = page.locator(".bin-tiles").evaluate(
        """(list) => {
            Object.assign(list.style, { flex: "none", height: "100px" });
            list.scrollTop = 50;
            list.querySelector(".bin-add").click();
            return list.scrollTop;
        }"""
    )
    assert scrolled == 50
    expect(editing.clips).to_have_count(1)
