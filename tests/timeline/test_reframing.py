"""Texts and pictures in frames of other shapes: cases that the page's suite runs as well."""

import json
import math
import random
from pathlib import Path
from typing import Any

import pytest

from media.drawing.canvas import Area
from media.drawing.overlays import TextOverlay
from media.drawing.text import placed, touched
from timeline.item_kinds import KINDS, PICTURE, TEXT
from timeline.reframing import PADDING, WRAP, Size, reframed
from timeline.text_extents import lines_within, paragraphs_of

Json = dict[str, Any]

CASES: list[Json] = json.loads(
    Path(__file__).with_name("reframing.json").read_text(encoding="utf-8")
)
KINDS_BY_NAME = {kind.name: kind for kind in KINDS}
SHAPES = [(1920, 1080), (1080, 1920), (1080, 1080), (1080, 1350), (640, 480), (607, 1080)]
WORDS = (
    *("Summer sale", "€ 19.90", "Weihnachtsgeschenke", "夏のセールは今週まで", "Летняя распродажа"),
    *("one two three four five six seven eight nine ten", "first line\nsecond line", "مرحبا بكم"),
    *("🎉 now", "ÄÖÜ É", "W" * 14, "Jane Miller, head of the bakery", ""),
)


def random_overlays(count: int, seed: int = 5) -> list[tuple[str, Json, Size, Size]]:
    """Return overlays of many kinds within a frame, the frame and another one."""
    chance = random.Random(seed)
    found = []
    while len(found) < count:
        before, after = chance.sample(SHAPES, 2)
        x, y = (chance.uniform(-side / 2, side / 2) for side in before)
        make = chance.choice([random_text, random_picture])
        overlay = {**make(chance, before), "centerX": round(x, 2), "centerY": round(y, 2)}
        kind = "text" if make is random_text else "picture"
        if is_within(shown(kind, overlay, Size(*before)), Size(*before)):
            found.append((kind, overlay, Size(*before), Size(*after)))
    return found


def random_text(chance: random.Random, frame: tuple[int, int]) -> Json:
    overlay: Json = {
        "text": chance.choice(WORDS),
        "fontSize": round(min(frame) * chance.uniform(0.02, 0.15), 1),
        "fontColor": "#fff",
    }
    optional = {
        "width": round(frame[0] * chance.uniform(0.2, 1)),
        "align": chance.choice(["left", "center", "right"]),
        "lineHeight": chance.choice([1, 1.5]),
        "outlineWidth": chance.choice([0, 3, 30]),
        "backgroundColor": "#000000",
        "shadow": False,
    }
    return overlay | {key: value for key, value in optional.items() if chance.random() < 0.4}


def random_picture(chance: random.Random, frame: tuple[int, int]) -> Json:
    picture: Json = {"assetId": "asset_1", "opacity": 1, "rotation": 0}
    picture["width"] = round(frame[0] * chance.choice([0.1, 0.2, 0.5, 0.9, 1, 1]), 1)
    picture["height"] = round(frame[1] * chance.choice([0.1, 0.2, 0.5, 0.9, 1, 1]), 1)
    if chance.random() < 0.4:
        picture["rotation"] = chance.choice([90, -90, 180, 30, 45, 361.5, -12.25])
    if chance.random() < 0.3:
        picture["maintainAspectRatio"] = chance.random() < 0.5
    return picture


def shown(kind: str, overlay: Json, frame: Size) -> tuple[float, float, float, float]:
    """Return the left, top, right and bottom of an overlay, from the frame's middle."""
    x, y = overlay["centerX"], overlay["centerY"]
    if kind == "picture":
        angle = math.radians(overlay["rotation"])
        sides = overlay["width"] / 2, overlay["height"] / 2
        corners = [(sides[0] * right, sides[1] * down) for right in (-1, 1) for down in (-1, 1)]
        across = [cx * math.cos(angle) - cy * math.sin(angle) for cx, cy in corners]
        down = [cx * math.sin(angle) + cy * math.cos(angle) for cx, cy in corners]
        return x + min(across), y + min(down), x + max(across), y + max(down)
    size, area = overlay["fontSize"], overlay.get("width") or frame.width * WRAP
    lines = lines_within(paragraphs_of(overlay["text"]), area * 1000 / size)
    half = lines.width * size / 2000
    x += {"left": half - area / 2, "right": area / 2 - half}.get(overlay.get("align") or "", 0)
    high = lines.rows * size * (overlay.get("lineHeight") or 1.2) / 2
    padding = PADDING if overlay.get("backgroundColor") else (0, 0)
    pads = [max(share * size, overlay.get("outlineWidth") or 0) for share in padding]
    return x - half - pads[0], y - high - pads[1], x + half + pads[0], y + high + pads[1]


def is_within(box: tuple[float, float, float, float], frame: Size, by: float = 0.01) -> bool:
    """Return whether a box reaches beyond a frame by less than a part of a pixel."""
    left, top, right, bottom = box
    width, height = frame.width / 2 + by, frame.height / 2 + by
    return -width <= left and -height <= top and right <= width and bottom <= height


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_case(case):
    kind = KINDS_BY_NAME[case["kind"]]

    found = reframed(kind, case["overlay"], Size(*case["before"]), Size(*case["after"]))

    assert {**case["overlay"], **case["expect"]} == found


def test_nothing_leaves_the_frame_and_pictures_keep_their_shape():
    for kind, overlay, before, after in random_overlays(500):
        found = reframed(KINDS_BY_NAME[kind], overlay, before, after)

        assert is_within(shown(kind, found, after), after), (overlay, before, after)
        if kind == "picture" and overlay.get("maintainAspectRatio") is not False:
            share = found["width"] / found["height"]
            assert share == pytest.approx(overlay["width"] / overlay["height"], rel=1e-3)


def test_a_frame_of_the_same_shape_shows_the_same():
    for kind, overlay, before, after in random_overlays(200):
        small = reframed(KINDS_BY_NAME[kind], overlay, before, after.times(0.5))
        large = reframed(KINDS_BY_NAME[kind], overlay, before, after)

        for name in ("centerX", "centerY", "width", "height", "fontSize"):
            if name in large:
                assert small[name] * 2 == pytest.approx(large[name], abs=0.01)


@pytest.mark.parametrize("shape", SHAPES[1:4])
def test_there_and_back_again(shape):
    wide, other = Size(1920, 1080), Size(*shape)
    logo = {"assetId": "a", "width": 200, "height": 100, "centerX": 820, "centerY": -450}
    title = {"text": "Our summer", "fontSize": 119, "centerX": 0, "centerY": -20, "width": 1613}
    name = {
        **title,
        "fontSize": 54,
        "centerX": -192,
        "centerY": 367,
        "width": 1152,
        "align": "left",
    }
    for kind, overlay in ((PICTURE, {**logo, "rotation": 0}), (TEXT, title), (TEXT, name)):
        back = reframed(kind, reframed(kind, overlay, wide, other), other, wide)

        for key, value in overlay.items():
            is_length = isinstance(value, int)
            assert back[key] == (pytest.approx(value, abs=0.01) if is_length else value)


def test_drawn_texts_are_within_the_frame():
    for kind, overlay, before, after in random_overlays(150, seed=8):
        if kind == "picture":
            continue
        found = reframed(TEXT, overlay, before, after)
        text = TextOverlay(
            found["text"],
            found["fontSize"],
            "#ffffff",
            found["centerX"],
            found["centerY"],
            wrap=found.get("width", after.width * WRAP) / after.width,
            align=found.get("align", "center"),
            line_height=found.get("lineHeight", 1.2),
            outline_width=found.get("outlineWidth", 0),
            shadow=False,
            background=found.get("backgroundColor"),
        )
        frame = (round(after.width), round(after.height))
        area = touched(*placed(text, None, frame, 1), Area(-9999, -9999, 9999, 9999))

        outside = max(-area.left, -area.top, area.right - frame[0], area.bottom - frame[1])
        assert area.is_empty or outside <= 0.02 * min(frame) + 2, (overlay, before, after, area)
