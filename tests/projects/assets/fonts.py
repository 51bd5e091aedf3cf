"""Font files of each supported format."""

import io
import struct
import zlib
from collections.abc import Callable

from PIL import ImageFont

Font = Callable[[], bytes]


def truetype() -> bytes:
    """Return the font that is included in Pillow."""
    font = ImageFont.load_default(12)
    assert isinstance(font, ImageFont.FreeTypeFont)
    assert isinstance(font.path, io.BytesIO)
    return font.path.getvalue()


def opentype() -> bytes:
    """Return data that is recognised as a font with PostScript outlines."""
    return b"OTTO" + truetype()[4:]


def woff() -> bytes:
    """Return the TrueType font as WOFF, with each table compressed by zlib."""
    font = truetype()
    count = struct.unpack(">H", font[4:6])[0]
    directory, tables, offset = b"", b"", 44 + 20 * count
    for number in range(count):
        entry = struct.unpack(">4sLLL", font[12 + 16 * number :][:16])
        tag, checksum, start, length = entry
        compressed = min(
            zlib.compress(font[start : start + length]), font[start : start + length], key=len
        )
        directory += struct.pack(">4sLLLL", tag, offset, len(compressed), length, checksum)
        padded = compressed + bytes(-len(compressed) % 4)
        tables, offset = tables + padded, offset + len(padded)
    sizes = (offset, count, 0, len(font), 1, 0, 0, 0, 0, 0, 0)
    return struct.pack(">4s4sLHHLHHLLLLL", b"wOFF", font[:4], *sizes) + directory + tables


def woff2() -> bytes:
    """Return data that is recognised as WOFF 2."""
    return b"wOF2" + woff()[4:]
