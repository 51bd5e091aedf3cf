"""Clips that the browser cannot show: each place says why, and their lengths are known."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser import needs_browser
from tests.console import edited_work
from tests.console.visit import ANSWER_HEADERS
from tests.media import video_files
from tests.service import Client

pytestmark = [pytest.mark.slow, needs_browser]

PICTURE = "-f lavfi -i testsrc2=s=180x320:r=30:d=1"
SOUND = "-f lavfi -i sine=d=1.2:r=48000 -c:a aac"
HEVC = "-c:v libx265 -preset ultrafast -x265-params log-level=none -tag:v hvc1 -pix_fmt yuv420p"
H264 = "-c:v libx264 -pix_fmt yuv420p"

PLAY = """async (video) => {
    video.muted = true;
    await video.play();
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    return video.isConnected;
}"""


def put(client: Client, path: str, clip: Path) -> None:
    answer = client.put(path, clip.read_bytes(), Content_Type="video/mp4")
    assert answer.status == 200, answer.body


def test_each_place_says_that_a_clip_cannot_be_shown(opened, tmp_path):
    """Debian's Chromium cannot decode HEVC. With sound, it plays that, and a black picture."""
    silent = video_files.make(tmp_path / "silent.mp4", f"{PICTURE} {HEVC}")
    sounding = video_files.make(tmp_path / "sounding.mp4", f"{PICTURE} {SOUND} {HEVC}")
    visit, client, page = opened
    project = client.new_project(name="Spring")
    work = client.new_work(project, name="Teaser", resolution={"width": 180, "height": 320})
    scenes = [{"scene_index": index, "image_prompt": "A lamp"} for index in range(3)]
    assert client.put(work, {"scenes": scenes}).status == 200
    for index, clip in enumerate((sounding, sounding, silent)):
        put(client, f"{work}/media/scene/{index}/video", clip)
    put(client, f"{work}/media/reference", silent)
    edited_work.upload(client, f"{project}/assets", sounding)
    words = page.get_by_text("This browser cannot show")

    visit.go(work.removeprefix("/api") + "/edit")
    expect(words).to_be_visible()
    expect(page.get_by_text("/ 00:03.00")).to_be_visible()  # as in exports; of containers 00:03.12
    page.get_by_role("region", name="Player").press("End")
    expect(words).to_be_visible()
    scenes.append({"scene_index": 3, "image_prompt": "A lamp"})
    assert client.put(work, {"scenes": scenes}).status == 200
    visit.go(work.removeprefix("/api") + "/edit")
    page.get_by_role("region", name="Player").press("End")
    expect(page.get_by_text("Scene 4 has no picture yet")).to_be_visible()
    page.get_by_role("region", name="Player").get_by_role("link", name="Go to the scenes").click()
    for number in (1, 3):
        page.get_by_role("button", name=f"Play the clip of scene {number}").click()
    expect(words).to_have_count(2)
    page.get_by_role("button", name="Takes of scene 1").click()
    expect(page.get_by_role("dialog").get_by_text("This browser cannot show")).to_be_visible()

    visit.go(work.removeprefix("/api"))
    expect(words).to_be_visible()

    visit.go(f"{project.removeprefix('/api')}/assets")
    page.get_by_role("link", name=sounding.name).click()
    expect(words).to_be_visible()


def lose_clip(page: Page, status: int | None) -> None:
    """Answer requests for the clip with an error; None: do not answer."""

    def answer(route: Route) -> None:
        if status is None:
            route.abort()
        else:
            route.fulfill(status=status, headers=ANSWER_HEADERS, json={"error": "Refused"})

    page.route("**/media/scene/0/video*", answer)


@pytest.mark.parametrize(
    ("in_scenes", "in_editor"),
    [
        (503, None),
        *(pytest.param(*each, marks=pytest.mark.thorough) for each in [(401, 401), (None, 503)]),
    ],
)
def test_clip_that_cannot_be_fetched_is_tried_again(opened, tmp_path, in_scenes, in_editor):
    """Browsers report the same error as of an unknown format. What had no answer needs no click."""
    visit, client, page = opened
    again = page.get_by_role("main").get_by_role("button", name="Try again")
    clip = video_files.make(tmp_path / "clip.mp4", f"{PICTURE} {H264}")
    project = client.new_project(name="Spring")

    for tab, status in (("scenes", in_scenes), ("edit", in_editor)):
        visit.expect_problem("net::ERR_FAILED" if status is None else str(status))
        work = client.new_work(project, name="Teaser")
        client.save(work, {"scenes": [{"scene_index": 0, "image_prompt": "A"}]})
        put(client, f"{work}/media/scene/0/video", clip)
        lose_clip(page, status)
        visit.go(f"{work.removeprefix('/api')}/{tab}")
        if tab == "scenes":
            page.get_by_role("button", name="Play the clip of scene 1").click()
        expect(page.get_by_text("This could not be loaded")).to_be_visible()
        expect(page.get_by_text("This browser cannot show")).to_have_count(0)
        if status is None:
            assert visit.accessibility_violations() == []
        if tab == "edit":  # its words are white
            expect(again).to_have_css("background-color", "rgba(0, 0, 0, 0)")
        page.unroute_all()
        if status is not None:
            again.click()
        expect(page.locator("video").first).to_have_js_property("videoWidth", 180)
        expect(page.get_by_text("This could not be loaded")).to_have_count(0)


def test_asset_with_sound_alone_is_played(opened, tmp_path):
    visit, client, page = opened
    visit.expect_problem("404")  # it has no thumbnail
    sound = video_files.make(tmp_path / "sound.mp4", SOUND)
    project = client.new_project(name="Spring")
    edited_work.upload(client, f"{project}/assets", sound)
    visit.go(f"{project.removeprefix('/api')}/assets")

    page.get_by_role("link", name=sound.name).click()

    assert page.locator("video").evaluate(PLAY)
