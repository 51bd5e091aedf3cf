"""The brief: its fields (see test_saving.py), a reference video and pictures to use."""

import pytest
from playwright.sync_api import expect

from tests.browser import needs_browser
from tests.console.forms import choose_files

pytestmark = [needs_browser, pytest.mark.slow]

HAS_METADATA = "() => document.querySelector('.reference-video')?.readyState > 0"


def test_reference_video_is_uploaded_analysed_and_removed(opened, samples):
    visit, client, page = opened
    visit.expect_problem("415")
    work = client.new_work(client.new_project(), name="Teaser")
    visit.go(work.removeprefix("/api"))

    add = page.get_by_role("button", name="Add a video")
    choose_files(add, samples / "audio.mp3")
    expect(page.get_by_role("alert")).to_have_text(
        "This file cannot be used here. These can: MP4, WebM, MOV, or AVI."
    )
    choose_files(add, samples / "video.mp4")
    video = page.get_by_label("Reference video", exact=True)
    expect(video).to_be_visible()
    page.get_by_role("button", name="Analyse", exact=True).click()
    expect(page.get_by_text("The reference video was analysed")).to_be_visible()
    expect(page.get_by_role("button", name="Analyse again")).to_be_visible()
    page.wait_for_function(HAS_METADATA)  # it is not asked for when it is deleted
    assert client.get(work).json["analysis"]["scenes"]
    assert visit.accessibility_violations() == []

    page.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(video).to_have_count(0)
    assert client.get(work).json["hasReferenceVideo"] is False


def test_timeline_follows_the_format_until_it_has_its_own(opened):
    visit, client, page = opened
    work = client.new_work(client.new_project())
    visit.go(work.removeprefix("/api"))
    page.get_by_label("Format").select_option("Landscape 16:9, 1920 \u00d7 1080")
    expect(page.locator(".save-status")).to_have_text("Saved")
    settings = client.get(work).json["editorState"]["exportSettings"]
    assert settings == {"width": 1920, "height": 1080, "fps": 30}

    text = {"id": "t", "start": 0, "end": 1}
    state = {
        "editorData": {"videoTrack": [], "textTrack": [text], "audioTrack": []},
        "exportSettings": {"width": 500, "height": 500, "fps": 30},
    }
    assert client.put(work, {"editorState": state}).status == 200
    expect(page.get_by_text("a size of its own, 500 \u00d7 500")).to_be_visible()
    page.get_by_label("Format").select_option("Another size")
    page.get_by_label("Width").fill("640")
    page.get_by_label("Width").press("Enter")
    expect(page.locator(".save-status")).to_have_text("Saved")
    stored = client.get(work).json
    assert stored["resolution"] == {"width": 640, "height": 1080}
    assert stored["editorState"]["exportSettings"]["width"] == 500


def test_several_pictures_are_added_and_chosen(opened, samples):
    visit, client, page = opened
    work = client.new_work(client.new_project())
    visit.go(work.removeprefix("/api"))

    choose_files(
        page.get_by_role("button", name="Add pictures"),
        samples / "image.png",
        samples / "image.jpg",
    )
    pictures = page.get_by_role("list").get_by_role("checkbox")
    expect(pictures).to_have_count(2)
    page.get_by_label("How to use them").select_option("direct")
    expect(page.get_by_label("Number of scenes")).to_have_value("2")

    pictures.first.uncheck()
    expect(page.get_by_label("Number of scenes")).to_have_value("1")
    expect(page.locator(".save-status")).to_have_text("Saved")
    assert len(client.get(work).json["selectedAssetIds"]) == 1
    assert visit.accessibility_violations() == []
