"""Rendered segments, kept for exports to come: `cache/segments/<key>.mp4`, bounded in size.

Nothing in it is needed: it can be deleted at any time, and no backup contains it.
"""

import hashlib
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson

from storage.errors import writing
from storage.files import Disk, remove_if_exists, temporary_path
from storage.paths import CACHE, SEGMENTS

_EXTENSION = ".mp4"


def key_of(*parts: Any) -> str:
    """Return a key that is equal for equal parts, which are JSON values."""
    return hashlib.sha256(orjson.dumps(parts, option=orjson.OPT_SORT_KEYS)).hexdigest()


class SegmentCache:
    """The cache of a data directory."""

    def __init__(self, root: Path, disk: Disk, max_bytes: int) -> None:
        self._directory = root / CACHE / SEGMENTS
        self._disk = disk
        self._max_bytes = max_bytes

    def find(self, key: str, target: str) -> bool:
        """Link a segment to a path, so that it stays while it is used; return whether it is there.

        It counts as used now.
        """
        path = self._path(key)
        try:
            os.link(path, target)
        except FileNotFoundError:
            return False
        with suppress(OSError):
            os.utime(path)
        return True

    def add(self, key: str, target: str, render: Callable[[str], None]) -> None:
        """Render a segment to a path and keep it; `render` gets the path of a temporary file.

        Raises what `render` raises, DiskFullError, UnwritableError.
        """
        with writing():
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        temporary = temporary_path(self._directory) + _EXTENSION
        try:
            render(temporary)
            with writing():
                self._sync(temporary)
                os.link(temporary, target)
                os.replace(temporary, self._path(key))
        finally:
            remove_if_exists(temporary)

    def prune(self) -> None:
        """Remove the segments that were used longest ago, until the rest is within the limit."""
        found = []
        with suppress(FileNotFoundError), os.scandir(self._directory) as entries:
            for entry in entries:
                with suppress(FileNotFoundError):
                    status = entry.stat(follow_symlinks=False)
                    found.append((status.st_mtime_ns, status.st_size, entry.path))
        total = sum(size for _, size, _ in found)
        for _, size, path in sorted(found):
            if total <= self._max_bytes:
                break
            remove_if_exists(path)
            total -= size

    def _path(self, key: str) -> str:
        return f"{self._directory}/{key}{_EXTENSION}"

    def _sync(self, path: str) -> None:
        """Make a segment durable: after a power failure a cached one must be whole or missing."""
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            self._disk.sync_file(descriptor)
        finally:
            os.close(descriptor)
