"""What is made of media files to show them, kept in `cache/` until the media change.

That is thumbnails of scenes (`cache/thumbnails`), and filmstrips, peaks and loudness
(`cache/lanes`). Where none can be made, a file `….failed` says why; also for assets, which keep
their thumbnails.
"""

import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from storage.errors import NotAFileError, StorageError
from storage.files.durable_files import Disk
from storage.files.files import link_status, read_file, remove_if_exists
from storage.files.trees import list_names
from storage.media.media_files import EXTENSIONS, StoredFile, open_stored
from storage.paths import CACHE, LANES, THUMBNAILS

_KEPT_SHARE = 0.75  # of the files, when there are too many

_MAX_THUMBNAILS = 10_000  # some 200 MB
_MAX_LANES = 4_000  # some 400 MB
_EXTENSIONS = {**EXTENSIONS, "application/octet-stream": "bin", "application/json": "json"}
_FAILED = "failed"
_RETRY_SECONDS = 3600  # after which it is tried again, maybe with another FFmpeg


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


class PreviewKey(NamedTuple):
    """What a preview is of: a part of a work (a scene, …) or of an asset, and its version."""

    project_id: str
    document_id: str
    part: int | str
    version: str

    @property
    def part_prefix(self) -> str:
        """What the names of all files of the part begin with."""
        return f"{self.project_id}.{self.document_id}.{self.part}."

    def file_name(self, extension: str) -> str:
        """Return the name of a file of this version."""
        return f"{self.part_prefix}{self.version}.{extension}"


class PreviewCache:
    """The previews in a directory; those that were made first go when there are too many."""

    def __init__(self, directory: Path, disk: Disk, max_files: int) -> None:
        self._files = CachedFiles(directory, disk, max_files)

    def find(self, key: PreviewKey, media_types: Iterable[str]) -> StoredFile | None:
        """Open a preview, which has one of the media types; None if there is none."""
        for media_type in media_types:
            path = self._files.path_of(key.file_name(_EXTENSIONS[media_type]))
            with suppress(FileNotFoundError, NotADirectoryError, NotAFileError):
                return open_stored(path, media_type)
        return None

    def failure(self, key: PreviewKey) -> str | None:
        """Return why the preview could not be made within the last hour; None if it could."""
        name = key.file_name(_FAILED)
        with suppress(FileNotFoundError, NotADirectoryError):
            made_at = link_status(self._files.path_of(name)).st_mtime
            if time.time() - made_at < _RETRY_SECONDS:
                reason = self._files.read(name)
                return None if reason is None else reason.decode(errors="replace")
        return None

    def add(self, key: PreviewKey, data: bytes, media_type: str) -> None:
        """Keep a preview instead of the part's earlier ones; not on a disk that is full."""
        self._write(key, _EXTENSIONS[media_type], data)

    def add_failure(self, key: PreviewKey, reason: str) -> None:
        """Remember for an hour why a preview cannot be made."""
        self._write(key, _FAILED, reason.encode())

    def remove(self, prefix: str) -> None:
        """Remove the files whose names begin with this."""
        self._files.remove_all(prefix)

    def _write(self, key: PreviewKey, extension: str, data: bytes) -> None:
        written = key.file_name(extension)
        names = self._files.write(written, data)
        self._files.remove(
            name for name in names if name.startswith(key.part_prefix) and name != written
        )


class Previews:
    """All previews of a data directory."""

    def __init__(self, root: Path, disk: Disk) -> None:
        self.thumbnails = PreviewCache(root / CACHE / THUMBNAILS, disk, _MAX_THUMBNAILS)
        self.lanes = PreviewCache(root / CACHE / LANES, disk, _MAX_LANES)

    def remove(self, prefix: str) -> None:
        """Remove the previews whose names begin with this: of a project, a work or a part of it."""
        self.thumbnails.remove(prefix)
        self.lanes.remove(prefix)
