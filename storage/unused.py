"""A data directory in which a command stored nothing, though it was created for it."""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from storage.files.files import remove_if_exists
from storage.files.trees import list_all
from storage.paths import LOCK
from storage.store import Store

_UNUSED = {LOCK, "README.md"}  # which comes with a clone


def missing_directories(root: Path) -> list[Path]:
    """Return which of a directory and its parents do not exist yet, the innermost first."""
    return [path for path in (root, *root.parents) if not path.exists()]


def remove_unused(store: Store, created: Iterable[Path]) -> None:
    """Remove a data directory and what else was created for it, if nothing is stored in it.

    It stays if another process uses it. Nothing can be done with the store afterwards.
    """
    with store.exclusive() as alone, suppress(OSError):
        if alone and set(list_all(store.root)) <= _UNUSED:
            remove_if_exists(store.root / LOCK)
            for path in created:
                path.rmdir()
