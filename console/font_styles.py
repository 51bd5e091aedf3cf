"""Writes static/player/fonts.css: the fonts of exports for browsers.

    python -m console.font_styles

Browsers load a font when a text has characters of it that no font before it has.
"""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from fontTools.ttLib import TTFont

from media.overlays import FONTS

STYLES = Path(__file__).parent / "static" / "player" / "fonts.css"
_ADDRESS = "../../fonts/"  # from that of the style sheet
_FACE = """@font-face {{
  font-family: "{family}";
  font-weight: bold;
  font-display: block;
  src: url("{address}{name}?{digest}");
  unicode-range: {ranges};
}}
"""


def styles() -> str:
    """Return the style sheet."""
    names = (FONTS / "order.txt").read_text(encoding="ascii").split()
    families = ",\n    ".join(f'"{_family(name)}"' for name in names)
    header = "/* Written by console/font_styles.py. */\n\n"
    fonts = f".player-stage {{\n  --player-fonts:\n    {families};\n}}\n"
    return header + "\n".join([fonts, *map(_face, names)])


def _face(name: str) -> str:
    path = FONTS / name
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    with TTFont(path, lazy=True) as font:
        ranges = ", ".join(_ranges(sorted(font.getBestCmap())))
    return _FACE.format(
        family=_family(name), address=_ADDRESS, name=name, digest=digest, ranges=ranges
    )


def _family(name: str) -> str:
    return f"Vidworks {name.partition('.')[0]}"


def _ranges(points: Iterable[int]) -> Iterator[str]:
    """Yield code points in order as CSS writes them, neighbours as a range."""
    start: int | None = None
    last = -2
    for point in [*points, -2]:
        if point == last + 1:
            last = point
            continue
        if start is not None:
            yield f"U+{start:X}" if start == last else f"U+{start:X}-{last:X}"
        start = last = point


if __name__ == "__main__":
    STYLES.write_text(styles(), encoding="ascii")
