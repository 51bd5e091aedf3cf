"""The editor: what is changed on the timeline is saved, by drags, fields and keys alike."""

import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Locator, expect

from tests.browser import needs_browser
from tests.console import edited_work
from tests.console.timelines import Json
from tests.console.visit import Visit
from tests.jobs.helpers import until
from tests.media.image_files import encoded
from tests.service import ROOT, Client

FONT = ROOT / "media" / "fonts" / "NotoSans-Bold.ttf"

pytestmark = [needs_browser, pytest.mark.slow]

# Counts which components are rendered from now on, in `window.rendered`.
COUNT_RENDERINGS = """async () => {
    const { options } = await import("preact");
    const before = options.__r;
    window.rendered = {};
    options.__r = (vnode) => {
        const { name } = vnode.type;
        rendered[name] = (rendered[name] ?? 0) + 1;
        before?.(vnode);
    };
}"""


@pytest.fixture
def editor(visit: Visit, tmp_path: Path) -> tuple[Visit, Client, str]:
    """The editor of a work, a client of its owner, and the work's path."""
    client = visit.log_in()
    work = edited_work.create(client, tmp_path)
    path = f"/projects/{work['projectId']}/works/{work['id']}"
    visit.open(f"{path}/edit")
    expect(visit.page.get_by_role("region", name="Timeline")).to_be_visible()
    return visit, client, f"/api{path}"


def stored(visit: Visit, client: Client, path: str) -> Json:
    """Return the editorState when it is saved."""
    expect(visit.page.locator(".save-status")).to_have_text("Saved")
    state: Json = client.get(path).json["editorState"]
    return state


def drag(item: Locator, pixels: float) -> None:
    box = item.bounding_box()
    assert box is not None
    mouse = item.page.mouse
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    mouse.move(x, y)
    mouse.down()
    mouse.move(x + pixels / 2, y)
    mouse.move(x + pixels, y)
    mouse.up()


def test_texts_are_added_changed_and_undone(editor: tuple[Visit, Client, str]) -> None:
    visit, client, path = editor
    page = visit.page
    font = edited_work.upload(client, f"{path.partition('/works/')[0]}/assets", FONT)
    page.get_by_role("button", name="Text", exact=True).click()
    page.get_by_role("region", name="Text", exact=True).get_by_label("Text").fill("Summer")
    page.get_by_label("Start", exact=True).fill("1.5")
    page.get_by_label("Font", exact=True).select_option(font)
    text = page.locator(".player-text", has_text="Summer")
    expect(text).to_have_css("font-family", re.compile(f"^vidworks-{font}"))

    state = stored(visit, client, path)
    added = state["editorData"]["textTrack"][-1]
    assert state["textOverlays"][added["id"]]["text"] == "Summer"
    assert state["textOverlays"][added["id"]]["fontAssetId"] == font
    assert (added["start"], added["end"]) == (1.5, 4.5)

    for _ in range(4):
        page.get_by_role("button", name="Undo").click()
    expect(text).to_have_count(0)
    assert added["id"] not in stored(visit, client, path)["textOverlays"]


def test_text_is_dragged_in_the_player(editor: tuple[Visit, Client, str]) -> None:
    visit, client, path = editor
    text = visit.page.locator(".player-text", has_text="It's 50%")
    frame = visit.page.locator(".player-frame").bounding_box()
    assert frame is not None
    drag(text, frame["width"] / 4)

    expect(visit.page.get_by_label("Right of the middle")).to_have_value("90")
    assert stored(visit, client, path)["textOverlays"]["Latin"]["centerX"] == 90
    visit.page.keyboard.press("Control+z")
    expect(visit.page.get_by_label("Right of the middle")).to_have_value("0")


def test_captions_are_shown_and_the_frame_gets_another_size(
    editor: tuple[Visit, Client, str],
) -> None:
    visit, client, path = editor
    page = visit.page
    page.get_by_role("button", name="Add a caption").click()
    page.get_by_label("Caption 1", exact=True).fill("Wake up")
    expect(page.locator(".player-text", has_text="Wake up")).to_be_visible()
    assert visit.accessibility_violations() == []
    page.get_by_label("Format").select_option("Square 1:1, 1080 \u00d7 1080")

    state = stored(visit, client, path)
    assert state["captions"] == [{"start": 0, "end": 3, "text": "Wake up"}]
    assert state["exportSettings"] == {"width": 1080, "height": 1080, "fps": 30}
    assert state["textOverlays"]["Latin"]["fontSize"] == 28 * 1080 / 360
    page.get_by_role("button", name="Delete caption 1").click()
    expect(page.get_by_label("Caption 1", exact=True)).to_have_count(0)


def test_everyone_can_use_the_editor(editor: tuple[Visit, Client, str]) -> None:
    visit, *_ = editor
    visit.page.get_by_role("group", name="Clips").get_by_role("button").first.click()

    assert visit.accessibility_violations() == []


def test_clips_are_dragged_split_and_deleted(editor: tuple[Visit, Client, str]) -> None:
    visit, client, path = editor
    page = visit.page
    clips = page.get_by_role("group", name="Clips").get_by_role("button")
    drag(clips.first, 1.6 * 64)
    scenes = [
        each["sceneIndex"] for each in stored(visit, client, path)["editorData"]["videoTrack"]
    ]
    assert scenes[:3] == [1, 0, 2]

    ruler = page.get_by_role("slider", name="Time")
    ruler.press("Home")
    ruler.press("Shift+ArrowRight")
    ruler.press("ArrowRight")
    for _ in range(5):
        ruler.press("ArrowRight")
    ruler.press("s")
    expect(clips).to_have_count(11)
    clips.nth(1).click()
    clips.nth(1).press("Delete")
    expect(clips).to_have_count(10)
    clips.first.press("Control+z")
    expect(clips).to_have_count(11)
    assert len(stored(visit, client, path)["editorData"]["videoTrack"]) == 11

    page.get_by_role("button", name="Add a scene at the end").click()
    page.get_by_role("menuitem", name="Scene 3").click()
    added = stored(visit, client, path)["editorData"]["videoTrack"][-1]
    assert (added["sceneIndex"], added["start"], added["end"]) == (2, 10, 15)


def test_only_the_time_is_rendered_again_while_sixty_clips_play(visit: Visit) -> None:
    client, page = visit.log_in(), visit.page
    work = client.new_work(client.new_project(), scenes=[{"scene_index": 0}])
    picture = encoded(Image.new("RGB", (36, 64), "teal"))
    client.put(f"{work}/media/scene/0/image", picture, Content_Type="image/png")
    clips = [{"id": f"c{n}", "start": n, "end": n + 1, "sceneIndex": 0} for n in range(60)]
    client.put(work, {"editorState": {"editorData": {"videoTrack": clips}}})
    visit.open(f"{work.removeprefix('/api')}/edit")
    expect(page.locator(".strip .item")).to_have_count(60)

    page.get_by_role("button", name="Play", exact=True).click()
    expect(page.get_by_role("button", name="Pause", exact=True)).to_be_visible()
    page.evaluate(COUNT_RENDERINGS)
    rendered = until(lambda: page.evaluate("rendered.Playhead > 20 && rendered"))

    assert set(rendered) == {"Playhead", "Ruler", "Time"}, rendered
