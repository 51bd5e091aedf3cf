"""Numbers of frames that can be read from their pixels, also after scaling and compression.

A numbered frame is a grid of 4 by 4 blocks, dark or bright: first a bright one, then 12 bits of
the number, two bits that check them, and at the end a dark one.
"""

import numpy as np

from tests.export.measure import Box, Frame, mean_color

LARGEST = 2**12 - 1

_GRID = 4
_DARK, _BRIGHT = 56, 200  # neither is black: a numbered frame differs from a black background
_UNCLEAR = 36  # how far a block may be from both


def blocks(number: int) -> bytes:
    """Return a numbered frame of 4 by 4 grey pixels. Raises ValueError for a number too large."""
    if not 0 <= number <= LARGEST:
        raise ValueError(f"{number} has more than 12 bits")
    bits = f"1{number:012b}{number.bit_count() % 4:02b}0"
    return bytes(_BRIGHT if bit == "1" else _DARK for bit in bits)


def read_frame_number(picture: Frame, box: Box | None = None) -> int:
    """Return the number of a frame, which fills the picture or a box of it.

    Raises ValueError if there is no number, such as in a mixture of two frames or a rotated one.
    """
    height, width = picture.shape[:2]
    area = box or Box(0, 0, width, height)
    levels = [float(np.mean(mean_color(picture, _inner(area, index)))) for index in range(_GRID**2)]
    if any(min(abs(level - _DARK), abs(level - _BRIGHT)) > _UNCLEAR for level in levels):
        raise ValueError(f"no clear blocks: {[round(level) for level in levels]}")
    bits = "".join("1" if level > (_DARK + _BRIGHT) / 2 else "0" for level in levels)
    number = int(bits[1:13], 2)
    if blocks(number) != bytes(_BRIGHT if bit == "1" else _DARK for bit in bits):
        raise ValueError(f"no numbered frame: {bits}")
    return number


def _inner(area: Box, index: int) -> Box:
    """Return the middle of a block, without the edges that scaling blurs."""
    row, column = divmod(index, _GRID)
    width, height = (area.right - area.left) / _GRID, (area.bottom - area.top) / _GRID
    left, top = area.left + column * width, area.top + row * height
    return Box(
        round(left + width / 4),
        round(top + height / 4),
        round(left + width * 3 / 4),
        round(top + height * 3 / 4),
    )
