"""Videos of known colours in signals that other makers write: HDR, wide colours, transparency."""

from pathlib import Path
from typing import NamedTuple

from PIL import Image

from tests.media import video_files

Color = tuple[int, int, int]

STRIPE = 20  # pixels of the height of a colour
SIZE = (96, 160)
WHITE = 203  # cd/m² of white in HDR (BT.2408)

# What is filmed, and what is to be seen of it in BT.709 if its range is mapped from HDR: what
# `zscale=t=linear:npl=203,format=gbrpf32le,zscale=p=bt709,tonemap=mobius,zscale=t=bt709:m=bt709`
# makes of it.
MAPPED: dict[Color, Color] = {
    (255, 0, 0): (215, 6, 6),
    (0, 255, 0): (6, 215, 6),
    (0, 0, 255): (8, 3, 215),
    (255, 255, 255): (231, 231, 231),
    (128, 128, 128): (128, 128, 128),
    (224, 172, 105): (203, 158, 100),
    (255, 220, 0): (214, 186, 6),
    (30, 30, 30): (30, 30, 30),
}


class Signal(NamedTuple):
    """How colours are stored, and what the file states of it, in FFmpeg's names."""

    primaries: str
    transfer: str
    tags: str  # matrix, primaries and transfer that are stated
    range: str = "tv"
    pixels: str = "yuv420p10le"
    codec: str = "-c:v libx264 -preset ultrafast -qp 0"


X265 = "-c:v libx265 -preset ultrafast -x265-params log-level=error:lossless=1 -tag:v hvc1"
HDR = {
    "PQ": Signal("bt2020", "smpte2084", "bt2020nc/bt2020/smpte2084", codec=X265),
    "HLG": Signal("bt2020", "arib-std-b67", "bt2020nc/bt2020/arib-std-b67", codec=X265),
    "PQ of full range": Signal("bt2020", "smpte2084", "bt2020nc/bt2020/smpte2084", "pc"),
    "HLG of 8 bits": Signal(
        "bt2020", "arib-std-b67", "bt2020nc/bt2020/arib-std-b67", pixels="yuv420p"
    ),
    "HLG with a transfer alone": Signal("bt2020", "arib-std-b67", "unknown/unknown/arib-std-b67"),
    "HLG that players without HDR may read": Signal(
        "bt2020",
        "arib-std-b67",
        "bt2020nc/bt2020/bt2020-10",
        codec=X265.replace("log-level=error", "log-level=error:atc-sei=18"),
    ),
    "PQ in P3": Signal("smpte432", "smpte2084", "bt2020nc/smpte432/smpte2084"),
}
WIDE = {
    "BT.2020 without HDR": Signal("bt2020", "bt709", "bt2020nc/bt2020/bt2020-10"),
    "Display P3": Signal("smpte432", "bt709", "bt2020nc/smpte432/bt709"),
}


def make(path: Path, signal: Signal, seconds: float = 0.1, options: str = "") -> Path:
    """Make a video with a stripe of each colour that is filmed, at 30 frames a second."""
    stripes = path.with_suffix(".png")
    picture = Image.new("RGB", SIZE)
    for number, color in enumerate(MAPPED):
        picture.paste(color, (0, STRIPE * number, SIZE[0], STRIPE * (number + 1)))
    picture.save(stripes)
    matrix, primaries, transfer = signal.tags.split("/")
    filters = [
        "format=gbrp,setparams=color_primaries=bt709:color_trc=bt709:colorspace=gbr:range=pc",
        f"zscale=t=linear:npl={WHITE},format=gbrpf32le,zscale=p={signal.primaries}",
        f"zscale=t={signal.transfer}:npl={WHITE}:m=bt2020nc:r={signal.range}",
        f"format={signal.pixels}",
        f"setparams=colorspace={matrix}:color_primaries={primaries}:color_trc={transfer}",
    ]
    video = f"-loop 1 -framerate 30 -t {seconds} -i {stripes} -vf {','.join(filters)}"
    return video_files.make(path, f"{video} {signal.codec} {options}")
