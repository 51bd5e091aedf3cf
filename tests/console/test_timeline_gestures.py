"""The timeline by mouse, fingers and keys: what each changes, shows and says."""

import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import CDPSession, expect

from tests.browser import needs_browser
from tests.console import edited_work
from tests.console.inspector import choose_transition
from tests.console.strip import Fingers, Strip
from tests.console.timelines import Json
from tests.console.visit import Visit
from tests.jobs.helpers import until
from tests.media import video_files
from tests.media.image_files import encoded
from tests.service import Client

pytestmark = [needs_browser, pytest.mark.slow]

CUT = f"clip-{edited_work.TRANSITIONS.index('cut')}"  # "held" follows it, without a transition
FADE = f"clip-{edited_work.TRANSITIONS.index('fade')}"
FRAME = 1 / edited_work.FPS
# Whether the player has put the last caption at its place.
PLACED = (
    "() => [...document.querySelectorAll('.player-text')].at(-1)?.style.cssText.includes('--shift')"
)

WATCH_SCROLLING = """(scroller) => {
    scroller.addEventListener("scrollend", () => { window.hasScrolled = true; }, { once: true });
}"""
ID_AT = "([x, y]) => document.elementFromPoint(x, y)?.dataset.id"


class Cut:
    """The editor of a work, and what is stored of it."""

    def __init__(self, visit: Visit, client: Client, path: str) -> None:
        self.visit = visit
        self.client = client
        self.path = path
        visit.go(f"{path.removeprefix('/api')}/edit")
        self.strip = Strip(visit.page)
        expect(self.strip.clips).to_have_count(edited_work.CLIPS)

    def track(self, name: str = "videoTrack") -> dict[str, Json]:
        """Return what is on a track by its ids, when it is saved."""
        expect(self.visit.page.locator(".save-status")).to_have_text("Saved")
        state = self.client.get(self.path).json["editorState"]
        return {each["id"]: each for each in state["editorData"][name]}

    def add_music(self, directory: Path) -> None:
        """Let music be heard under the whole video."""
        sound = video_files.make(directory / "song.mp3", "-f lavfi -i sine=d=12")
        assets = f"{self.path.partition('/works/')[0]}/assets"
        asset = edited_work.upload(self.client, assets, sound)
        self.track()  # it has saved what it changed
        operations = {"operations": [{"op": "music", "asset": asset}]}
        assert self.client.post(f"{self.path}/timeline/operations", operations).status == 200
        expect(self.strip.item("music")).to_be_visible()

    def length(self, clip: str) -> float:
        """Return how long a clip is stored to last."""
        stored = self.track()[clip]
        return float(stored["end"] - stored["start"])


@pytest.fixture
def cut(opened, edited):
    """The editor of a work by mouse and keys."""
    visit, client, _ = opened
    return Cut(visit, client, edited)


def test_edges_are_pulled_while_the_player_shows_their_frames(cut, tmp_path):
    page, strip = cut.visit.page, cut.strip
    now = page.get_by_role("textbox", name="Time")
    start = edited_work.TRANSITIONS.index("cut")

    strip.pull(strip.item(CUT), -0.4, "end")  # of a clip that cuts to the next
    expect(now).to_have_value(f"00:{start:02}.17")  # the last of 18 frames
    page.mouse.up()
    expect(now).to_have_value("00:00.00")
    expect(strip.said).to_have_text("Trimmed to 0.6 seconds")
    assert cut.length(CUT) == pytest.approx(0.6, abs=FRAME)

    strip.drag(strip.item("held"), -0.2, "start")
    assert cut.track()["held"]["trimStart"] == pytest.approx(0.7, abs=2 * FRAME)
    assert cut.length("held") == pytest.approx(1.2, abs=2 * FRAME)
    strip.pull(strip.item("held"), -0.5, "end")
    expect(strip.item("held")).not_to_contain_text("1.2 s")
    page.keyboard.press("ControlOrMeta+z")  # does nothing meanwhile
    page.keyboard.press("Escape")
    page.mouse.up()
    expect(strip.item("held")).to_contain_text("1.2 s")

    strip.pull(strip.item("Latin"), -0.45, "end")  # 5 pixels from the edge of a clip
    expect(page.locator(".snap-line")).to_have_count(1)
    page.mouse.up()
    assert cut.track("textTrack")["Latin"]["end"] == pytest.approx(2)
    page.keyboard.down("Alt")
    strip.drag(strip.item("Latin"), 0.05, "end")
    page.keyboard.up("Alt")
    assert cut.track("textTrack")["Latin"]["end"] == pytest.approx(2.05, abs=FRAME)

    gap = page.get_by_role("button", name="Close the gap, 0.5 s")
    gap.press("Delete")
    expect(gap).to_have_count(0)
    expect(strip.item("late")).to_be_focused()
    page.keyboard.press("ControlOrMeta+z")
    expect(gap).to_be_visible()

    cut.add_music(tmp_path)
    strip.drag(strip.item("music"), -4.25, "end")
    expect(page.locator(".strip .item.place")).to_have_count(1)
    [music] = cut.track("audioTrack").values()
    assert music["end"] == pytest.approx(cut.track()["late"]["end"] - 4.25, abs=2 * FRAME)
    fade = page.get_by_role("spinbutton", name="Fade out")
    fade.fill("1")
    fade.press("Enter")
    [music] = cut.track("audioTrack").values()
    assert music["fadeOut"] == 1


def test_clips_land_where_the_pointer_is(cut):
    page, strip = cut.visit.page, cut.strip
    trim = {"op": "trim", "clip": "clip-1", "seconds": 3}
    operations = f"{cut.path}/timeline/operations"
    assert cut.client.post(operations, {"operations": [trim]}).status == 200
    expect(strip.item("clip-1")).to_contain_text("3.0 s")

    strip.pull(strip.item("clip-1"), -3.4, "end")  # a long one before a short one, by its end
    page.keyboard.press("Escape")  # that was its edge
    page.mouse.up()
    x, y = strip.place(strip.item("clip-1"), "middle")
    page.mouse.move(x + strip.scale, y)
    page.mouse.down()
    page.mouse.move(x, y)
    page.mouse.move(x - 2.2 * strip.scale, y)  # 0.3 s
    expect(page.locator(".landing-mark")).to_have_count(1)
    page.mouse.up()
    expect(strip.said).to_have_text("Clip 2 is now first")
    assert next(iter(cut.track())) == "clip-1"


def test_several_are_selected_moved_and_deleted_together(cut):
    page, strip = cut.visit.page, cut.strip
    cut.visit.expect_problem("required format")  # of a colour that its field cannot show
    before = cut.track("textTrack")
    strip.item("Latin").click()
    strip.item("Brahmic").click(modifiers=["ControlOrMeta"])
    strip.drag(strip.item("Brahmic"), 0.5)
    after = cut.track("textTrack")
    moved = [after[name]["start"] - before[name]["start"] for name in ("Latin", "Brahmic", "East")]
    assert moved == pytest.approx([moved[1], moved[1], 0])
    assert moved[1] > 0.3

    x, _ = strip.place(strip.clips.last, "end")
    first, last = (strip.page.locator(f".lane.{kind}").bounding_box() for kind in ("text", "clip"))
    assert first is not None
    assert last is not None
    page.mouse.move(x + 16, last["y"] + last["height"] / 2)
    page.mouse.down()
    page.mouse.move(x, last["y"])
    page.mouse.move(x - 2.5 * strip.scale, first["y"] + 4)
    expect(page.locator(".frame")).to_be_visible()
    page.mouse.up()
    selected = page.locator(".strip .item.selected")
    kinds = selected.evaluate_all("all => all.map((each) => each.classList[1])")
    assert {"clip", "text", "picture"} == set(kinds)
    expect(strip.said).to_have_text(f"{len(kinds)} selected")
    count = page.locator(".strip .item").count()
    page.keyboard.press("Delete")
    expect(page.locator(".strip .item")).to_have_count(count - len(kinds))
    page.keyboard.press("ControlOrMeta+z")
    expect(page.locator(".strip .item")).to_have_count(count)

    strip.item("held").click()
    expect(page.get_by_role("textbox", name="Time")).to_have_value(re.compile(r"00:08\."))
    page.keyboard.press("ControlOrMeta+c")
    for _ in range(4):
        page.get_by_role("button", name="Zoom in").click()
    page.keyboard.press("End")
    page.locator(".strip-scroll").evaluate("each => each.scrollTo(0, 0)")
    page.keyboard.press("ControlOrMeta+v")
    expect(page.locator(".strip .item.selected")).to_be_in_viewport()


def test_transitions_are_boxes_that_are_pulled_and_deleted(cut):
    page, strip = cut.visit.page, cut.strip
    box = page.locator(f'[data-transition="{FADE}"]')
    strip.drag(box, 0.2, "start")
    expect(strip.said).to_have_text("The transition lasts 0.3 seconds")
    assert cut.track()[FADE]["transitionDuration"] == pytest.approx(0.3, abs=FRAME)
    expect(page.get_by_role("radio", name="Fade", exact=True)).to_be_checked()
    choose_transition(page, "Wipe from the left")
    seconds = page.get_by_role("spinbutton", name="Duration")
    seconds.fill("0.6")
    seconds.press("Enter")
    changed = cut.track()[FADE]
    assert (changed["transitionType"], changed["transitionDuration"]) == ("wipeleft", 0.6)
    assert cut.visit.accessibility_violations() == []

    box.click()
    page.keyboard.press("Delete")
    expect(box).to_have_count(0)
    assert cut.track()[FADE]["transitionType"] == "cut"
    expect(strip.clips).to_have_count(edited_work.CLIPS)


def test_keys_move_among_items_and_change_them(cut):
    page, strip = cut.visit.page, cut.strip
    strip.clips.first.focus()
    page.keyboard.press("ArrowRight")
    expect(strip.item("clip-1")).to_be_focused()
    page.keyboard.press("Enter")
    expect(strip.item("clip-1")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Alt+ArrowLeft")
    expect(strip.said).to_have_text("Clip 2 is now first")
    assert list(cut.track())[:2] == ["clip-1", "clip-0"]
    expect(strip.item("clip-1")).to_be_focused()

    page.get_by_role("slider", name="Time").press("Home")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("[")
    expect(strip.said).to_have_text("Trimmed to 0.9 seconds")
    assert cut.track()["clip-1"]["trimStart"] == pytest.approx(3 * FRAME)

    strip.item("clip-1").focus()
    page.keyboard.press("ArrowUp")
    expect(page.locator(".item.picture:focus")).to_have_count(1)
    page.keyboard.press("ControlOrMeta+a")
    expect(page.locator(".strip .item[aria-pressed=false]")).to_have_count(0)


def test_fingers_tap_hold_swipe_and_pinch(phone, tmp_path):
    client = phone.log_in()
    phone.open("/trash")
    work = edited_work.create(client, tmp_path)
    cut = Cut(phone, client, f"/api/projects/{work['projectId']}/works/{work['id']}")
    page, strip, fingers = phone.page, cut.strip, Fingers(phone.page)
    scroller = page.locator(".strip-scroll")
    fitted = strip.scale
    x, y = strip.place(strip.item("clip-3"))
    fingers.down((x - 20, y), (x + 20, y))
    fingers.move((x - 40, y), (x + 40, y))
    fingers.move((x - 80, y), (x + 80, y))
    fingers.up()
    assert until(lambda: strip.scale > 3 * fitted)

    x, y = strip.place(strip.item("clip-0"))
    fingers.tap((x, y))
    expect(strip.item("clip-0")).to_have_attribute("aria-pressed", "true")
    left = scroller.evaluate("each => each.scrollLeft")
    scroller.evaluate(WATCH_SCROLLING)
    fingers.swipe((x, y), (x - 84, y))
    page.wait_for_function("() => window.hasScrolled")  # it goes on when the finger is lifted
    assert scroller.evaluate("each => each.scrollLeft") > left

    scroller.evaluate("each => each.scrollTo(0, 0)")
    x, y = strip.place(strip.item("clip-0").locator("[data-grip=end]"))
    fingers.swipe((x, y), (x - 0.4 * strip.scale, y))
    expect(strip.said).to_have_text("Trimmed to 0.6 seconds")

    x, y = strip.place(strip.item("clip-0"))
    fingers.down((x, y))
    expect(page.locator(".item.carried")).to_have_count(1)  # it was held long enough
    fingers.slide((x, y), (x + 1.25 * strip.scale, y))
    fingers.up()
    expect(strip.said).to_have_text("Clip 1 is now after Clip 2")
    assert list(cut.track())[:2] == ["clip-1", "clip-0"]


def layouts(session: CDPSession) -> int:
    """Return how often the page was laid out."""
    metrics = session.send("Performance.getMetrics")["metrics"]
    return next(int(each["value"]) for each in metrics if each["name"] == "LayoutCount")


def test_view_begins_with_all_zooms_at_the_pointer_and_follows(opened):
    visit, client, page = opened
    work = client.new_work(client.new_project(), scenes=[{"scene_index": 0}])
    picture = encoded(Image.new("RGB", (36, 64), "teal"))
    client.put(f"{work}/media/scene/0/image", picture, Content_Type="image/png")
    clips = [{"id": f"c{n}", "start": n, "end": n + 1, "sceneIndex": 0} for n in range(60)]
    captions = [{"start": n / 30, "end": (n + 1) / 30, "text": f"Word {n}"} for n in range(2000)]
    state = {"editorData": {"videoTrack": clips}, "captions": captions}
    client.save(work, {"editorState": state})
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    before = layouts(session)
    visit.go(f"{work.removeprefix('/api')}/edit")
    strip, items = Strip(page), page.locator(".strip .item")
    expect(strip.clips).to_have_count(60)
    expect(page.locator(".item.caption")).to_have_count(0)  # they are only drawn
    expect(strip.clips.last).to_be_in_viewport(ratio=1)
    page.wait_for_function(PLACED)
    assert (
        layouts(session) - before < len(captions) / 2
    )  # not one for each; looking again takes some, too

    scroller = page.locator(".strip-scroll")
    x, y = strip.place(strip.item("c40"))
    page.mouse.move(x, y)
    page.keyboard.down("Control")
    for _ in range(8):
        page.mouse.wheel(0, -240)
    page.keyboard.up("Control")
    expect(page.locator(".item.caption").first).to_be_attached()
    assert items.count() < 250
    assert until(lambda: page.evaluate(ID_AT, [x, y]) == "c40")

    box = scroller.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] - 20, box["y"] + 6)  # on the ruler
    left = scroller.evaluate("each => each.scrollLeft")
    page.get_by_role("button", name="Play", exact=True).click()
    assert until(lambda: scroller.evaluate("each => each.scrollLeft") > left + 100)

    handle = page.get_by_role("separator", name="Height of the timeline")
    handle.press("ArrowUp")
    higher = until(lambda: (scroller.bounding_box() or box)["height"] > box["height"])
    assert higher
    session.detach()
