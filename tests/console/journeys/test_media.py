"""Journeys of a stranger: media from the bin and from other programs."""

import pytest
from playwright.sync_api import Locator, expect

from tests.browser import needs_browser
from tests.console.journeys import media
from tests.console.journeys.edit_screen import Files
from tests.console.journeys.film import middle
from tests.export.measure import Box, bounding_box
from tests.jobs.helpers import until

GREEN = media.COLORS["green"]

pytestmark = [needs_browser, pytest.mark.thorough]  # test_bin.py and test_edit.py have their parts


def test_picture_of_the_bin_is_put_over_the_video_sized_and_turned(desk, tmp_path):
    desk.upload("sticker.png")
    edit = desk.open("green.mp4")
    page = edit.page
    page.get_by_role("tab", name="Project").click()
    tile = page.get_by_role("button", name="Add sticker.png")
    expect(tile.locator("img")).to_be_visible()
    edit.drag(edit.place(tile), edit.at(0.5))
    expect(edit.lane("Pictures")).to_have_count(1)
    picture, box = page.locator(".player-image"), page.locator(".picture-box")
    until(lambda: width(box) == pytest.approx(width(picture), abs=4))
    before = width(picture)
    x, y = edit.place(page.locator(".picture-handle[data-handle='1 1']"))
    edit.drag((x, y), (x + 60, y + 30))
    assert width(picture) > 1.3 * before
    x, y = edit.place(page.locator(".picture-handle[data-handle=turn]"))
    centre = edit.place(page.locator(".picture-box"))
    edit.drag((x, y), (centre[0] + (centre[1] - y), centre[1]))  # by 90 degrees
    expect(edit.inspector.get_by_label("Rotation")).to_have_value("90")

    film = edit.export(tmp_path)
    assert bounding_box(film.frame(0.3)[: media.MARK_TOP], GREEN, 60) is None
    box = bounding_box(film.frame(1)[: media.MARK_TOP], GREEN, 60)
    assert box is not None
    assert box.bottom - box.top == pytest.approx(2 * (box.right - box.left), abs=4)
    assert box.bottom - box.top > 140  # 108 pixels as it was added
    assert film.shown(1, Box(box.left + 4, box.top + 4, box.right - 4, box.top + 60)) == "red"
    assert middle(box)[0] > media.FRAME[0] / 2 + 20


def width(item: Locator) -> float:
    box = item.bounding_box()
    return box["width"] if box else 0.0


def test_dropped_files_land_where_they_fall(desk, tmp_path):
    edit = desk.open("red.mp4", "green.mp4")
    paths = [tmp_path / name for name in ("yellow.mp4", "music.mp3")]
    for path in paths:
        path.write_bytes(media.content(path.name))
    x, y = edit.place(edit.clip("Clip 2"), 0.2)
    Files(edit.page, *paths).drop((x, y))
    expect(edit.clips).to_have_count(3)
    expect(edit.lane("Sounds")).to_have_count(1)  # short audio that falls on no lane of its own

    film = edit.export(tmp_path)
    assert film.order() == ["red", "yellow", "green"]
    assert film.music(0, 1.9) < -60
    assert film.music(2.1, film.seconds - 0.1) > -40
