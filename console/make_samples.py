"""Draw the films that show the ways to a first video: `python console/make_samples.py`.

It needs FFmpeg with libwebp. Each film lasts two seconds, is shown twice, and ends as its still.
"""

import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageDraw

FOLDER = Path(__file__).parent / "static/samples"
_SIZE = _WIDTH, _HEIGHT = 320, 180
_FPS = 10
_FRAMES = 2 * _FPS
_DETAIL = 3  # drawn larger, so that edges are smooth
_TIMES = 2

_GROUND, _RAISED, _WHITE = "#2b2521", "#3d352f", "#fff8f0"
_ACCENT, _QUIET = "#ff8a4c", "#7d7067"
_Scenery = tuple[str, str, str, str]  # sky, sun, hills behind, hills in front
_MORNING: _Scenery = ("#ffd9b8", "#fff3d6", "#e79a72", "#8c4a3c")
_NOON: _Scenery = ("#a9d8ee", "#fffbe0", "#6fae8f", "#2f6b5a")
_EVENING: _Scenery = ("#5b4b8a", "#ffb26b", "#3d3168", "#231c42")
_SCENES = (_MORNING, _NOON, _EVENING)


class _Drawing:
    """A frame, in the units of the film."""

    def __init__(self) -> None:
        self.image = Image.new("RGB", (_WIDTH * _DETAIL, _HEIGHT * _DETAIL), _GROUND)
        self._draw = ImageDraw.Draw(self.image)

    def box(self, box: tuple[float, ...], color: str, radius: float = 0) -> None:
        self._draw.rounded_rectangle(_enlarged(box), radius * _DETAIL, color)

    def round(self, x: float, y: float, radius: float, color: str) -> None:
        self._draw.ellipse(_enlarged((x - radius, y - radius, x + radius, y + radius)), color)

    def polygon(self, points: tuple[float, ...], color: str) -> None:
        self._draw.polygon(_enlarged(points), color)

    def scenery(self, box: tuple[float, ...], colors: _Scenery, sun: float = 0.3) -> None:
        """Draw hills under a sun, which stands at a share of the width."""
        left, top, right, bottom = box
        across, down = right - left, bottom - top
        sky, light, behind, front = colors
        self.box(box, sky, 3)
        self.round(left + across * sun, top + down * 0.36, down * 0.16, light)
        far = (0.0, 0.7, 0.35, 0.42, 0.75, 0.72, 1.0, 0.58)
        near = (0.0, 0.86, 0.3, 0.7, 0.7, 0.9, 1.0, 0.72)
        for color, places in ((behind, far), (front, near)):
            across_and_down = zip(places[::2], places[1::2], strict=True)
            points = [
                place for x, y in across_and_down for place in (left + x * across, top + y * down)
            ]
            self.polygon((*points, right, bottom, left, bottom), color)


def _enlarged(places: tuple[float, ...]) -> list[float]:
    return [place * _DETAIL for place in places]


def _photos(drawing: _Drawing, time: float) -> None:
    """Photos follow each other, each with a line whose words are spoken."""
    number = min(int(time * 3), 2)
    drawing.scenery((0, 0, _WIDTH, _HEIGHT), _SCENES[number], 0.28 + 0.2 * number)
    spoken = int((time * 3 - number) * 5)
    x = 76.0
    for word, width in enumerate((38, 26, 48, 34)):
        drawing.box((x, 146, x + width, 156), _ACCENT if word == spoken else _WHITE, 5)
        x += width + 7


def _clips(drawing: _Drawing, time: float) -> None:
    """Clips lie one after the other, and the playhead passes over them."""
    ends = (0.0, 0.36, 0.7, 1.0)
    number = next(n for n in range(3) if time <= ends[n + 1])
    drawing.scenery((88, 12, 232, 93), _SCENES[number], 0.3 + 0.15 * number)
    for clip, colors in enumerate(_SCENES):
        left, right = (16 + 288 * share for share in ends[clip : clip + 2])
        drawing.scenery((left, 116, right - 3, 148), colors)
    for bar in range(48):
        height = 3 + (bar * 7) % 11
        drawing.box((16 + bar * 6, 162 - height / 2, 19 + bar * 6, 162 + height / 2), _QUIET, 1)
    x = 16 + 285 * time
    drawing.box((x - 1, 106, x + 1, 172), _WHITE)
    drawing.round(x, 107, 4, _WHITE)


def _idea(drawing: _Drawing, time: float) -> None:
    """A few words are written, and become scenes."""
    drawing.box((32, 22, 288, 66), _RAISED, 8)
    x, written = 46.0, int(time * 12)
    for word, width in enumerate((46, 30, 58, 38)):
        if word < written:
            drawing.box((x, 39, x + width, 49), _WHITE, 5)
            x += width + 8
    drawing.box((x, 35, x + 2, 53), _ACCENT)
    for number, colors in enumerate(_SCENES):
        box = (32 + 88 * number, 88, 112 + 88 * number, 133)
        if time > 0.4 + 0.2 * number:
            drawing.scenery(box, colors)
        else:
            drawing.box(box, _RAISED, 3)
        drawing.box(
            (box[0], 143, box[0] + 54, 149), _QUIET if time > 0.4 + 0.2 * number else _RAISED, 3
        )


_FILMS: dict[str, Callable[[_Drawing, float], None]] = {
    "film": _photos,
    "clips": _clips,
    "brief": _idea,
}


def draw(name: str, number: int) -> Image.Image:
    """Return a frame of a film."""
    drawing = _Drawing()
    _FILMS[name](drawing, number / (_FRAMES - 1))
    return drawing.image.resize(_SIZE, Image.Resampling.LANCZOS)


def main() -> None:
    """Write the films and their stills."""
    FOLDER.mkdir(exist_ok=True)
    webp = ["-quality", "55", "-compression_level", "6"]
    for name in _FILMS:
        with tempfile.TemporaryDirectory() as directory:
            for number in range(_FRAMES):
                draw(name, number).save(f"{directory}/{number:02}.png")
            command = ["ffmpeg", "-v", "error", "-y", "-framerate", str(_FPS)]
            frames = ["-i", f"{directory}/%02d.png", "-c:v", "libwebp_anim"]
            film_of = [*frames, *webp, "-loop", str(_TIMES), str(FOLDER / f"{name}.webp")]
            still = ["-i", f"{directory}/{_FRAMES - 1:02}.png", "-c:v", "libwebp", *webp]
            for arguments in (film_of, [*still, str(FOLDER / f"{name}-still.webp")]):
                subprocess.run([*command, *arguments], check=True)  # noqa: S603


if __name__ == "__main__":
    main()
