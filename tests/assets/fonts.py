"""Fonts: a real one, and what the other formats begin with."""

import io
import struct
import zlib
from collections.abc import Callable

from PIL import ImageFont

Font = Callable[[], bytes]


def truetype() -> bytes:
    """The font that Pillow brings along."""
    font = ImageFont.load_default(12)
    assert isinstance(font, ImageFont.FreeTypeFont)
    assert isinstance(font.path, io.BytesIO)
    return font.path.getvalue()


def opentype() -> bytes:
    """As much of a font with PostScript outlines as recognising it needs."""
    return b"OTTO" + truetype()[4:]


def woff() -> bytes:
    """The real font, compressed as WOFF: its tables, each by zlib."""
    font = truetype()
    count = struct.unpack(">H", font[4:6])[0]
    directory, tables, offset = b"", b"", 44 + 20 * count
    for number in range(count):
        entry = struct.unpack(">4sLLL", font[12 + 16 * number :][:16])
        tag, checksum, start, length = entry
        packed = min(
            zlib.compress(font[start : start + length]), font[start : start + length], key=len
        )
        directory += struct.pack(">4sLLLL", tag, offset, len(packed), length, checksum)
        padded = packed + bytes(-len(packed) % 4)
        tables, offset = tables + padded, offset + len(padded)
    sizes = (offset, count, 0, len(font), 1, 0, 0, 0, 0, 0, 0)
    return struct.pack(">4s4sLHHLHHLLLLL", b"wOFF", font[:4], *sizes) + directory + tables


def woff2() -> bytes:
    """As much of a WOFF 2 as recognising it needs."""
    return b"wOF2" + woff()[4:]
