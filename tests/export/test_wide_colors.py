"""Clips with more range or colours than BT.709 (HDR, BT.2020, Display P3) are mapped to it."""

from collections.abc import Sequence

import pytest

from export.plan.timeline import Clip
from tests.export import measure
from tests.export.measure import Box, Frame
from tests.export.renders import render
from tests.media import color_videos, video_files
from tests.media.color_videos import HDR, MAPPED, SIZE, STRIPE, WIDE

NAMES = [*HDR, *WIDE, "HLG that is rotated"]
FRAMES = 3  # of each
DARK = 24  # below it, rounding in the file is a large step in BT.709


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """A tenth of a second of each signal."""
    directory = tmp_path_factory.mktemp("wide")
    files = [
        color_videos.make(directory / f"{number}.mp4", signal)
        for number, signal in enumerate([*HDR.values(), *WIDE.values()])
    ]
    rotated = f"-display_rotation 180 -i {files[1]} -c copy"
    files.append(video_files.make(directory / "rotated.mp4", rotated))
    clips = [Clip(scene, scene / 10, scene / 10 + 0.1) for scene in range(len(files))]
    return render(directory, clips, files)


def stripes(frame: Frame) -> list[tuple[float, ...]]:
    """Return the colour of each stripe, from its middle; what is dark is equal."""
    tops = range(0, SIZE[1], STRIPE)
    boxes = [Box(8, top + 6, SIZE[0] - 8, top + STRIPE - 6) for top in tops]
    colors = (measure.mean_color(frame, box) for box in boxes)
    return [comparable(color) for color in colors]


def comparable(color: Sequence[float]) -> tuple[float, ...]:
    """Return a colour without differences in what is dark."""
    return tuple(max(DARK, channel) for channel in color)


@pytest.mark.parametrize("name", NAMES)
def test_colours_are_those_of_the_scene_as_far_as_bt709_has_them(exported, name):
    expected = list(MAPPED if name in WIDE else MAPPED.values())
    if "rotated" in name:
        expected.reverse()
    first = FRAMES * NAMES.index(name)

    for frame in exported.frames[first : first + FRAMES]:
        for shown, color in zip(stripes(frame), expected, strict=True):
            assert shown == pytest.approx(comparable(color), abs=5 if name in WIDE else 12)


@pytest.mark.parametrize("name", HDR)
def test_grey_is_neutral(exported, name):
    frame = exported.frames[FRAMES * NAMES.index(name)]

    for shown, (red, green, blue) in zip(stripes(frame), MAPPED, strict=True):
        if red == green == blue:
            assert max(shown) - min(shown) <= 4
