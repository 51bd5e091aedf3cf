"""Large frames are rendered within the limit of memory, however many processors there are."""

from fractions import Fraction
from pathlib import Path

import pytest
from PIL import Image

from export.plan.frame_size import Frame
from export.plan.timeline import Clip, Output
from export.render.encoding import is_large, threads, video_args
from media import rendering
from settings import processors
from tests.export import measure
from tests.export.renders import render
from tests.export.sources import Sources

LARGEST = (4096, 4096)
BACKGROUND, LINE = (40, 40, 200), (200, 40, 40)


@pytest.fixture(autouse=True)
def _many_processors(monkeypatch):
    monkeypatch.setattr(processors, "available", lambda: 64)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("size", "frames"),
    [
        pytest.param(LARGEST, 12, marks=pytest.mark.thorough),
        pytest.param(LARGEST, 18, marks=pytest.mark.thorough),
        pytest.param((3840, 2160), 30, marks=pytest.mark.thorough),
        pytest.param((1920, 1080), 54, marks=pytest.mark.thorough),
    ],
)
def test_more_large_frames_than_the_encoder_looks_ahead_fit_into_memory(
    sources: Sources, tmp_path: Path, size: tuple[int, int], frames: int
) -> None:
    clips = [sources.solid(size=(1920, 1080), seconds=1.5), sources.solid(size=(1080, 1920))]
    end = frames / 30
    cut = end - 0.2
    places = [Clip(0, 0, cut, transition="fade", transition_seconds=0.2), Clip(1, cut, end)]
    output = Output(*size, 30, quality="best", fit="blur")

    video = render(tmp_path, places, clips, output=output, decode=False)

    assert measure.count_frames(video.path) == frames


def test_threads_and_lookahead_shrink_with_the_size_of_the_frame():
    sizes = [(1280, 720), (1920, 1080), (1080, 1920), (3840, 2160), LARGEST]
    frames = [Frame(*size, 1.0) for size in sizes]

    assert [threads(frame) for frame in frames] == [8, 8, 8, 4, 2]
    assert [is_large(frame) for frame in frames] == [False, False, False, True, True]
    lookaheads = [
        next(each for each in video_args("best", Fraction(30), frame) if "rc-lookahead" in each)
        for frame in frames
    ]
    assert [each.rpartition("=")[2] for each in lookaheads] == ["40", "40", "40", "20", "10"]


@pytest.mark.parametrize("number", [1, 2])
def test_few_processors_have_few_threads(monkeypatch, number):
    monkeypatch.setattr(processors, "available", lambda: number)

    assert threads(Frame(1280, 720, 1.0)) == (2, 3)[number - 1]


@pytest.mark.parametrize(
    ("shape", "fit"),
    [
        pytest.param((40, 4000), "cover", marks=pytest.mark.thorough),
        ((4000, 24), "blur"),
        pytest.param((40, 4000), "blur", marks=pytest.mark.thorough),
        pytest.param((4000, 24), "cover", marks=pytest.mark.thorough),
    ],
)
def test_picture_of_an_extreme_shape_takes_little_memory(
    sources, tmp_path, monkeypatch, shape, fit
):
    monkeypatch.setattr(rendering, "MEMORY_BYTES", 1 << 30)
    clip = sources.solid(size=shape, seconds=0.2)
    output = Output(1920, 1080, 30, fit=fit)

    video = render(tmp_path, [Clip(0, 0, 0.2)], [clip], output=output, decode=False)

    middle = measure.Box(958, 538, 962, 542)
    assert measure.is_color(measure.frame(video.path, 5), (200, 50, 100), 6, middle)


@pytest.mark.parametrize("vertical", [True, False])
def test_cover_of_an_extreme_shape_shows_its_middle(tmp_path, vertical):
    """A picture of two colours that meet in the middle."""
    size = (40, 2000) if vertical else (2000, 40)
    picture = Image.new("RGB", size, BACKGROUND)
    half = (0, 0, 40, 1000) if vertical else (0, 0, 1000, 40)
    picture.paste(LINE, half)
    picture.save(tmp_path / "x.png")
    (tmp_path / "renders").mkdir()

    video = render(
        tmp_path / "renders",
        [Clip(0, 0, 0.1)],
        [tmp_path / "x.png"],
        output=Output(320, 240, 30, fit="cover"),
    )

    frame = video.frames[0]
    first = measure.Box(0, 0, 320, 88) if vertical else measure.Box(0, 0, 128, 240)
    second = measure.Box(0, 152, 320, 240) if vertical else measure.Box(192, 0, 320, 240)
    assert measure.is_color(frame, LINE, 8, first)
    assert measure.is_color(frame, BACKGROUND, 8, second)
