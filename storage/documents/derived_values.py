"""Values that are computed from a collection, and kept until one of its documents changes."""

import time
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Any, NamedTuple, TypeVar, cast

from storage.documents.change_log import ChangeLog, Position
from storage.shared.nodes import Nodes

T = TypeVar("T")


class _Derived(NamedTuple):
    """A value that was computed at a position of a change log, and until when it is kept."""

    position: Position
    until: float
    value: Any


class DerivedValues:
    """What was computed from the collections of a data directory."""

    def __init__(self, root: Path, nodes: Nodes, seconds: float) -> None:
        """Keep a value for this many seconds at most."""
        self._root = root
        self._nodes = nodes
        self._seconds = seconds
        self._kept: dict[tuple[str, Hashable], _Derived] = {}

    def get(self, collection: str, compute: Callable[[], T]) -> T:
        """Return `compute()`, kept in memory until a document of the collection changes.

        It is kept for each `compute`: a function of a module, or what is equal if it does the same.
        Changes that are not in the collection's change log are noticed within a minute.
        """
        # Before computing, so that no later change is missed.
        position = ChangeLog(f"{self._root}/{collection}", self._nodes).position()
        now, kept = time.monotonic(), self._kept.get((collection, compute))
        if kept is None or kept.position != position or now > kept.until:
            kept = _Derived(position, now + self._seconds, compute())
            self._kept[collection, compute] = kept
        return cast(T, kept.value)

    def collections(self) -> list[str]:
        """Return the names of the collections that something was computed from."""
        return [name for name, _ in list(self._kept)]

    def evict(self, prefix: str) -> None:
        """Drop what was computed from the collections whose names begin so."""
        for key in [key for key in list(self._kept) if key[0].startswith(prefix)]:
            self._kept.pop(key, None)
