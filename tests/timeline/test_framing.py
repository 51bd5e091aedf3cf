"""What part of its picture a clip shows: presets, and the parts of a motion."""

import pytest

from schemas.framing import PRESETS, MotionField
from timeline.framing import MOTIONS, Window, divided, motion_of

SIDES = {"width": 0.5, "height": 0.5}


def test_each_preset_has_windows_that_a_motion_may_have() -> None:
    assert tuple(MOTIONS) == PRESETS
    for begin, end in MOTIONS.values():
        motion = {"from": begin._asdict(), "to": end._asdict()}
        assert MotionField().deserialize(motion) == motion


@pytest.mark.parametrize(
    "stored",
    [{"preset": "panUp"}, {"from": {"x": 0, "y": 0.1, **SIDES}, "to": {"x": 0.5, "y": 0, **SIDES}}],
)
def test_parts_of_a_motion_meet_where_it_is_divided(stored: dict[str, object]) -> None:
    whole = motion_of(stored)
    first, second = map(motion_of, divided(stored, 0.25))

    assert first.end == second.begin == whole.begin.between(whole.end, 0.25)
    assert first.begin.between(first.end, 0.5) == pytest.approx(
        whole.begin.between(whole.end, 0.125)
    )
    assert second.begin.between(second.end, 0.5) == pytest.approx(
        whole.begin.between(whole.end, 0.625)
    )
    assert isinstance(first.end, Window)
