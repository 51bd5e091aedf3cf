"""Journeys of a stranger: cutting clips by mouse and keys."""

import pytest
from playwright.sync_api import expect

from tests.browser import needs_browser

# test_timeline_gestures.py, test_keyboard.py and test_player_parity.py have their parts
pytestmark = [needs_browser, pytest.mark.thorough]
FRAME = 1 / 30


def test_second_clip_is_trimmed_put_first_and_cross_faded(desk, tmp_path):
    edit = desk.open()
    green = edit.clip("Clip 2")
    edit.pull_edge(green, "start", 0.4)
    expect(edit.said).to_have_text("Trimmed to 1.6 seconds")
    edit.pull_edge(green, "end", -0.3)
    expect(edit.said).to_have_text("Trimmed to 1.3 seconds")
    x, y = edit.place(green)
    edit.drag((x, y), (edit.at(0.2)[0], y))
    expect(edit.said).to_have_text("Clip 2 is now first")
    edit.transition("Fade")
    edit.enter("Duration", "0.6")

    film = edit.export(tmp_path)
    length = edit.track()[0]["end"]
    assert length == pytest.approx(1.3, abs=2 * FRAME)
    assert film.seconds == pytest.approx(length + 6, abs=FRAME)
    assert film.shown(0) == "green"
    assert film.media_time(0) == pytest.approx(0.4, abs=2 * FRAME)
    assert film.shown(length - 0.7) == "green"
    mixed = film.color(length - 0.3)  # half of red and green
    assert mixed[:2] == pytest.approx((115, 95), abs=25)
    assert film.shown(length + 0.1) == "red"
    assert [film.shown(length + later) for later in (2.1, 4.1)] == ["blue", "yellow"]
    assert film.tone("green", 0, 0.5) > film.tone("red", 0, 0.5) + 20
    assert film.tone("red", length + 0.1, length + 1) > -30


def test_middle_is_split_off_deleted_undone_and_redone(desk, tmp_path):
    edit = desk.open()
    for time in (2.5, 3.5):
        edit.go_to(time)
        edit.press("s")
    expect(edit.clips).to_have_count(6)
    edit.clip("Clip 2", 1).click()
    edit.press("Delete")
    expect(edit.clips).to_have_count(5)
    edit.press("ControlOrMeta+z")
    expect(edit.clips).to_have_count(6)
    edit.press("ControlOrMeta+Shift+z")
    expect(edit.clips).to_have_count(5)

    film = edit.export(tmp_path)
    assert film.seconds == pytest.approx(7)
    assert film.order() == ["red", "green", "blue", "yellow"]
    assert film.media_time(2.4) == pytest.approx(0.4, abs=FRAME)
    assert film.media_time(2.6) == pytest.approx(1.6, abs=FRAME)
    assert film.shown(3.1) == "blue"


def test_several_are_copied_pasted_doubled_and_deleted_in_a_square(desk, tmp_path):
    edit = desk.open()
    x, y = edit.place(edit.clips.last, 1)
    edit.drag((x + 16, y), (edit.at(4.5)[0], y + 10))  # a frame around blue and yellow
    expect(edit.said).to_have_text("2 selected")
    edit.press("ControlOrMeta+c", "Home", "ControlOrMeta+v")
    edit.press("Shift+Z")
    expect(edit.clips).to_have_count(6)

    edit.clips.nth(2).click()  # red
    edit.clips.nth(3).click(modifiers=["Shift"])  # and green
    edit.press("ControlOrMeta+d", "Shift+Z")
    expect(edit.clips).to_have_count(8)
    edit.clips.nth(6).click()
    edit.clips.nth(7).click(modifiers=["Shift"])
    edit.press("Delete")
    expect(edit.clips).to_have_count(6)
    edit.tab("Format")
    edit.choose("Format", "Square 1:1, 1080 \u00d7 1080")

    film = edit.export(tmp_path)
    assert film.width == film.height
    assert film.order() == ["blue", "yellow", "red", "green", "red", "green"]
    assert film.shown(0.5, film.box(0, 0.4, 0.1, 0.6)) == "black"  # beside the upright picture
