"""A video of own clips and photos: chosen, uploaded, laid one after the other in the cut."""

import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageSequence
from playwright.sync_api import expect

from console.make_samples import FOLDER, draw
from tests.browser import needs_browser
from tests.console import edited_work
from tests.console.forms import choose_files
from tests.console.journeys import media
from tests.console.visit import PASSWORD, Visit
from tests.export import measure
from tests.jobs.helpers import until
from tests.media import video_files

pytestmark = [needs_browser, pytest.mark.slow]

HEIC = Path(__file__).parent.parent / "media/telephone.heic"
SIZE_OF_FILE = """async ([name, bytes]) => {
    const { sizeOfPicture } = await import("/screens/new-video/picture-size.js");
    return sizeOfPicture(new File([new Uint8Array(bytes)], name));
}"""

FILMS = """performance.getEntriesByType("resource")
    .filter(({ name }) => name.includes("/samples/") && !name.includes("-still"))
    .map(({ encodedBodySize }) => encodedBodySize)"""


@pytest.fixture
def clip(tmp_path):
    """A clip of a telephone that was held upright."""
    path = tmp_path / "red.mp4"
    path.write_bytes(media.content("red.mp4"))
    return path


def open_clips(page):
    page.get_by_role("button", name="My clips").click()


def test_clips_and_photos_become_a_cut_in_their_order(visit, clip, tmp_path):
    visit.expect_problem("415")
    client, page = visit.log_in(), visit.page
    notes, broken = tmp_path / "notes.txt", tmp_path / "broken.mp4"
    notes.write_text("Lamps")
    broken.write_bytes(b"no video")
    visit.open()
    open_clips(page)
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Start cutting").click()
    expect(dialog.get_by_text("Add a clip or a photo first")).to_be_visible()
    choose_files(dialog.get_by_role("button", name="Add clips"), clip, HEIC, broken, notes)
    expect(dialog.get_by_text("“notes.txt” is neither a video nor a photo")).to_be_visible()
    expect(dialog.locator(".photo-unseen")).to_have_count(2)  # no browser shows these
    expect(dialog.locator("video")).to_be_visible()
    dialog.get_by_role("button", name="telephone.heic, number 2 of 3").press("ArrowLeft")
    dialog.get_by_role("button", name="Move broken.mp4 earlier").click()
    expect(dialog.get_by_role("button", name="red.mp4, number 3 of 3")).to_be_visible()
    assert visit.accessibility_violations() == []
    dialog.get_by_role("button", name="Start cutting").click()

    expect(page).to_have_url(re.compile("/edit$"))
    expect(page.get_by_text("The project was made without broken.mp4")).to_be_visible()
    clips = page.get_by_role("group", name="Clips").get_by_role("button")
    expect(clips).to_have_count(2)
    expect(page.get_by_role("tab", name="Project")).to_have_attribute("aria-selected", "true")
    expect(page.get_by_role("button", name="Add red.mp4")).to_be_visible()
    expect(page.locator(".bin-now")).to_have_text(["Add", "Add"])
    work = client.show(page.url.replace(visit.base, "/api").removesuffix("/edit"))
    state = work["editorState"]
    assets = client.show(f"/api/projects/{work['projectId']}/assets")["assets"]
    names = {asset["id"]: asset["name"] for asset in assets}
    shown = [names[each["assetId"]] for each in state["editorData"]["videoTrack"]]
    assert shown == ["telephone.jpg", "red.mp4"]
    assert (work["name"], state["exportSettings"]["width"]) == ("My video", 1080)


def test_another_attempt_continues_and_leaves_nothing_twice(visit, clip):
    visit.expect_problem("503")
    client, page = visit.log_in(), visit.page
    visit.open()
    open_clips(page)
    choose_files(page.get_by_role("button", name="Add clips"), clip)
    operations = re.compile("/timeline/operations$")
    page.route(operations, lambda route: route.fulfill(status=503, json={"error": "Busy"}))
    page.get_by_role("button", name="Start cutting").click()
    expect(page.get_by_role("alert").or_(page.get_by_text("Busy")).first).to_be_visible()

    page.unroute(operations)
    page.get_by_role("button", name="Start cutting").click()
    expect(page).to_have_url(re.compile("/edit$"))
    expect(page.get_by_role("group", name="Clips").get_by_role("button")).to_have_count(1)
    [project] = client.show("/api/projects")
    path = f"/api/projects/{project['id']}"
    assert client.show(f"{path}/assets")["count"] == len(client.show(f"{path}/works")) == 1


def test_clips_among_photos_are_taken_to_the_cut(visit, clip, samples):
    visit.log_in()
    page = visit.page
    visit.open()
    page.get_by_role("button", name=re.compile("^Photos")).click()
    choose_files(page.get_by_role("button", name="Add photos"), samples / "image.jpg", clip)
    expect(page.get_by_label("What is said with photo 1")).to_be_visible()
    page.get_by_role("button", name="Go on there").click()

    expect(page.get_by_role("radio", name="My clips")).to_be_checked()
    expect(page.get_by_role("button", name="red.mp4, number 2 of 2")).to_be_visible()


def test_an_empty_cut_begins_with_clips(opened, clip):
    visit, client, page = opened
    work = client.new_work(client.new_project(name="Spring"), name="Empty")
    visit.go(f"{work.removeprefix('/api')}/edit")
    choose_files(page.get_by_role("button", name="Add clips and photos"), clip, HEIC)

    clips = page.get_by_role("group", name="Clips").get_by_role("button")
    expect(clips).to_have_count(2)
    expect(clips.nth(0)).to_have_attribute("title", "red.mp4")
    expect(page.get_by_text("telephone.jpg was added at 2 seconds")).to_be_attached()
    expect(page.locator(".save-status")).to_have_text("Saved")
    settings = client.show(work)["editorState"]["exportSettings"]
    assert (settings["width"], settings["height"]) == (1080, 1920)  # as the first clip
    expect(page.get_by_role("tab", name="Project")).to_have_attribute("aria-selected", "true")


def test_photos_of_telephones_become_a_film(visit):
    client, page = visit.log_in(), visit.page
    visit.open()
    page.get_by_role("button", name=re.compile("^Photos")).click()
    choose_files(page.get_by_role("button", name="Add photos"), HEIC)
    expect(page.get_by_label("What is said with photo 1")).to_be_visible()
    expect(page.locator(".photo-unseen")).to_contain_text("telephone.heic")
    page.get_by_role("button", name="Make the film").click()
    expect(page).to_have_url(re.compile("/film$"))
    [project] = client.show("/api/projects")
    [asset] = client.show(f"/api/projects/{project['id']}/assets")["assets"]
    assert asset["mimeType"] == "image/jpeg"


def test_sizes_of_photos_are_known_without_showing_them(modules, tmp_path):
    jpeg = video_files.make(tmp_path / "wide.jpg", "-f lavfi -i color=red:s=64x32 -frames:v 1")
    sizes = [
        modules.page.evaluate(SIZE_OF_FILE, [path.name, [*path.read_bytes()]])
        for path in (jpeg, HEIC)
    ]

    assert sizes[0] == {"width": 64, "height": 32}
    assert sizes[1] == {"width": 140, "height": 200}  # turned by its camera
    assert modules.page.evaluate(SIZE_OF_FILE, ["none.heic", [*b"ispe"]]) is None


def test_ways_stay_offered_and_the_dialog_keeps_its_place(visit):
    client, page = visit.log_in(), visit.page
    visit.open()
    ways = ("Photos", "My clips", "An idea")
    for way in ways:
        card = page.get_by_role("button", name=re.compile(f"^{way}.*[Kk]ey"))
        expect(card.locator(".way-film")).to_have_css("background-image", re.compile("-still"))
    expect(page.get_by_role("button", name="Make a demo video")).to_be_visible()
    assert visit.accessibility_violations() == []
    client.new_project(name="Spring")
    page.get_by_role("button", name="New project").click()
    places = set()
    for way in ways:
        page.get_by_role("dialog").get_by_role("radio", name=re.compile(f"^{way}")).check()
        box = page.get_by_role("button", name="Close").bounding_box()
        places.add((box["x"], box["y"], page.get_by_role("dialog").bounding_box()["width"]))
    assert len(places) == 1
    page.get_by_role("button", name="Make a demo video").click()
    expect(page).to_have_url(re.compile("/demo$"))


def test_films_of_the_ways_are_small_and_loaded_by_themselves(browser, console_service):
    with browser.new_context() as context:
        visit = Visit(context, console_service)
        visit.log_in()
        visit.open()
        expect(visit.page.locator(".way-film").first).to_be_visible()
        until(lambda: len(visit.page.evaluate(FILMS)) == 3)
        assert sum(visit.page.evaluate(FILMS)) < 25_000
        assert visit.problems == []


def test_films_of_the_ways_are_those_that_are_drawn():
    for name in ("film", "clips", "brief"):
        drawn = draw(name, 19)
        with Image.open(FOLDER / f"{name}-still.webp") as still:
            assert measure.ssim(np.asarray(drawn), np.asarray(still.convert("RGB"))) > 0.9
        assert (FOLDER / f"{name}-still.webp").stat().st_size < 2_500
        with Image.open(FOLDER / f"{name}.webp") as film:
            assert film.info["loop"] == 2
            assert 1900 <= milliseconds(film) <= 2100


def milliseconds(film):
    """Return how long an animated picture is shown."""
    frames = (frame for frame in ImageSequence.Iterator(film) if frame.load())  # or none has any
    return sum(frame.info["duration"] for frame in frames)


def test_cards_of_own_clips_show_and_count_them(opened, clip):
    visit, client, page = opened
    project = client.new_project(name="Own clips")
    shape = {"width": 1080, "height": 1920}
    work = client.new_work(project, name="Two clips", resolution=shape)
    edited_work.upload(client, f"{project}/assets", clip)
    [asset] = client.show(f"{project}/assets")["assets"]
    insertion = {"op": "insert", "asset": asset["id"], "seconds": 1}
    answer = client.post(f"{work}/timeline/operations", {"operations": 2 * [insertion]})
    assert answer.status == 200, answer.body

    visit.go(project.removeprefix("/api"))
    card = page.get_by_role("listitem").filter(has_text="Two clips")
    expect(card).to_contain_text("2 clips")
    until(lambda: card.locator(".poster-image").evaluate("(image) => image.naturalWidth > 0"))
    film = card.locator(".poster-film").bounding_box()
    assert film["width"] / film["height"] == pytest.approx(9 / 16, abs=0.02)
    visit.go("/")
    expect(
        page.get_by_role("listitem").filter(has_text="Own clips").locator(".poster-image")
    ).to_be_visible()


class Hands:
    """Someone who acts by mouse or touch, and counts."""

    def __init__(self, page, *, by_touch):
        self.page, self._by_touch, self.count = page, by_touch, 0

    def press(self, control):
        self.count += 1
        control.tap() if self._by_touch else control.click()

    def type(self, label, text):
        self.press(self.page.get_by_label(label, exact=True))
        self.page.keyboard.type(text)


@pytest.mark.thorough  # an export of many seconds; the tests above have its parts
@pytest.mark.parametrize("by_touch", [False, True])
def test_first_visit_with_own_clips_takes_few_actions_to_a_file(
    by_touch, phone, visit, clip, tmp_path
):
    person = phone if by_touch else visit
    page, hands = person.page, Hands(person.page, by_touch=by_touch)
    person.open("/login")
    if page.get_by_label("Your name").count() == 0:
        page.get_by_role("button", name="Create account").click()  # not the first one here
    for label, text in (("Your name", "Mara"), ("E-mail", person.email), ("Password", PASSWORD)):
        hands.type(label, text)
    hands.press(page.get_by_role("button", name="Create account"))
    hands.press(page.get_by_role("button", name="My clips"))
    with page.expect_file_chooser() as chooser:
        hands.press(page.get_by_role("button", name="Add clips and photos"))
    chooser.value.set_files([clip, HEIC])
    hands.press(page.get_by_role("button", name="Start cutting"))
    expect(page.get_by_role("group", name="Clips").get_by_role("button")).to_have_count(2)
    hands.press(page.get_by_role("link", name=re.compile("^Export")).locator("visible=true").last)
    hands.press(page.get_by_role("button", name=re.compile("^Export")).first)
    with page.expect_download() as download:
        hands.press(page.get_by_role("link", name="Download").first)

    file = tmp_path / "film.mp4"
    download.value.save_as(file)
    info = measure.video_info(file)
    assert (info.width, info.height) == (1080, 1920)
    assert hands.count + 1 <= 12  # with the choice of files
