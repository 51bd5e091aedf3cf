"""Where burned captions stand while several are shown: one above the other, without jumps."""

import numpy as np
import pytest

from export.plan.caption_looks import Room, place_captions, with_dependencies
from export.plan.cues import Cue
from export.plan.timeline import Clip, Output
from tests.export.measure import Frame
from tests.export.renders import render
from timeline.frames import Span

pytestmark = pytest.mark.usefixtures("drawn_here")

LINE = 10.0
ROOM = Room(5, 195, 170)
FIRST, SECOND, THIRD = 170.0, 160.0, 150.0  # middles of captions of a line


def placed(*captions: tuple[int, int, int]) -> list[float]:
    """Return the middles of captions, given the start, end and number of lines of each."""
    cues = [[Span(start, end)] for start, end, _ in captions]
    heights = {index: lines * LINE for index, (_, _, lines) in enumerate(captions)}
    middles = place_captions(cues, heights, ROOM)
    return [middles[index] for index in range(len(captions))]


def test_captions_one_after_the_other_have_the_same_place():
    assert placed((0, 10, 1), (10, 20, 1), (20, 30, 1)) == [FIRST] * 3


def test_later_caption_stands_above_those_that_are_shown():
    assert placed((0, 30, 1), (10, 40, 1), (20, 50, 1)) == [FIRST, SECOND, THIRD]


def test_caption_stays_when_the_one_below_it_ends_and_the_next_takes_the_free_place():
    assert placed((0, 20, 1), (10, 40, 1), (20, 50, 1)) == [FIRST, SECOND, FIRST]


def test_the_longer_of_two_that_begin_together_is_below():
    assert placed((0, 10, 1), (0, 20, 1)) == [SECOND, FIRST]
    assert placed((0, 20, 1), (0, 20, 1)) == [FIRST, SECOND]


def test_captions_of_several_lines_do_not_touch():
    low, high, top = placed((0, 30, 2), (0, 29, 3), (0, 28, 1))

    assert (low, high, top) == (FIRST, 170 - 10 - 15, 170 - 10 - 30 - 5)


def test_caption_that_does_not_fit_into_the_free_place_stands_above():
    assert placed((0, 20, 1), (10, 40, 1), (20, 50, 3))[2] == SECOND - 5 - 15


def test_long_caption_is_kept_within_the_frame():
    assert placed((0, 10, 8)) == [195 - 40]
    assert placed((0, 10, 30)) == [5 + 150]


def test_caption_without_room_above_stands_below():
    assert placed((0, 30, 2), (0, 20, 15), (10, 40, 1))[2] == 170 + 10 + 5


def test_caption_without_any_room_stands_at_the_usual_place():
    assert placed((0, 30, 14), (0, 29, 5), (0, 28, 1)) == [195 - 70, 5 + 25, FIRST]


def test_places_depend_on_earlier_captions_that_are_shown_at_the_same_time():
    cues = [[Span(0, 20)], [Span(10, 30)], [Span(25, 40)], [Span(50, 60)], [Span(35, 55)], []]

    assert with_dependencies(cues, [2]) == {0, 1, 2}
    assert with_dependencies(cues, [3]) == {0, 1, 2, 3, 4}
    assert with_dependencies(cues, []) == set()


# On frames

WHITE = 150  # at least, of each colour


def rows(frame: Frame) -> list[tuple[int, int]]:
    """Return the first and last row of each line of text, from the top."""
    filled = np.concatenate(([0], (frame.min(axis=2) > WHITE).any(axis=1).astype(int), [0]))
    edges = np.flatnonzero(np.diff(filled))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


@pytest.fixture(scope="module")
def burned(sources, tmp_path_factory):
    """Captions of 16 pixels: the first alone, with a second and a third, then only the last."""
    output = Output(320, 320, 30, captions="burn")
    cues = [Cue("HEH", 0, 0.3), Cue("H", 0.1, 0.5), Cue("שח", 0.2, 0.4), Cue("E", 0.3, 0.5)]
    files = [sources.solid("0x606060", (320, 320))]
    directory = tmp_path_factory.mktemp("stacked")
    return render(directory, [Clip(0, 0, 0.6)], files, output=output, cues=cues).frames


def test_captions_at_one_time_are_drawn_one_above_the_other(burned):
    assert [len(rows(burned[number])) for number in (1, 4, 7, 10, 13, 16)] == [1, 2, 3, 3, 2, 0]


def test_captions_do_not_jump_while_they_are_shown(burned):
    low = rows(burned[1])[0]

    second = rows(burned[4])[0]
    third = rows(burned[7])[0]
    expected = {4: [second, low], 7: [third, second, low], 10: [third, second, low]}

    assert third[1] < second[0] < second[1] < low[0]
    for number, lines in {**expected, 13: [second, low]}.items():
        assert np.abs(np.subtract(rows(burned[number]), lines)).max() <= 1, number
