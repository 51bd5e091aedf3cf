"""Windows that move by less than a pixel, made of cuts in whole pixels."""

from fractions import Fraction

import pytest

from export.plan.frame_size import Frame
from export.plan.framing import framing_of
from export.plan.timeline import Clip
from export.render.fitting import CroppedPicture
from export.render.moving import move
from export.render.stepping import MARGIN, cut_of, stepped
from export.sources.held_media import Media
from timeline.framing import MOTIONS, Motion, Window

SHOWN = (1080, 1920)
SECOND = 30  # frames


def windows(motion: Motion, frames: int) -> list[Window]:
    return [motion.at(frame / frames) for frame in range(frames)]


@pytest.mark.parametrize("preset", MOTIONS)
def test_presets_are_made_of_steps(preset):
    frames = 5 * SECOND
    framing = framing_of(Clip(0, 0, 5, motion=MOTIONS[preset]), frames, 0)
    assert framing is not None
    picture = CroppedPicture(Media("", "", "", still=(2160, 3840)))
    frame = Frame(*SHOWN, 1.0)

    filters = move(0, picture, framing, frames, frame, Fraction(SECOND), "contain", "null")

    assert "scale@" in filters
    assert "perspective" not in filters


@pytest.mark.parametrize("begin", [0, 0.3, 17.71, 190.5])
@pytest.mark.parametrize("step", [1.04, 1.1371, 1.219])
def test_cut_shows_the_window(begin, step):
    shown, length = 1080, 1600

    cut = cut_of(begin, step, shown, length)

    assert cut is not None
    ratio = cut.length / cut.scaled
    first = cut.begin + cut.hidden * ratio
    edges = (first - begin, first + shown * ratio - begin - shown * step)
    assert max(map(abs, edges)) / step <= cut.error + 1e-9 < 0.07
    assert cut.begin >= -MARGIN
    assert cut.begin + cut.length <= length + MARGIN
    assert cut.hidden + shown <= cut.scaled


def test_what_would_differ_is_not_made_of_steps():
    """Where no scale of a window suits, nearly all frames would differ by half a pixel."""
    still = Window(0.1003, 0.1003, 0.8, 0.8)
    moved = windows(Motion(still, Window(0.1, 0.1, 0.8, 0.8)), SECOND)

    assert stepped(0, moved, (1350, 2400), SHOWN, Fraction(SECOND)) is None
