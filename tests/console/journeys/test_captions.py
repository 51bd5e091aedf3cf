"""A journey of a stranger: captions."""

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.browser import needs_browser
from tests.console.journeys import media
from tests.console.journeys.film import Film

pytestmark = [needs_browser, pytest.mark.thorough]  # its parts are in other tests of the page


def test_captions_are_typed_pushed_apart_and_drawn(desk, tmp_path):
    edit = desk.open(captions=True)
    page = edit.page
    edit.tab("Format")
    edit.choose("Format", "Square 1:1, 1080 \u00d7 1080")
    edit.lane("Captions").nth(1).dblclick()
    expect(edit.inspector.get_by_label("Caption 2", exact=True)).to_be_focused()
    page.keyboard.type("WWWWWWWW")
    edit.press("Escape")
    expect(edit.lane("Captions").nth(1)).to_contain_text("WWWWWWWW")
    edit.pull_edge(edit.lane("Captions").first, "end", 0.6)
    first, second, *_ = edit.saved()["captions"]
    assert first["end"] == second["start"] == pytest.approx(2.6, abs=0.04)
    film = edit.export(tmp_path, captions="Drawn into the picture")
    assert film.width == film.height
    narrow = width(film, 1)
    assert narrow > 20
    assert [width(film, time) for time in (2.3, 5)] == pytest.approx([narrow] * 2, abs=4)
    assert width(film, 3) > 2 * narrow


def width(film: Film, time: float) -> int:
    """Return how wide the caption is, above the clip's mark."""
    above = film.frame(time)[: film.height * media.MARK_TOP // media.FRAME[1]]
    columns = np.nonzero((above.min(axis=2) > 200).any(axis=0))[0]
    return int(columns.max() - columns.min()) if columns.size else 0
