"""The HTML of the page, which at each address names other files, and of that for guests."""

import base64
import hashlib
import html
from functools import cache
from pathlib import Path
from string import Template
from typing import NamedTuple

import orjson

from access.rights import RIGHTS, ROLES, has_right
from console import texts, tree
from console.screens import TABLE, Screen
from console.tree import File
from console.uses import MODULES, imported_by, reached_from, sheets_of
from schemas.accounts import DEFAULT_LANGUAGE
from settings.version import VERSION

_STATIC = Path(__file__).with_name("static")


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


class _Html(Template):
    """HTML with `${path}` for the address of a file."""

    braceidpattern = r"[\w./-]+"


@cache
def load(
    root: str = "",
    entry: Entry = APP,
    screen: Screen | None = None,
    language: str = DEFAULT_LANGUAGE,
) -> Page:
    """Build a page of a service whose addresses are below the path `root`.

    It names all files of the screen that is asked for, so that browsers fetch them at once.
    """
    addresses = _addresses(root, language)
    import_map = _import_map(root, entry, language)
    modules = imported_by(entry.module, *(screen.modules if screen else ()))
    links = [("modulepreload", path) for path in sorted(modules)]
    links += [("stylesheet", path) for path in _sheets(entry, screen)]
    preloads = [f'<link rel="{kind}" href="{addresses[path]}">' for kind, path in links]
    content = (
        _Html((_STATIC / entry.html).read_text(encoding="utf-8"))
        .substitute(
            addresses,
            language=language,
            version=VERSION,
            rights=html.escape(orjson.dumps(_rights()).decode()),
            import_map=import_map,
            preloads="\n    ".join(preloads),
        )
        .encode()
    )
    etag = hashlib.sha256(content).hexdigest()[:32]
    return Page(File("text/html; charset=utf-8", content), etag, _policy(import_map, entry.sources))


@cache
def _addresses(root: str, language: str) -> dict[str, str]:
    """Return the addresses of all files by their paths; texts are those of a language."""
    names = tree.load().names
    return {path: f"{root}{tree.BASE}{names[texts.path_in(path, language)]}" for path in names}


@cache
def _import_map(root: str, entry: Entry, language: str) -> str:
    """Return the map from how modules name each other, and other files, to the addresses."""
    addresses = _addresses(root, language)
    files = {
        f"{root}{tree.BASE}{path}": addresses[path] for path in sorted(reached_from(entry.module))
    }
    packages = {name: addresses[path] for name, path in MODULES.items()}
    return orjson.dumps({"imports": packages | files}).decode()


def _sheets(entry: Entry, screen: Screen | None) -> list[str]:
    """Return the style sheets that the modules of a screen load, in the order of the cascade."""
    if screen is None:
        return []
    modules = sorted(imported_by(*screen.modules) - imported_by(entry.module))
    first = sheets_of(TABLE) if screen.is_styled else []
    return [*first, *(sheet for module in modules for sheet in sheets_of(module))]


def _rights() -> dict[str, list[str]]:
    """Return the rights of each role, and of each that may pay (static/components/access.js)."""
    return {
        f"{role} mayPay" if may_pay else role: [
            right for right in RIGHTS if has_right(role, may_pay, right)
        ]
        for role in ROLES
        for may_pay in (False, True)
    }


def _policy(import_map: str, sources: str) -> str:
    """Return a policy that allows this service only, and no script in the HTML but this one."""
    digest = base64.b64encode(hashlib.sha256(import_map.encode()).digest()).decode()
    return (
        f"default-src 'self'; script-src 'self' 'sha256-{digest}'; {sources}; "
        "object-src 'none'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'; require-trusted-types-for 'script'"
    )
