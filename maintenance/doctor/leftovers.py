"""What others could read, what interrupted work left behind, and what counts no more."""

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

from accounts import throttling
from maintenance.doctor.findings import CheckContext, Finding
from storage.paths import COLLECTIONS, JWT_SECRET, LOGINS, QUEUE, WEBHOOK_SECRET
from storage.store import find_leftovers, remove_leftover

_OTHERS = 0o077
_SURELY_OVER = 3600  # seconds after which no request is still at work on something


def check_permissions(context: CheckContext) -> Iterator[Finding]:
    """Look for what other accounts of this machine can read."""
    for path in _top_level(context):
        if readable := _readable_by_others(context.path(path)):
            first = readable[0].relative_to(context.store.root)
            others = f" (and {len(readable) - 1} more in {path})" if len(readable) > 1 else ""
            yield Finding(str(first), f"can be read by others{others}", partial(_close, readable))


def check_leftovers(context: CheckContext, age: float = _SURELY_OVER) -> Iterator[Finding]:
    """Look for what interrupted work left: of any age only while no other process is at work."""
    root = context.store.root
    with context.store.exclusive() as alone:
        for path in find_leftovers(root):
            if alone or time.time() - _changed(path) > age:
                words = "was left by interrupted work"
                yield Finding(str(path.relative_to(root)), words, partial(_remove, path))


def check_logins(context: CheckContext) -> Iterator[Finding]:
    """Look for failed logins of long ago."""
    if old := throttling.expired(context.store):
        words = f"holds counts of failed logins that count no more ({len(old)})"
        yield Finding(LOGINS, words, partial(_forget, context))


def _top_level(context: CheckContext) -> Iterator[str]:
    """The secrets, the queue, the collections themselves, and each of their entries."""
    yield from (JWT_SECRET, WEBHOOK_SECRET, QUEUE)
    for collection in COLLECTIONS:
        yield collection
        with suppress(FileNotFoundError):
            yield from (
                f"{collection}/{name}" for name in sorted(os.listdir(context.path(collection)))
            )


def _readable_by_others(top: Path) -> list[Path]:
    """The path and what is in it, as far as others can read it; of a collection only itself."""
    paths = [top] if top.name in COLLECTIONS else _tree(top)
    return [path for path in paths if _mode(path) & _OTHERS]


def _mode(path: Path) -> int:
    try:
        return 0 if path.is_symlink() else path.stat().st_mode
    except FileNotFoundError:
        return 0


def _close(paths: list[Path]) -> str:
    for path in paths:
        with suppress(FileNotFoundError):
            path.chmod(_mode(path) & 0o700)
    return "made readable by its owner alone"


def _changed(top: Path) -> float:
    """When something in a file or directory was changed or moved last, in Unix seconds."""
    times = []
    for path in _tree(top):
        with suppress(FileNotFoundError):
            times.append(path.lstat().st_ctime)
    return max(times, default=time.time())  # gone by itself just now


def _tree(top: Path) -> Iterator[Path]:
    yield top
    for parent, directories, files in os.walk(top):
        yield from (Path(parent, name) for name in [*directories, *files])


def _remove(path: Path) -> str:
    remove_leftover(path)
    return "removed"


def _forget(context: CheckContext) -> str:
    throttling.forget_expired(context.store)
    return "removed them"
