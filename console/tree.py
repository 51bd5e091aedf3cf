"""The files of the page, read at the start, each under a name that has a hash of its contents.

So browsers may keep them for ever, and after an update of Vidworks fetch what has changed. Modules
import each other by the names without hashes, which the import map in the HTML resolves (page.py):
a module that changes leaves those that import it as they are.
"""

import gzip
import hashlib
import posixpath
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

import brotli

from console import facts, texts

PREFIX = "/console/"
BASE = f"{PREFIX}static/"  # the address that the names of files are below

_STATIC = Path(__file__).with_name("static")
_VENDOR = Path(__file__).with_name("vendor")
_FONT_TYPE = "font/woff2"
_PICTURE_TYPE = "image/webp"
_MEDIA_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": _FONT_TYPE,
    ".webp": _PICTURE_TYPE,
}
_URL = re.compile(r'(?<=url\(")[^"]+(?="\))')


class File(NamedTuple):
    """A file of the page."""

    media_type: str
    content: bytes

    @property
    def is_compressed(self) -> bool:
        """Whether the file gets no smaller by a Content-Encoding."""
        return self.media_type in {_FONT_TYPE, _PICTURE_TYPE}

    def encoded(self, encoding: str) -> bytes:
        """Return the bytes to send for a Content-Encoding: br, gzip or identity."""
        return _encode(self.content, encoding)


class Tree(NamedTuple):
    """All files by their paths; what each is called in its address; the files by these names."""

    files: Mapping[str, File]
    names: Mapping[str, str]
    named: Mapping[str, File]


@cache
def load() -> Tree:
    """Read the files."""
    modules = {**facts.modules(), **texts.modules()}
    made = {name: File(_MEDIA_TYPES[".js"], text) for name, text in modules.items()}
    return named({**_read(_STATIC, ""), **_read(_VENDOR, "vendor/"), **made})


def named(files: Mapping[str, File]) -> Tree:
    """Give the files names: each changes with the contents of its file, and with no other's."""
    names = {path: _name(path, file.content) for path, file in files.items()}
    sheets = {
        path: _with_names(path, file, names)
        for path, file in files.items()
        if path.endswith(".css")
    }
    names |= {path: _name(path, sheet.content) for path, sheet in sheets.items()}
    served = {**files, **sheets}
    return Tree(served, names, {names[path]: file for path, file in served.items()})


def source(name: str) -> str:
    """Return the text of one of the page's own files."""
    return (_STATIC / name).read_text(encoding="utf-8")


def _name(path: str, content: bytes) -> str:
    stem, suffix = posixpath.splitext(path)
    return f"{stem}.{hashlib.sha256(content).hexdigest()[:8]}{suffix}"


def _with_names(path: str, sheet: File, names: Mapping[str, str]) -> File:
    """Return a style sheet that has the names of the files which it uses: no map resolves these."""
    folder = posixpath.dirname(path)

    def name(found: re.Match[str]) -> str:
        used = posixpath.normpath(posixpath.join(folder, found[0]))
        return posixpath.relpath(names[used], folder) if used in names else found[0]

    return sheet._replace(content=_URL.sub(name, sheet.content.decode()).encode())


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
