"""A journey of a stranger: speed and sound of clips."""

import pytest
from playwright.sync_api import expect

from tests.browser import needs_browser

pytestmark = [needs_browser, pytest.mark.thorough]  # its parts are in other tests of the page


def test_clips_are_faster_frozen_muted_and_quieter(desk, tmp_path):
    edit = desk.open()
    edit.clip("Clip 1").click()
    edit.tool("2\N{MULTIPLICATION SIGN}")
    expect(edit.clip("Clip 1")).to_contain_text("1.0 s")
    edit.go_to(2)
    edit.tool("Freeze frame")
    expect(edit.clip("Clip 2", 2)).to_be_visible()
    edit.clip("Clip 3").click()
    edit.tool("Mute clip")
    edit.clip("Clip 4").click()
    edit.enter("Volume", "50")

    film = edit.export(tmp_path)
    assert film.seconds == pytest.approx(9)
    assert film.media_time(0.5) == pytest.approx(1, abs=0.1)
    assert [film.media_time(time) for time in (2.1, 3.9)] == pytest.approx([1, 1], abs=0.05)
    assert film.media_time(4.5) == pytest.approx(1.5, abs=0.05)
    assert [film.shown(time) for time in (1.5, 5.5, 8)] == ["green", "blue", "yellow"]
    loud = film.tone("green", 1.2, 1.8)
    assert loud > -30
    assert film.tone("red", 0.2, 0.8) == pytest.approx(loud, abs=3)  # with its own pitch
    assert film.tone("green", 2.2, 3.8) < loud - 30
    assert film.tone("green", 4.2, 4.8) == pytest.approx(loud, abs=1)
    assert film.tone("blue", 5.2, 6.8) < loud - 30
    assert film.tone("yellow", 7.2, 8.8) == pytest.approx(loud - 6, abs=1)
