"""Fonts of texts: the user's, then the bundled ones in the order of media/fonts/order.txt."""

import io
import re
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

import uharfbuzz as hb

_DIRECTORY = Path(__file__).parent.parent / "fonts"
_EMOJI = "NotoColorEmoji.ttf"
_PRIMARY = {400: "LiberationSans-Regular.ttf", 700: "LiberationSans-Bold.ttf"}  # by weight
_MAX_FONT_BYTES = 64 << 20  # of a compressed font file, when unpacked

# Of HarfBuzz's integer coordinates for the font's size. It is the same for all sizes, so that a
# text that is scaled with its frame has the same lines.
_UNITS = 1 << 16
_KEYCAP, _TEXT_STYLE, _EMOJI_STYLE = "\u20e3", "\ufe0e", "\ufe0f"
_HYPHENS = "\u2010-"  # what is shown of a soft hyphen, as in browsers: the first that there is
# What is invisible, and needs no glyph (Default_Ignorable_Code_Point, without fillers of Hangul).
_IGNORABLE = re.compile(
    "[\u00ad\u034f\u061c\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufe00-\ufe0f\ufeff\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff]*"
)


class UnreadableFontError(ValueError):
    """Not a font, a truncated one, or of a format that is not supported."""


class Metrics(NamedTuple):
    """How far a font reaches above and below the baseline, in pixels, both positive."""

    ascent: float
    descent: float


class Fonts:
    """The fonts of one text, at its size in pixels. A user's font has a weight of its own."""

    def __init__(self, size: float, user_font: bytes | None = None, weight: int = 700) -> None:
        self.unit = size / _UNITS  # pixels for each of HarfBuzz's coordinates
        self._opened: dict[str, hb.Font] = {}
        self._user = self._sized(_user_face(user_font)) if user_font is not None else None
        self._primary = self._user or self._bundled(_PRIMARY[weight])
        self._chosen: dict[str, hb.Font] = {}

    @property
    def metrics(self) -> Metrics:
        """The metrics of the first font, which decide where the lines' baselines are."""
        extents = self._primary.get_font_extents("ltr")
        return Metrics(extents.ascender * self.unit, -extents.descender * self.unit)

    @property
    def hyphen(self) -> str:
        """The character that is shown where a line breaks at a soft hyphen."""
        return next((char for char in _HYPHENS if _has(self._primary, char)), _HYPHENS[0])

    def width(self, char: str) -> float:
        """Return the width of a character, in pixels."""
        font = self.choose(char)
        glyph = font.get_nominal_glyph(ord(char))
        return font.get_glyph_h_advance(glyph) * self.unit if glyph else 0.0

    def choose(self, cluster: str) -> hb.Font:
        """Return the first font that has all characters of a grapheme cluster.

        If no font has, the first font that has its first character, or the first of all.
        """
        font = self._chosen.get(cluster)
        if font is None:
            font = self._chosen[cluster] = self._search(cluster)
        return font

    def _search(self, cluster: str) -> hb.Font:
        if _is_emoji(cluster) and _has(self._bundled(_EMOJI), cluster[0]):
            return self._bundled(_EMOJI)
        for wanted in (cluster, cluster[0]):
            if _has(self._primary, wanted):
                return self._primary
            for name in _names():
                if _has(self._bundled(name), wanted):
                    return self._bundled(name)
        return self._primary

    def _bundled(self, name: str) -> hb.Font:
        font = self._opened.get(name)
        if font is None:
            font = self._opened[name] = self._sized(_bundled_face(name))
        return font

    def _sized(self, face: hb.Face) -> hb.Font:
        font = hb.Font(face)
        font.scale = (_UNITS, _UNITS)
        return font


def is_ignorable(cluster: str) -> bool:
    """Return whether nothing of a cluster is visible in any font."""
    return _IGNORABLE.fullmatch(cluster) is not None


def has_color(font: hb.Font) -> bool:
    """Return whether a font has coloured glyphs."""
    face = font.face
    return bool(face.has_color_layers or face.has_color_paint or face.has_color_png)


@cache
def _names() -> list[str]:
    return (_DIRECTORY / "order.txt").read_text(encoding="ascii").split()


@cache
def _bundled_face(name: str) -> hb.Face:
    return hb.Face(hb.Blob.from_file_path(str(_DIRECTORY / name)))


@lru_cache(maxsize=4)
def _user_face(data: bytes) -> hb.Face:
    """Return the face of a font file: TrueType, OpenType, WOFF or WOFF2."""
    if data[:4] in {b"wOFF", b"wOF2"}:
        data = _unpacked(data)
    face = hb.Face(data)
    if not face.glyph_count or not face.unicodes:
        raise UnreadableFontError("The font cannot be read")
    return face


def _unpacked(data: bytes) -> bytes:
    if int.from_bytes(data[16:20], "big") > _MAX_FONT_BYTES:  # its size, as its header says
        raise UnreadableFontError("The font is too large")
    from fontTools.ttLib import TTFont  # takes time to import, and few fonts are compressed

    try:
        font = TTFont(io.BytesIO(data), lazy=True)
        font.flavor = None
        unpacked = io.BytesIO()
        font.save(unpacked, reorderTables=None)
    except MemoryError:
        raise
    except Exception as exc:
        raise UnreadableFontError("The font cannot be read") from exc
    return unpacked.getvalue()


def _has(font: hb.Font, cluster: str) -> bool:
    return all(
        is_ignorable(char) or font.get_nominal_glyph(ord(char)) is not None for char in cluster
    )


def _is_emoji(cluster: str) -> bool:
    """Return whether a cluster is shown as a coloured picture (Unicode's UTS 51)."""
    if cluster.isascii() or _TEXT_STYLE in cluster:
        return False
    from uniseg.emoji import emoji, emoji_presentation  # takes time to import

    if _EMOJI_STYLE in cluster or _KEYCAP in cluster:
        return bool(emoji(cluster[0]))
    return bool(emoji_presentation(cluster[0]))
