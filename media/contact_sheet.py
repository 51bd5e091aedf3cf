"""Contact sheets: several small pictures of our own making in one, each with a label above it."""

import math
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

_FONT = Path(__file__).parent / "fonts" / "NotoSans-Bold.ttf"
_LABEL, _GAP = 26, 4  # pixels
_QUALITY = 80


def contact_sheet(cells: Sequence[tuple[str, bytes]], max_side: int) -> bytes:
    """Return labelled pictures in a grid, as a JPEG of at most `max_side` pixels a side.

    `cells`: labels, and the files of pictures that this service has made itself; they have the
    shape of the first one or are fitted into it.
    """
    from PIL import Image, ImageDraw, ImageFont, ImageOps  # heavy, and needed here only

    pictures = [Image.open(BytesIO(data)).convert("RGB") for _, data in cells]
    ratio = pictures[0].width / pictures[0].height
    columns, width, height = _grid(len(cells), ratio, max_side)
    rows = math.ceil(len(cells) / columns)
    size = (columns * (width + _GAP) - _GAP, rows * (height + _LABEL + _GAP) - _GAP)
    sheet = Image.new("RGB", size, "#202020")
    draw, font = ImageDraw.Draw(sheet), ImageFont.truetype(str(_FONT), _LABEL - 8)
    for number, ((label, _), picture) in enumerate(zip(cells, pictures, strict=True)):
        x = number % columns * (width + _GAP)
        y = number // columns * (height + _LABEL + _GAP)
        draw.text((x + 4, y), label, "white", font)
        sheet.paste(ImageOps.pad(picture, (width, height), color="#202020"), (x, y + _LABEL))
    output = BytesIO()
    sheet.save(output, "JPEG", quality=_QUALITY)
    return output.getvalue()


def _grid(count: int, ratio: float, max_side: int) -> tuple[int, int, int]:
    """Return the number of columns that makes pictures of this shape largest, and their size."""
    best = (1, 0, 0)
    for columns in range(1, count + 1):
        rows = math.ceil(count / columns)
        width = (max_side + _GAP) / columns - _GAP
        height = (max_side + _GAP) / rows - _GAP - _LABEL
        width = min(width, height * ratio)
        if width > best[1]:
            best = (columns, int(width), int(width / ratio))
    return best[0], max(best[1], 1), max(best[2], 1)
