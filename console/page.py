"""The page's HTML: the same for all of its addresses, with the addresses of its files."""

import base64
import hashlib
import posixpath
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from string import Template
from typing import NamedTuple

import orjson

from console import tree
from console.tree import File

_HTML = Path(__file__).with_name("static") / "index.html"
MODULES = {
    "preact": "vendor/preact.js",
    "preact/hooks": "vendor/preact-hooks.js",
    "@preact/signals-core": "vendor/signals-core.js",
    "@preact/signals": "vendor/signals.js",
    "htm": "vendor/htm.js",
    "htm/preact": "vendor/htm-preact.js",
}
_IMPORT = re.compile(r'(?:\bfrom|^import)\s*"([^"]+)"', re.MULTILINE)  # not import("…")


class Page(NamedTuple):
    """The HTML, its strong ETag, and its Content-Security-Policy."""

    html: File
    etag: str
    policy: str


@cache
def load() -> Page:
    """Build the page."""
    files = tree.load()
    modules = {name: files.base + path for name, path in MODULES.items()}
    import_map = orjson.dumps({"imports": modules}).decode()
    preloads = [
        f'<link rel="modulepreload" href="{files.base}{name}">'
        for name in sorted(imported_by(files.sources, "main.js"))
    ]
    template = Template(_HTML.read_text(encoding="utf-8"))
    html = template.substitute(
        base=files.base, import_map=import_map, preloads="\n    ".join(preloads)
    ).encode()
    etag = hashlib.sha256(html).hexdigest()[:32]
    return Page(File("text/html; charset=utf-8", html), etag, _policy(import_map))


def imported_by(sources: Mapping[str, str], *names: str) -> set[str]:
    """Return these modules and all that they import, directly or not, before they run."""
    found: set[str] = set()
    remaining = list(names)
    while remaining:
        name = remaining.pop()
        if name not in found:
            found.add(name)
            remaining += [_resolve(name, other) for other in _IMPORT.findall(sources[name])]
    return found


def _resolve(importer: str, specifier: str) -> str:
    """Return the path of a module that another one imports."""
    if specifier in MODULES:
        return MODULES[specifier]
    return posixpath.normpath(posixpath.join(posixpath.dirname(importer), specifier))


def _policy(import_map: str) -> str:
    """Return a policy that allows this service only, and no script in the HTML but this one."""
    digest = base64.b64encode(hashlib.sha256(import_map.encode()).digest()).decode()
    return (
        f"default-src 'self'; script-src 'self' 'sha256-{digest}'; img-src 'self' blob: data:; "
        "media-src 'self' blob: data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'; require-trusted-types-for 'script'"
    )
