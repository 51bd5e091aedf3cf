"""The signal of a video's picture, as FFmpeg's log describes it: pixels, colours, and fields."""

import re
from typing import NamedTuple

_DESCRIBED = re.compile(
    r"(\w+).*?, (\w+)(?:\(((?:[^()]|\([^()]*\))*)\))?, (\d+)x(\d+)"  # codec, pixels, tags, size
)
_COLORS = re.compile(r"(?:^|, )([\w-]+)(?:/([\w-]+)/([\w-]+))?(?=, |$)")
_OTHER_TAGS = ("tv", "pc", "progressive")
_UNKNOWN = ("unknown", "reserved", "unspecified")

_HDR = ("smpte2084", "arib-std-b67")  # PQ and HLG
_WIDE = ("bt2020", "smpte431", "smpte432")  # BT.2020, DCI-P3 and Display P3
_MATRICES = ("bt709", "fcc", "bt470bg", "smpte170m", "smpte240m", "bt2020nc")  # FFmpeg converts
_RGB = re.compile(r"0?a?rgb|0?a?bgr|gbr|x2|pal8|mono")
_WITH_ALPHA = re.compile(r"yuva|gbrap|rgba|argb|bgra|abgr|ya\d|pal8")

# Pictures with no stated matrix: as in browsers, HD is BT.709, and less is BT.601.
_HD_LINES = 720

# Never interlaced, or only with a field in each frame, which no filter of FFmpeg joins (HEVC).
_NOT_INTERLACED = ("vp8", "vp9", "av1", "hevc")

_FROM_CAMERAS = ("yuv", "uyvy", "yuyv")  # pixels, other than those of programs
_MIN_LINES = 4  # that FFmpeg's filter needs

_ALPHA_DECODERS = {"vp8": "libvpx", "vp9": "libvpx-vp9"}


class Signal(NamedTuple):
    """How the pictures of a stream are to be read, in FFmpeg's names; what is unknown is empty."""

    codec: str = ""
    pixels: str = ""
    matrix: str = ""
    primaries: str = ""
    transfer: str = ""
    lines: int = 0  # pixels of the shorter side
    is_progressive: bool = False
    has_alpha: bool = False

    @property
    def likely_matrix(self) -> str:
        """The matrix; where none or an unusual one is stated, what browsers take."""
        if _RGB.match(self.pixels):
            return "gbr"
        if self.matrix in _MATRICES:
            return self.matrix
        if self.is_hdr:
            return "bt2020nc"
        return "bt709" if self.lines >= _HD_LINES else "smpte170m"

    @property
    def likely_primaries(self) -> str:
        """The primaries; those of SD count as BT.709, which has nearly the same."""
        if self.primaries in ("bt709", *_WIDE):
            return self.primaries
        return "bt2020" if self.is_hdr else "bt709"

    @property
    def likely_transfer(self) -> str:
        """The transfer function; those without HDR count as that of BT.709."""
        return self.transfer if self.is_hdr else "bt709"

    @property
    def is_hdr(self) -> bool:
        """Whether its range has to be mapped to that of BT.709."""
        return self.transfer in _HDR

    @property
    def is_wide(self) -> bool:
        """Whether it has more colours than BT.709."""
        return self.is_hdr or self.primaries in _WIDE

    @property
    def may_be_interlaced(self) -> bool:
        """Whether its frames may consist of two fields; each frame says whether it does."""
        is_camera = self.pixels.startswith(_FROM_CAMERAS) and self.codec not in _NOT_INTERLACED
        return is_camera and not self.is_progressive and self.lines >= _MIN_LINES

    @property
    def decoder(self) -> str:
        """The decoder to choose; empty for FFmpeg's own, which ignores the alpha of VP8 and VP9."""
        return _ALPHA_DECODERS.get(self.codec, "") if self.has_alpha else ""


def read_signal(text: str, *, has_alpha: bool = False) -> Signal:
    """Return the signal that a stream's line of the log describes, as after "Video: ".

    `has_alpha`: the container states that there is transparency beside the stream.
    """
    described = _DESCRIBED.match(text)
    if described is None:
        return Signal()
    codec, pixels, tags, width, height = described.groups()
    found = [
        (matrix, primaries or matrix, transfer or matrix)
        for matrix, primaries, transfer in _COLORS.findall(tags or "")
        if matrix not in _OTHER_TAGS
    ]
    colors = ("" if each in _UNKNOWN else each for each in (found[0] if found else ("", "", "")))
    matrix, primaries, transfer = colors
    is_progressive = "progressive" in (tags or "").split(", ")
    lines = min(int(width), int(height))
    has_alpha = bool(_WITH_ALPHA.match(pixels)) or (has_alpha and codec in _ALPHA_DECODERS)
    return Signal(codec, pixels, matrix, primaries, transfer, lines, is_progressive, has_alpha)
