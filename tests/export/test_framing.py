"""Crops and motions of clips: which part of the picture is seen, and when."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from export.plan.timeline import Clip, Output
from tests.export import measure
from tests.export.measure import Box, Frame
from tests.export.renders import SMALL, render
from tests.export.sources import QUADRANTS
from tests.media import video_files
from timeline.framing import MOTIONS, WHOLE, Motion, Window, divided, motion_of

pytestmark = pytest.mark.usefixtures("drawn_here")

CORNER = Window(0, 0, 0.25, 0.25)  # of a numbered frame: its one block that is always bright
CROPPED = ("rotated.mp4", "anamorphic.mp4", "10bit.mp4")
DEEP = Motion(WHOLE, Window(0.1, 0.55, 0.4, 0.4))
SLOT = 15  # frames of each clip


@pytest.fixture(scope="module")
def cropped(sources, tmp_path_factory):
    """Half a second of the corner of each source, then of a part of a still picture."""
    files = [*map(sources.mixed, CROPPED), sources.quadrants((64, 48))]
    crops = [*[CORNER] * len(CROPPED), Window(0.5, 0.25, 0.25, 0.5)]
    clips = [Clip(n, n / 2, n / 2 + 0.5, crop=crop) for n, crop in enumerate(crops)]
    return render(tmp_path_factory.mktemp("cropped"), clips, files)


@pytest.mark.parametrize("number", range(len(CROPPED)), ids=CROPPED)
def test_crop_is_of_the_picture_as_it_is_shown(cropped, number):
    top = 52 if CROPPED[number] == "anamorphic.mp4" else 0  # black bars above and below
    for frame in cropped.frames[number * SLOT : (number + 1) * SLOT]:
        inside = measure.mean_color(frame, Box(4, top + 4, 92, 156 - top))
        assert inside == pytest.approx((200, 200, 200), abs=8)
        if top:
            assert measure.mean_color(frame, Box(0, 0, 96, top - 2)) == pytest.approx((0, 0, 0))


def test_crop_is_fitted_as_a_picture_of_its_shape(cropped):
    """The right half of the middle: 16 by 24 pixels become 96 by 144."""
    frame = cropped.frames[-1]
    _, green, _, yellow = QUADRANTS

    assert measure.mean_color(frame, Box(4, 12, 92, 76)) == pytest.approx(green, abs=6)
    assert measure.mean_color(frame, Box(4, 84, 92, 148)) == pytest.approx(yellow, abs=6)
    assert measure.mean_color(frame, Box(0, 0, 96, 6)) == pytest.approx((0, 0, 0), abs=2)


def parts_of(clip: Clip, at: float, motion: Motion) -> list[Clip]:
    """Return the clips that a split makes of one that begins at 0."""
    assert clip.end is not None
    stored = {"from": asdict(motion.begin), "to": asdict(motion.end)}
    first, second = map(motion_of, divided(stored, at / clip.end))
    return [
        Clip(clip.scene, 0, at, crop=clip.crop, motion=first),
        Clip(clip.scene, at, clip.end, at, crop=clip.crop, motion=second),
    ]


def test_split_clip_moves_as_before(sources, tmp_path):
    files = [sources.moving((240, 320))]
    clip = Clip(0, 0.0, 1.0, crop=Window(0, 0.25, 1, 0.75), motion=DEEP)

    whole = render(tmp_path, [clip], files).frames
    divided_frames = render(tmp_path, parts_of(clip, 0.4, DEEP), files).frames

    for one, other in zip(whole, divided_frames, strict=True):
        assert measure.ssim(one, other) > 0.97
    assert moved(whole, 11, 12) > 0.5 * moved(whole, 12, 13) > 0


def moved(frames: Sequence[Frame], one: int, other: int) -> float:
    return float(np.abs(frames[one].astype(int) - frames[other]).mean())


def test_window_goes_on_where_the_media_have_ended(sources, tmp_path):
    """Half of the way, the window is half in the one colour; at the end, all in the other."""
    motion = Motion(Window(0, 0, 0.5, 0.5), Window(0.5, 0, 0.5, 0.5))
    files = [sources.quadrants((96, 160))]
    still, clip = (
        render(tmp_path, [Clip(0, 0, 1, motion=motion)], each).frames
        for each in (files, [short(files[0], tmp_path)])
    )
    red, green, *_ = QUADRANTS

    for frames in (still, clip):
        assert measure.mean_color(frames[0], Box(2, 2, 94, 158)) == pytest.approx(red, abs=6)
        assert measure.mean_color(frames[15], Box(2, 2, 44, 158)) == pytest.approx(red, abs=6)
        assert measure.mean_color(frames[15], Box(52, 2, 94, 158)) == pytest.approx(green, abs=6)
        assert measure.mean_color(frames[29], Box(8, 2, 94, 158)) == pytest.approx(green, abs=6)


def short(picture: Path, directory: Path) -> Path:
    """Return a clip of a picture of a fifth of a second."""
    return video_files.make(
        directory / "short.mp4",
        f"-loop 1 -framerate 30 -i {picture} -frames:v 6 -c:v libx264 -pix_fmt yuv420p",
    )


def test_extreme_picture_is_cut_before_it_is_scaled(sources, tmp_path):
    """It would be 16,384 pixels wide to cover the frame."""
    motion = Motion(Window(0, 0, 0.5, 0.5), Window(0.5, 0, 0.5, 0.5))
    output = replace(SMALL, fit="cover")
    files = [sources.quadrants((4096, 40))]

    frames = render(tmp_path, [Clip(0, 0, 0.2, motion=motion)], files, output=output).frames

    red, green, *_ = QUADRANTS
    assert measure.mean_color(frames[0], Box(2, 2, 94, 158)) == pytest.approx(red, abs=6)
    assert measure.mean_color(frames[5], Box(2, 2, 94, 158)) == pytest.approx(green, abs=6)


DOTS = [(x, y) for x in (0.3, 0.5, 0.7) for y in (0.3, 0.5, 0.7)]  # of the picture
TREMBLING = 0.05  # pixels that frames are away from where the window shows them, as a deviation


@pytest.mark.parametrize("preset", ["zoomIn", "panLeft", "panUp"])
def test_preset_does_not_tremble(preset, tmp_path):
    """What encoding does to a dot, moves it by 0.04 pixels; rounding would by 0.3."""
    motion, output = MOTIONS[preset], Output(270, 480, quality="best")

    clip = Clip(0, 0, 1, motion=motion)
    found = render(tmp_path, [clip], [dots((540, 960), tmp_path)], output=output).frames

    distances = []
    for number, frame in enumerate(found):
        window = motion.at(number / len(found))
        for x, y in DOTS:
            across = (x - window.x) / window.width * output.width
            down = (y - window.y) / window.height * output.height
            distances.append(np.subtract(centre(frame, across, down), (across, down)))
    assert np.std(distances) < TREMBLING
    assert np.abs(np.mean(distances, axis=0)).max() < TREMBLING


def dots(size: tuple[int, int], directory: Path) -> Path:
    """Return a picture of soft white dots."""
    rows, columns = np.mgrid[: size[1], : size[0]] + 0.5
    light = sum(
        np.exp(-((columns - x * size[0]) ** 2 + (rows - y * size[1]) ** 2) / 128) for x, y in DOTS
    )
    path = directory / "dots.png"
    Image.fromarray((40 + 180 * light).astype(np.uint8)).convert("RGB").save(path)
    return path


def centre(frame: Frame, x: float, y: float) -> tuple[float, float]:
    """Return where the middle of a dot is that is near to a place."""
    left, top = round(x) - 20, round(y) - 20
    part = frame[top : top + 40, left : left + 40].mean(axis=2)
    light = np.clip(part - 50, 0, None)
    rows, columns = np.mgrid[top : top + 40, left : left + 40] + 0.5
    return float((columns * light).sum() / light.sum()), float((rows * light).sum() / light.sum())
