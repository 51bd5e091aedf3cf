"""Colour profiles (ICC) of tests, made of the published numbers of each colour space."""

import struct
from collections.abc import Sequence

Colorant = tuple[float, float, float]

# The XYZ of red, green and blue, adapted to D50, as the profiles of the vendors have them.
_P3 = ((0.51512, 0.2412, -0.00105), (0.29198, 0.69225, 0.04189), (0.1571, 0.06657, 0.78407))
_ADOBE = ((0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457))
_SRGB = ((0.43607, 0.22249, 0.01392), (0.38515, 0.71687, 0.09708), (0.14307, 0.06061, 0.7141))
_SRGB_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)

_INKS = {  # the Lab of printed inks, without black and with it
    (0, 0, 0): (95, 0, 0),
    (1, 0, 0): (55, -37, -50),
    (0, 1, 0): (48, 74, -3),
    (0, 0, 1): (89, -5, 93),
    (1, 1, 0): (24, 22, -46),
    (0, 1, 1): (47, 68, 48),
    (1, 0, 1): (50, -68, 25),
    (1, 1, 1): (23, 0, 0),
}
_BLACK_SHARE = 0.17  # of the lightness that black leaves


def display_p3() -> bytes:
    """Return the profile of an iPhone's photos."""
    return _rgb(_P3, _parametric(_SRGB_CURVE))


def adobe_rgb() -> bytes:
    """Return the profile of Adobe RGB (1998)."""
    return _rgb(_ADOBE, _gamma(2.19921875))


def srgb() -> bytes:
    """Return a profile of sRGB."""
    return _rgb(_SRGB, _parametric(_SRGB_CURVE))


def grey(gamma: float) -> bytes:
    """Return a profile of grey pictures."""
    return _profile(b"GRAY", b"XYZ ", {b"wtpt": _xyz((0.9642, 1, 0.8249)), b"kTRC": _gamma(gamma)})


def cmyk() -> bytes:
    """Return a profile of printed pictures: a table of 16 colours."""
    table = b""
    for index in range(16):
        cyan, magenta, yellow, black = ((index >> shift) & 1 for shift in (3, 2, 1, 0))
        light, a, b = _INKS[cyan, magenta, yellow]
        share = _BLACK_SHARE if black else 1.0
        table += bytes(
            [round(light * share * 2.55), round(a * share) + 128, round(b * share) + 128]
        )
    identity = b"".join(struct.pack(">9i", *[65_536 * (n % 4 == 0) for n in range(9)]) for _ in "1")
    line = bytes(range(256))
    lut = b"mft1" + bytes(4) + bytes([4, 3, 2, 0]) + identity + line * 4 + table + line * 3
    return _profile(b"CMYK", b"Lab ", {b"wtpt": _xyz((0.9642, 1, 0.8249)), b"A2B0": lut}, b"prtr")


def _rgb(colorants: Sequence[Colorant], curve: bytes) -> bytes:
    tags = {b"wtpt": _xyz((0.9642, 1, 0.8249))}
    for name, colorant in zip((b"r", b"g", b"b"), colorants, strict=True):
        tags |= {name + b"XYZ": _xyz(colorant), name + b"TRC": curve}
    return _profile(b"RGB ", b"XYZ ", tags)


def _profile(
    space: bytes, connection: bytes, tags: dict[bytes, bytes], kind: bytes = b"mntr"
) -> bytes:
    table, data = struct.pack(">I", len(tags)), b""
    for name, content in tags.items():
        table += struct.pack(">4sII", name, 132 + 12 * len(tags) + len(data), len(content))
        data += content + bytes(-len(content) % 4)
    size = 128 + len(table) + len(data)
    head = struct.pack(
        ">I4sI4s4s4s12s4s", size, bytes(4), 0x04000000, kind, space, connection, bytes(12), b"acsp"
    )
    illuminant = struct.pack(">iii", 63_190, 65_536, 54_061)
    return (head + bytes(28) + illuminant).ljust(128, b"\0") + table + data


def _xyz(values: Colorant) -> bytes:
    return b"XYZ " + bytes(4) + _fixed(values)


def _gamma(gamma: float) -> bytes:
    return b"para" + bytes(4) + struct.pack(">HH", 0, 0) + _fixed([gamma])


def _parametric(values: Sequence[float]) -> bytes:
    return b"para" + bytes(4) + struct.pack(">HH", 3, 0) + _fixed(values)


def _fixed(values: Sequence[float]) -> bytes:
    return struct.pack(f">{len(values)}i", *(round(value * 65_536) for value in values))
