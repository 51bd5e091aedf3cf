"""Small files in a directory below `cache/`, each made of something else, and kept for a while.

Nothing in it is needed: it can be deleted at any time, and no backup contains it.
"""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from storage.errors import StorageError
from storage.files.disk import Disk
from storage.files.files import link_status, read_file, remove_if_exists
from storage.files.trees import list_names

_KEPT_SHARE = 0.75  # of the files, when there are too many


class CachedFiles:
    """The files in a directory; those that were written first go when there are too many."""

    def __init__(self, directory: Path, disk: Disk, max_files: int) -> None:
        self.directory = directory
        self._disk = disk
        self._max_files = max_files

    def path_of(self, name: str) -> str:
        """Return the path of a file, which may be missing."""
        return f"{self.directory}/{name}"

    def read(self, name: str) -> bytes | None:
        """Return the contents of a file; None if there is none, or none that can be read."""
        with suppress(OSError, StorageError):
            return read_file(self.path_of(name))
        return None

    def write(self, name: str, data: bytes) -> list[str]:
        """Write a file, but not to a disk that is full; return the names of all that are there."""
        with suppress(OSError, StorageError):
            self._disk.make_directory(self.directory)
            self._disk.replace(self.path_of(name), data)
            names = list_names(self.directory)
            if len(names) > self._max_files:
                self._prune(names)
            return names
        return []

    def remove(self, names: Iterable[str]) -> None:
        """Remove files; those that cannot be removed stay."""
        for name in names:
            with suppress(OSError):
                remove_if_exists(self.path_of(name))

    def remove_all(self, prefix: str) -> None:
        """Remove the files whose names begin with this."""
        self.remove(name for name in list_names(self.directory) if name.startswith(prefix))

    def _prune(self, names: Iterable[str]) -> None:
        """Remove the files that were written first, until there is room for many more."""
        written = sorted((self._written_at(name), name) for name in names)
        self.remove(name for _, name in written[: -int(self._max_files * _KEPT_SHARE)])

    def _written_at(self, name: str) -> int:
        try:
            return link_status(self.path_of(name)).st_mtime_ns
        except FileNotFoundError:
            return 0
