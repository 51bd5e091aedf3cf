"""Valid PNG and MP4 files that contain the prompt or the task id they were generated for."""

import io
import struct
import subprocess
import tempfile
import zlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import imageio_ffmpeg
from PIL import Image
from PIL.PngImagePlugin import PngInfo

MB = 1024 * 1024
_FFMPEG_OPTIONS = "-f lavfi -i testsrc=s=64x64:r=10:d=1 -pix_fmt yuv420p -movflags +faststart"


def png(width: int, height: int, prompt: str) -> bytes:
    """Return a PNG in a colour derived from the prompt; its text chunk `prompt` is the prompt."""
    info = PngInfo()
    info.add_itxt("prompt", prompt)
    colour = struct.pack(">I", zlib.crc32(prompt.encode()))[:3]
    file = io.BytesIO()
    image = Image.new("P", (width, height))  # a third of the work that RGB takes
    image.putpalette(colour)
    image.save(file, "PNG", pnginfo=info, compress_level=1)
    return file.getvalue()


def video(name: str, megabytes: float = 0) -> tuple[int, Iterator[bytes]]:
    """Return the length of an MP4 and its chunks; a `free` box at the end starts with the name."""
    head = _base_video()
    label = name.encode()
    padding = max(0, int(megabytes * MB) - len(head) - 8 - len(label))
    box = struct.pack(">I", 8 + len(label) + padding) + b"free" + label
    return len(head) + len(box) + padding, _chunks(head + box, padding)


def whole_video(name: str, megabytes: float = 0) -> bytes:
    """Return the content of the MP4."""
    return b"".join(video(name, megabytes)[1])


def _chunks(head: bytes, padding: int) -> Iterator[bytes]:
    yield head
    block = bytes(MB)
    for _ in range(padding // MB):
        yield block
    yield block[: padding % MB]


@cache
def _base_video() -> bytes:
    """Return one second of a test pattern; 2 KB."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "video.mp4"
        command = [imageio_ffmpeg.get_ffmpeg_exe(), "-loglevel", "error", *_FFMPEG_OPTIONS.split()]
        subprocess.run([*command, path], check=True)
        return path.read_bytes()
