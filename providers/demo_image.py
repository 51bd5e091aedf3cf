"""The images of the provider `demo`: a landscape that depends on the prompt, with a caption."""

import hashlib
import math
import random
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

from media.ffmpeg import FFmpegError, run
from media.limits import MediaBusyError, Pool
from providers.contract import Picture
from providers.demo_cast import CAST, cast_lines, draw_cast
from providers.errors import ProviderError
from providers.models import DEMO

if TYPE_CHECKING:
    from PIL import Image

Size = tuple[int, int]

_HILLS = 4
_SMOOTH_SIDE = 2048  # pixels; larger images take no more memory than they must
_CAPTION_LINES = 4
_LABELS = ("Style:", "Avoid:")  # lines of a prompt that are not the scene's own
_ASSETS = "What of these"  # begins the lines about assets

RENDERING = Pool("demo", wait_seconds=300, cpu_seconds=120)
USAGE = {"credits": 0}


def draw_placeholder(
    prompt: str, title: str, size: Size, references: Sequence[Picture] = ()
) -> "Image.Image":
    """Return an image of this size; equal prompts have equal images."""
    seed = hashlib.sha256(prompt.encode(errors="replace")).digest()
    factor = 2 if max(size) <= _SMOOTH_SIDE else 1  # reducing smooths the edges of the shapes
    width, height = (factor * side for side in size)
    image = _landscape(random.Random(seed), (width, height)).reduce(factor)  # noqa: S311
    draw_cast(image, cast_lines(prompt), references, _font_size(size))
    _write(image, [title, *_caption(prompt, size)])
    return image


def _landscape(chance: random.Random, size: Size) -> "Image.Image":
    """Return a sky with a sun, and hills that are darker the nearer they are."""
    from PIL import Image, ImageDraw, ImageOps  # heavy, and needed by the demo only

    width, height = size
    hue = chance.randrange(360)
    shades = Image.linear_gradient("L").resize(size)
    image = ImageOps.colorize(shades, f"hsl({hue}, 55%, 42%)", f"hsl({(hue + 40) % 360}, 75%, 80%)")
    draw = ImageDraw.Draw(image)
    radius = min(size) * chance.uniform(0.08, 0.16)
    x, y = width * chance.uniform(0.2, 0.8), height * chance.uniform(0.18, 0.4)
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), f"hsl({hue + 60}, 90%, 92%)")
    for number in range(_HILLS):
        color = f"hsl({(hue + 15 * number) % 360}, 45%, {42 - 10 * number}%)"
        base = height * (0.5 + 0.13 * number)
        draw.polygon([*_ridge(chance, size, base), (width, height), (0, height)], color)
    return image


def _ridge(chance: random.Random, size: Size, base: float) -> list[tuple[float, float]]:
    """Return the outline of a range of hills around this height, from left to right."""
    width, height = size
    waves = [(chance.uniform(1, 5), chance.uniform(0, math.tau)) for _ in range(3)]
    step = max(1, width // 120)
    return [
        (x, base + height * 0.035 * sum(math.sin(f * x / width * 2 + at) for f, at in waves))
        for x in range(0, width + step, step)
    ]


def _caption(prompt: str, size: Size) -> list[str]:
    """Return the lines that say what the prompt wants to be seen."""
    scene = prompt.partition(CAST)[0].partition(_ASSETS)[0]
    lines = [_printable(line) for line in scene.splitlines()]
    own = [line for line in lines if line and not line.startswith(_LABELS)]
    columns = max(8, round(size[0] * 0.85 / _font_size(size) * 2))
    text = own[-1] if own else ""
    return textwrap.wrap(text, columns, max_lines=_CAPTION_LINES, placeholder=" …")


def _write(image: "Image.Image", lines: list[str]) -> None:
    """Write lines over the upper left of an image: at the bottom are the captions of a video."""
    from PIL import ImageDraw, ImageFont  # see above

    font_size = _font_size(image.size)
    draw = ImageDraw.Draw(image)
    draw.multiline_text(
        (image.width * 0.09, image.height * 0.09),
        "\n".join(lines),
        fill="white",
        stroke_width=max(1, font_size // 12),
        stroke_fill="#22333B",
        font=ImageFont.load_default(font_size),
        spacing=font_size * 0.4,
        anchor="la",
    )


def _font_size(size: Size) -> int:
    """Return the font's size in pixels."""
    return max(10, min(size) // 28)


def _printable(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def run_ffmpeg(arguments: Sequence[str], what: str) -> bytes:
    """Run FFmpeg and return its standard output. Raises ProviderError, which names the result."""
    try:
        return run(arguments, 300, RENDERING)
    except (FFmpegError, MediaBusyError) as exc:
        raise ProviderError(DEMO, f"{what} could not be made: {exc}") from exc
