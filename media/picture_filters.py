"""How FFmpeg shows the picture of any source as BT.709: scaled, opaque, and progressive.

Filter graphs hold numbers and constants only, nothing that a client wrote.
"""

import re
from typing import NamedTuple

from media.signals import Signal

# Without the last two, grey gets a tint where a matrix is converted.
FLAGS = "bicubic+accurate_rnd+full_chroma_int"
FAST_FLAGS = "bilinear+accurate_rnd+full_chroma_int"

# Half of a range of 1,000 cd/m² is above white (203 cd/m², BT.2408). What is above 0.4 of white is
# compressed, by the brightest of the three colours, so that hues stay; darker colours stay equal.
_WHITE = 203
_TONE_CURVE = "tonemap=mobius:param=0.4:peak=10:desat=0"

# Logs frames of which 98 % are darker than level 32 of 255.
FIND_BLACK = "blackframe=amount=98:threshold=32"
# Metadata of files is indented in the log, so that none looks like this.
_FOUND_BLACK = re.compile(r"^\[Parsed_blackframe_\d+ @ 0x[0-9a-f]+\] .*\bpblack:", re.MULTILINE)


class Colors(NamedTuple):
    """Matrix and range of what is written, and formats with more bits for a pixel, and with 8."""

    matrix: str
    range: str
    deep: str
    shallow: str


VIDEO = Colors("bt709", "tv", "yuv420p12", "yuv420p")
JPEG = Colors("bt470bg", "pc", "yuv444p12", "yuv444p")  # also of odd sizes


def scaled(
    width: str | int,
    height: str | int,
    signal: Signal,
    colors: Colors = VIDEO,
    flags: str = FLAGS,
) -> str:
    """Return the filters that scale a picture and convert it to BT.709 with a matrix and range.

    Transparent parts become black, as in the page's player.
    """
    scale = f"{_interpreted(signal)},scale={width}:{height}:flags={flags}"
    if signal.is_wide:
        opaque = f"{_blackened('yuva444p12') if signal.has_alpha else ''},format={colors.deep}"
        return f"{scale}:out_color_matrix=bt2020{opaque},{_mapped(signal, colors)}"
    converted = f"{scale}:out_color_matrix={colors.matrix}:out_range={colors.range}"
    if signal.has_alpha:
        return f"{converted}{_blackened('yuva444p')},format=yuv444p"
    return converted


def deinterlaced(signal: Signal, mode: str = "send_field") -> str:
    """Return the filter that turns the fields of frames into frames, with a comma, or nothing."""
    return f"bwdif=mode={mode}:deint=interlaced," if signal.may_be_interlaced else ""


def _interpreted(signal: Signal) -> str:
    """Return the filter that states how pictures are to be read, whatever they state."""
    colors = f"color_primaries={signal.likely_primaries}:color_trc={signal.likely_transfer}"
    return f"setparams=colorspace={signal.likely_matrix}:{colors}"


def _blackened(pixels: str) -> str:
    """Return the filters, after a comma, that make transparent parts black, in these pixels."""
    return f",format={pixels},premultiply=inplace=1"


def _mapped(signal: Signal, colors: Colors) -> str:
    """Return the filters that map a wide signal, which has the matrix of BT.2020, to BT.709."""
    target = f"p=bt709:t=bt709:m={colors.matrix}:r={colors.range},format={colors.shallow}"
    if not signal.is_hdr:
        return f"zscale=min=bt2020nc:{target}"
    linear = f"zscale=min=bt2020nc:p=bt709:t=linear:npl={_WHITE}"
    return f"{linear},format=gbrpf32,{_TONE_CURVE},zscale={target}"


def decoder_args(signal: Signal) -> list[str]:
    """Return the arguments, before an input, that choose its decoder, if FFmpeg's own is not it."""
    return ["-c:V:0", signal.decoder] if signal.decoder else []


def is_black(log: str) -> bool:
    """Return whether `FIND_BLACK` has found a black frame, by FFmpeg's log of the level `info`."""
    return _FOUND_BLACK.search(log) is not None
