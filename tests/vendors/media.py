"""Real images and clips, made quickly; each says for what it was made."""

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
_CLIP = "-f lavfi -i testsrc=s=64x64:r=10:d=1 -pix_fmt yuv420p -movflags +faststart"


def png(width: int, height: int, prompt: str) -> bytes:
    """A PNG of this size, in a colour of the prompt's; the text chunk `prompt` has the prompt."""
    info = PngInfo()
    info.add_itxt("prompt", prompt)
    colour = struct.pack(">I", zlib.crc32(prompt.encode()))[:3]
    out = io.BytesIO()
    Image.new("RGB", (width, height), tuple(colour)).save(
        out, "PNG", pnginfo=info, compress_level=1
    )
    return out.getvalue()


def clip(name: str, megabytes: float = 0) -> tuple[int, Iterator[bytes]]:
    """The length of an MP4 and its chunks; a `free` box at its end starts with the name."""
    head = _clip()
    label = name.encode()
    padding = max(0, int(megabytes * MB) - len(head) - 8 - len(label))
    box = struct.pack(">I", 8 + len(label) + padding) + b"free" + label
    return len(head) + len(box) + padding, _chunks(head + box, padding)


def whole_clip(name: str, megabytes: float = 0) -> bytes:
    """The same in one piece."""
    return b"".join(clip(name, megabytes)[1])


def _chunks(head: bytes, padding: int) -> Iterator[bytes]:
    yield head
    block = bytes(MB)
    for _ in range(padding // MB):
        yield block
    yield block[: padding % MB]


@cache
def _clip() -> bytes:
    """A second of a test picture; 2 KB."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "clip.mp4"
        command = [imageio_ffmpeg.get_ffmpeg_exe(), "-loglevel", "error", *_CLIP.split()]
        subprocess.run([*command, path], check=True)
        return path.read_bytes()
