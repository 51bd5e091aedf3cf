"""The HTML of the page, the same for all of its addresses, and of that for guests."""

import base64
import hashlib
import html
import posixpath
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from string import Template
from typing import NamedTuple

import orjson

from access.rights import RIGHTS, ROLES, has_right
from console import tree
from console.tree import File
from settings.version import VERSION

_STATIC = Path(__file__).with_name("static")
MODULES = {
    "preact": "vendor/preact.js",
    "preact/hooks": "vendor/preact-hooks.js",
    "@preact/signals-core": "vendor/signals-core.js",
    "@preact/signals": "vendor/signals.js",
    "htm": "vendor/htm.js",
    "htm/preact": "vendor/htm-preact.js",
}
_IMPORT = re.compile(r'(?:\bfrom|^import)\s*"([^"]+)"', re.MULTILINE)  # not import("…")


class Entry(NamedTuple):
    """Where a page begins: its HTML, its first module, and what its policy has beside the usual."""

    html: str
    module: str
    sources: str


APP = Entry("index.html", "main.js", "img-src 'self' blob: data:; media-src 'self' blob: data:")
REVIEW = Entry("review/index.html", "review/main.js", "img-src 'self'; media-src 'self'")


class Page(NamedTuple):
    """The HTML, its strong ETag, and its Content-Security-Policy."""

    html: File
    etag: str
    policy: str


@cache
def load(root: str = "", entry: Entry = APP) -> Page:
    """Build a page of a service whose addresses are below the path `root`."""
    loaded = tree.load()
    base = root + loaded.base
    modules = {name: base + path for name, path in MODULES.items()}
    import_map = orjson.dumps({"imports": modules}).decode()
    preloads = [
        f'<link rel="modulepreload" href="{base}{name}">'
        for name in sorted(imported_by(loaded.files, entry.module))
    ]
    template = Template((_STATIC / entry.html).read_text(encoding="utf-8"))
    content = template.substitute(
        base=base,
        version=VERSION,
        rights=html.escape(orjson.dumps(_rights()).decode()),
        import_map=import_map,
        preloads="\n    ".join(preloads),
    ).encode()
    etag = hashlib.sha256(content).hexdigest()[:32]
    return Page(File("text/html; charset=utf-8", content), etag, _policy(import_map, entry.sources))


def _rights() -> dict[str, list[str]]:
    """Return the rights of each role, and of each that may pay (static/state/rights.js)."""
    return {
        f"{role} mayPay" if may_pay else role: [
            right for right in RIGHTS if has_right(role, may_pay, right)
        ]
        for role in ROLES
        for may_pay in (False, True)
    }


def imported_by(files: Mapping[str, File], *names: str) -> set[str]:
    """Return these modules and all that they import, directly or not, before they run."""
    found: set[str] = set()
    remaining = list(names)
    while remaining:
        name = remaining.pop()
        if name not in found:
            found.add(name)
            source = files[name].content.decode()
            remaining += [_resolve(name, other) for other in _IMPORT.findall(source)]
    return found


def _resolve(importer: str, specifier: str) -> str:
    """Return the path of a module that another one imports."""
    if specifier in MODULES:
        return MODULES[specifier]
    return posixpath.normpath(posixpath.join(posixpath.dirname(importer), specifier))


def _policy(import_map: str, sources: str) -> str:
    """Return a policy that allows this service only, and no script in the HTML but this one."""
    digest = base64.b64encode(hashlib.sha256(import_map.encode()).digest()).decode()
    return (
        f"default-src 'self'; script-src 'self' 'sha256-{digest}'; {sources}; "
        "object-src 'none'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'; require-trusted-types-for 'script'"
    )
