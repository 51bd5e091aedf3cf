"""What a video of H.264 states of its colours, completed where it is stored.

Chromium takes a video for one of limited range if it states some of its colours only, and shows one
of full range too bright: white walls become white areas, and no filter brings their shades back.
So the others are stated, too, as exports take them. These are a few bits of the header in an MP4 or
QuickTime file: it stays as large, and its pictures stay what they are.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from typing import NamedTuple

from storage.errors import writing

_TYPES = ("video/mp4", "video/quicktime")

_UNSTATED, _BT709, _SMPTE170M = 2, 1, 6  # in H.264
_HD_MACROBLOCKS = 45  # of 16 pixels: from 720 lines on, as in signals.py
_CONTAINERS = (b"moov", b"trak", b"mdia", b"minf", b"stbl")
_SAMPLES, _SETUP = (b"avc1", b"avc3"), b"avcC"
_STSD_HEADER, _SAMPLE_HEADER = 8, 78  # bytes before the boxes in them
_MAX_BOXES, _MAX_SETUP = 2_000, 4_096
_SPS, _PROFILES_WITH_CHROMA = 7, (100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135)


class _Box(NamedTuple):
    """A box of a file: its kind, and where its contents are."""

    kind: bytes
    start: int
    end: int


class _Bits:
    """Reads the bits of a header. Raises IndexError at its end."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.at = 0

    def take(self, count: int) -> int:
        """Return the next bits as a number."""
        value = 0
        for _ in range(count):
            value = value << 1 | self._data[self.at >> 3] >> (7 - (self.at & 7)) & 1
            self.at += 1
        return value

    def golomb(self) -> int:
        """Return the next number in Exp-Golomb code; signed ones are read as others."""
        zeros = 0
        while not self.take(1):
            zeros += 1
        return (1 << zeros) - 1 + self.take(zeros)


def complete_colors(descriptor: int, media_type: str) -> None:
    """Complete the colours that a received video of full range states.

    Files of other types, and those that cannot be read, are left as they are. Raises
    DiskFullError, UnwritableError.
    """
    if media_type not in _TYPES:
        return
    with suppress(IndexError, ValueError), writing():  # whoever decodes it says what is wrong
        for place, unit in _parameter_sets(descriptor):
            if (completed := _completed(unit)) is not None:
                os.pwrite(descriptor, completed, place)


def _parameter_sets(descriptor: int) -> Iterator[tuple[int, bytes]]:
    """Yield the sequence parameter sets of a file, and where they are in it."""
    for box in _setups(descriptor):
        setup = os.pread(descriptor, min(box.end - box.start, _MAX_SETUP), box.start)
        position = 6
        for _ in range(setup[5] & 31):
            size = int.from_bytes(setup[position : position + 2])
            unit = setup[position + 2 : position + 2 + size]
            if len(unit) == size > 0 and unit[0] & 31 == _SPS:
                yield box.start + position + 2, unit
            position += 2 + size


def _setups(descriptor: int) -> list[_Box]:
    """Return the boxes that set up decoders of H.264."""
    found, waiting = [], [_Box(b"", 0, os.fstat(descriptor).st_size)]
    seen = 0
    while waiting and seen < _MAX_BOXES:
        for box in _boxes(descriptor, waiting.pop()):
            seen += 1
            if box.kind == _SETUP:
                found.append(box)
            elif box.kind in _CONTAINERS:
                waiting.append(box)
            elif box.kind == b"stsd":
                waiting.append(box._replace(start=box.start + _STSD_HEADER))
            elif box.kind in _SAMPLES:
                waiting.append(box._replace(start=box.start + _SAMPLE_HEADER))
    return found


def _boxes(descriptor: int, parent: _Box) -> Iterator[_Box]:
    start = parent.start
    for _ in range(_MAX_BOXES):
        head = os.pread(descriptor, 16, start)
        size, length = int.from_bytes(head[:4]), 8
        if size == 1:
            size, length = int.from_bytes(head[8:]), 16
        elif size == 0:
            size = parent.end - start
        if len(head) < 8 or size < length or start + size > parent.end:
            return
        yield _Box(head[4:8], start + length, start + size)
        start += size


def _completed(unit: bytes) -> bytes | None:
    """Return a parameter set with all colours stated; None if it is to stay as it is."""
    plain = unit.replace(b"\0\0\3", b"\0\0")
    bits = _Bits(plain)
    is_hd = _skip_to_vui(bits)
    if is_hd is None or not _skip_to_signal(bits):
        return None
    bits.take(3)  # the kind of video
    is_full, is_described = bits.take(1), bits.take(1)
    if not (is_full and is_described):
        return None
    at = bits.at
    stated = [bits.take(8) for _ in range(3)]
    likely = [_BT709, _BT709, _BT709 if is_hd else _SMPTE170M]
    known = [each if each != _UNSTATED else new for each, new in zip(stated, likely, strict=True)]
    if stated in (known, [_UNSTATED] * 3):
        return None
    number, shift = int.from_bytes(plain), len(plain) * 8 - at - 24
    number += (int.from_bytes(bytes(known)) - int.from_bytes(bytes(stated))) << shift
    result = _escaped(number.to_bytes(len(plain)))
    return result if len(result) == len(unit) else None


def _skip_to_vui(bits: _Bits) -> bool | None:
    """Go to what a parameter set states for players; None without that. Return whether it is HD."""
    bits.take(8)
    profile = bits.take(8)
    bits.take(16)
    bits.golomb()
    if profile in _PROFILES_WITH_CHROMA:
        _skip_chroma(bits)
    bits.golomb()
    order = bits.golomb()
    if order == 0:
        bits.golomb()
    elif order == 1:
        bits.take(1)
        bits.golomb()
        bits.golomb()
        for _ in range(bits.golomb()):
            bits.golomb()
    bits.golomb()
    bits.take(1)
    width, height = bits.golomb() + 1, bits.golomb() + 1
    if not bits.take(1):  # fields
        height *= 2
        bits.take(1)
    bits.take(1)
    for _ in range(4 if bits.take(1) else 0):  # what is cut off
        bits.golomb()
    return min(width, height) >= _HD_MACROBLOCKS if bits.take(1) else None


def _skip_chroma(bits: _Bits) -> None:
    chroma = bits.golomb()
    if chroma == 3:
        bits.take(1)
    bits.golomb()
    bits.golomb()
    bits.take(1)
    if bits.take(1):
        raise ValueError("Scaling lists are not read")


def _skip_to_signal(bits: _Bits) -> bool:
    """Go to what is stated of the signal; return whether anything is."""
    if bits.take(1) and bits.take(8) == 255:  # the shape of pixels
        bits.take(32)
    if bits.take(1):  # overscan
        bits.take(1)
    return bool(bits.take(1))


def _escaped(plain: bytes) -> bytes:
    """Return bytes in which nothing looks like the start of a unit."""
    result = bytearray()
    for byte in plain:
        if byte <= 3 and result[-2:] == b"\0\0":
            result.append(3)
        result.append(byte)
    return bytes(result)
