"""How boxes on the picture are moved, resized and turned, and what they snap to."""

import pytest

from tests.browser import needs_browser

pytestmark = needs_browser

FOLDER = "screens/work/edit/picture"
FRAME = {"width": 600, "height": 1200}
BOX = {"x": 10, "y": 20, "width": 100, "height": 50, "rotation": 0}


@pytest.mark.parametrize(
    ("side", "by", "keeps_shape", "expected"),
    [
        ({"x": 1, "y": 1}, (20, 10), False, (120, 60, 20, 25)),
        ({"x": -1, "y": -1}, (20, 10), False, (80, 40, 20, 25)),
        ({"x": 1, "y": 1}, (100, 0), True, (200, 100, 60, 45)),
        ({"x": 1, "y": 0}, (20, 99), False, (120, 50, 20, 20)),
        ({"x": 1, "y": 1}, (-500, -500), False, (8, 8, -36, -1)),
        ({"x": 1, "y": 1}, (-500, -500), True, (16, 8, -32, -1)),
    ],
)
def test_opposite_corner_stays(modules, side, by, keeps_shape, expected):
    moved = {"x": by[0], "y": by[1]}
    options = {"keepsShape": keeps_shape, "least": 8}
    box = modules.call(f"{FOLDER}/handles.js", "resized", BOX, side, moved, options)
    assert tuple(box[name] for name in ("width", "height", "x", "y")) == expected


def test_sides_of_a_turned_box_are_turned(modules):
    turned = {**BOX, "rotation": 90}
    by = {"x": 0, "y": 20}  # down is the right of the box
    options = {"keepsShape": False, "least": 8}
    box = modules.call(f"{FOLDER}/handles.js", "resized", turned, {"x": 1, "y": 0}, by, options)
    assert (box["width"], box["height"]) == (pytest.approx(120), 50)
    assert (box["x"], box["y"]) == (pytest.approx(10), pytest.approx(30))


@pytest.mark.parametrize(
    ("to", "options", "expected"),
    [
        ((10, 121), {"inSteps": False, "isFree": False}, 90),
        ((13, 121), {"inSteps": False, "isFree": False}, 90),  # it is nearly that
        ((13, 121), {"inSteps": False, "isFree": True}, 88),
        ((90, 110), {"inSteps": True, "isFree": False}, 45),
        ((-91, 20), {"inSteps": False, "isFree": False}, 180),
        ((10, -80), {"inSteps": False, "isFree": False}, -90),
    ],
)
def test_box_is_turned(modules, to, options, expected):
    start = {"x": 110, "y": 20}
    box = modules.call(
        f"{FOLDER}/handles.js", "rotated", BOX, start, {"x": to[0], "y": to[1]}, options
    )
    assert box["rotation"] == expected


@pytest.mark.parametrize(
    ("middle", "expected", "lines"),
    [
        ((4, 300), (0, 300), [("x", 0)]),
        ((97, 203), (100, 200), [("x", 100), ("y", 200)]),  # thirds
        ((222, 33), (220, 33), [("x", 270)]),  # its right side within the safe area
        ((180, 33), (180, 33), []),
    ],
)
def test_box_snaps_to_middle_thirds_and_safe_areas(modules, middle, expected, lines):
    box = {**BOX, "x": middle[0], "y": middle[1]}
    result = modules.call(f"{FOLDER}/index.js", "snappedBox", box, FRAME, 5)
    assert (result["box"]["x"], result["box"]["y"]) == (
        pytest.approx(expected[0]),
        pytest.approx(expected[1]),
    )
    assert [(line["axis"], line["at"]) for line in result["lines"]] == lines
