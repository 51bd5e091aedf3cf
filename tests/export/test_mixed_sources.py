"""One export of all kinds of sources: each is upright, in its shape, in time, in its colours."""

import math
from fractions import Fraction

import numpy as np
import pytest
from PIL import Image
from PIL.ImageStat import Stat

from export.plan.timeline import Clip, Output
from tests.export import measure, sound
from tests.export.frame_numbers import read_frame_number
from tests.export.measure import Box, Color, Frame
from tests.export.renders import Render, render
from tests.export.sources import HELD_FRAMES, LATE, MIXED, QUADRANTS
from tests.media import video_files

FULL = Box(0, 0, 96, 160)
WIDE = {"odd.mp4": Box(0, 52, 96, 106), "anamorphic.mp4": Box(0, 52, 96, 106)}
IMAGES = ("still.png", "photo.jpg")
RATES = {"24fps.mp4": 24, "60fps.mp4": 60, "anamorphic.mp4": 25}
SLOT = 15  # frames
GAP = len(MIXED) * SLOT  # the frame at which the gap begins; the images follow

COLOR: Color = (200, 50, 100)
# Videos of that colour, by name: size, matrix, range, and what they state of their matrix.
ENCODINGS = {
    "BT.709": ("96x160", "bt709", "tv", "bt709"),
    "BT.601": ("96x160", "smpte170m", "tv", "smpte170m"),
    "BT.601 of full range": ("96x160", "smpte170m", "pc", "smpte170m"),
    "BT.709 of full range": ("96x160", "bt709", "pc", "bt709"),
    "BT.2020": ("96x160", "bt2020", "tv", "bt2020nc"),
    "unknown and small": ("96x160", "smpte170m", "tv", "unknown"),
    "unknown and HD": ("768x1280", "bt709", "tv", "unknown"),
}


@pytest.fixture(scope="module")
def mixed(sources, tmp_path_factory):
    """Half a second of each source, at 30 frames a second in a frame of 96 by 160 pixels."""
    files = [sources.mixed(name) for name in MIXED]
    files += [sources.quadrants((64, 48), name) for name in IMAGES]
    clips = [Clip(scene, scene / 2, scene / 2 + 0.5) for scene in range(len(MIXED))]
    after = GAP / 30 + 0.5
    clips += [Clip(len(MIXED) + n, after + n / 2, after + n / 2 + 0.5) for n in range(2)]
    return render(tmp_path_factory.mktemp("mixed"), clips, files)


@pytest.fixture(scope="module")
def heard(mixed):
    """The sound of it."""
    return sound.read(mixed.path)


def frames_of(mixed: Render, name: str) -> list[Frame]:
    """Return the frames of a source."""
    first = MIXED.index(name) * SLOT if name in MIXED else GAP + SLOT * (1 + IMAGES.index(name))
    return mixed.frames[first : first + SLOT]


@pytest.mark.parametrize("name", MIXED)
def test_each_source_shows_the_frame_of_each_time(mixed, name):
    rate = RATES.get(name, 30)
    for number, frame in enumerate(frames_of(mixed, name)):
        shown = read_frame_number(frame, WIDE.get(name, FULL))
        if name == "variable.mp4":
            assert shown in {
                max(n for n in HELD_FRAMES if n <= 2 * number + more) for more in (0, 1)
            }
        elif name == "mpeg4.avi":
            assert shown in {max(number - 1, 0), number}
        else:
            assert shown == math.ceil(rate * ((number + 0.5) / 30 - 0.001)) - 1


@pytest.mark.parametrize("name", WIDE)
def test_source_of_another_shape_lies_between_black_bars(mixed, name):
    for frame in frames_of(mixed, name):
        box = measure.bounding_box(frame, (0, 0, 0), 30)

        assert box == pytest.approx(WIDE[name], abs=1)


@pytest.mark.parametrize("name", [name for name in MIXED if name not in WIDE])
def test_source_of_the_frames_shape_has_no_bars(mixed, name):
    for frame in frames_of(mixed, name):
        assert measure.bounding_box(frame, (0, 0, 0), 30) == FULL


@pytest.mark.parametrize("name", IMAGES)
def test_images_are_upright_and_between_black_bars(mixed, name):
    for frame in frames_of(mixed, name):
        assert measure.bounding_box(frame, (0, 0, 0), 30) == pytest.approx((0, 44, 96, 116), abs=1)
        for color, at in zip(QUADRANTS, [(4, 48), (52, 48), (4, 84), (52, 84)], strict=True):
            assert measure.is_color(frame, color, 8, Box(*at, at[0] + 40, at[1] + 28))


def test_gap_is_black_and_silent(mixed, heard):
    for frame in mixed.frames[GAP : GAP + SLOT]:
        assert measure.is_color(frame, (0, 0, 0))
    assert sound.rms(heard.between(GAP / 30 + 0.05, GAP / 30 + 0.45)) < -80


def test_length_and_rate_are_those_of_the_timeline(mixed):
    assert len(mixed.frames) == GAP + 3 * SLOT
    assert measure.are_even(measure.frame_times(mixed.path))
    assert measure.video_info(mixed.path)[3:6] == (96, 160, Fraction(1))


@pytest.mark.parametrize("name", MIXED)
def test_each_source_is_heard_in_its_place_at_its_level(heard, name):
    start = MIXED.index(name) * SLOT / 30
    silent = {"silent.mp4": 0.47, "late-sound.mp4": LATE - 0.03}.get(name, 0)

    if silent:
        assert sound.rms(heard.between(start + 0.03, start + silent)) < -60
    if silent < 0.4:
        part = heard.between(start + silent + 0.06, start + 0.46)
        assert sound.tone(part, 440) == pytest.approx(-20, abs=0.5)


@pytest.fixture(scope="module")
def colors(tmp_path_factory):
    """A tenth of a second of each of `ENCODINGS`."""
    directory = tmp_path_factory.mktemp("colors")
    files = []
    for number, (size, matrix, levels, stated) in enumerate(ENCODINGS.values()):
        options = (
            f"-f lavfi -i color=c=0xC83264:s={size}:r=30:d=0.1,format=rgb24,"
            f"scale=out_color_matrix={matrix}:out_range={levels},format=yuv420p,"
            f"setparams=range={levels}:colorspace={stated} -c:v libx264 -preset veryfast"
        )
        files.append(video_files.make(directory / f"color-{number}.mp4", options))
    clips = [Clip(scene, scene / 10, scene / 10 + 0.1) for scene in range(len(files))]
    return render(directory, clips, files, output=Output(96, 160, 30, fit="cover"))


@pytest.mark.parametrize("name", ENCODINGS)
def test_colours_stay_as_they_are(colors, name):
    first = 3 * list(ENCODINGS).index(name)

    for frame in colors.frames[first : first + 3]:
        assert measure.mean_color(frame) == pytest.approx(COLOR, abs=3)
        assert measure.is_color(frame, COLOR, 5)


def test_poster_has_the_colours_of_the_video(colors):
    poster = Image.open(colors.path.with_name("poster.jpg")).convert("RGB")

    assert Stat(poster).mean == pytest.approx(COLOR, abs=3)


def test_grey_stays_grey(tmp_path):
    """Of an image and a video whose matrix is converted, in every level that a JPEG has."""
    levels = Image.linear_gradient("L").resize((96, 160)).convert("RGB")
    levels.save(tmp_path / "levels.jpg", quality=95)
    options = f"-i {tmp_path}/levels.jpg -vf scale=out_range=tv,format=yuv420p"
    video = video_files.make(tmp_path / "levels.mp4", f"{options} -r 30 -c:v libx264 -qp 0")

    shown = render(tmp_path, [Clip(0, 0, 0.1), Clip(1, 0.1, 0.2)], [tmp_path / "levels.jpg", video])

    for frame in (shown.frames[0], shown.frames[3]):
        assert np.ptp(frame, axis=2).max() == 0


@pytest.mark.parametrize(
    "name", [pytest.param("quicktime.mov", marks=pytest.mark.thorough), "vp9.webm"]
)
def test_source_with_a_still_in_between_goes_on_where_it_is_trimmed(sources, tmp_path, name):
    files = [sources.mixed(name), sources.quadrants((96, 160))]
    clips = [Clip(0, 0, 0.3, volume=0), Clip(1, 0.3, 0.5), Clip(0, 0.5, 0.8, 0.5, volume=0)]

    shown = render(tmp_path, clips, files).frames

    assert [read_frame_number(frame) for frame in shown[:9]] == list(range(9))
    assert [read_frame_number(frame) for frame in shown[15:]] == list(range(15, 24))
