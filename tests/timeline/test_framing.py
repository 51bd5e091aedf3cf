"""What part of its picture a clip shows: presets, and the parts of a motion."""

from dataclasses import asdict, astuple

import pytest

from schemas.text_looks import PRESETS, MotionField
from timeline.framing import MOTIONS, Window, divided, motion_of

SIDES = {"width": 0.5, "height": 0.5}
STORED = (
    {"preset": "panUp"},
    {"from": {"x": 0, "y": 0.1, **SIDES}, "to": {"x": 0.5, "y": 0, **SIDES}},
)


def test_each_preset_has_windows_that_a_motion_may_have():
    assert tuple(MOTIONS) == PRESETS
    for each in MOTIONS.values():
        motion = {"from": asdict(each.begin), "to": asdict(each.end)}
        assert MotionField().deserialize(motion) == motion


@pytest.mark.parametrize("stored", STORED)
def test_parts_of_a_motion_meet_where_it_is_divided(stored):
    whole = motion_of(stored)
    first, second = map(motion_of, divided(stored, 0.25))

    assert first.end == second.begin == whole.at(0.25)
    assert astuple(first.at(0.5)) == pytest.approx(astuple(whole.at(0.125)))
    assert astuple(second.at(0.5)) == pytest.approx(astuple(whole.at(0.625)))


def test_window_in_a_window_is_one_of_the_picture():
    inner = Window(0.5, 0, 0.5, 1).within(Window(0.2, 0.4, 0.6, 0.5))

    assert astuple(inner) == pytest.approx((0.5, 0.4, 0.3, 0.5))
