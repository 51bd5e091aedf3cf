"""Image files for tests."""

import io
import struct
import zlib

from PIL import Image


def encoded(image: Image.Image, kind: str = "PNG") -> bytes:
    """An image as a file."""
    file = io.BytesIO()
    image.save(file, kind)
    return file.getvalue()


def huge(width: int, height: int) -> bytes:
    """A black PNG in RGB that is small on the disk, made without holding its pixels."""
    squeeze = zlib.compressobj(1)
    row = bytes(1 + 3 * width)
    pixels = b"".join(squeeze.compress(row) for _ in range(height)) + squeeze.flush()
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", pixels) + _chunk(b"IEND")


def grey_16(size: tuple[int, int] = (256, 40), clear: int | None = None) -> bytes:
    """A PNG of 16 bits of grey, from black at the left to white; one level of it may be clear."""
    width, height = size
    row = b"\0" + struct.pack(f">{width}H", *(x * 65_535 // (width - 1) for x in range(width)))
    head = struct.pack(">IIBBBBB", width, height, 16, 0, 0, 0, 0)
    marks = b"" if clear is None else _chunk(b"tRNS", struct.pack(">H", clear))
    pixels = _chunk(b"IDAT", zlib.compress(row * height))
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + marks + pixels + _chunk(b"IEND")


def _chunk(kind: bytes, data: bytes = b"") -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
