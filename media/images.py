"""Reading images from users and vendors: decoded by a program of its own (media/decoder.py)."""

import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple

from media.headers import image_size
from media.limits import LimitExceededError, Pool, run_limited
from media.processes import Check, go_on

MAX_PIXELS = 2**30 // 12  # of an image that is sent to a vendor as it is

_DECODER = str(Path(__file__).with_name("decoder.py"))
_CPU_SECONDS = 2  # the decoder itself stops a little earlier
_TIMEOUT = 60  # on a busy machine, 2 seconds of processor time take long
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
    """An image's original width and height in pixels, upright, and a scaled copy's file."""

    width: int
    height: int
    data: bytes


class Encoding(NamedTuple):
    """The file of a scaled copy: of the first quality with at most `max_bytes`, or the last."""

    format: str  # of Pillow: "JPEG", where transparency becomes white, or "WEBP"
    qualities: tuple[int, ...]
    max_bytes: int = sys.maxsize


def scale(
    source: str | bytes, max_side: int, encoding: Encoding, pool: Pool, check: Check = go_on
) -> ScaledImage:
    """Return a copy of the image at a path, or of its content, of at most `max_side` pixels a side.

    It has no metadata, and is upright. `check` is called several times a second. Raises
    UnreadableImageError, ImageTooLargeError, MediaBusyError.
    """
    arguments = [encoding.format, max_side, encoding.max_bytes, *encoding.qualities]
    with _opened(source) as file:
        try:
            done = run_limited(
                [sys.executable, "-I", _DECODER, *map(str, arguments)],
                pool=pool,
                cpu_seconds=_CPU_SECONDS,
                timeout=_TIMEOUT,
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
    width, height = map(int, size.split())
    return ScaledImage(width, height, data)


def check_pixels(data: bytes) -> None:
    """Raise ImageTooLargeError for more than 89 million pixels, without decoding the image.

    An unreadable image is left to whoever decodes it.
    """
    size = image_size(data)
    if size and size[0] * size[1] > MAX_PIXELS:
        raise ImageTooLargeError(f"at most {MAX_PIXELS // 10**6} million pixels are taken", size)


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
