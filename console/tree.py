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

from console import facts

PREFIX = "/console/"

_STATIC = Path(__file__).with_name("static")
_VENDOR = Path(__file__).with_name("vendor")
_FONT_TYPE = "font/woff2"
_MEDIA_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": _FONT_TYPE,
}


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
    """All files by their path below `base`, an address that ends with a slash."""

    base: str
    files: Mapping[str, File]


@cache
def load() -> Tree:
    """Read the files."""
    made = {name: File(_MEDIA_TYPES[".js"], text) for name, text in facts.modules().items()}
    files = {**_read(_STATIC, ""), **_read(_VENDOR, "vendor/"), **made}
    digest = hashlib.sha256()
    for name, file in sorted(files.items()):
        digest.update(name.encode() + b"\0" + file.content + b"\0")
    return Tree(f"{PREFIX}{digest.hexdigest()[:16]}/", files)


def source(name: str) -> str:
    """Return the text of one of the page's own files."""
    return (_STATIC / name).read_text(encoding="utf-8")


@cache  # on the first request for it: a start needs no file
def _encode(content: bytes, encoding: str) -> bytes:
    if encoding == "br":  # quality 9 takes fifteen times as long, for 0.1 % less
        compressed: bytes = brotli.compress(content, brotli.MODE_TEXT, quality=7)
        return compressed
    return gzip.compress(content, mtime=0) if encoding == "gzip" else content


def _read(directory: Path, prefix: str) -> dict[str, File]:
    """Return the files with a media type, by their paths."""
    root = f"{directory}/"
    return {
        prefix + str(path).removeprefix(root): File(media_type, path.read_bytes())
        for path in directory.rglob("*")
        if (media_type := _MEDIA_TYPES.get(path.suffix)) and "node_modules" not in path.parts
    }
