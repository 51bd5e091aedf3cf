"""Texts, fonts and images of users that are meant to do harm, or are broken."""

import io
import os
import random
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from importlib import metadata
from pathlib import Path

import pytest
from fontTools.subset import Subsetter
from fontTools.ttLib import TTFont

from media import overlays
from media.drawing.overlays import PictureOverlay, TextOverlay
from media.overlays import OverlayError, draw_overlays, fonts_version
from tests.cases import cases
from tests.media.hostile_files import png_of_texts, webp_of_one_colour
from tests.media.image_files import compressed_zeros, huge
from tests.media.overlay_images import FRAME, draw, drawn, red_box
from tests.projects.assets.fonts import truetype, woff
from tests.service import ROOT

LIBERATION = ROOT / "media" / "fonts" / "LiberationSans-Bold.ttf"


def in_font(data: bytes, directory: Path, text: str = "Hello") -> overlays.Sprite | None:
    """Draw a text in a user's font."""
    path = directory / "font"
    path.write_bytes(data)
    return draw(TextOverlay(text, 48, "red", font_path=str(path)), *FRAME)


@cache
def converted(flavor: str) -> bytes:
    """Return a bundled font, with the letters of a word, as WOFF or WOFF2."""
    font, file = TTFont(LIBERATION), io.BytesIO()
    subsetter = Subsetter()
    subsetter.populate(text="Hello")
    subsetter.subset(font)
    font.flavor = flavor
    font.save(file)
    return file.getvalue()


@pytest.mark.usefixtures("drawn_here")
@pytest.mark.parametrize(
    "text",
    [
        "It's: 50% {a}\\ [b],;\nsecond line",
        "<b>bold</b> &amp; <span size='99999'>",
        "%{localtime} %{eif:1:d} ${HOME} `id` $(id)",
        "drawtext=textfile=/etc/passwd",
    ],
)
def test_markup_is_drawn_as_it_is(text):
    separated = "\u2060".join(text)  # nothing would recognise markup in this

    assert drawn(text, 9) == drawn(separated, 9)


@pytest.mark.usefixtures("drawn_here")
def test_control_characters_are_left_out():
    assert drawn("a\0b\x07c\x1b[31m\x7f\x9b") == drawn("abc[31m")


@pytest.mark.usefixtures("drawn_here")
def test_lone_surrogate_is_a_replacement_character():
    assert drawn("a\ud800b\udc00") == drawn("a\ufffdb\ufffd")


@pytest.mark.usefixtures("drawn_here")
@pytest.mark.parametrize(
    "length",
    [1_000, *(pytest.param(length, marks=pytest.mark.thorough) for length in (4_000, 10_000))],
)
@cases(
    "text",
    {
        "marks": "e" + "\u0301" * 9_999,
        "overrides": "\u202e" * 9_000 + "abc",
        "isolates": "\u2067(" * 5_000,
        "spaces": " " * 9_999 + "a",
        "joiners": "\u200d" * 10_000,
        "family": "👨" + "\u200d👨" * 4_000,
        "flags": "\U0001f1e9" * 10_000,
        "viramas": "क्" * 5_000,
        "bidi": "aא" * 5_000,
    },
)
def test_text_that_is_laborious_to_lay_out_is_drawn_in_time(text, length):
    started = time.process_time()

    draw(TextOverlay(text[-length:], 12, "red"), *FRAME)

    assert time.process_time() - started < length / 1000  # the program has 10 s


@pytest.mark.usefixtures("drawn_here")
def test_users_font_is_used_in_each_format(tmp_path):
    plain = in_font(truetype(), tmp_path)

    assert plain != drawn("Hello")
    assert in_font(woff(), tmp_path) == plain
    bundled = drawn("Hello")
    assert in_font(converted("woff"), tmp_path) == in_font(converted("woff2"), tmp_path) == bundled


@pytest.mark.usefixtures("drawn_here")
def test_bundled_fonts_have_what_the_users_lacks(tmp_path):
    assert red_box(in_font(truetype(), tmp_path, "한국어")) == pytest.approx(
        red_box(drawn("한국어")), abs=10
    )


def bomb() -> bytes:
    """Return a WOFF whose table has 600 MB of zeros."""
    packed = compressed_zeros(600 << 20)
    table = struct.pack(">4sLLLL", b"glyf", 64, len(packed), 600 << 20, 0)
    sizes = (64 + len(packed), 1, 0, 1000, 1, 0, 0, 0, 0, 0, 0)
    return struct.pack(">4s4sLHHLHHLLLLL", b"wOFF", b"\0\1\0\0", *sizes) + table + packed


BROKEN_FONTS: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "text": lambda: b"no font",
    "cut": lambda: truetype()[:500],
    "zeros": lambda: b"\0\1\0\0" + bytes(2000),
    "OTTO": lambda: b"OTTO" + bytes(100),
    "TTC": lambda: b"ttcf" + bytes(100),
    "cut WOFF": lambda: woff()[:300],
    "WOFF2": lambda: b"wOF2" + bytes(200),
    "cut WOFF2": lambda: converted("woff2")[:500],
}


@pytest.mark.usefixtures("drawn_here")
@pytest.mark.parametrize("make", BROKEN_FONTS.values(), ids=BROKEN_FONTS)
def test_broken_font_is_an_error(make, tmp_path):
    with pytest.raises(OverlayError, match=r"font cannot be read|too (much|large)"):
        in_font(make(), tmp_path)


def test_font_that_takes_too_much_memory_is_an_error(tmp_path):
    with pytest.raises(OverlayError, match="too much"):
        in_font(bomb(), tmp_path)


@pytest.mark.parametrize("count", [2, pytest.param(20, marks=pytest.mark.thorough)])
def test_damaged_fonts_are_drawn_or_are_errors(tmp_path, count):
    chance = random.Random(7)
    for _ in range(count):
        data = bytearray(truetype())
        for _ in range(200):
            data[chance.randrange(12, len(data))] = chance.randrange(256)
        with suppress(OverlayError):
            in_font(bytes(data), tmp_path)


BROKEN_IMAGES: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "SVG": lambda: b"<svg/>",
    "huge PNG": lambda: huge(14_000, 14_000),
    "huge WebP": webp_of_one_colour,
    "PNG of texts": lambda: png_of_texts(20),
}
HARMFUL = ("huge WebP", "PNG of texts")  # to others; those that are only broken are thorough


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(make, id=name, marks=() if name in HARMFUL else pytest.mark.thorough)
        for name, make in BROKEN_IMAGES.items()
    ],
)
def test_unreadable_or_huge_image_is_an_error(make, tmp_path):
    (tmp_path / "image").write_bytes(make())

    with pytest.raises(OverlayError, match=r"image cannot be read|too much time or memory"):
        draw(PictureOverlay(str(tmp_path / "image"), 100, 100), *FRAME)


@pytest.mark.usefixtures("drawn_here")
@pytest.mark.parametrize("kind", ["missing", "directory", "link", "pipe"])
def test_what_is_no_file_is_an_error(kind, tmp_path):
    path = tmp_path / "file"
    if kind == "directory":
        path.mkdir()
    elif kind == "link":
        path.symlink_to(LIBERATION)
    elif kind == "pipe":
        os.mkfifo(path)

    for overlay in (
        TextOverlay("a", 20, "red", font_path=str(path)),
        PictureOverlay(str(path), 10, 10),
    ):
        with pytest.raises(OverlayError, match="file cannot be read"):
            list(draw_overlays([overlay], *FRAME))


def test_error_tells_which_overlay_it_is_and_comes_after_the_others(tmp_path):
    (tmp_path / "broken").write_bytes(b"no picture")
    texts = [TextOverlay(str(number), 20, "red") for number in range(20)]
    sprites = draw_overlays([*texts, PictureOverlay(str(tmp_path / "broken"), 9, 9)], *FRAME)

    done = [next(sprites) for _ in texts]
    with pytest.raises(OverlayError) as error:
        next(sprites)

    assert error.value.index == 20
    assert len({sprite.png for sprite in done if sprite}) == 20


@pytest.mark.usefixtures("drawn_here")
def test_many_overlays_are_drawn_in_their_order():
    texts = ["i" * (number % 20 + 1) for number in range(40)]
    sprites = draw_overlays([TextOverlay(text, 20, "red") for text in texts], *FRAME)

    done = [sprite for sprite in sprites if sprite]
    widths = [sprite.width for sprite in done]
    assert len(done) == 40
    assert done[:20] == done[20:]
    assert sorted({*widths}) == widths[:20]  # each is longer than the one before
    assert done[7] == drawn(texts[7], 20)


@pytest.mark.parametrize("changed", ["fonts", "modules", "Pillow", "uharfbuzz"])
def test_version_changes_with_what_the_drawing_uses(tmp_path, monkeypatch, changed):
    version = fonts_version()
    (tmp_path / "file").write_bytes(b"other")
    installed = metadata.version
    if changed == "fonts":
        monkeypatch.setattr(overlays, "FONTS", tmp_path)
    elif changed == "modules":
        monkeypatch.setattr(overlays, "MODULES", [tmp_path / "file"])
    else:
        monkeypatch.setattr(
            metadata, "version", lambda name: "0" if name == changed else installed(name)
        )
    fonts_version.cache_clear()
    other = fonts_version()
    monkeypatch.undo()
    fonts_version.cache_clear()

    assert version == fonts_version() != other


def test_service_does_not_load_the_drawing_libraries():
    code = (
        "import sys, app, media.overlays\n"
        "print(sorted({'uharfbuzz', 'uniseg', 'bidi', 'fontTools', 'PIL'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert done.stdout == "[]\n"
