"""What the headers of an image file say: takes microseconds, decodes nothing."""

import os
import struct
from collections.abc import Callable

Read = Callable[[int, int], bytes]  # of a position in a file, and a number of bytes

_HEADER_BYTES = 32  # that contain the size of all images but JPEGs
_PROFILE_BYTES = 1 << 20  # before which a profile begins: other metadata may come first
_MAX_SEGMENTS = 10_000  # of a JPEG before its size; photos have some ten
_SOF = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}  # the JPEG segments that contain the size
_SEQUENTIAL = (b"\xc0", b"\xc1")  # those of JPEGs that a decoder reads in one pass
_JPEG = b"\xff\xd8"
_STANDALONE = {0x01, 0xFF, *range(0xD0, 0xD8)}  # markers without a length
_PROFILES = (b"iCCP", b"ICC_PROFILE\0", b"ICCP")  # of PNG, JPEG and WebP


def read_header(descriptor: int) -> bytes:
    """Return what an image file begins with; of a JPEG, without the metadata before its size."""
    data = os.pread(descriptor, _HEADER_BYTES, 0)
    if not data.startswith(_JPEG):
        return data
    return _JPEG + _jpeg_frame(lambda position, size: os.pread(descriptor, size, position))


def image_size(data: bytes) -> tuple[int, int] | None:
    """Return the width and height in pixels of a PNG, GIF, WebP or JPEG; None if it has none.

    EXIF orientation is not applied.
    """
    try:
        if data.startswith(b"\x89PNG\r\n\x1a\n") and data[12:16] == b"IHDR":
            return struct.unpack_from(">II", data, 16)
        if data.startswith((b"GIF87a", b"GIF89a")):
            return struct.unpack_from("<HH", data, 6)
        if is_webp(data) and len(data) >= 30:
            return _webp_size(data)
        if data.startswith(_JPEG):
            height, width = struct.unpack_from(">HH", _jpeg_frame(_reader(data)), 5)
            return width, height
    except (struct.error, IndexError):
        pass  # truncated
    return None


def is_webp(data: bytes) -> bool:
    """Return whether a file begins as a WebP does."""
    return data.startswith(b"RIFF") and data[8:12] == b"WEBP"


def is_sequential_jpeg(data: bytes) -> bool:
    """Return whether it is a JPEG that can be decoded in a smaller size from the beginning on.

    A progressive one is held in memory in its full size.
    """
    return data.startswith(_JPEG) and _jpeg_frame(_reader(data))[1:2] in _SEQUENTIAL


def may_have_profile(data: bytes) -> bool:
    """Return False for an image without a colour profile."""
    return any(name in data[:_PROFILE_BYTES] for name in _PROFILES)


def _webp_size(data: bytes) -> tuple[int, int] | None:
    match data[12:16]:
        case b"VP8 ":
            width, height = struct.unpack_from("<HH", data, 26)
            return width & 0x3FFF, height & 0x3FFF
        case b"VP8L":
            (bits,) = struct.unpack_from("<I", data, 21)
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8X":
            width, height = (int.from_bytes(data[n : n + 3], "little") + 1 for n in (24, 27))
            return width, height
    return None


def _jpeg_frame(read: Read) -> bytes:
    """Return what a JPEG's first frame begins with: its marker and size; b"" without one."""
    position = len(_JPEG)
    for _ in range(_MAX_SEGMENTS):
        segment = read(position, 9)
        if len(segment) < 4 or segment[0] != 0xFF:
            break
        marker = segment[1]
        if marker in _SOF:
            return segment
        if marker in _STANDALONE:
            position += 1 if marker == 0xFF else 2  # 0xFF: padding
        else:
            position += 2 + int.from_bytes(segment[2:4])
    return b""


def _reader(data: bytes) -> Read:
    return lambda position, size: data[position : position + size]
