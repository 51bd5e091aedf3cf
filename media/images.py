"""Images of users and vendors: their headers, and decoding by a program (media/decoder.py).

Reading a header takes microseconds and decodes nothing.
"""

import math
import os
import re
import struct
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple

from errors import TooLargeError
from media.exceeded import more_than
from media.limits import MEMORY_BYTES, UPLOADS, LimitExceededError, Pool, run_limited
from media.processes import Check, go_on
from storage.errors import StorageError
from storage.files.files import open_file

Read = Callable[[int, int], bytes]  # of a position in a file, and a number of bytes

_HEADER_BYTES = 32  # that contain the size of all images but JPEGs
_PROFILE_BYTES = 1 << 20  # before which a profile begins: other metadata may come first
_MAX_SEGMENTS = 10_000  # of a JPEG before its size; photos have some ten
_SOF = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}  # the JPEG segments that contain the size
_SEQUENTIAL = (b"\xc0", b"\xc1")  # those of JPEGs that a decoder reads in one pass
_JPEG = b"\xff\xd8"
_HEIF_BYTES = 64 << 10  # that contain the sizes of a HEIC photo and its tiles
_ISPE = re.compile(rb"ispe\0{4}(.{8})", re.DOTALL)  # of ISO 23008-12: the size of one of its images
_STANDALONE = {0x01, 0xFF, *range(0xD0, 0xD8)}  # markers without a length
_PROFILES = (b"iCCP", b"ICC_PROFILE\0", b"ICCP")  # of PNG, JPEG and WebP

MAX_PIXELS = 2**30 // 12  # 89 million; a WebP has less, and a JPEG can have more

_MAX_MEMORY = 2**30  # of the pixels that are held while an image is decoded
_BASE_MEMORY = 64 << 20  # of the decoder without any
_BYTES_PER_PIXEL = 12  # in memory, of an image that is decoded in its full size
_WEBP_BYTES_PER_PIXEL = 20  # Pillow holds it several times
_MAX_SEQUENTIAL_PIXELS = 2**28  # of a JPEG that is decoded in a smaller size

_DECODER = str(Path(__file__).with_name("decoder.py"))
_CPU_SECONDS, _MAX_CPU_SECONDS = 2, 10
_PIXELS_PER_SECOND = 10_000_000  # of processor time beyond the first two seconds
_CPU_MARGIN = 0.4  # by which the decoder itself stops earlier: the limit is in whole seconds
_PATIENCE = 30  # times the processor time: on a busy machine, that takes long
_NO_MEMORY = 4  # exit status of the decoder


def read_header(descriptor: int) -> bytes:
    """Return what an image file begins with; of a JPEG, without the metadata before its size."""
    data = os.pread(descriptor, _HEADER_BYTES, 0)
    if is_heif(data):
        return os.pread(descriptor, _HEIF_BYTES, 0)
    if not data.startswith(_JPEG):
        return data
    return _JPEG + _jpeg_frame(lambda position, size: os.pread(descriptor, size, position))


def image_size(data: bytes) -> tuple[int, int] | None:
    """Return the width and height in pixels of a PNG, GIF, WebP, JPEG or HEIC; None if it has none.

    Orientation is not applied.
    """
    try:
        if data.startswith(b"\x89PNG\r\n\x1a\n") and data[12:16] == b"IHDR":
            return struct.unpack_from(">II", data, 16)
        if data.startswith((b"GIF87a", b"GIF89a")):
            return struct.unpack_from("<HH", data, 6)
        if is_webp(data) and len(data) >= 30:
            return _webp_size(data)
        if is_heif(data):
            return _heif_size(data)
        if data.startswith(_JPEG):
            height, width = struct.unpack_from(">HH", _jpeg_frame(_reader(data)), 5)
            return width, height
    except (struct.error, IndexError):
        pass  # truncated
    return None


def is_webp(data: bytes) -> bool:
    """Return whether a file begins as a WebP does."""
    return data.startswith(b"RIFF") and data[8:12] == b"WEBP"


def is_heif(data: bytes) -> bool:
    """Return whether a file begins as those of ISO do, which HEIC photos are."""
    return data[4:8] == b"ftyp"


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


def _heif_size(data: bytes) -> tuple[int, int] | None:
    """Return the largest size that is stated: tiles and thumbnails have their own."""
    sizes = [struct.unpack(">II", each) for each in _ISPE.findall(data)]
    return max(sizes, key=math.prod, default=None)


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


class UnreadableImageError(ValueError):
    """Not an image, a truncated one, or of a format that is not supported."""


class ImageTooLargeError(ValueError):
    """An image that takes too much time or memory, or has too many pixels; the message says so.

    `size` is its width and height in pixels, if they could be read.
    """

    def __init__(self, limit: str, size: tuple[int, int] | None = None) -> None:
        super().__init__(f"The image is too large: {limit}")
        self.size = size


class ScaledImage(NamedTuple):
    """An image's original width and height in pixels, upright, and a scaled copy's file.

    `is_converted`: its colours are not sRGB, and those of the copy are. `data` is empty if it was
    encoded for its colours only, and they are sRGB.
    """

    width: int
    height: int
    is_converted: bool
    data: bytes


class Encoding(NamedTuple):
    """The file of a scaled copy: of the first quality with at most `max_bytes`, or the last.

    `only_colors`: it is to differ in colours alone. An image in sRGB is not copied then, and one
    with transparency becomes a WebP.
    """

    format: str  # of Pillow: "JPEG", where transparency becomes white, or "WEBP"
    qualities: tuple[int, ...]
    max_bytes: int = sys.maxsize
    only_colors: bool = False


def scale(
    source: str | bytes, max_side: int, encoding: Encoding, pool: Pool, check: Check = go_on
) -> ScaledImage:
    """Return a copy of the image at a path, or of its content, of at most `max_side` pixels a side.

    It is upright, in sRGB, and has no metadata. `check` is called several times a second. Raises
    UnreadableImageError, ImageTooLargeError, MediaBusyError.
    """
    with _opened(source) as file:
        header = read_header(file.fileno())
        check_pixels(header)
        cpu_seconds = _cpu_seconds_for(header, pool)
        arguments = _arguments(cpu_seconds - _CPU_MARGIN, max_side, encoding)
        try:
            done = run_limited(
                [sys.executable, "-I", _DECODER, *arguments],
                pool=pool,
                cpu_seconds=cpu_seconds,
                memory_bytes=_memory_for(header),
                timeout=_PATIENCE * cpu_seconds,
                stdin=file,
                check=check,
            )
            output, exceeded = done.stdout, done.returncode == _NO_MEMORY
        except LimitExceededError as exc:
            output, exceeded = exc.output, True
    if exceeded:
        raise ImageTooLargeError("it takes too much time or memory to decode", _size(output))
    if done.returncode:
        raise UnreadableImageError("The image cannot be read")
    _, size, data = output.split(b"\n", 2)
    width, height, is_converted = map(int, size.split())
    return ScaledImage(width, height, bool(is_converted), data)


def _arguments(cpu_seconds: float, max_side: int, encoding: Encoding) -> list[str]:
    numbers = (int(encoding.only_colors), max_side, encoding.max_bytes, *encoding.qualities)
    return [str(cpu_seconds), encoding.format, *map(str, numbers)]


def check_pixels(data: bytes) -> None:
    """Raise ImageTooLargeError for more pixels than can be decoded, by the header of an image.

    An unreadable image is left to whoever decodes it.
    """
    size, limit = image_size(data), _max_pixels(data)
    if size and size[0] * size[1] > limit:
        raise ImageTooLargeError(f"at most {limit // 10**6} million pixels are taken", size)


def check_content(data: bytes) -> None:
    """Raise TooLargeError for an image that has too many pixels to be stored, as `check_pixels`."""
    try:
        check_pixels(data)
    except ImageTooLargeError as exc:
        most = _max_pixels(data) // 10**6
        has = f"It has {more_than(most, math.prod(exc.size or ()) / 10**6)} million pixels"
        limit = f"at most {most} million are accepted."
        raise TooLargeError("The image is too large", f"{has}; {limit}") from None


def check_file(descriptor: int, media_type: str) -> None:
    """Raise TooLargeError for an open image file that has too many pixels to be stored."""
    if media_type.startswith("image/"):
        check_content(read_header(descriptor))


def memory_for_file(path: str) -> int:
    """Return how many bytes of memory decoding the image at a path may take."""
    try:
        return _memory_for(_header_of(path))
    except (OSError, StorageError):  # left to the program that decodes it
        return MEMORY_BYTES


def _memory_for(header: bytes) -> int:
    pixels = math.prod(image_size(header) or (0, 0))
    if pixels > _max_pixels(header):
        return MEMORY_BYTES
    each = _WEBP_BYTES_PER_PIXEL if is_webp(header) else _BYTES_PER_PIXEL
    return max(MEMORY_BYTES, _BASE_MEMORY + min(pixels * each, _MAX_MEMORY))


def _cpu_seconds_for(header: bytes, pool: Pool) -> int:
    """Return how long decoding an image may take; an upload only waits for large ones that need it.

    A HEIC photo cannot be stored as it is.
    """
    more = math.prod(image_size(header) or (0, 0)) // _PIXELS_PER_SECOND
    if pool is UPLOADS and not is_heif(header):
        return _CPU_SECONDS
    return min(_CPU_SECONDS + more, _MAX_CPU_SECONDS)


def _max_pixels(header: bytes) -> int:
    if is_webp(header):
        return _MAX_MEMORY // _WEBP_BYTES_PER_PIXEL
    return _MAX_SEQUENTIAL_PIXELS if is_sequential_jpeg(header) else MAX_PIXELS


def _header_of(path: str) -> bytes:
    with open(path, "rb", opener=open_file) as file:
        return read_header(file.fileno())


@contextmanager
def _opened(source: str | bytes) -> Iterator[IO[bytes]]:
    if isinstance(source, str):
        with Path(source).open("rb") as file:
            yield file
    else:
        with tempfile.TemporaryFile() as copy:
            copy.write(source)
            copy.seek(0)
            yield copy


def _size(output: bytes) -> tuple[int, int] | None:
    """Return the size that the decoder wrote before it decoded the image."""
    match = re.match(rb"(\d+) (\d+)\n", output)
    return (int(match[1]), int(match[2])) if match else None
