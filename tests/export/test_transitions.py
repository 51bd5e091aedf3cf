"""Transitions: which pictures are mixed, when, and from which side the new one comes."""

import numpy as np
import pytest

from export.plan.clips import Source
from export.plan.plan import make_plan
from export.plan.timeline import Clip, Text, Timeline
from schemas.transitions import MOVEMENTS
from tests.cases import cases
from tests.export import measure, sound
from tests.export.frame_numbers import blocks
from tests.export.measure import Box, Color, Frame
from tests.export.renders import SMALL, numbers, render
from tests.export.sources import BEEP, QUADRANTS, beeps, sine

pytestmark = pytest.mark.usefixtures("drawn_here")

BLACK: Color = (0, 0, 0)
GREY: Color = (128, 128, 128)
WHITE: Color = (255, 255, 255)
RED, GREEN, BLUE, YELLOW = QUADRANTS
FRAMES, MIXED_FRAMES = 12, 6  # of a clip and of a transition, which lasts 0.2 s

# What is in the four quarters of the frame in the middle of a transition from grey to `QUADRANTS`.
MIDDLES = {
    "wipe": (RED, GREY, BLUE, GREY),
    "wipeleft": (RED, GREY, BLUE, GREY),
    "wiperight": (GREY, GREEN, GREY, YELLOW),
    "wipeup": (GREY, GREY, BLUE, YELLOW),
    "wipedown": (RED, GREEN, GREY, GREY),
    "slide": (GREY, RED, GREY, BLUE),
    "slideup": (GREY, GREY, RED, GREEN),
    "slidedown": (BLUE, YELLOW, GREY, GREY),
    "fadeblack": (BLACK, BLACK, BLACK, BLACK),
    "fadewhite": (WHITE, WHITE, WHITE, WHITE),
}
FADES = ("fade", "dissolve", "zoom", "blur", "starburst")
NAMES = (*MIDDLES, *FADES, "cut", "none")


@pytest.fixture(scope="module")
def row(sources, tmp_path_factory):
    """Grey and coloured clips by turns: each grey one leads to the next by another transition."""
    clips: list[Clip] = []
    for name in NAMES:
        start = len(clips) * 0.4
        clips.append(Clip(0, start, start + 0.4, 0.0, name, 0.2))
        clips.append(Clip(1, start + 0.4, start + 0.8))
    files = [sources.solid("0x808080"), sources.quadrants((96, 160))]
    return render(tmp_path_factory.mktemp("row"), clips, files)


def quarters(frame: Frame, inset: int = 6) -> list[tuple[float, float, float]]:
    """Return the mean colours of the quarters of a frame, without their edges."""
    boxes = [(0, 0), (48, 0), (0, 80), (48, 80)]
    return [
        measure.mean_color(
            frame, Box(left + inset, top + inset, left + 48 - inset, top + 80 - inset)
        )
        for left, top in boxes
    ]


def assert_quarters(frame: Frame, *expected: Color) -> None:
    for found, color in zip(quarters(frame), expected, strict=True):
        assert found == pytest.approx(color, abs=6)


def test_every_transition_is_among_them():
    assert {*MIDDLES, *FADES} - {"starburst"} == set(MOVEMENTS)


@pytest.mark.parametrize("name", NAMES)
def test_clips_are_alone_outside_of_a_transition(row, name):
    boundary = (2 * NAMES.index(name) + 1) * FRAMES
    transition = 0 if name in {"cut", "none"} else MIXED_FRAMES

    assert len(row.frames) == 2 * len(NAMES) * FRAMES
    for number in range(boundary - FRAMES, boundary - transition + 1):
        if number < boundary:
            assert_quarters(row.frames[number], *[GREY] * 4)
    for number in range(boundary, boundary + FRAMES):
        assert_quarters(row.frames[number], *QUADRANTS)


@pytest.mark.parametrize("name", [name for name in MIDDLES if name.startswith("slide")])
def test_first_frame_of_a_slide_is_the_outgoing_clip_up_to_its_edges(row, name):
    first = row.frames[(2 * NAMES.index(name) + 1) * FRAMES - MIXED_FRAMES]

    assert np.abs(first.astype(int) - GREY).max() <= 6


@pytest.mark.parametrize("name", MIDDLES)
def test_new_picture_comes_from_the_side_that_the_preview_shows(row, name):
    boundary = (2 * NAMES.index(name) + 1) * FRAMES

    assert_quarters(row.frames[boundary - MIXED_FRAMES // 2], *MIDDLES[name])


@pytest.mark.parametrize("name", FADES)
def test_fade_mixes_both_pictures_and_is_used_for_unknown_names(row, name):
    boundary = (2 * NAMES.index(name) + 1) * FRAMES
    for number in range(MIXED_FRAMES):
        share = number / MIXED_FRAMES
        expected = [
            tuple((1 - share) * old + share * new for old, new in zip(GREY, color, strict=True))
            for color in QUADRANTS
        ]
        for found, color in zip(
            quarters(row.frames[boundary - MIXED_FRAMES + number]), expected, strict=True
        ):
            assert found == pytest.approx(color, abs=7)


def levels(frame: Frame) -> list[float]:
    """Return the levels of the blocks of a numbered frame."""
    grid = frame.mean(axis=2).reshape(4, 40, 4, 24)[:, 10:30, :, 6:18]
    return [float(level) for level in grid.mean(axis=(1, 3)).flat]


def mixture(outgoing: int, incoming: int, share: float) -> list[float]:
    one, other = (np.frombuffer(blocks(number), np.uint8) for number in (outgoing, incoming))
    return [float(level) for level in (1 - share) * one + share * other]


@pytest.mark.parametrize("divided", [pytest.param(False, marks=pytest.mark.thorough), True])
def test_end_of_a_clip_mixes_with_the_beginning_of_the_next(sources, tmp_path, divided):
    """Also if the edges of an overlay divide the transition."""
    clips = [Clip(0, 0, 1, 0.0, "fade", 0.4), Clip(1, 1, 2, 0.5)]
    texts = [Text("", 0.75, 0.85)] if divided else []
    files = [sources.numbered(), sources.numbered(200, 60)]
    video = render(tmp_path, clips, files, texts=texts)

    for number in range(12):
        expected = mixture(18 + number, 215 + number, number / 12)
        assert levels(video.frames[18 + number]) == pytest.approx(expected, abs=10)
    assert numbers(video)[:18] == list(range(18))
    assert numbers(video)[30:] == list(range(227, 257))


@pytest.mark.parametrize(
    "names",
    [
        ("zoom", "fadewhite", "cut"),
        pytest.param(("blur", "fadeblack", "cut"), marks=pytest.mark.thorough),
    ],
)
def test_divided_transitions_look_like_whole_ones(sources, tmp_path, names):
    """Also those of an odd number of frames, whose middle is between two of them."""
    clips = [Clip(n % 2, n * 0.5, n * 0.5 + 0.5, 0.0, name, 7 / 30) for n, name in enumerate(names)]
    edges = [Text("", n * 0.5 - 0.1, n * 0.5) for n in range(1, len(names))]
    files = [sources.quadrants((96, 160)), sources.numbered(count=30)]

    whole, divided = (render(tmp_path, clips, files, texts=texts).frames for texts in ([], edges))

    assert len(divided) == len(whole)
    for one, other in zip(whole, divided, strict=True):
        assert np.abs(one.astype(int) - other).mean() < 4


def test_clip_that_runs_out_is_held_in_its_transition(sources, tmp_path):
    clips = [Clip(0, 0, 1, 0.0, "fade", 0.4), Clip(1, 1, 2)]
    files = [sources.numbered(count=20), sources.numbered(200, 6)]
    video = render(tmp_path, clips, files)

    for number in range(1, 12):
        expected = mixture(min(18 + number, 19), min(200 + number, 205), number / 12)
        assert levels(video.frames[18 + number]) == pytest.approx(expected, abs=10)
    assert numbers(video)[30:] == [205] * 30


@pytest.mark.parametrize("count", [3, pytest.param(10, marks=pytest.mark.thorough)])
def test_transitions_leave_picture_and_sound_in_step(sources, tmp_path, count):
    """Each clip has a beep 0.3 s after its beginning, of which 0.2 s are in the transition."""
    files = [sources.numbered(100 * scene, 30, sound=beeps(0.3)) for scene in range(3)]
    scenes, last = range(count + 1), count / 2 + 0.25
    clips = [Clip(scene % 3, scene / 2, scene / 2 + 0.5, 0.0, "fade", 0.2) for scene in scenes]
    gates = "+".join(f"gte(t\\,{at})*lt(t\\,{at + 0.1})" for at in (0.25, last))
    music = sources.sound(f"{sine(3000)}*({gates})", count / 2 + 2)
    video = render(tmp_path, clips, files, music={"music": music})

    heard, shown = sound.read(video.path), numbers(video)

    assert len(shown) == 15 * len(scenes)
    assert shown[-9:] == [count % 3 * 100 + frame for frame in range(12, 21)]
    for scene in scenes[1:]:
        assert shown[15 * scene] == scene % 3 * 100 + 6
    assert sound.onsets(heard, 3000) == pytest.approx([0.25, last], abs=0.02)
    beeped = [0.3, *(scene / 2 + 0.1 for scene in scenes[1:])]
    assert sound.onsets(heard, BEEP) == pytest.approx(beeped, abs=0.02)


@cases(
    ("clips", "expected"),
    {
        "at most half of a clip": ([Clip(0, 0, 1, 0, "fade", 5), Clip(0, 1, 1.5)], [7, 0]),
        "at most a minute": ([Clip(0, 0, 200, 0, "fade", 90), Clip(0, 200, 400)], [1800, 0]),
        "none over a gap": ([Clip(0, 0, 1, 0, "fade", 0.2), Clip(0, 1.2, 2)], [0, 0]),
        "none at the end": ([Clip(0, 0, 1, 0, "fade", 0), Clip(0, 1, 2, 0, "fade", 1)], [0, 0]),
        "of overlapping clips": ([Clip(0, 0, 1, 0, "fade", 0.2), Clip(0, 0.8, 2)], [6, 0]),
    },
)
def test_length_of_transitions(clips, expected):
    plan = make_plan(Timeline(SMALL, clips), {0: Source(9.0, None, 30)})

    assert [placed.transition_frames for placed in plan.clips] == expected
