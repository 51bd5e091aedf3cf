"""Image files of tests."""

import io
import struct
import zlib
from collections.abc import Sequence
from typing import IO, Any

import pytest
from PIL import Image

from media import decoder, images
from media.limits import Finished


def decode_in_this_process(patch: pytest.MonkeyPatch) -> None:
    """Decode without the limits of a program, which takes longer to start than most images."""

    def run(command: Sequence[str], *, stdin: IO[bytes], **_limits: Any) -> Finished:
        output = io.BytesIO()
        arguments = [*command][command.index(images._DECODER) + 2 :]
        return Finished(decoder.main(arguments, stdin, output), output.getvalue())

    patch.setattr("media.images.run_limited", run)


def encoded(image: Image.Image, file_format: str = "PNG") -> bytes:
    """Return the content of an image file."""
    file = io.BytesIO()
    image.save(file, file_format)
    return file.getvalue()


def frames_in(image: Image.Image) -> int:
    """Return how many frames an animation has."""
    return getattr(image, "n_frames", 1)


def huge(width: int, height: int) -> bytes:
    """Return a small file with a black RGB PNG."""
    pixels = compressed_zeros((1 + 3 * width) * height)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return png(png_chunk(b"IHDR", header), png_chunk(b"IDAT", pixels))


def compressed_zeros(size: int) -> bytes:
    """Return so many zeros, compressed by zlib: one megabyte of them is repeated."""
    megabytes, rest = divmod(size, 1 << 20)
    compressor = zlib.compressobj(9, wbits=-15)  # without zlib's header and checksum
    block = compressor.compress(bytes(1 << 20)) + compressor.flush(zlib.Z_FULL_FLUSH)
    end = compressor.compress(bytes(rest)) + compressor.flush()
    checksum = (size % 65_521) << 16 | 1  # Adler-32
    return b"\x78\xda" + block * megabytes + end + struct.pack(">I", checksum)


def grey_16(size: tuple[int, int] = (256, 40), transparent: int | None = None) -> bytes:
    """Return a 16-bit greyscale PNG: a gradient from black to white, one level transparent."""
    width, height = size
    row = b"\0" + struct.pack(f">{width}H", *(x * 65_535 // (width - 1) for x in range(width)))
    header = struct.pack(">IIBBBBB", width, height, 16, 0, 0, 0, 0)
    transparency = (
        b"" if transparent is None else png_chunk(b"tRNS", struct.pack(">H", transparent))
    )
    pixels = png_chunk(b"IDAT", zlib.compress(row * height))
    return png(png_chunk(b"IHDR", header), transparency, pixels)


def png(*chunks: bytes) -> bytes:
    """Return a PNG of these chunks."""
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks) + png_chunk(b"IEND")


def png_chunk(name: bytes, data: bytes = b"") -> bytes:
    """Return a chunk of a PNG."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
