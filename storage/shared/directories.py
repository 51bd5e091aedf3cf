"""Directories of a distributed file system: a path is looked up once, and not for each use of it.

There, each component of a path is a question to another machine, and so is each name in an open
directory, but no more than that.
"""

import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from storage.errors import StorageError, UnavailableError
from storage.files.directories import BY_PATH, Directories, Directory, Files

_RECENT_SECONDS = 1.0
_MAX_RECENT = 64

T = TypeVar("T")
Use = Callable[[Files], T]  # of where something is found


class RecentDirectories(Directories):
    """Finds what is in directories by those that were opened at most a second ago.

    One of them may have been replaced since then, as by a restored project, or mounted again: what
    cannot be used by its descriptor is used by its whole path.
    """

    def __init__(self, root: Path) -> None:
        self._root = f"{root}/"
        self._recent: dict[str, tuple[float, Any]] = {}  # until when it is recent, what is open

    def open_file(self, path: str, flags: int = os.O_RDONLY, /) -> int:
        """Open a file of a document, in the directory of the collection."""
        return self._use(_collection_of(path), lambda files: files.open_file(path, flags))

    def open_directory(self, path: str, /) -> Directory:
        """Open the directory that is at a path now, from the top-level collection down.

        That one is never replaced.
        """
        until = time.monotonic() + _RECENT_SECONDS
        top = self._root + path.removeprefix(self._root).partition("/")[0]
        if top == path:
            return self._keep(path, BY_PATH.open_directory(path), until)
        return self._keep(path, self._use(top, lambda files: files.open_directory(path)), until)

    def status(self, path: str, /) -> os.stat_result:
        """Return the status of a file of a document, in the directory of the collection."""
        return self._use(_collection_of(path), lambda files: files.status(path))

    def recent(self, path: str) -> Directory:
        """Return a directory that was opened at most a second ago, or open it now."""
        return self._recently(path, lambda files: files.open_directory(path))

    def files_in(self, directory: str) -> Files:
        """Return a directory that was opened at most a second ago, or open it now."""
        return self.recent(directory)

    def try_recent(self, path: str, opener: Use[T], use: Callable[[T], bool]) -> bool:
        """Call `use` with what `opener` opened at a path at most a second ago, or opens now."""
        with suppress(OSError, StorageError):  # what is open may be of a mount that has ended
            if use(self._recently(path, opener)):
                return True
        self._recent.pop(path, None)  # something else is there
        return False

    def _recently(self, path: str, opener: Use[T]) -> T:
        """Return what `opener` opened at a path at most a second ago, or opens now."""
        now = time.monotonic()
        until, kept = self._recent.get(path, (0.0, None))
        if now <= until:
            found: T = kept
            return found
        top = path
        while top := top.rpartition("/")[0]:
            until, directory = self._recent.get(top, (0.0, None))
            if now <= until:
                with suppress(OSError, UnavailableError):
                    return self._keep(path, opener(directory), until)
                break
        return self._keep(path, opener(BY_PATH), now + _RECENT_SECONDS)

    def _use(self, directory: str, use: Use[T]) -> T:
        try:
            return use(self.recent(directory))
        except (OSError, UnavailableError):
            return use(BY_PATH)

    def _keep(self, path: str, opened: T, until: float) -> T:
        if path not in self._recent:
            now = time.monotonic()
            for other, (end, _) in list(self._recent.items()):
                if end < now:
                    self._recent.pop(other, None)
            if len(self._recent) >= _MAX_RECENT:
                self._recent.clear()
        self._recent[path] = until, opened
        return opened


def _collection_of(path: str) -> str:
    """Return the directory of a collection, by the path of a document's file."""
    return path.rsplit("/", 2)[0]
