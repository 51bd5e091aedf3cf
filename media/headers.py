"""The size of an image, from the first bytes of its file: takes microseconds, decodes nothing."""

import struct

_MAX_SEGMENTS = 10_000  # of a JPEG before its size; photos have some ten
_SOF = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}  # the JPEG segments that contain the size
_STANDALONE = {0x01, 0xFF, *range(0xD0, 0xD8)}  # markers without a length


def image_size(data: bytes) -> tuple[int, int] | None:
    """Return the width and height in pixels of a PNG, GIF, WebP or JPEG; None if it has none.

    EXIF orientation is not applied.
    """
    try:
        if data.startswith(b"\x89PNG\r\n\x1a\n"):
            return struct.unpack_from(">II", data, 16)
        if data.startswith((b"GIF87a", b"GIF89a")):
            return struct.unpack_from("<HH", data, 6)
        if data.startswith(b"RIFF") and data[8:12] == b"WEBP" and len(data) >= 30:
            return _webp_size(data)
        if data.startswith(b"\xff\xd8"):
            return _jpeg_size(data)
    except (struct.error, IndexError):
        pass  # truncated
    return None


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


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    position = 2
    for _ in range(_MAX_SEGMENTS):
        if data[position] != 0xFF:
            return None
        marker = data[position + 1]
        if marker in _STANDALONE:
            position += 1 if marker == 0xFF else 2  # 0xFF: padding
            continue
        if marker in _SOF:
            height, width = struct.unpack_from(">HH", data, position + 5)
            return width, height
        (length,) = struct.unpack_from(">H", data, position + 2)
        position += 2 + length
    return None
