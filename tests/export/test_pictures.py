"""Picture overlays on the frames of exported videos: place, shape, opacity, rotation, formats."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from export.plan.timeline import Clip, Output, Picture, Text
from tests.export import measure
from tests.export.measure import Box, Color, Frame
from tests.export.renders import render
from tests.export.sources import QUADRANTS, Sources

pytestmark = pytest.mark.usefixtures("drawn_here")

WIDTH, HEIGHT = 192, 320
OUTPUT = Output(WIDTH, HEIGHT, 30)
GREY, GREY_HEX = (96, 96, 96), "0x606060"
RED, GREEN, BLUE, YELLOW = QUADRANTS
ORANGE: Color = (230, 120, 40)


@pytest.fixture(scope="module")
def files(tmp_path_factory, sources):
    """Pictures by the ids of their assets: solid ones, and such with four colours."""
    directory = tmp_path_factory.mktemp("pictures")
    paths = {
        "quadrants": sources.quadrants((80, 40)),
        "turned": sources.quadrants((80, 40), "x.jpg"),
    }
    for name, (color, size) in {
        "orange": (ORANGE, (80, 40)),
        "green": (GREEN, (40, 40)),
        "dot": (ORANGE, (1, 1)),
    }.items():
        paths[name] = directory / f"{name}.png"
        Image.new("RGB", size, color).save(paths[name])
    image = Image.open(paths["quadrants"])
    for kind in ("webp", "gif"):
        paths[kind] = directory / f"quadrants.{kind}"
        image.save(paths[kind], lossless=True)  # GIF always is
    hole = Image.new("RGBA", (60, 60), (*ORANGE, 255))
    hole.paste((0, 255, 0, 0), (20, 20, 40, 40))
    hole.paste((*ORANGE, 128), (0, 40, 60, 60))
    paths["hole"] = directory / "hole.png"
    hole.save(paths["hole"])
    return paths


def shown(
    sources: Sources,
    directory: Path,
    files: Mapping[str, Path],
    *pictures: Picture,
    texts: tuple[Text, ...] = (),
) -> Frame:
    """Return a grey frame with pictures."""
    clips, source = [Clip(0, 0, 1 / 30)], sources.solid(GREY_HEX, (WIDTH, HEIGHT))
    video = render(
        directory, clips, [source], output=OUTPUT, pictures=pictures, texts=texts, assets=files
    )
    return video.frames[0]


def picture(asset: str, width: float = 80, height: float = 40, **fields: Any) -> Picture:
    return Picture(asset, 0, 1, width, height, **fields)


BOXES: list[tuple[dict[str, Any], tuple[int, ...]]] = [
    ({}, (56, 140, 136, 180)),
    ({"center_x": 11, "center_y": -33}, (67, 107, 147, 147)),
    ({"left": 11, "top": 21}, (11, 21, 91, 61)),
    ({"width": 120, "height": 120}, (36, 130, 156, 190)),
    ({"width": 61, "height": 121, "keep_aspect": False}, (66, 100, 127, 221)),
    ({"width": 31, "height": 200}, (80, 152, 112, 168)),
    ({"left": -40, "top": -20}, (0, 0, 40, 20)),
    ({"left": WIDTH - 15, "top": HEIGHT - 11}, (177, 309, 192, 320)),
    ({"width": 90_000, "height": 90_000}, (0, 0, WIDTH, HEIGHT)),
    ({"width": 90_000, "height": 3, "keep_aspect": False}, (0, 159, WIDTH, 161)),
    ({"rotation": 90}, (76, 120, 116, 200)),
    ({"rotation": 45}, (54, 118, 138, 202)),
    ({"rotation": -30}, (52, 123, 140, 197)),
]
OUTSIDE: list[dict[str, Any]] = [{"left": 500, "top": 0}, {"center_x": -400}, {"opacity": 0}]
OPACITIES = [(color, opacity) for color in ("orange", "green") for opacity in (1, 0.75, 0.5, 0.1)]


@pytest.fixture(scope="module")
def row(sources, tmp_path_factory, files):
    """A frame with each picture of `BOXES`, `OUTSIDE` and `OPACITIES`."""
    pictures = [picture("orange", **fields) for fields, _ in BOXES]
    pictures += [picture("orange", **fields) for fields in OUTSIDE]
    pictures += [
        picture(color, center_x=3, center_y=5, opacity=opacity) for color, opacity in OPACITIES
    ]
    timed = [
        replace(each, start=number / 30, end=(number + 1) / 30)
        for number, each in enumerate(pictures)
    ]
    clips, source = [Clip(0, 0, len(timed) / 30)], sources.solid(GREY_HEX, (WIDTH, HEIGHT))
    directory = tmp_path_factory.mktemp("row")
    video = render(directory, clips, [source], output=OUTPUT, pictures=timed, assets=files)
    return video.frames


def mixed(color: Color, share: float) -> Color:
    red, green, blue = (round(share * level + (1 - share) * 96) for level in color)
    return red, green, blue


def around(x: float, y: float, size: int = 6) -> Box:
    """Return a box around a point that is given from the frame's centre."""
    left, top = round(WIDTH / 2 + x - size / 2), round(HEIGHT / 2 + y - size / 2)
    return Box(left, top, left + size, top + size)


@pytest.mark.parametrize("number", range(len(BOXES)))
def test_picture_fills_its_box(row, number):
    _, expected = BOXES[number]
    frame = row[number]

    found = measure.bounding_box(frame, GREY, 40)

    assert found == pytest.approx(expected, abs=1.5)


@pytest.mark.parametrize("number", range(len(OUTSIDE)))
def test_picture_that_is_not_in_the_frame_changes_nothing(row, number):
    frame = row[len(BOXES) + number]

    assert measure.is_color(frame, GREY, 3)


@pytest.mark.parametrize("number", range(len(OPACITIES)))
def test_opacity_mixes_the_picture_with_what_is_below(row, number):
    color, opacity = OPACITIES[number]
    frame = row[len(BOXES) + len(OUTSIDE) + number]

    expected = mixed(ORANGE if color == "orange" else GREEN, opacity)
    assert measure.mean_color(frame, around(3, 5, 20)) == pytest.approx(expected, abs=4)


@pytest.mark.parametrize(
    "rotation",
    [
        90.0,
        *(pytest.param(each, marks=pytest.mark.thorough) for each in (0.0, 180.0, -90.0, 450.0)),
    ],
)
def test_rotation_is_clockwise(sources, tmp_path, files, rotation):
    frame = shown(sources, tmp_path, files, picture("quadrants", rotation=rotation))

    clockwise = [RED, GREEN, YELLOW, BLUE]  # from the top left
    turns = round(rotation / 90) % 4
    x, y = (20, 10) if turns % 2 == 0 else (10, 20)
    for number, (right, down) in enumerate([(-x, -y), (x, -y), (x, y), (-x, y)]):
        found = measure.mean_color(frame, around(right, down))
        assert found == pytest.approx(clockwise[(number - turns) % 4], abs=8)


@pytest.mark.parametrize("asset", ["turned", "webp", "gif"])
def test_every_format_is_shown_upright(sources, tmp_path, files, asset):
    frame = shown(sources, tmp_path, files, picture(asset))

    assert measure.bounding_box(frame, GREY, 40) == pytest.approx((56, 140, 136, 180), abs=1)
    for color, x, y in [(RED, -20, -10), (GREEN, 20, -10), (BLUE, -20, 10), (YELLOW, 20, 10)]:
        assert measure.mean_color(frame, around(x, y)) == pytest.approx(color, abs=12)


def test_transparent_parts_show_what_is_below(sources, tmp_path, files):
    frame = shown(sources, tmp_path, files, picture("hole", 60, 60))

    assert measure.mean_color(frame, around(0, 0, 12)) == pytest.approx(GREY, abs=3)
    assert measure.mean_color(frame, around(-20, -20, 10)) == pytest.approx(ORANGE, abs=6)
    assert measure.mean_color(frame, around(0, 20, 10)) == pytest.approx(mixed(ORANGE, 0.5), abs=6)


def test_pictures_lie_above_texts_and_earlier_pictures(sources, tmp_path, files):
    pictures = [picture("orange", 80, 40), picture("green", 40, 40, center_x=20)]
    texts = (Text("HHHHHH", 0, 1, 30, "#ffffff"),)

    frame = shown(sources, tmp_path, files, *pictures, texts=texts)

    assert measure.is_color(frame, ORANGE, 30, Box(60, 144, 92, 176))
    assert measure.is_color(frame, GREEN, 30, Box(100, 144, 132, 176))
    reversed_frame = shown(sources, tmp_path, files, *reversed(pictures), texts=texts)
    assert measure.is_color(reversed_frame, ORANGE, 30, Box(60, 144, 132, 176))


@pytest.mark.parametrize("place", [pytest.param((40, 60), marks=pytest.mark.thorough), (41, 61)])
def test_picture_of_one_pixel_is_in_its_place(sources, tmp_path, files, place):
    left, top = place

    frame = shown(sources, tmp_path, files, picture("dot", 1, 1, left=left, top=top))

    found = measure.bounding_box(frame, GREY, 20)
    assert found is not None
    assert found.left <= left < found.right
    assert found.top <= top < found.bottom
    assert max(found.right - found.left, found.bottom - found.top) <= 4


def test_picture_of_one_pixel_fills_a_large_box(sources, tmp_path, files):
    frame = shown(sources, tmp_path, files, picture("dot", 4000, 4000))

    assert measure.is_color(frame, ORANGE, 4)
