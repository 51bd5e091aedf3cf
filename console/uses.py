"""Which files a file of the page uses: modules that it imports, style sheets and pictures."""

import posixpath
import re
from collections.abc import Iterable, Iterator
from functools import cache

from console import tree

MODULES = {
    "preact": "vendor/preact.js",
    "preact/hooks": "vendor/preact-hooks.js",
    "@preact/signals-core": "vendor/signals-core.js",
    "@preact/signals": "vendor/signals.js",
    "htm": "vendor/htm.js",
    "htm/preact": "vendor/htm-preact.js",
}
_IMPORT = re.compile(r'(?:\bfrom|^import)\s*"([\w@./-]+)"', re.MULTILINE)
_LATER = re.compile(r'\bimport\("([^"]+)"\)(?!\.)')  # followed by a dot, it is a type in JSDoc
_RESOLVED = re.compile(r'\bimport\.meta\.resolve\("([^"]+)"\)')
_SHEETS = re.compile(r"^const SHEETS = \[.*?\];", re.MULTILINE | re.DOTALL)


def imported_by(*paths: str) -> set[str]:
    """Return these modules and all that they import, directly or not, before they run."""
    return _closure(paths, (_IMPORT,))


def reached_from(path: str) -> set[str]:
    """Return a module and all files that it uses, directly or not, at once or later."""
    return _closure((path,), (_IMPORT, _LATER, _RESOLVED))


def sheets_of(path: str) -> list[str]:
    """Return the style sheets that what a module shows always needs, in the order of `SHEETS`."""
    names = _RESOLVED.findall("".join(_SHEETS.findall(_source(path))))
    return list(_resolved(path, names))


def _closure(paths: Iterable[str], patterns: tuple[re.Pattern[str], ...]) -> set[str]:
    found: set[str] = set()
    remaining = list(paths)
    while remaining:
        path = remaining.pop()
        if path not in found:
            found.add(path)
            remaining += [other for pattern in patterns for other in _used_by(path, pattern)]
    return found


@cache
def _used_by(path: str, pattern: re.Pattern[str]) -> tuple[str, ...]:
    if not path.endswith(".js"):
        return ()
    return tuple(_resolved(path, pattern.findall(_source(path))))


def _source(path: str) -> str:
    return tree.load().files[path].content.decode()


def _resolved(importer: str, specifiers: Iterable[str]) -> Iterator[str]:
    """Yield the paths of files that a module names."""
    folder = posixpath.dirname(importer)
    for specifier in specifiers:
        yield MODULES.get(specifier) or posixpath.normpath(posixpath.join(folder, specifier))
