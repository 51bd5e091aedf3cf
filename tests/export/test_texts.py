"""Texts on the frames of exported videos: place, time, scripts, fonts, scale."""

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image, ImageChops

from export.plan.timeline import Clip, Output, Text
from media.drawing.fonts import Fonts
from media.drawing.layout import lay_out
from media.drawing.overlays import TextOverlay
from tests.browser import needs_browser
from tests.cases import cases
from tests.export import measure
from tests.export.measure import Box, Frame
from tests.export.renders import render
from tests.export.running import body_of, export, new_work
from tests.export.sources import Sources
from tests.media.browser import open_page, screenshot, similarity
from tests.media.overlay_images import draw
from tests.service import ROOT

pytestmark = pytest.mark.usefixtures("drawn_here")

WIDTH, HEIGHT = 192, 320
OUTPUT = Output(WIDTH, HEIGHT, 30)
BLUE, BLUE_HEX = (0, 0, 200), "0x0000C8"
FONTS = ROOT / "media" / "fonts"
FONT = FONTS / "NotoSans-Bold.ttf"
TRICKY = "It's: 50% {a}\\ [b],;\nmovie='/etc/passwd'"
SCRIPTS = {
    "punctuation": TRICKY,
    "Arabic": "مرحبا بالعالم",
    "Hindi": "नमस्ते क्षत्रिय ज्ञान",
    "Hebrew": "שָׁלוֹם עולם",
    "Thai": "สวัสดีชาวโลก น้ำ",
    "emoji": "👍🏽 🏳️‍🌈 🇩🇪 1️⃣",
    "2,000 characters": "Lorem ip. " * 200,
}


def ink(frame: Frame, box: Box | None = None) -> npt.NDArray[np.bool_]:
    """Return which pixels are white, without the shadow."""
    part = frame if box is None else frame[box.top : box.bottom, box.left : box.right]
    return np.asarray(part.min(axis=2) > 110, np.bool_)


def ink_box(frame: Frame) -> Box:
    """Return the box of what is white."""
    rows, columns = np.nonzero(ink(frame))
    assert rows.size, "nothing is white"
    left, top, right, bottom = columns.min(), rows.min(), columns.max() + 1, rows.max() + 1
    return Box(int(left), int(top), int(right), int(bottom))


def runs(pixels: npt.NDArray[np.bool_], axis: int) -> int:
    """Return how many stretches of columns (axis 0) or rows (1) have such pixels."""
    filled = np.any(pixels, axis=axis)
    return int(np.count_nonzero(np.diff(np.concatenate(([0], filled.astype(int)))) == 1))


def one_by_one(
    sources: Sources, directory: Path, texts: list[Text], output: Output = OUTPUT
) -> list[Frame]:
    """Render each text into a frame of its own, over blue."""
    moved = [
        replace(each, start=number / 30, end=(number + 1) / 30) for number, each in enumerate(texts)
    ]
    clips = [Clip(0, 0, len(texts) / 30)]
    files = [sources.solid(BLUE_HEX, (output.width, output.height))]
    return render(directory, clips, files, output=output, texts=moved, assets={"f": FONT}).frames


def text(content: str = "H", size: float = 40, x: float = 0, y: float = 0, **fields: Any) -> Text:
    return Text(content, 0, 1, size, "#ffffff", x, y, **fields)


# Place

PLACES = [*((0, 0, 40), (1, 1, 40), (-7, 33, 41), (11, -53, 23), (20.5, -20.5, 40), (-31, 99, 15))]


@pytest.fixture(scope="module")
def placed(sources, tmp_path_factory):
    """The letter at `PLACES`, then at the edges of the frame, then by its top left corner."""
    texts = [text("H", size, x, y) for x, y, size in PLACES]
    texts += [text("H", 40, WIDTH / 2, 3), text("H", 40, 3, -HEIGHT / 2), text("H", 40, 500, 0)]
    texts += [text(left=10, top=20), text(left=51, top=97), text(left=-15, top=20)]
    return one_by_one(sources, tmp_path_factory.mktemp("placed"), texts)


@pytest.mark.parametrize("number", range(len(PLACES)))
def test_letter_is_centred_at_its_place(placed, number):
    x, y, _ = PLACES[number]

    left, top, right, bottom = ink_box(placed[number])

    assert (left + right) / 2 == pytest.approx(WIDTH / 2 + x, abs=1)
    assert (top + bottom) / 2 == pytest.approx(HEIGHT / 2 + y, abs=1)


def test_text_is_cropped_at_the_edges(placed):
    whole = ink_box(placed[0])
    width, height = whole.right - whole.left, whole.bottom - whole.top
    right, top, outside = placed[len(PLACES) : len(PLACES) + 3]

    assert ink_box(right).right == WIDTH
    assert ink_box(right).left == pytest.approx(WIDTH - width / 2, abs=1)
    assert ink_box(top).top == 0
    assert ink_box(top).bottom == pytest.approx(height / 2, abs=1)
    assert measure.bounding_box(outside, BLUE) is None


def test_corner_is_that_of_the_box(placed):
    """Beside the letter are 0.07 of the font's size, and above it 0.26."""
    first, second, cropped = map(ink_box, placed[len(PLACES) + 3 :])

    assert first[:2] == pytest.approx((10 + 0.073 * 40, 20 + 0.26 * 40), abs=1)
    assert np.subtract(second, first).tolist() == [41, 77, 41, 77]
    assert (cropped.left, cropped.right) == (0, first.right - 25)


# Time


def test_texts_are_visible_from_their_first_to_their_last_frame(sources, tmp_path):
    """Over a transition (0.6 to 1 s) and a cut (2 s), and up to the end of the video at 3 s."""
    times = [
        *((0.0, 0.3), (0.3, 0.7), (0.7, 0.98), (0.5, 1.2), (0.8, 0.8334), (1.9, 2.1), (2.0, 2.5)),
        *((2.9, 9.0), (3.0, 4.0), (2.5, 2.51)),
    ]
    places = [(20 + 36 * (n % 5), 60 + 90 * (n // 5)) for n in range(len(times))]
    texts = [
        Text("H", start, end, 30, "#ffffff", x - WIDTH / 2, y - HEIGHT / 2)
        for (start, end), (x, y) in zip(times, places, strict=True)
    ]
    clips = [Clip(0, 0, 1, 0, "slide", 0.4), Clip(1, 1, 2), Clip(0, 2, 3)]
    files = [sources.solid(BLUE_HEX, (WIDTH, HEIGHT)), sources.solid("0x207020", (WIDTH, HEIGHT))]

    video = render(tmp_path, clips, files, output=OUTPUT, texts=texts)

    assert len(video.frames) == 90
    for (start, end), (x, y) in zip(times, places, strict=True):
        seen = [
            n
            for n, f in enumerate(video.frames)
            if ink(f, Box(x - 12, y - 12, x + 12, y + 12)).any()
        ]
        expected = range(round(start * 30), min(90, round(end * 30)))
        assert seen == list(expected), (start, end)


# Scripts


@pytest.fixture(scope="module")
def scripts(sources, tmp_path_factory):
    texts = [*SCRIPTS.values(), "سسس", "س\u200cس\u200cس", "😀"]
    names = [*SCRIPTS, "joined", "apart", "face"]
    sizes = [10.0 if len(each) > 100 else 20.0 for each in texts]
    drawn = [text(each, size) for each, size in zip(texts, sizes, strict=True)]
    frames = one_by_one(sources, tmp_path_factory.mktemp("scripts"), drawn)
    return dict(zip(names, frames, strict=True))


def composed(overlay: TextOverlay, frame: tuple[int, int] = (WIDTH, HEIGHT)) -> Frame:
    """Return a blue frame with a text as the drawing program draws it."""
    sprite = draw(overlay, *frame)
    assert sprite is not None
    picture = Image.new("RGB", frame, BLUE)
    image = Image.open(io.BytesIO(sprite.png))
    picture.paste(image, (sprite.x, sprite.y), image)
    return np.asarray(picture)


@pytest.mark.parametrize("name", SCRIPTS)
def test_every_script_is_shown_as_it_was_drawn(scripts, name):
    content = SCRIPTS[name]
    size = 10 if len(content) > 100 else 20
    expected = composed(TextOverlay(content, size, "#ffffff"))

    assert measure.ssim(scripts[name], expected) > 0.95
    glyphs = [glyph for line in lay_out(content, Fonts(size), WIDTH / 2) for glyph in line.glyphs]
    assert all(glyph.id for glyph in glyphs), "0 is the glyph of what is missing"


def test_arabic_letters_are_joined(scripts):
    assert runs(ink(scripts["joined"]), 0) == 1
    assert runs(ink(scripts["apart"]), 0) == 3


def test_emoji_is_coloured(scripts):
    middle = measure.mean_color(scripts["face"], Box(90, 152, 102, 158))

    assert middle == pytest.approx((235, 180, 50), abs=45)  # yellow


# The preview


@needs_browser
@pytest.mark.thorough  # texts are shown as they are drawn, and drawn as in a browser (tests/media)
def test_text_in_a_video_looks_as_in_the_preview(browser, sources, tmp_path):
    """Wrapped at half of the frame's width, with its shadow."""
    content = "The quick brown fox jumps over the lazy dog: 50% {off}"
    frame = (360, 640)
    with open_page(browser, frame) as page:
        overlay = TextOverlay(content, 24, "#ffcc00", 20, -45)
        shown = screenshot(page, overlay, tmp_path)
    (tmp_path / "renders").mkdir()

    video = render(
        tmp_path / "renders",
        [Clip(0, 0, 0.1)],
        [sources.solid("0x5A8C5A", frame)],
        output=Output(*frame, quality="best"),
        texts=[Text(content, 0, 1, 24, "#ffcc00", 20, -45)],
    )

    ours = Image.fromarray(video.frames[1])
    box = ImageChops.difference(shown, Image.new("RGB", frame, (90, 140, 90))).getbbox()
    assert box is not None
    assert box[2] - box[0] < 200
    assert similarity(ours.convert("L"), shown.convert("L"), tmp_path) > 0.98
    assert similarity(ours.crop(box).convert("L"), shown.crop(box).convert("L"), tmp_path) > 0.93


# Fonts


def test_font_of_an_asset_changes_the_look(sources, tmp_path):
    plain, other = one_by_one(sources, tmp_path, [text("Rag", 40), text("Rag", 40, font_asset="f")])

    expected = composed(TextOverlay("Rag", 40, "#ffffff", font_path=str(FONT)))
    assert measure.ssim(other, expected) > 0.97
    letters = slice(136, 184)
    assert measure.ssim(plain[letters], other[letters]) < 0.95


@pytest.fixture
def work(ana, sources):
    return new_work(ana, [sources.solid(BLUE_HEX)])


def with_font(work: str, asset: str) -> dict[str, object]:
    shown = {"text": "Spring", "position": 0, "end": 1, "fontSize": 20, "fontAssetId": asset}
    return body_of(work, texts=[shown])


def test_font_asset_of_a_project_is_used(ana, work, tmp_path):
    answer = ana.upload(f"{work.partition('/works')[0]}/assets", FONT)
    assert answer.status_code == 201, answer.text

    response = export(ana, with_font(work, answer.json["id"]))

    assert response.status_code == 200, response.text
    assert response.data != export(ana, body_of(work)).data


def test_missing_font_asset_is_named(ana, work):
    response = export(ana, with_font(work, "asset_missing"))

    assert response.status_code == 404
    assert response.json["details"] == {"assetId": "asset_missing", "at": 0}


def test_text_with_a_broken_font_is_named(ana, work, tmp_path):
    broken = tmp_path / "broken.ttf"
    broken.write_bytes(FONT.read_bytes()[:5000])
    answer = ana.upload(f"{work.partition('/works')[0]}/assets", broken)
    assert answer.status_code == 201, answer.text

    response = export(ana, with_font(work, answer.json["id"]))

    assert response.status_code == 400
    assert response.json["error"] == "The text 'Spring' cannot be drawn"
    assert response.json["details"] == "The font cannot be read"


# Scale

WORDS = "ONE TWO THREE FOUR FIVE SIX SEVEN EIGHT NINE TEN ELEVEN TWELVE"


def lines(frame: Frame) -> int:
    """Return how many lines of capital letters there are."""
    return runs(ink(frame), 1)


def arranged(sources: Sources, directory: Path, output: Output) -> Frame:
    """Return a frame with a text that was arranged in a frame of 360 by 640."""
    files = [sources.solid(BLUE_HEX, (360, 640))]
    texts = [Text(WORDS, 0, 1, 24, "#ffffff", 10, -60)]
    clips = [Clip(0, 0, 1 / 30)]
    video = render(directory, clips, files, output=output, texts=texts, arranged=(360, 640))
    return video.frames[0]


@pytest.fixture(scope="module")
def original(sources, tmp_path_factory):
    return arranged(sources, tmp_path_factory.mktemp("original"), Output(360, 640))


@cases(
    ("output", "scale"),
    {
        "square": (Output(360, 360), 360 / 640),
        "half": pytest.param(Output(180, 320), 0.5, marks=pytest.mark.thorough),
        "wider": pytest.param(Output(640, 640), 1, marks=pytest.mark.thorough),
        "draft": (Output(720, 1280, quality="draft"), 1),
    },
)
def test_lines_stay_the_same_in_a_frame_of_another_size(sources, tmp_path, original, output, scale):
    scaled = arranged(sources, tmp_path, output)

    assert lines(scaled) == lines(original) > 3
    height, width = scaled.shape[:2]
    middles = ((180, 320) * 2, (width / 2, height / 2) * 2)
    expected = [
        (edge - middle) * scale for edge, middle in zip(ink_box(original), middles[0], strict=True)
    ]
    found = [edge - middle for edge, middle in zip(ink_box(scaled), middles[1], strict=True)]
    assert found == pytest.approx(expected, abs=1.5)
