"""Texts that come and go: which frames, how far, how opaque, and in a part of the video too."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from export.plan.overlays import Animation, animations_of
from export.plan.timeline import Clip, Output, Text
from tests.export.measure import Frame
from tests.export.renders import render
from timeline.frames import to_span

RATE = 10
OUTPUT = Output(96, 160, RATE)
_BOX: Any = {"font_size": 20.0, "color": "#00000000", "shadow": False, "background": "#ff0000"}


def animated(start: float = 0, end: float = 2, **ways: Any) -> list[Animation]:
    text = Text("any", start, end, **ways)
    fps = Fraction(RATE)
    return list(animations_of([text], [to_span(start, end, fps)], fps).get(0, ()))


def box(frame: Frame) -> tuple[int, int]:
    """Return where the red box begins, from the left and from the top."""
    red = (frame[:, :, 0] > 120) & (frame[:, :, 1] < 100)
    rows, columns = np.nonzero(red)
    return int(columns.min()), int(rows.min())


def redness(frame: Frame) -> int:
    return int(frame[80, 48, 0])


@pytest.mark.parametrize(
    ("ways", "expected"),
    [
        ({}, []),
        ({"enter": "fade", "enter_seconds": 0.5}, [Animation("fade", False, 0, 5)]),
        ({"leave": "slideup", "leave_seconds": 0.5}, [Animation("slideup", True, 15, 5)]),
        ({"enter": "fade", "enter_seconds": 9}, [Animation("fade", False, 0, 20)]),
        (
            {"enter": "fade", "enter_seconds": 1.5, "leave": "fade", "leave_seconds": 1},
            [Animation("fade", False, 0, 15), Animation("fade", True, 15, 5)],
        ),
        (
            {"enter": "fade", "enter_seconds": 2, "leave": "fade", "leave_seconds": 1},
            [Animation("fade", False, 0, 20)],
        ),
    ],
)
def test_animations_are_within_the_time_of_their_text(ways, expected):
    assert animated(**ways) == expected


def test_text_of_no_frames_has_none():
    assert animated(1, 1.01, enter="fade", enter_seconds=1) == []


def test_texts_come_and_go(tmp_path, sources):
    file = sources.solid("blue", (96, 160), seconds=3.0)
    texts = [
        Text("X", 0, 1, **_BOX, enter="fade", enter_seconds=0.5, leave="fade", leave_seconds=0.4),
        Text("X", 1, 2, **_BOX, enter="slideleft", enter_seconds=0.5),
        Text("X", 2, 3, **_BOX, leave="slidedown", leave_seconds=0.5),
    ]
    whole = render(tmp_path, [Clip(0, 0, 3)], [file], output=OUTPUT, texts=texts)
    part = render(tmp_path, [Clip(0, 0, 3)], [file], output=OUTPUT, texts=texts, window=(0.2, 2.8))

    assert sorted({each.start for each in whole.plan.segments}) == [0, 5, 6, 10, 15, 20, 25]
    shares = [redness(frame) / redness(whole.frames[5]) for frame in whole.frames[:10]]
    expected = [0, 0.2, 0.4, 0.6, 0.8, 1, 1, 0.75, 0.5, 0.25]
    assert shares == pytest.approx(expected, abs=0.05)
    left, top = box(whole.frames[16])
    moved = [96 * (1 - frame / 5) ** 3 for frame in (3, 4)]
    found = [box(frame)[0] - left for frame in whole.frames[13:15]]
    assert found == pytest.approx(moved, abs=2)
    moved = [160 * (frame / 5) ** 3 for frame in (0, 2, 3)]
    found = [box(whole.frames[25 + frame])[1] - top for frame in (0, 2, 3)]
    assert found == pytest.approx(moved, abs=2)
    for frame, again in zip(whole.frames[2:28], part.frames, strict=True):
        assert np.abs(frame.astype(int) - again.astype(int)).mean() < 2
