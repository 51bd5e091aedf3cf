"""Reading images from users and vendors: decoded by a program of its own (media/decoder.py)."""

import math
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple

from errors import TooLargeError
from media.exceeded import more_than
from media.headers import image_size, is_sequential_jpeg, is_webp, read_header
from media.limits import MEMORY_BYTES, UPLOADS, LimitExceededError, Pool, run_limited
from media.processes import Check, go_on
from storage.errors import StorageError
from storage.files.files import open_file

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
    """Return how long decoding an image may take; an upload doesn't wait for large ones."""
    more = math.prod(image_size(header) or (0, 0)) // _PIXELS_PER_SECOND
    return _CPU_SECONDS if pool is UPLOADS else min(_CPU_SECONDS + more, _MAX_CPU_SECONDS)


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
