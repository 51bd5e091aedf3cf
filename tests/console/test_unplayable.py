"""Clips that the browser cannot show: each place says so in words, and their lengths are known."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser import needs_browser
from tests.console import edited_work
from tests.console.visit import Visit
from tests.media import video_files
from tests.service import Client

pytestmark = [pytest.mark.slow, needs_browser]

PICTURE = "-f lavfi -i testsrc2=s=180x320:r=30:d=1"
SOUND = "-f lavfi -i sine=d=1.2:r=48000 -c:a aac"
HEVC = "-c:v libx265 -preset ultrafast -x265-params log-level=none -tag:v hvc1 -pix_fmt yuv420p"


def put(client: Client, path: str, clip: Path) -> None:
    answer = client.put(path, clip.read_bytes(), Content_Type="video/mp4")
    assert answer.status == 200, answer.body


def test_each_place_says_that_a_clip_cannot_be_shown(visit: Visit, tmp_path: Path) -> None:
    """Debian's Chromium cannot decode HEVC. With sound, it plays that, and a black picture."""
    silent = video_files.make(tmp_path / "silent.mp4", f"{PICTURE} {HEVC}")
    sounding = video_files.make(tmp_path / "sounding.mp4", f"{PICTURE} {SOUND} {HEVC}")
    client, page = visit.log_in(), visit.page
    project = client.new_project(name="Spring")
    work = client.new_work(project, name="Teaser", resolution={"width": 180, "height": 320})
    scenes = [{"scene_index": index, "image_prompt": "A lamp"} for index in range(3)]
    assert client.put(work, {"scenes": scenes}).status == 200
    for index, clip in enumerate((sounding, sounding, silent)):
        put(client, f"{work}/media/scene/{index}/video", clip)
    put(client, f"{work}/media/reference", silent)
    edited_work.upload(client, f"{project}/assets", sounding)
    words = page.get_by_text("This browser cannot show")

    visit.open(work.removeprefix("/api") + "/edit")
    expect(words).to_be_visible()
    expect(page.get_by_text("/ 0:03:00")).to_be_visible()  # as in exports; of containers 0:03:12
    page.get_by_role("region", name="Player").press("End")
    expect(words).to_be_visible()

    visit.open(work.removeprefix("/api") + "/scenes")
    for number in (1, 3):
        page.get_by_role("button", name=f"Play the clip of scene {number}").click()
    expect(words).to_have_count(2)
    page.get_by_role("button", name="Takes of scene 1").click()
    expect(page.get_by_role("dialog").get_by_text("This browser cannot show")).to_be_visible()

    visit.open(work.removeprefix("/api"))
    expect(words).to_be_visible()

    visit.open(f"{project.removeprefix('/api')}/assets")
    page.get_by_role("link", name=sounding.name).click()
    expect(words).to_be_visible()
