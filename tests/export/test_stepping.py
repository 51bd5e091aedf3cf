"""Windows that move by less than a pixel, made of cuts in whole pixels."""

from fractions import Fraction

import pytest

from export.render.stepping import MARGIN, cut_of, stepped
from timeline.framing import MOTIONS, Motion, Window

SHOWN = (1080, 1920)
SCALES = (1.22, 1.23, 1.24, 1.25)
SECOND = 30  # frames


def windows(motion: Motion, frames: int) -> list[Window]:
    return [motion.at(frame / frames) for frame in range(frames)]


@pytest.mark.parametrize("preset", MOTIONS)
def test_presets_are_made_of_steps(preset: str) -> None:
    moved = windows(MOTIONS[preset], 5 * SECOND)
    sizes = [(round(SHOWN[0] * scale), round(SHOWN[1] * scale)) for scale in SCALES]

    assert any(stepped(0, moved, size, SHOWN, Fraction(SECOND)) for size in sizes)


@pytest.mark.parametrize("begin", [0, 0.3, 17.71, 190.5])
@pytest.mark.parametrize("step", [1.04, 1.1371, 1.219])
def test_cut_shows_the_window(begin: float, step: float) -> None:
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


def test_what_would_differ_is_not_made_of_steps() -> None:
    """Where no scale of a window suits, nearly all frames would differ by half a pixel."""
    still = Window(0.1003, 0.1003, 0.8, 0.8)
    moved = windows(Motion(still, Window(0.1, 0.1, 0.8, 0.8)), SECOND)

    assert stepped(0, moved, (1350, 2400), SHOWN, Fraction(SECOND)) is None
