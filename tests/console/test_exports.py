"""Exporting a work: what is missing, progress, cancelling, playing, downloading, deleting."""

import zipfile

import imageio_ffmpeg
import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser import needs_browser
from tests.console.conftest import PHONE, SIZE
from tests.console.edited_work import upload_bytes
from tests.console.visit import Visit
from tests.jobs.helpers import until
from tests.media.image_files import encoded
from tests.service import Client, Service
from tests.works.shapes import scene

pytestmark = [needs_browser, pytest.mark.slow]

SECONDS = 6  # of each of the two scenes
FITS = "width => innerWidth === width && document.documentElement.scrollWidth <= width"


def new_work(client: Client, seconds: float = SECONDS) -> str:
    """Create a work of two scenes with captions, without media; return its path."""
    work = client.new_work(client.new_project(name="Spring"), name="Teaser")
    scenes = [scene(index, duration_seconds=seconds, text_overlay="Wake up") for index in range(2)]
    client.save(work, {"scenes": scenes, "resolution": {"width": 320, "height": 180}})
    return work


def put_picture(client: Client, work: str, index: int) -> None:
    picture = encoded(Image.effect_noise((320, 180), 80).convert("RGB"))
    answer = client.put(f"{work}/media/scene/{index}/image", picture, Content_Type="image/png")
    assert answer.status == 200, answer.body


def open_export(visit: Visit, seconds: float = SECONDS) -> tuple[Client, str]:
    """Open the export of a work with pictures; return a client of its owner and its path."""
    client = visit.log_in()
    visit.open()
    return client, go_to_export(visit, client, seconds)


def go_to_export(visit: Visit, client: Client, seconds: float = SECONDS) -> str:
    """Go to the export of a new work with pictures; return its path."""
    work = new_work(client, seconds)
    for index in range(2):
        put_picture(client, work, index)
    visit.go(f"{work.removeprefix('/api')}/export")
    return work


def test_export_is_followed_cancelled_and_made_again(visit):
    open_export(visit)
    page = visit.page
    page.get_by_role("radio", name="Best").check()
    page.get_by_label("Size").select_option("Own size")
    page.get_by_label("Width").fill("3840")
    page.get_by_label("Height").fill("2160")
    page.get_by_role("button", name="Export video").click()
    progress = page.get_by_role("progressbar", name="Exporting 3840 \u00d7 2160")
    expect(progress).to_be_visible()
    expect(page.get_by_text("1 job is running")).to_be_attached()
    assert visit.accessibility_violations() == []
    page.get_by_role("button", name="Cancel: Exporting").click()
    expect(page.get_by_text("The export was cancelled")).to_be_visible()

    page.get_by_role("radio", name="Draft").check()
    expect(page.get_by_text("The draft has 640 \u00d7 360")).to_be_visible()
    page.get_by_label("Size").select_option("As the work: 320 \u00d7 180")
    expect(page.get_by_text("The draft has")).to_be_hidden()
    page.get_by_role("button", name="Export draft").click()
    expect(page.get_by_text("The video is ready")).to_be_visible()
    expect(page.get_by_role("heading", name="· 0:12")).to_be_visible()


def test_export_is_played_downloaded_and_deleted(opened):
    visit, client, page = opened
    work = go_to_export(visit, client, seconds=1)
    page.get_by_label("Captions").select_option("As a track that players can show")
    page.get_by_role("button", name="Export video").click()

    page.get_by_role("button", name="Play the video").click()
    page.wait_for_function("() => document.querySelector('video.player')?.currentTime > 0.2")
    assert visit.accessibility_violations() == []

    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    assert download.value.suggested_filename == "Teaser 16x9 320x180.mp4"
    frames, seconds = imageio_ffmpeg.count_frames_and_secs(str(download.value.path()))
    assert (frames, seconds) == (60, 2)
    with page.expect_download() as download:
        page.get_by_role("button", name="Timeline and media").click()
    assert download.value.suggested_filename == "Teaser.zip"
    assert "timeline.otio" in zipfile.ZipFile(download.value.path()).namelist()
    page.get_by_role("button", name="More for the video").click()
    with page.expect_download() as download:
        page.get_by_role("menuitem", name="Captions as SubRip").click()
    assert download.value.suggested_filename == "Teaser 16x9 320x180.srt"
    assert "Wake up" in download.value.path().read_text()

    page.get_by_role("button", name="More for the video").click()
    page.get_by_role("menuitem", name="Delete").click()
    dialog = page.get_by_role("dialog", name="Delete this video?")
    expect(dialog).to_contain_text("320 \u00d7 180, 0:02")
    dialog.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("heading", name="No exports yet")).to_be_visible()
    assert client.get(f"{work}/exports").json == {"exports": []}


LOGOS = """() => [...document.querySelectorAll(".export-still")].map((still) => {
    const logo = still.querySelector(".player-overlays img")?.getBoundingClientRect();
    const frame = still.getBoundingClientRect();
    const shares = logo
        ? [(frame.right - logo.right) / frame.width, (logo.top - frame.top) / frame.height]
        : [];
    return shares;
})"""


def test_several_shapes_are_seen_and_exported_at_once(opened):
    visit, client, page = opened
    work = go_to_export(visit, client, seconds=0.5)
    picture = encoded(Image.new("RGB", (80, 40), "orange"))
    project = work.rpartition("/works/")[0]
    place = {"width": 40, "height": 20, "centerX": 130, "centerY": -70}
    asset = upload_bytes(client, f"{project}/assets", "logo.png", picture)
    logo = {**place, "opacity": 1, "rotation": 0, "assetId": asset}
    tracks = {"imageTrack": [{"id": "logo", "start": 0, "end": 1}]}
    client.save(work, {"editorState": {"editorData": tracks, "imageOverlays": {"logo": logo}}})
    expect(page.get_by_role("list", name="How the videos will look").locator("li")).to_have_count(1)

    page.get_by_label("9:16").check()
    page.get_by_label("1:1").check()
    corner = pytest.approx([0.031, 0.056], abs=0.01)  # from the right and the top: stills are small
    until(lambda: page.evaluate(LOGOS) == [corner] * 3)
    assert visit.accessibility_violations() == []
    page.get_by_role("button", name="Export 3 videos").click()

    until(lambda: len(client.get(f"{work}/exports").json["exports"]) == 3)
    sizes = {
        (made["width"], made["height"]) for made in client.get(f"{work}/exports").json["exports"]
    }
    assert sizes == {(320, 180), (180, 320), (180, 180)}
    expect(page.get_by_role("link", name="Download")).to_have_count(3)


def test_files_of_other_formats_are_made_and_downloaded(opened):
    visit, client, page = opened
    work = go_to_export(visit, client, seconds=0.5)
    videos = page.get_by_role("region", name="Exported videos")

    for name, told, media_type in (
        ("Animated WebP", "Animated WebP · 320 \u00d7 180 · 0:01", "image/webp"),
        ("MP3, sound alone", "MP3, sound alone · 0:01", "audio/mpeg"),
    ):
        page.get_by_label("Format").select_option(label=name)
        assert visit.accessibility_violations() == []
        page.get_by_role("button", name=f"Export: {name}").click()
        expect(videos.get_by_role("heading", level=3).first).to_contain_text(told)
        [made, *_] = client.get(f"{work}/exports").json["exports"]
        assert client.get(made["url"]).headers["Content-Type"] == media_type
        with page.expect_download() as download:
            videos.get_by_role("link", name="Download").first.click()
        assert download.value.suggested_filename.endswith(f".{made['options']['format']}")
    expect(page.get_by_label("Size")).to_have_count(0)
    expect(videos.get_by_role("button", name="Share for review")).to_have_count(0)


def test_what_is_missing_is_named_until_it_is_there(opened):
    visit, client, page = opened
    work = new_work(client)
    visit.go(f"{work.removeprefix('/api')}/export")
    start = page.get_by_role("button", name="Export video")
    expect(
        page.get_by_text("Scenes 1 (at 0:00) and 2 (at 0:06) have neither picture nor clip.")
    ).to_be_visible()
    expect(start).to_be_disabled()

    put_picture(client, work, 0)
    expect(page.get_by_text("Scene 2 (at 0:06) has neither picture nor clip.")).to_be_visible()
    expect(page.get_by_text("Scene 1 has no clip: its picture is shown.")).to_be_visible()
    put_picture(client, work, 1)
    expect(
        page.get_by_text("Scenes 1 and 2 have no clip: their pictures are shown.")
    ).to_be_visible()
    assert visit.accessibility_violations() == []
    page.set_viewport_size(PHONE)
    until(lambda: page.evaluate(FITS, PHONE["width"]))
    page.set_viewport_size(SIZE)


def test_refusals_are_shown_in_the_service_s_words(opened):
    visit, client, page = opened
    visit.expect_problem("413")
    work = go_to_export(visit, client)
    clip = {"id": "long", "sceneIndex": 0, "start": 0, "end": 2_000}
    timeline = {"videoTrack": [clip], "textTrack": [], "audioTrack": []}
    client.put(work, {"editorState": {"editorData": timeline}})
    page.get_by_role("button", name="Export video").click()

    expect(page.get_by_role("alert")).to_contain_text("33.3 minutes long; at most 30 are accepted")


@pytest.fixture
def own_service(tmp_path_factory):
    """A service that a test may kill."""
    settings = {"REGISTRATION": "open", "WORKERS": 1, "FSYNC": 0}
    with Service.running(tmp_path_factory.mktemp("own") / "data", **settings) as service:
        yield service


@pytest.mark.thorough
def test_export_goes_on_after_the_service_was_killed(browser, own_service):
    with browser.new_context() as context:
        visit = Visit(context, own_service)
        open_export(visit, seconds=4)
        page = visit.page
        page.get_by_role("button", name="Export video").click()
        expect(page.get_by_text("Exporting")).to_be_visible()
        own_service.kill()

        expect(page.get_by_text("Vidworks cannot be reached.")).to_be_visible()
        own_service.start()

        expect(page.get_by_role("heading", name="320 \u00d7 180 · 0:08")).to_be_visible()
