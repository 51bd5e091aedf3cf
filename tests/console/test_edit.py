"""The editor: what is changed on the timeline is saved, by drags, fields and keys alike."""

import re

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, Route, expect

from schemas.editor import MAX_CAPTION_TEXT
from tests.browser import needs_browser
from tests.console import edited_work
from tests.console.forms import choose_files
from tests.console.inspector import open_section
from tests.console.timelines import Json
from tests.console.visit import Visit
from tests.jobs.helpers import until
from tests.media import video_files
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

Editor = tuple[Visit, Client, Page, str]
TWICE = "2\N{MULTIPLICATION SIGN}"


@pytest.fixture
def editor(opened, edited):
    """The editor of a work, and the work's path."""
    visit, _, page = opened
    visit.go(f"{edited.removeprefix('/api')}/edit")
    clips = page.get_by_role("group", name="Clips").get_by_role("button")
    expect(clips).to_have_count(edited_work.CLIPS)
    tab(page, "Format")
    return *opened, edited


def stored(visit: Visit, client: Client, path: str) -> Json:
    """Return the editorState when it is saved."""
    expect(visit.page.locator(".save-status")).to_have_text("Saved")
    state: Json = client.get(path).json["editorState"]
    return state


def tab(page: Page, name: str) -> None:
    """Show a tab of the inspector or of the bin."""
    page.get_by_role("tab", name=name).click()


def second(clips: Locator) -> float:
    """Return how many pixels of the timeline are a second, which each clip lasts."""
    box = clips.first.bounding_box()
    assert box is not None
    return box["width"]


def test_text_of_a_preset_is_seen_and_gets_another_look(editor):
    visit, client, page, path = editor
    page.get_by_role("button", name="Add a text in a preset").click()
    page.get_by_role("menuitem", name="Lower third").click()
    expect(page.get_by_role("textbox", name="Text on the picture")).to_be_focused()
    page.keyboard.type("Ana")
    text = page.locator(".player-text", has_text="Ana")
    expect(text).to_be_visible()
    expect(text).to_have_css("translate", "0px")  # it has come
    page.get_by_role("button", name="Right", exact=True).click()
    page.get_by_label("Weight").select_option("Regular")
    open_section(page, "Shadow and outline")
    page.get_by_role("checkbox", name="Outline").check()
    open_section(page, "Animation")
    page.get_by_label("Animate in", exact=True).select_option("None")
    assert visit.accessibility_violations() == []

    state = stored(visit, client, path)
    overlay = state["textOverlays"][state["editorData"]["textTrack"][-1]["id"]]
    assert (overlay["text"], overlay["align"], overlay["fontWeight"]) == ("Ana", "right", 400)
    assert (overlay["outlineWidth"], overlay["backgroundColor"]) == (1, "#000000b3")
    assert (overlay.get("animationIn"), overlay["animationOut"]["type"]) == (None, "fade")
    page.get_by_role("button", name="Title", exact=True).click()
    expect(text).to_have_css("text-align", "center")


def test_texts_are_added_changed_and_undone(editor):
    visit, client, page, path = editor
    font = edited_work.upload(client, f"{path.partition('/works/')[0]}/assets", FONT)
    page.get_by_role("button", name="Text", exact=True).click()
    words = page.get_by_role("tabpanel", name="Text").get_by_label("Text")
    expect(page.get_by_role("textbox", name="Text on the picture")).to_be_focused()
    page.keyboard.type("Summer")
    expect(words).to_have_value("Summer")
    page.keyboard.press("Escape")
    start = page.get_by_label("Start", exact=True)
    start.fill("-1")
    expect(start).to_have_accessible_description("Between 0 and 86,400.")
    start.blur()
    expect(start).to_have_value("0")
    start.fill("1.5")
    expect(start).to_have_accessible_description("")
    start.press("Enter")
    page.get_by_label("Font", exact=True).select_option(font)
    text = page.locator(".player-text", has_text="Summer")
    expect(text).to_have_css("font-family", re.compile(f"^vidworks-{font}"))

    state = stored(visit, client, path)
    added = state["editorData"]["textTrack"][-1]
    assert state["textOverlays"][added["id"]]["text"] == "Summer"
    assert state["textOverlays"][added["id"]]["fontAssetId"] == font
    assert (added["start"], added["end"]) == (1.5, 4.5)

    for name in ("Export", "Edit"):  # what can be undone is kept
        page.get_by_role("link", name=name, exact=True).first.click()
    for _ in range(4):
        page.get_by_role("button", name="Undo").click()
    expect(text).to_have_count(0)
    assert added["id"] not in stored(visit, client, path)["textOverlays"]


def test_texts_are_pasted_into_another_work_and_what_cannot_be_is_said(editor):
    visit, client, page, path = editor
    project = path.partition("/works/")[0]
    page.get_by_role("button", name="Text", exact=True).click()
    expect(page.get_by_role("textbox", name="Text on the picture")).to_be_focused()
    page.keyboard.type("Summer")
    page.keyboard.press("Escape")
    page.get_by_role("group", name="Clips").get_by_role("button").first.click(
        modifiers=["ControlOrMeta"]
    )
    expect(page.locator(".strip .item.selected")).to_have_count(2)
    page.keyboard.press("ControlOrMeta+c")
    expect(page.locator(".save-status")).to_have_text("Saved")
    other = client.new_work(project, name="Other")
    clip = {"id": "c", "sceneIndex": 0, "start": 0, "end": 2}
    state = client.show(other)["editorState"]
    state["editorData"]["videoTrack"] = [clip]
    assert client.request("PATCH", other, {"editorState": state}).status == 200
    page.get_by_role("link", name="Vidworks: all projects").click()
    page.locator(f"a[href='{project.removeprefix('/api')}']").first.click()
    page.get_by_role("link", name="Other").click()
    page.get_by_role("link", name="Edit", exact=True).click()
    page.get_by_role("group", name="Clips").get_by_role("button").first.click()

    page.keyboard.press("ControlOrMeta+v")

    expect(page.get_by_role("log")).to_contain_text("1 item was not pasted")
    expect(page.locator(".strip .item.text")).to_have_count(1)
    pasted = stored(visit, client, other)
    assert [each["text"] for each in pasted["textOverlays"].values()] == ["Summer"]
    assert pasted["editorData"]["videoTrack"] == [clip]


def test_overlays_are_edited_on_the_picture(editor):
    visit, client, page, path = editor
    picture = page.locator(".player-image").first
    expect(picture).to_have_js_property("naturalWidth", edited_work.PICTURE[0])  # it is loaded
    frame = page.locator(".player-frame").bounding_box()
    assert frame is not None
    factor = frame["width"] / edited_work.FRAME[0]

    drag_by(page, picture, 58 * factor, 3 * factor)
    expect(page.locator(".picture-line")).to_have_count(0)
    expect(page.get_by_label("Position X")).to_have_value("0")  # at the middle
    moved = stored(visit, client, path)["imageOverlays"]["plain"]
    drag_by(page, handle(page, "1 1"), 65 * factor, 0)
    drag_by(page, handle(page, "turn"), -400 * factor, 0)
    turned = stored(visit, client, path)["imageOverlays"]["plain"]
    assert turned["width"] == pytest.approx(195, abs=2)
    assert turned["width"] / turned["height"] == pytest.approx(160 / 90, abs=0.02)
    assert turned["centerX"] - moved["centerX"] == pytest.approx(32, abs=2)  # a corner stays
    assert 45 < turned["rotation"] < 90
    page.get_by_role("button", name="Keep the shape").click()
    page.get_by_label("Width").fill("100")
    page.get_by_label("Width").press("Enter")
    free = stored(visit, client, path)["imageOverlays"]["plain"]
    assert (free["width"], free["height"]) == (100, turned["height"])

    text = page.locator(".player-text", has_text="It's 50%")
    text.dblclick()
    page.keyboard.type("Summer\nin the city")
    expect(page.get_by_role("textbox", name="Text", exact=True)).to_have_value(
        "Summer\nin the city"
    )
    assert visit.accessibility_violations() == []
    page.keyboard.press("Escape")
    page.keyboard.press("Shift+ArrowUp")
    page.keyboard.press("ArrowLeft")
    after = stored(visit, client, path)["textOverlays"]["Latin"]
    assert (after["text"], after["centerX"], after["centerY"]) == ("Summer\nin the city", -1, 160)
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    before = stored(visit, client, path)["textOverlays"]["Latin"]
    assert (before["text"], before["centerY"]) == (edited_work.TEXTS["Latin"], 170)

    text.dblclick()
    other = {"op": "text", "id": "Latin", "text": "Autumn"}
    assert client.post(f"{path}/timeline/operations", {"operations": [other]}).status == 200
    expect(page.get_by_role("textbox", name="Text", exact=True)).to_have_value("Autumn")
    page.keyboard.press("Escape")  # nothing was typed
    assert stored(visit, client, path)["textOverlays"]["Latin"]["text"] == "Autumn"
    page.mouse.click(frame["x"] + 2, frame["y"] + 2)
    expect(page.locator(".picture-box")).to_be_hidden()


def handle(page: Page, name: str) -> Locator:
    """Return a handle of what is selected on the picture."""
    return page.locator(f'.picture-handle[data-handle="{name}"]')


def drag_by(page: Page, item: Locator, x: float, y: float) -> None:
    box = item.bounding_box()
    assert box is not None
    left, top = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(left, top)
    page.mouse.down()
    page.mouse.move(left + x / 2, top + y / 2)
    page.mouse.move(left + x, top + y)
    page.mouse.up()


def test_captions_are_added_and_shown(editor):
    visit, client, page, path = editor
    tab(page, "Captions")
    page.get_by_role("button", name="Add a caption").click()
    expect(page.get_by_label("Caption 1", exact=True)).to_be_focused()
    page.keyboard.type("Wake up")
    expect(page.locator(".player-text", has_text="Wake up")).to_be_visible()
    assert visit.accessibility_violations() == []
    (caption,) = stored(visit, client, path)["captions"]
    assert caption == {"id": caption["id"], "start": 0, "end": 3, "text": "Wake up"}
    caption["text"] = nearly_reach_limit_of_caption(page)
    until(lambda: client.get(path).json["editorState"]["captions"] == [caption])
    tab(page, "Format")
    page.get_by_role("combobox", name="Format").select_option("Square 1:1, 1080 \u00d7 1080")
    tab(page, "Captions")
    page.get_by_label("End", exact=True).fill("4.25")  # of the same caption
    page.get_by_label("End", exact=True).press("Enter")
    caption["end"] = pytest.approx(4.25, abs=1 / 60)
    state = stored(visit, client, path)
    assert (state["captions"], state["exportSettings"]["height"]) == ([caption], 1080)
    page.get_by_role("textbox", name="Time").fill("2")
    page.get_by_role("textbox", name="Time").press("Enter")
    page.get_by_role("button", name="Add a caption").click()
    expect(page.get_by_label("Caption 2", exact=True)).to_be_focused()
    page.keyboard.type("Get up")
    first, second = stored(visit, client, path)["captions"]
    assert (first["end"], second["start"], second["end"]) == (2, 2, 5)  # pushed apart
    page.get_by_role("button", name="Go to caption 1").click()
    expect(page.get_by_role("textbox", name="Time")).to_have_value("00:00.00")
    for _ in range(2):
        page.get_by_role("button", name="Delete caption 1").click()
    expect(page.get_by_label("Caption 1", exact=True)).to_have_count(0)
    assert "captions" not in stored(visit, client, path)


def nearly_reach_limit_of_caption(page: Page) -> str:
    """Type one character less than a caption may have; return the text."""
    caption = page.get_by_label("Caption 1", exact=True)
    expect(caption).to_have_attribute("maxlength", str(MAX_CAPTION_TEXT))
    text = "x" * (MAX_CAPTION_TEXT - 1)
    caption.fill(text)
    expect(page.locator(".captions .hint").last).to_have_text("999 of 1,000 characters")
    return text


def test_format_is_chosen_beside_the_player_and_exported(editor):
    visit, client, page, path = editor
    clip = page.locator(".player-deck video[src*='scene/1/video']:visible")
    frame = page.get_by_role("region", name="Player")
    page.get_by_role("combobox", name="Format").select_option("Square 1:1, 1080 \u00d7 1080")
    page.get_by_label("Clips of another shape").select_option("Fill (edges cut off)")
    page.get_by_label("Frames per second").select_option("25")
    for _ in range(2):
        frame.press("ArrowRight")
    time = page.get_by_role("textbox", name="Time")
    expect(time).to_have_value("00:00.02")
    time.fill("00:09.99")
    expect(time).to_have_attribute("aria-invalid", "true")  # there are 25 frames in a second
    time.fill("3.05")
    time.press("Enter")
    expect(time).to_have_value("00:03.05")
    expect(time).to_have_attribute("title", re.compile("^3 seconds, frame 5 of 25. Minutes, "))
    time.fill("2")
    time.press("Escape")
    expect(time).to_have_value("00:03.05")
    page.keyboard.press("Home")
    for _ in range(2):
        frame.press("ArrowRight")
    frame.press("Shift+ArrowRight")  # to the clip that is wider than the frame
    expect(clip).to_have_css("width", "1920px")

    state = stored(visit, client, path)
    assert state["exportSettings"] == {"width": 1080, "height": 1080, "fps": 25, "fit": "cover"}
    assert state["textOverlays"]["Latin"]["fontSize"] == 28 * 1080 / 360
    page.get_by_role("link", name="Export", exact=True).click()
    expect(page.get_by_label("Size")).to_have_value("timeline")
    expect(page.get_by_label("Clips of another shape")).to_have_value("cover")


def test_texts_and_pictures_are_kept_as_a_template_and_applied(editor):
    visit, client, page, path = editor
    page.get_by_role("button", name="It's 50%").click()
    page.get_by_role("tabpanel", name="Text").get_by_label("Text").fill("Now {{price}}")
    save_as_template(page, "Opening")
    expect(page.get_by_text("\u201cOpening\u201d is now among the templates")).to_be_visible()
    save_as_template(page, "opening ")
    expect(page.get_by_role("alert")).to_contain_text(
        "There is a template \u201copening\u201d already"
    )
    assert visit.accessibility_violations() == []
    page.get_by_role("dialog").get_by_role("button", name="Cancel").press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)

    page.get_by_role("button", name="Templates").click()
    page.get_by_role("menuitem", name="Opening").click()
    page.get_by_label("price").fill("9 €")
    page.get_by_role("button", name="Apply").click()
    expect(page.locator(".player-text", has_text="Now 9 €")).to_be_visible()
    state = client.get(path).json["editorState"]
    assert len(state["editorData"]["textTrack"]) == 2 * len(edited_work.TEXTS)
    pictures = state["editorData"]["imageTrack"]
    times = [each[edge] for each in pictures for edge in ("start", "end")]
    assert times[6:] == pytest.approx(
        times[:6], abs=0.001
    )  # in percent, of a video that is as long
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".player-text", has_text="Now 9 €")).to_have_count(0)


def save_as_template(page: Page, name: str) -> None:
    page.get_by_role("button", name="Templates").click()
    page.get_by_role("menuitem", name="Save as template").click()
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Save", exact=True).click()


def test_own_audio_is_uploaded_played_replaced_and_deleted(editor, tmp_path):
    visit, client, page, path = editor
    visit.expect_problem("404")  # of the waveform, where the file is deleted meanwhile
    sounds = [video_files.make(tmp_path / f"{n}.mp3", f"-f lavfi -i sine=d={n}") for n in (11, 12)]
    asset = edited_work.upload(client, f"{path.partition('/works/')[0]}/assets", sounds[0])
    for address in ("/trash", f"{path.removeprefix('/api')}/edit"):  # it reads the assets anew
        visit.go(address)
    music = page.get_by_role("combobox", name="Music", exact=True)
    tab(page, "Sound")
    choose_files(page.get_by_role("button", name="Upload file"), sounds[0])
    expect(music).to_have_value(f"{path}/media/audio")
    assert stored(visit, client, path)["audioUrl"] == f"{path}/media/audio"
    assert visit.accessibility_violations() == []
    first = play_music(visit, client, path)

    music.select_option("11.mp3")
    assert stored(visit, client, path)["audioUrl"].endswith(asset)
    bar = page.get_by_role("group", name="Add to the timeline")
    bar.get_by_role("button", name="Music").click()
    choose_files(page.get_by_role("menuitem", name="Replace file"), sounds[1])
    expect(music).to_have_value(f"{path}/media/audio")
    assert stored(visit, client, path)["audioUrl"] == f"{path}/media/audio"  # without a question
    assert play_music(visit, client, path) > first

    page.get_by_role("button", name="Delete file").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(music).to_have_value("")
    work = client.get(path).json
    assert (work["audioUpdatedAt"], "audioUrl" in work["editorState"]) == (None, False)


def play_music(visit: Visit, client: Client, path: str) -> int:
    """Let the player play until it has asked for the music; return the version of that."""
    version: int = client.get(path).json["audioUpdatedAt"]
    with visit.page.expect_request(f"**/media/audio?v={version}"):
        visit.page.get_by_role("button", name="Play", exact=True).click()
    visit.page.keyboard.press("k")  # it may have come to its end already
    return version


def test_clip_gets_another_speed_volume_and_fades(editor):
    visit, client, page, path = editor
    page.get_by_role("group", name="Clips").get_by_role("button").first.click()
    speed = page.get_by_role("slider", name="Speed")
    page.get_by_role("button", name=TWICE).click()
    expect(speed).to_have_attribute("aria-valuetext", TWICE)
    speed.press("Home")
    expect(page.get_by_role("spinbutton", name="Speed")).to_have_value("0.25")
    page.get_by_role("spinbutton", name="Speed").fill("0.5")
    page.get_by_role("spinbutton", name="Volume").fill("50")
    fade = page.get_by_role("spinbutton", name="Fade out")
    fade.press("ControlOrMeta+a")
    fade.press_sequentially("0.25")  # "0." is not taken for "0" on the way
    fade.press("Enter")
    [clip, after, *_] = stored(visit, client, path)["editorData"]["videoTrack"]
    assert {key: clip.get(key) for key in ("speed", "volume", "fadeIn", "fadeOut")} == {
        "speed": 0.5,
        "volume": 0.5,
        "fadeIn": None,
        "fadeOut": 0.25,
    }
    assert after["start"] == clip["end"] == 2

    inspector = page.get_by_role("region", name="Inspector")
    inspector.get_by_role("button", name="Mute clip").click()
    expect(inspector.get_by_role("button", name="Unmute clip")).to_be_visible()
    assert stored(visit, client, path)["editorData"]["videoTrack"][0]["volume"] == 0


def test_someone_else_edits_the_same_clip_meanwhile(editor):
    visit, client, page, path = editor
    visit.expect_problem("412")
    clips = page.get_by_role("group", name="Clips").get_by_role("button")
    first = client.get(path).json["editorState"]["editorData"]["videoTrack"][0]["id"]
    operations = f"{path}/timeline/operations"

    def shorten_before_save(route: Route) -> None:
        trim = {"op": "trim", "clip": first, "seconds": 0.5}
        assert client.post(operations, {"operations": [trim]}).status == 200
        route.continue_()

    page.route(f"**{operations}", shorten_before_save, times=1)
    drag_by(page, clips.first, 1.6 * second(clips), 0)

    told = "Someone else shortened Clip 1. You moved it. Both changes are kept."
    expect(page.get_by_text(told)).to_be_visible()
    assert visit.accessibility_violations() == []
    track = stored(visit, client, path)["editorData"]["videoTrack"]
    assert [each["sceneIndex"] for each in track[:2]] == [1, 0]
    assert track[1]["end"] - track[1]["start"] == pytest.approx(0.5)
    page.get_by_role("button", name="Close", exact=True).click()
    page.get_by_role("button", name="Undo").click()
    track = stored(visit, client, path)["editorData"]["videoTrack"]
    assert (track[0]["id"], track[0]["end"]) == (first, 0.5)


def test_scenes_are_added_again_after_all_clips_were_deleted(editor):
    visit, client, page, path = editor
    track = client.get(path).json["editorState"]["editorData"]["videoTrack"]
    deleted = [{"op": "delete", "kind": "clip", "id": clip["id"]} for clip in track]
    client.post(f"{path}/timeline/operations", {"operations": deleted})

    expect(page.get_by_text("All clips were deleted")).to_be_visible()
    assert visit.accessibility_violations() == []
    page.get_by_role("button", name="Add all scenes").click()
    expect(page.get_by_role("group", name="Clips").get_by_role("button")).to_have_count(3)
    page.get_by_role("slider", name="Time").press("End")
    page.get_by_role("button", name="Add Scene 3").click()
    *_, last, added = stored(visit, client, path)["editorData"]["videoTrack"]
    assert (added["sceneIndex"], added["start"]) == (2, last["end"])
    assert added["end"] - added["start"] == 5
    for _ in range(2):
        page.get_by_role("button", name="Undo").first.click()
    expect(page.get_by_text("All clips were deleted")).to_be_visible()


def test_only_the_time_is_rendered_again_while_sixty_clips_play(opened):
    visit, client, page = opened
    work = client.new_work(client.new_project(), scenes=[{"scene_index": 0}])
    picture = encoded(Image.new("RGB", (36, 64), "teal"))
    client.put(f"{work}/media/scene/0/image", picture, Content_Type="image/png")
    clips = [{"id": f"c{n}", "start": n, "end": n + 1, "sceneIndex": 0} for n in range(60)]
    client.put(work, {"editorState": {"editorData": {"videoTrack": clips}}})
    visit.go(f"{work.removeprefix('/api')}/edit")
    expect(page.locator(".strip .item")).to_have_count(60)

    page.get_by_role("button", name="Play", exact=True).click()
    expect(page.get_by_role("button", name="Pause", exact=True)).to_be_visible()
    page.evaluate(COUNT_RENDERINGS)
    until(lambda: rendered_often(page) == {"Time"})  # what is still read at first changes others


def rendered_often(page: Page) -> set[str]:
    """Return what is rendered again while the time changes; events may change others once."""
    page.evaluate("rendered = {}")
    rendered = until(lambda: page.evaluate("rendered.Time > 20 && rendered"))
    return {name for name, count in rendered.items() if count > 5}
