"""Small media files that take much time or memory to read."""

import struct
import zlib
from pathlib import Path

from tests.media import video_files
from tests.media.image_files import compressed_zeros, png, png_chunk


def jpeg_of_scans(side: int, scans: int) -> bytes:
    """Return a progressive JPEG: a grey square, whose empty coefficients are sent again and again.

    Each scan is some 80 bytes, for which a decoder visits all blocks of 8 by 8 pixels.
    """
    blocks = (side // 8) ** 2
    dc = b"\0" * (blocks // 8 + 1)  # one bit for each block: no difference to the one before
    run = "0" + "1" * 14  # the only symbol of the table, and 14 bits: 32,767 empty blocks
    bits = run * (blocks // 32_767 + 1)
    padded = bits + "1" * (-len(bits) % 8)
    ac = int(padded, 2).to_bytes(len(padded) // 8, "big").replace(b"\xff", b"\xff\0")
    header = [
        b"\xff\xd8",
        _segment(0xDB, bytes([0]) + b"\1" * 64),
        _segment(0xC2, struct.pack(">BHHBBBB", 8, side, side, 1, 1, 0x11, 0)),
        _segment(0xC4, bytes([0x00, 1, *[0] * 15, 0x00])),
        _segment(0xC4, bytes([0x10, 1, *[0] * 15, 0xE0])),
        _segment(0xDA, bytes([1, 1, 0x00, 0, 0, 0])) + dc,
    ]
    scan = _segment(0xDA, bytes([1, 1, 0x00, 1, 63, 0])) + ac
    return b"".join([*header, scan * scans, b"\xff\xd9"])


def jpeg_of_comments(megabytes: int) -> bytes:
    """Return a JPEG that begins with millions of empty comments."""
    return b"\xff\xd8" + _segment(0xFE, b"") * (megabytes << 18)


def png_of_chunks(megabytes: int) -> bytes:
    """Return a small PNG with hundreds of thousands of empty chunks."""
    return png(_header(8, 8), png_chunk(b"teSt") * ((megabytes << 20) // 12), _pixels(8, 8))


def png_of_texts(texts: int) -> bytes:
    """Return a small PNG with compressed texts of 50 MB each."""
    text = b"Comment\0\0" + compressed_zeros(50 << 20)
    return png(_header(8, 8), png_chunk(b"zTXt", text) * texts, _pixels(8, 8))


def webp_of_one_colour() -> bytes:
    """Return a WebP of 16,383 by 16,383 pixels, the largest there is, in 34 bytes."""
    size = (16_382 | 16_382 << 14).to_bytes(4, "little")
    pixels = bytes.fromhex("071011fd0f4444ff03")
    return b"RIFF\x1a\0\0\0WEBPVP8L\x0e\0\0\0\x2f" + size + pixels


def gif_of_frames(frames: int, side: int = 8) -> bytes:
    """Return an animated GIF; each frame is one pixel."""
    head = b"GIF89a" + struct.pack("<HHBBB", side, side, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    frame = b"," + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\2\2\x44\1\0"
    return head + frame * frames + b";"


def film_of(directory: Path, picture: str, data: bytes, film: str) -> bytes:
    """Return a film of one picture, which it contains as it is; files have these names."""
    (directory / picture).write_bytes(data)
    return video_files.make(directory / film, f"-i {directory / picture} -c copy").read_bytes()


def mp4_of_tracks(directory: Path, tracks: int) -> bytes:
    """Return an MP4 whose track is repeated."""
    options = "-f lavfi -i testsrc=s=64x64:d=1 -pix_fmt yuv420p"
    data = video_files.make(directory / "one.mp4", options).read_bytes()
    at = data.index(b"moov") - 4
    track_at = data.index(b"trak") - 4
    (length,) = struct.unpack_from(">I", data, track_at)
    more = data[track_at : track_at + length] * (tracks - 1)
    (size,) = struct.unpack_from(">I", data, at)
    moov = struct.pack(">I", size + len(more)) + data[at + 4 : track_at] + more
    return data[:at] + moov + data[track_at:]


def mp3_of_hours(megabytes: int) -> bytes:
    """Return an MP3 of frames of 24 bytes for 24 ms each: 3.6 MB an hour."""
    return (b"\xff\xf3\x14\xc4" + bytes(20)) * ((megabytes << 20) // 24)


def mp3_of_tags(megabytes: int, sound: bytes) -> bytes:
    """Return an MP3 that begins with a long text."""
    text = b"\0" + b"a" * (megabytes << 20)
    frame = b"TIT2" + _syncsafe(len(text)) + b"\0\0" + text
    return b"ID3\4\0\0" + _syncsafe(len(frame)) + frame + sound


def _segment(marker: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def _header(width: int, height: int) -> bytes:
    return png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))


def _pixels(width: int, height: int) -> bytes:
    return png_chunk(b"IDAT", zlib.compress(bytes((width + 1) * height)))


def _syncsafe(number: int) -> bytes:
    return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))
