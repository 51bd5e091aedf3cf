"""The files of the page, read at the start, under one address for all of them.

The address contains a hash of all files, so that browsers may keep them for ever: after an update
of Vidworks, the HTML names another address.
"""

import gzip
import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

import brotli

PREFIX = "/console/"

_STATIC = Path(__file__).with_name("static")
_VENDOR = Path(__file__).with_name("vendor")
_MEDIA_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
}
_FONT = ".woff2"
_FONT_TYPE = "font/woff2"


class File(NamedTuple):
    """A file of the page."""

    media_type: str
    content: bytes

    @property
    def is_compressed(self) -> bool:
        """Whether the file gets no smaller by a Content-Encoding."""
        return self.media_type == _FONT_TYPE

    def encoded(self, encoding: str) -> bytes:
        """Return the bytes to send for a Content-Encoding: br, gzip or identity."""
        return _encode(self.content, encoding)


class Tree(NamedTuple):
    """All files by their path below `base`, an address that ends with a slash.

    `sources` are the texts of those that are not fonts.
    """

    base: str
    files: Mapping[str, File]
    sources: Mapping[str, str]


@cache
def load() -> Tree:
    """Read the files."""
    sources = {**_read(_STATIC, ""), **_read(_VENDOR, "vendor/")}
    texts = {name: File(_media_type(name), text.encode()) for name, text in sources.items()}
    fonts = {
        path.relative_to(_STATIC).as_posix(): File(_FONT_TYPE, path.read_bytes())
        for path in _STATIC.rglob(f"*{_FONT}")
    }
    files = {**texts, **fonts}
    digest = hashlib.sha256()
    for name, file in sorted(files.items()):
        digest.update(name.encode() + b"\0" + file.content + b"\0")
    return Tree(f"{PREFIX}{digest.hexdigest()[:16]}/", files, sources)


def source(name: str) -> str:
    """Return the text of one of the page's own files."""
    return (_STATIC / name).read_text(encoding="utf-8")


@cache  # on the first request for it: to compress all files would take most of a start
def _encode(content: bytes, encoding: str) -> bytes:
    if encoding == "br":
        compressed: bytes = brotli.compress(content, brotli.MODE_TEXT, quality=9)
        return compressed
    return gzip.compress(content, mtime=0) if encoding == "gzip" else content


def _read(directory: Path, prefix: str) -> dict[str, str]:
    """Return the texts of the files with a media type, by their paths."""
    return {
        prefix + path.relative_to(directory).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(directory.rglob("*"))
        if path.suffix in _MEDIA_TYPES and "node_modules" not in path.parts
    }


def _media_type(name: str) -> str:
    return _MEDIA_TYPES[Path(name).suffix]
