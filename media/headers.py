"""What the first bytes of an image file say: takes microseconds, decodes nothing."""

import struct

HEADER_BYTES = 1 << 20  # that contain the size of almost all images: metadata may come first

_MAX_SEGMENTS = 10_000  # of a JPEG before its size; photos have some ten
_SOF = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}  # the JPEG segments that contain the size
_SEQUENTIAL = (0xC0, 0xC1)  # those of JPEGs that a decoder reads in one pass
_STANDALONE = {0x01, 0xFF, *range(0xD0, 0xD8)}  # markers without a length
_PROFILES = (b"iCCP", b"ICC_PROFILE\0", b"ICCP")  # of PNG, JPEG and WebP


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
        if data.startswith(b"\xff\xd8"):
            return _jpeg_frame(data)[1]
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
    try:
        return data.startswith(b"\xff\xd8") and _jpeg_frame(data)[0] in _SEQUENTIAL
    except (struct.error, IndexError):
        return False


def may_have_profile(data: bytes) -> bool:
    """Return False for an image without a colour profile."""
    return any(name in data[:HEADER_BYTES] for name in _PROFILES)


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


def _jpeg_frame(data: bytes) -> tuple[int, tuple[int, int] | None]:
    """Return the marker of a JPEG's first frame, and its width and height; None without one."""
    position = 2
    for _ in range(_MAX_SEGMENTS):
        if data[position] != 0xFF:
            break
        marker = data[position + 1]
        if marker in _STANDALONE:
            position += 1 if marker == 0xFF else 2  # 0xFF: padding
            continue
        if marker in _SOF:
            height, width = struct.unpack_from(">HH", data, position + 5)
            return marker, (width, height)
        (length,) = struct.unpack_from(">H", data, position + 2)
        position += 2 + length
    return 0, None
