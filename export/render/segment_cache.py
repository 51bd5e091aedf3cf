"""Rendered segments, kept for exports to come: `cache/segments/<key>.mp4`, bounded in size.

Nothing in it is needed: it can be deleted at any time, and no backup contains it.
"""

import os
import struct
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

from storage.errors import StorageError, writing
from storage.files.durable_files import Disk
from storage.files.files import open_file, remove_if_exists
from storage.files.hard_links import link_or_copy
from storage.paths import CACHE, SEGMENTS

_EXTENSION = ".mp4"
_BOX_HEADER = struct.Struct(">I4sQ")  # size, type, and the size of boxes of more than 4 GB


class SegmentCache:
    """The cache of a data directory."""

    def __init__(self, root: Path, disk: Disk, max_bytes: int) -> None:
        self._directory = root / CACHE / SEGMENTS
        self._disk = disk
        self._max_bytes = max_bytes

    def find(self, key: str, target: str) -> bool:
        """Link a segment to a path, so that it stays while it is used; return whether it is there.

        Where the file system has no links, it is copied.

        It counts as used now. What is no whole segment is removed.
        """
        path = self._path(key)
        try:
            link_or_copy(self._disk, path, target)
        except (OSError, StorageError):  # missing, not a file, or no room for a copy
            return False
        if not is_whole(target):
            remove_if_exists(target)
            remove_if_exists(path)
            return False
        with suppress(OSError):
            os.utime(path)
        return True

    def add(self, key: str, source: str) -> None:
        """Keep a rendered segment, which is on the same disk.

        It is durable before it has its name here: after a power failure it is whole or missing.
        Raises DiskFullError, UnwritableError.
        """
        with writing():
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._disk.sync_path(source)
            with suppress(FileExistsError):
                link_or_copy(self._disk, source, self._path(key))

    def prune(self) -> None:
        """Remove the segments that were used longest ago, until the rest is within the limit."""
        found = self._segments()
        self._remove(found, sum(size for _, size, _ in found) - self._max_bytes)

    def free(self, size: int) -> bool:
        """Remove `size` bytes of those that were used longest ago; return whether any was removed.

        None is removed if the whole cache is smaller than `size`. Segments that an export uses now
        are linked elsewhere as well, so that less may be free afterwards.
        """
        found = self._segments()
        return sum(each[1] for each in found) >= size and self._remove(found, size)

    def _segments(self) -> list[tuple[int, int, str]]:
        """Return when each segment was used, its size, and its path, in this order."""
        found = []
        with suppress(FileNotFoundError), os.scandir(self._directory) as entries:
            for entry in entries:
                with suppress(FileNotFoundError):
                    status = entry.stat(follow_symlinks=False)
                    found.append((status.st_mtime_ns, status.st_size, entry.path))
        return sorted(found)

    def _remove(self, segments: Sequence[tuple[int, int, str]], excess: int) -> bool:
        """Remove the first of these until they had `excess` bytes; return whether any was."""
        removed = False
        for _, size, path in segments:
            if excess <= 0:
                break
            with suppress(OSError):
                remove_if_exists(path)
                removed = True
                excess -= size
        return removed

    def _path(self, key: str) -> str:
        return f"{self._directory}/{key}{_EXTENSION}"


def is_whole(path: str) -> bool:
    """Return whether a file is an MP4 that was not cut: its boxes fill it and one describes it."""
    try:
        with open(path, "rb", buffering=0, opener=open_file) as file:
            return b"moov" in _box_types(file)
    except (OSError, StorageError, ValueError):
        return False


def _box_types(file: IO[bytes]) -> set[bytes]:
    """Return the types of a file's top-level boxes. Raises ValueError if they don't fill it."""
    types: set[bytes] = set()
    position, end = 0, os.fstat(file.fileno()).st_size
    while position < end:
        file.seek(position)
        short, name, long = _BOX_HEADER.unpack(file.read(_BOX_HEADER.size).ljust(16, b"\0"))
        size = long if short == 1 else short
        if size < 8 or position + size > end:
            raise ValueError("a box that does not end in the file")
        types.add(name)
        position += size
    return types
