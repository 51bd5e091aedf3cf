"""Journeys of a stranger: how clips, titles and pictures look."""

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.browser import needs_browser
from tests.console.journeys import media
from tests.console.journeys.film import Film, middle
from tests.export.measure import Box, bounding_box

# test_edit.py, test_edit_framing.py and test_looks_parity.py have their parts
pytestmark = [needs_browser, pytest.mark.thorough]

GRAY = (48, 48, 48)  # of square.png


def words(film: Film, time: float) -> Box | None:
    """Return where white letters are, above the mark."""
    above = film.frame(time)[: media.MARK_TOP]
    white = (above.min(axis=2) > 200).astype(np.uint8) * 255
    return bounding_box(np.dstack([white] * 3), (0, 0, 0))


def test_still_is_zoomed_under_a_title_and_music(desk, tmp_path):
    desk.upload("music.mp3")
    edit = desk.open("square.png")
    edit.clips.first.click()
    edit.open_section("Motion")
    edit.inspector.get_by_text("Zoom in", exact=True).click()
    edit.preset("Title")
    edit.page.keyboard.type("HELLO")
    edit.press("Escape")
    edit.open_section("Animation")
    edit.choose("Animate in", "Slide left")
    edit.tool("Music")
    edit.page.get_by_role("menuitemradio", name="music.mp3").click()
    edit.lane("Music").click()
    edit.enter("Fade out", "1")

    film = edit.export(tmp_path)
    assert film.seconds == pytest.approx(media.SECONDS, abs=0.05)
    first, last = (bounding_box(film.frame(time), GRAY, 40) for time in (0, 1.95))
    assert first is not None
    assert last is not None
    assert first.right - first.left == pytest.approx(media.FRAME[0] / 3, abs=3)
    assert last.bottom - last.top > 1.1 * (first.bottom - first.top)
    assert words(film, 0) is None
    places = [middle(words(film, time))[0] for time in (0.2, 1.0, 1.9)]
    assert places[0] > places[1] + 10
    assert places[1:] == pytest.approx([media.FRAME[0] / 2] * 2, abs=3)
    levels = [film.music(start, start + 0.2) for start in (0.4, 0.8, 1.4, 1.6, 1.8)]
    assert levels[0] == pytest.approx(levels[1], abs=0.5)
    assert levels[1:] == sorted(levels[1:], reverse=True)
    assert levels[-1] < levels[0] - 12


def test_title_is_typed_on_the_picture_snapped_and_boxed(desk, tmp_path):
    edit = desk.open("green.mp4")
    page = edit.page
    edit.preset("Title")
    typed = page.get_by_role("textbox", name="Text on the picture")
    expect(typed).to_be_focused()
    page.keyboard.type("SUMMER")
    edit.press("Escape")
    text = page.locator(".player-text", has_text="SUMMER")
    x, y = edit.place(text)
    edit.drag((x, y), (x - 33, y + 57))
    expect(page.locator(".picture-line")).to_have_count(0)
    x, y = edit.place(text)
    edit.pull((x, y), (x + 30, y + 8))
    expect(page.locator(".picture-line[data-axis=x]")).to_have_count(1)
    page.mouse.up()
    expect(edit.inspector.get_by_label("Position X")).to_have_value("0")
    for item, season in ((text, "AUTUMN"), (edit.lane("Texts"), "WINTER")):
        item.dblclick()
        expect(typed).to_be_focused()
        page.keyboard.type(season)
        edit.press("Escape")
        text = page.locator(".player-text", has_text=season)
        expect(text).to_be_visible()
    edit.open_section("Shadow and outline")
    edit.tick("Outline")
    edit.open_section("Box")
    edit.tick("Show a box")

    film = edit.export(tmp_path)
    box = words(film, 1.5)
    assert box is not None
    assert middle(box)[0] == pytest.approx(media.FRAME[0] / 2, abs=2)
    assert middle(box)[1] > media.FRAME[1] / 2 + 20
    beside = Box(box.left - 4, box.top, box.left - 2, box.bottom)
    assert film.color(1.5, beside)[1] < 80  # the green below the box is darker
    assert film.shown(1.5, film.box(0.4, 0.1, 0.6, 0.2)) == "green"


def test_crop_fills_the_frame_pans_and_is_wiped_away(desk, tmp_path):
    edit = desk.open("halves.png", "green.mp4")
    edit.clips.first.click()
    edit.open_section("Crop")
    edit.tool("Fill the frame")
    edit.open_section("Motion")
    edit.inspector.get_by_text("Pan left", exact=True).click()
    edit.transition("Wipe from the left")
    box = edit.lane("Transitions")
    expect(box).to_have_text("Wipe from the left 0.5 s")
    x, y = edit.place(box.locator("[data-grip=start]"))
    edit.drag((x, y), (x - 0.3 * edit.scale, y))
    expect(box).to_have_text("Wipe from the left 0.8 s")

    film = edit.export(tmp_path)
    left, right = film.box(0, 0, 0.1, 0.2), film.box(0.9, 0.8, 1, 1)
    assert [film.shown(0.1, box) for box in (left, right)] == ["red", "blue"]  # to the edges
    borders = [float((film.frame(time)[10, :, 0] > 120).sum()) for time in (0, 1)]
    assert abs(borders[1] - borders[0]) > 10
    assert [film.shown(1.6, box) for box in (left, right)] == ["green", "blue"]
    assert film.shown(1.1, left) != "green"
    assert film.shown(2.2) == "green"
