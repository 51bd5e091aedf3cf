"""The cast in the images of the provider `demo`: each member is a circle with its picture and name.

Its colour follows from its name, so it is the same in all scenes.
"""

import hashlib
import re
from collections.abc import Sequence
from contextlib import suppress
from io import BytesIO
from typing import TYPE_CHECKING

from media.images import Encoding, ImageTooLargeError, UnreadableImageError, scale
from media.limits import JOBS, MediaBusyError
from providers.contract import Picture

if TYPE_CHECKING:
    from PIL import Image

CAST = "These are in the picture"  # begins the lines of a prompt about the cast

_OTHERS = ("What of these", "Avoid:")  # begin what follows these
_MEMBER = re.compile(
    r"(?P<name>.+?)( \([^()]*?(reference images? (?P<number>\d+)[\d, ]*)?\))?(:.*)?"
)
_MAX_DRAWN = 5
_MAX_NAME = 20  # characters
_BORDER = 0.1  # of the circle
_ENCODING = Encoding("JPEG", (85,), 4 << 20)


def cast_lines(prompt: str) -> list[str]:
    """Return the lines of a prompt about the members of the cast."""
    lines = []
    for line in prompt.partition(f"\n{CAST}")[2].splitlines()[1:]:
        if line.startswith(_OTHERS):
            break
        lines.append(line)
    return lines


def draw_cast(
    image: "Image.Image", lines: Sequence[str], references: Sequence[Picture], font_size: int
) -> None:
    """Draw the members of these lines next to each other, in the lower half of an image."""
    members = [match for line in lines if (match := _MEMBER.fullmatch(line))][:_MAX_DRAWN]
    side = min(round(image.width * 0.9) // (len(members) + 1), image.height // 4)
    for place, member in enumerate(members, 1):
        center = place * image.width // (len(members) + 1), round(image.height * 0.56)
        number = int(member["number"] or 0)
        shown = references[number - 1] if 0 < number <= len(references) else None
        _draw_member(image, member["name"], shown, center, side, font_size)


def _draw_member(
    image: "Image.Image",
    name: str,
    shown: Picture | None,
    center: tuple[int, int],
    side: int,
    font_size: int,
) -> None:
    from PIL import ImageDraw, ImageFont  # heavy, and needed by the demo only

    (x, y), draw = center, ImageDraw.Draw(image)
    draw.ellipse((x - side // 2, y - side // 2, x + side // 2, y + side // 2), _color(name))
    if shown is not None:
        with suppress(UnreadableImageError, ImageTooLargeError, MediaBusyError):
            _paste_circle(image, shown, center, round(side * (1 - 2 * _BORDER)))
    draw.text(
        (x, y + side // 2 + font_size),
        name[:_MAX_NAME],
        "white",
        ImageFont.load_default(font_size),
        anchor="mm",
        stroke_width=max(1, font_size // 12),
        stroke_fill="#22333B",
    )


def _paste_circle(image: "Image.Image", shown: Picture, center: tuple[int, int], side: int) -> None:
    """Paste the middle of a picture, which a limited program decodes (decision 13)."""
    from PIL import Image, ImageDraw, ImageOps

    decoded = scale(shown.data, 2 * side, _ENCODING, JOBS).data
    mask = Image.new("L", (side, side))
    ImageDraw.Draw(mask).ellipse((0, 0, side - 1, side - 1), 255)
    with Image.open(BytesIO(decoded)) as opened:
        fitted = ImageOps.fit(opened.convert("RGB"), (side, side))
    image.paste(fitted, (center[0] - side // 2, center[1] - side // 2), mask)


def _color(name: str) -> str:
    hue = hashlib.sha256(name.encode(errors="replace")).digest()[0] * 360 // 256
    return f"hsl({hue}, 70%, 55%)"
