"""The brief: its fields (see test_saving.py), a reference video and pictures to use."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser import needs_browser
from tests.console.visit import Visit

pytestmark = [needs_browser, pytest.mark.slow]


def test_reference_video_is_uploaded_analysed_and_removed(visit: Visit, samples: Path) -> None:
    client, page = visit.log_in(), visit.page
    work = client.new_work(client.new_project(), name="Teaser")
    visit.open(work.removeprefix("/api"))

    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Add a video").click()
    chooser.value.set_files(samples / "video.mp4")
    video = page.get_by_label("Reference video", exact=True)
    expect(video).to_be_visible()
    page.get_by_role("button", name="Analyse", exact=True).click()
    expect(page.get_by_role("button", name="Analyse again")).to_be_visible()
    expect(page.locator(".save-status")).to_have_text("Saved")
    assert client.get(work).json["analysis"]["scenes"]
    assert visit.accessibility_violations() == []

    page.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(video).to_have_count(0)
    assert client.get(work).json["hasReferenceVideo"] is False


def test_file_of_another_type_is_refused_in_words(visit: Visit, samples: Path) -> None:
    visit.expect_problem("415")
    client, page = visit.log_in(), visit.page
    visit.open(client.new_work(client.new_project()).removeprefix("/api"))

    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Add a video").click()
    chooser.value.set_files(samples / "audio.mp3")

    expect(page.get_by_role("alert")).to_contain_text("video/mp4")


def test_several_pictures_are_added_and_chosen(visit: Visit, samples: Path) -> None:
    client, page = visit.log_in(), visit.page
    work = client.new_work(client.new_project())
    visit.open(work.removeprefix("/api"))

    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Add pictures").click()
    chooser.value.set_files([samples / "image.png", samples / "image.jpg"])
    pictures = page.get_by_role("list").get_by_role("checkbox")
    expect(pictures).to_have_count(2)
    page.get_by_label("How to use them").select_option("direct")
    expect(page.get_by_label("Number of scenes")).to_have_value("2")

    pictures.first.uncheck()
    expect(page.get_by_label("Number of scenes")).to_have_value("1")
    expect(page.locator(".save-status")).to_have_text("Saved")
    assert len(client.get(work).json["selectedAssetIds"]) == 1
    assert visit.accessibility_violations() == []
